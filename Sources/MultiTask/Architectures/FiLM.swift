public import Autodiff
public import NeuralNetworks
public import Randomness

/// One network whose layers are scaled and shifted by the task: `h ← a((1 + γₖ) ⊙ (W h + b) + βₖ)`.
///
/// Both come from the task's embedding by a layer, `[γₖ; βₖ] = G zₖ + c`. As in the paper's own
/// experiments the network predicts the difference `γ` from a scale of 1, since a scale near 0
/// would block activation and gradient.
///
/// E. Perez et al. (2018), "FiLM: Visual Reasoning with a General Conditioning Layer", eq. 1 and 2
/// and section 7.2.
public struct FiLM: MultiTaskNetwork {
  public struct Shared: Traceable, Sendable {
    /// The layers that are scaled and shifted.
    public var trunk: MLP
    /// From the embedding to scales and shifts, for each layer: `[embeddingSize, 2 · units]`.
    public var modulations: [Dense]
    /// The last layer, where tasks have no heads.
    public var answer: Dense?

    public mutating func visitTensors(_ visitor: inout some TensorVisitor) {
      visitor.visit("trunk", &trunk)
      visitor.visit("modulations", &modulations)
      visitor.visit("answer", &answer)
    }
  }

  public typealias Own = TaskEmbedding.Own

  public var shared: Shared
  public var own: [Own]
  let outputs: [Int]

  public var isRepresentationCommon: Bool { false }

  /// The answer, or the trunk's last layer where tasks have heads.
  public var lastSharedParameters: [String] {
    if let answer = shared.answer { return lastLayer(of: answer, at: "shared/answer") }
    return lastLayer(of: shared.trunk, at: "shared/trunk")
  }

  public func representation(of rows: Tensor, for task: Int) -> Tensor {
    let embedding = own[task].embedding.insertingAxis(at: 0)
    return zip(shared.trunk.layers, shared.modulations).reduce(rows) { rows, layer in
      let (dense, modulation) = layer
      let parts = modulation(embedding).flattened()
        .split(axis: 0, into: [dense.outputs, dense.outputs])
      let scaled = dense(rows).multiplyingRow(1 + parts[0])
      return shared.trunk.activation(scaled.addingRow(parts[1]))
    }
  }

  public func output(of task: Int, from representation: Tensor, rows: Tensor) -> Tensor {
    answer(
      representation, head: own[task].head, shared: shared.answer, outputs: outputs[task])
  }

  /// What a network with layers modulated by the task can be told.
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

extension FiLM.Settings {
  public static let about = ArchitectureSummary(
    summary: "one network whose layers are scaled and shifted by a learned task embedding",
    shares: "the network and what makes scales and shifts; own: embeddings, and heads if any",
    source: "Perez et al. 2018")

  public var sees: String { seen("by scales and shifts from a learned embedding") }

  public func validate() throws(SettingsError) {
    try validateCount(embeddingSize, "embeddingSize", in: 1...4096)
    try validateLayered()
  }

  public func parameterCount(inputShape: [Int], outputs: [Int]) -> Int {
    let inputs = rowSize(inputShape)
    let embeddings = ParameterCount(outputs.count) * ParameterCount(embeddingSize)
    let trunk = ParameterCount.layers([inputs] + hidden)
    let modulations = ParameterCount.sum(hidden) { .dense(embeddingSize, 2 * $0) }
    let answers = answerCount(features: hidden.last ?? inputs, outputs: outputs)
    return (embeddings + trunk + modulations + answers).value
  }

  public func make(
    inputShape: [Int], outputs: [Int], using random: inout RandomStream
  ) -> FiLM {
    let inputs = rowSize(inputShape)
    let trunk = features([inputs] + hidden, using: &random)
    let modulations = hidden.map { dense(embeddingSize, 2 * $0, using: &random) }
    let shared = FiLM.Shared(
      trunk: trunk, modulations: modulations,
      answer: sharedAnswer(trunk.outputs, outputs, using: &random))
    let own = embeddings(of: embeddingSize, trunk.outputs, outputs, using: &random)
    return FiLM(shared: shared, own: own, outputs: outputs)
  }
}
