public import Autodiff
public import NeuralNetworks
public import Randomness

/// One network that is told the task by a learned vector joined to the input: `y = f([x; zₖ])`.
///
/// As a policy conditioned on a task embedding: K. Hausman et al. (2018), "Learning an Embedding
/// Space for Transferable Robot Skills", without its variational bound.
public struct TaskEmbedding: MultiTaskNetwork {
  public struct Shared: Traceable, Sendable {
    /// From the input and the task's vector on.
    public var trunk: MLP
    /// The last layer, where tasks have no heads.
    public var answer: Dense?

    public mutating func visitTensors(_ visitor: inout some TensorVisitor) {
      visitor.visit("trunk", &trunk)
      visitor.visit("answer", &answer)
    }
  }

  public struct Own: Traceable, Sendable {
    /// `zₖ`, `[embeddingSize]`.
    public var embedding: Tensor
    /// Where tasks have one, from the common layers to the answer.
    public var head: MLP?

    public mutating func visitTensors(_ visitor: inout some TensorVisitor) {
      visitor.visit("embedding", &embedding)
      visitor.visit("head", &head)
    }
  }

  public var shared: Shared
  public var own: [Own]
  let outputs: [Int]

  public var isRepresentationCommon: Bool { false }

  public func representation(of rows: Tensor, for task: Int) -> Tensor {
    let embedding = own[task].embedding.broadcast(along: 0, count: rows.shape[0])
    return shared.trunk(concatenated([rows, embedding], axis: 1))
  }

  public func output(of task: Int, from representation: Tensor, rows: Tensor) -> Tensor {
    answer(
      representation, head: own[task].head, shared: shared.answer, outputs: outputs[task])
  }

  /// What a network that is told the task by an embedding can be told.
  public struct Settings: ArchitectureDefinition, ConditionedDefinition {
    /// Numbers of a task's embedding, 1 to 4096.
    public var embeddingSize = 8
    /// Units of the layers: 1 to 32 layers of 1 to 65536.
    public var hidden = [128, 128]
    /// What follows each hidden layer.
    public var activation = Activation.relu
    /// What the weights begin with.
    public var initializer = Initializer.torchDefault
    /// Whether each task has a head as well; else all share the last layer, which is as wide as
    /// the widest answer, and a task of fewer outputs reads the first of them.
    public var hasHeads = false
    /// The heads, where there are any.
    public var head = HeadSettings()

    public init() {}
  }
}

extension TaskEmbedding.Settings {
  public static let about = ArchitectureSummary(
    summary: "one network with a learned task embedding joined to the input",
    shares: "the network; own: embeddings, and heads if any",
    source: "Hausman et al. 2018")

  public var sees: String { seen("by a learned embedding joined to the input") }

  public func validate() throws(SettingsError) {
    try validateCount(embeddingSize, "embeddingSize", in: 1...4096)
    try validateLayered()
  }

  public func parameterCount(inputShape: [Int], outputs: [Int]) -> Int {
    let inputs = rowSize(inputShape)
    let embeddings = ParameterCount(outputs.count) * ParameterCount(embeddingSize)
    let trunk = ParameterCount.layers([inputs + embeddingSize] + hidden)
    return
      (embeddings + trunk + answerCount(features: hidden.last ?? inputs, outputs: outputs)).value
  }

  public func make(
    inputShape: [Int], outputs: [Int], using random: inout RandomStream
  ) -> TaskEmbedding {
    let inputs = rowSize(inputShape)
    let trunk = features([inputs + embeddingSize] + hidden, using: &random)
    let shared = TaskEmbedding.Shared(
      trunk: trunk, answer: sharedAnswer(trunk.outputs, outputs, using: &random))
    let own = embeddings(of: embeddingSize, trunk.outputs, outputs, using: &random)
    return TaskEmbedding(shared: shared, own: own, outputs: outputs)
  }
}

/// Independent normal numbers of variance 1, as embeddings begin with.
func standardNormal(_ shape: [Int], using random: inout RandomStream) -> Tensor {
  let scalars = (0..<shape.reduce(1, *)).map { _ in Float(random.normal() as Double) }
  return Tensor(shape: shape, scalars: scalars)
}
