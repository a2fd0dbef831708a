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
    public var experts: [MLP]
    /// `Wₖ`, without bias: the task's own experts first.
    public var gate: Dense
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
  public var shared: [MLP]
  public var own: [Own]

  public var isRepresentationCommon: Bool { true }

  /// What the shared experts give, side by side: `[B, sharedExperts · units]`.
  public func representation(of rows: Tensor, for task: Int) -> Tensor {
    concatenated(shared.map { $0(rows) }, axis: 1)
  }

  public func output(of task: Int, from representation: Tensor, rows: Tensor) -> Tensor {
    own[task].answer(
      from: rows, shared: representation.split(axis: 1, into: shared.map(\.outputs)))
  }

  /// What customized gate control can be told.
  public struct Settings: ArchitectureDefinition, LayeredDefinition {
    /// How many experts all tasks share, 1 to 256.
    public var sharedExperts = 2
    /// How many experts each task has, 1 to 256.
    public var ownExperts = 1
    /// Units of each expert's layers: 1 to 32 layers of 1 to 65536.
    public var hidden = [64, 64]
    public var activation = Activation.relu
    public var initializer = Initializer.torchDefault
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
    try validateLayered()
  }

  public func parameterCount(inputs: Int, outputs: [Int]) -> Int {
    let tasks = ParameterCount(outputs.count)
    let seen = ParameterCount(sharedExperts + ownExperts)
    let experts = ParameterCount(sharedExperts) + tasks * ParameterCount(ownExperts)
    let gates = tasks * ParameterCount(inputs) * seen
    return
      (experts * .layers([inputs] + hidden) + gates
      + headCount(features: hidden.last ?? inputs, outputs: outputs)).value
  }

  public func make(inputs: Int, outputs: [Int], using random: inout RandomStream) -> CGC {
    func experts(_ count: Int) -> [MLP] {
      (0..<count).map { _ in features([inputs] + hidden, using: &random) }
    }
    let shared = experts(sharedExperts)
    let own = outputs.map { width in
      CGC.Own(
        experts: experts(ownExperts),
        gate: dense(inputs, ownExperts + sharedExperts, hasBias: false, using: &random),
        head: makeHead(hidden.last ?? inputs, width, using: &random))
    }
    return CGC(shared: shared, own: own)
  }
}
