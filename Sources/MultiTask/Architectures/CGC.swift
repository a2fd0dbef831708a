public import Autodiff
public import NeuralNetworks
public import Randomness

/// Experts of all tasks and experts of each, mixed for each task by a gate over those it may see:
/// `yₖ = hₖ(softmax(Wₖ x) · [Eₖ(x); Eₛ(x)])`.
///
/// H. Tang, J. Liu, M. Zhao & X. Gong (2020), "Progressive Layered Extraction (PLE)", section 4.1:
/// customized gate control, eq. 1 to 4.
public struct CGC: MultiTaskNetwork {
  public struct Own: Traceable, Sendable {
    /// `Eₖ`.
    public var experts: [AnyTrunk]
    /// `Wₖ`, without bias: the task's own experts first.
    public var gate: Dense
    /// From what the gate mixes to the answer.
    public var head: MLP

    public mutating func visitTensors(_ visitor: inout some TensorVisitor) {
      visitor.visit("experts", &experts)
      visitor.visit("gate", &gate)
      visitor.visit("head", &head)
    }

    /// The answer from what the gate and the own experts read and what the shared experts gave.
    func answer(from rows: Tensor, shared: [Tensor]) -> Tensor {
      head(gated(experts.map { $0(rows) } + shared, by: gate(rows)))
    }
  }

  /// `Eₛ`.
  public var shared: [AnyTrunk]
  public var own: [Own]

  /// Takes networks as they are given.
  public init(shared: [AnyTrunk], own: [Own]) {
    self.shared = shared
    self.own = own
  }

  public var isRepresentationCommon: Bool { true }
  public var lastSharedParameters: [String] { lastLayers(of: shared, at: "shared") }

  /// What the shared experts give, side by side: `[B, sharedExperts · units]`.
  public func representation(of rows: Tensor, for task: Int) -> Tensor {
    concatenated(shared.map { $0(rows) }, axis: 1)
  }

  public func output(of task: Int, from representation: Tensor, rows: Tensor) -> Tensor {
    own[task].answer(
      from: rows, shared: representation.split(axis: 1, into: shared.map(\.outputs)))
  }

  /// What customized gate control can be told.
  public struct Settings: ArchitectureDefinition {
    /// How many experts all tasks share, 1 to 256.
    public var sharedExperts = 2
    /// How many experts each task has, 1 to 256.
    public var ownExperts = 1
    /// What an expert is: `mlp`, or a network for images.
    public var expert = TrunkSettings()
    /// How gates are drawn.
    public var initializer = Initializer.torchDefault
    /// What each task has for itself on top.
    public var head = HeadSettings()

    public init() {}
  }
}

extension CGC.Settings {
  public static let about = ArchitectureSummary(
    summary: "shared experts and experts of each task, mixed by a softmax gate on the input",
    shares: "shared experts; own: experts, gates and heads",
    source: "Tang et al. 2020")

  public var sees: String { "by its experts, its gate and its head" }

  public func validate() throws(SettingsError) {
    try validateCount(sharedExperts, "sharedExperts", in: 1...256)
    try validateCount(ownExperts, "ownExperts", in: 1...256)
    try expert.validated(as: "expert")
    try validateGates(initializer, head)
  }

  public func parameterCount(inputShape: [Int], outputs: [Int]) throws(SettingsError) -> Int {
    let features = try expert.features(of: inputShape, as: "expert")
    let experts = ParameterCount(sharedExperts + outputs.count * ownExperts)
    let gates =
      ParameterCount(rowSize(inputShape))
      * ParameterCount(outputs.count * (sharedExperts + ownExperts))
    let all = try experts * expert.parameterCount(of: inputShape, as: "expert") + gates
    return (all + head.count(features: features, outputs: outputs)).value
  }

  public func make(
    inputShape: [Int], outputs: [Int], using random: inout RandomStream
  ) throws(SettingsError) -> CGC {
    let shared = try expert.make(sharedExperts, inputShape, as: "expert", using: &random)
    var own: [CGC.Own] = []
    for width in outputs {
      let experts = try expert.make(ownExperts, inputShape, as: "expert", using: &random)
      own.append(
        CGC.Own(
          experts: experts,
          gate: gate(
            rowSize(inputShape), ownExperts + sharedExperts, initializer, using: &random),
          head: head.make(experts[0].outputs, width, using: &random)))
    }
    return CGC(shared: shared, own: own)
  }
}
