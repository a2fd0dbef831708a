public import Autodiff
public import NeuralNetworks
public import Randomness

/// Experts that all tasks share, mixed for each task by a gate: `yₖ = hₖ(Σₑ softmax(Wₖ x)ₑ Eₑ(x))`.
///
/// J. Ma et al. (2018), "Modeling Task Relationships in Multi-task Learning with Multi-gate
/// Mixture-of-Experts", eq. 5 to 7.
public struct MMoE: MultiTaskNetwork {
  public struct Own: Traceable, Sendable {
    /// `Wₖ`, `[inputs, experts]`, without bias.
    public var gate: Dense
    /// From what the gate mixes to the answer.
    public var head: MLP

    public mutating func visitTensors(_ visitor: inout some TensorVisitor) {
      visitor.visit("gate", &gate)
      visitor.visit("head", &head)
    }
  }

  /// The experts, with an activation after every layer.
  public var shared: [AnyTrunk]
  public var own: [Own]

  /// Takes networks as they are given.
  public init(shared: [AnyTrunk], own: [Own]) {
    self.shared = shared
    self.own = own
  }

  public var isRepresentationCommon: Bool { true }
  public var lastSharedParameters: [String] { lastLayers(of: shared, at: "shared") }

  /// What all experts give, side by side: `[B, experts · units]`.
  public func representation(of rows: Tensor, for task: Int) -> Tensor {
    concatenated(shared.map { $0(rows) }, axis: 1)
  }

  public func output(of task: Int, from representation: Tensor, rows: Tensor) -> Tensor {
    let experts = representation.split(axis: 1, into: shared.map(\.outputs))
    return own[task].head(gated(experts, by: own[task].gate(rows)))
  }

  /// What a multi-gate mixture of experts can be told.
  public struct Settings: ArchitectureDefinition {
    /// How many experts there are, 1 to 256.
    public var experts = 4
    /// What an expert is: `mlp`, or a network for images.
    public var expert = TrunkSettings()
    /// How gates are drawn.
    public var initializer = Initializer.torchDefault
    /// What each task has for itself on top.
    public var head = HeadSettings()

    public init() {}
  }
}

extension MMoE.Settings {
  public static let about = ArchitectureSummary(
    summary: "experts mixed for each task by a softmax gate on the input",
    shares: "experts; own: gates and heads",
    source: "Ma et al. 2018")

  public var sees: String { "by its gate and its head" }

  public func validate() throws(SettingsError) {
    try validateCount(experts, "experts", in: 1...256)
    try expert.validated(as: "expert")
    try validateGates(initializer, head)
  }

  public func parameterCount(inputShape: [Int], outputs: [Int]) throws(SettingsError) -> Int {
    let features = try expert.features(of: inputShape, as: "expert")
    let shared = try ParameterCount(experts) * expert.parameterCount(of: inputShape, as: "expert")
    let gates = ParameterCount(rowSize(inputShape)) * ParameterCount(outputs.count * experts)
    return (shared + gates + head.count(features: features, outputs: outputs)).value
  }

  public func make(
    inputShape: [Int], outputs: [Int], using random: inout RandomStream
  ) throws(SettingsError) -> MMoE {
    let experts = try expert.make(experts, inputShape, as: "expert", using: &random)
    let own = outputs.map { width in
      MMoE.Own(
        gate: gate(rowSize(inputShape), experts.count, initializer, using: &random),
        head: head.make(experts[0].outputs, width, using: &random))
    }
    return MMoE(shared: experts, own: own)
  }
}
