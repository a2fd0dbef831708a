import Autodiff
import NeuralNetworks
import Randomness

/// The settings that every architecture here has, and the parts that are made of them.
protocol LayeredDefinition: ArchitectureDefinition {
  var hidden: [Int] { get }
  var activation: Activation { get }
  var initializer: Initializer { get }
  var head: HeadSettings { get }
}

extension LayeredDefinition {
  /// Layers with an activation after every one.
  func features(_ sizes: [Int], using random: inout RandomStream) -> MLP {
    MLP(
      sizes: sizes, activation: activation, outputActivation: activation, initializer: initializer,
      using: &random)
  }

  /// Layers with an activation after every one but the last.
  func layers(_ sizes: [Int], using random: inout RandomStream) -> MLP {
    MLP(sizes: sizes, activation: activation, initializer: initializer, using: &random)
  }

  func dense(
    _ inputs: Int, _ outputs: Int, hasBias: Bool = true, using random: inout RandomStream
  ) -> Dense {
    Dense(inputs, outputs, hasBias: hasBias, initializer: initializer, using: &random)
  }

  func validateLayered() throws(SettingsError) {
    try validateLayers(
      hidden: hidden, activation: activation, initializer: initializer, head: head)
  }
}

/// An architecture that is told of the task inside, so that it can do without heads.
protocol ConditionedDefinition: LayeredDefinition {
  /// Whether each task has a head of its own; else all share the last layer, which is as wide as
  /// the widest answer, and a task of fewer outputs reads the first of them.
  var hasHeads: Bool { get }
}

extension ConditionedDefinition {
  /// The last layer that all tasks share, where there are no heads.
  func sharedAnswer(
    _ features: Int, _ outputs: [Int], using random: inout RandomStream
  ) -> Dense? {
    hasHeads ? nil : dense(features, outputs.max() ?? 1, using: &random)
  }

  /// A task's head, where there are heads.
  func ownHead(_ features: Int, _ outputs: Int, using random: inout RandomStream) -> MLP? {
    hasHeads ? head.make(features, outputs, using: &random) : nil
  }

  /// What each task has for itself: an embedding of normal numbers, and a head where there are heads.
  func embeddings(
    of size: Int, _ features: Int, _ outputs: [Int], using random: inout RandomStream
  ) -> [TaskEmbedding.Own] {
    outputs.map { width in
      TaskEmbedding.Own(
        embedding: standardNormal([size], using: &random),
        head: ownHead(features, width, using: &random))
    }
  }

  /// The parameters of the heads, or of the layer in their place.
  func answerCount(features: Int, outputs: [Int]) -> ParameterCount {
    hasHeads
      ? head.count(features: features, outputs: outputs) : .dense(features, outputs.max() ?? 1)
  }

  /// How the network learns of the task: inside, and by a head where it has one.
  func seen(_ inside: String) -> String { hasHeads ? inside + ", and by its head" : inside }
}

/// A task's answer: of its head, or the first outputs of the layer that all tasks share.
func answer(_ features: Tensor, head: MLP?, shared: Dense?, outputs: Int) -> Tensor {
  if let head { return head(features) }
  guard let shared else { return features }
  let all = shared(features)
  return outputs == shared.outputs ? all : all.sliced(axis: 1, from: 0, count: outputs)
}
