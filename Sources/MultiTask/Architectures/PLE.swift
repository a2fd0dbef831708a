public import Autodiff
public import NeuralNetworks
public import Randomness

/// Levels of experts of all tasks and of each: customized gate control, stacked.
///
/// At each level a task's gate mixes its own experts with the shared ones, `xₖ ← gate(xₖ) · [Eₖ(xₖ);
/// Eₛ(xₛ)]`, and a shared gate mixes all of them, `xₛ ← gateₛ(xₛ) · [E₁(x₁); …; E_K(x_K); Eₛ(xₛ)]`,
/// for the shared experts of the next. One level is `CGC`.
///
/// Through the shared gates every task reads every task's experts, but for those of the top level.
/// So a task's own are its experts and its gate at the top, and its gate below the top, which
/// feeds only these; everything beneath is shared, whatever task it is named after.
///
/// H. Tang, J. Liu, M. Zhao & X. Gong (2020), "Progressive Layered Extraction (PLE)", section 4.2,
/// eq. 5 and 6.
public struct PLE: MultiTaskNetwork {
  /// One level below the top.
  public struct Level: Traceable, Sendable {
    /// `Eₖ`, by task.
    public var taskExperts: [[MLP]]
    /// `Eₛ`.
    public var experts: [MLP]
    /// `gateₛ`, over the experts of the first task to the last and the shared ones, without bias.
    public var gate: Dense
    /// The tasks' gates, where they are shared: at levels that are not right below the top.
    public var taskGates: [Dense]

    public mutating func visitTensors(_ visitor: inout some TensorVisitor) {
      visitor.visit("taskExperts", &taskExperts)
      visitor.visit("experts", &experts)
      visitor.visit("gate", &gate)
      visitor.visit("taskGates", &taskGates)
    }
  }

  public struct Shared: Traceable, Sendable {
    /// From the first to the one below the top.
    public var levels: [Level]
    /// `Eₛ` at the top.
    public var top: [MLP]

    public mutating func visitTensors(_ visitor: inout some TensorVisitor) {
      visitor.visit("levels", &levels)
      visitor.visit("top", &top)
    }
  }

  public struct Own: Traceable, Sendable {
    /// The gate below the top, where there are two levels or more.
    public var entry: Dense?
    /// Experts and gate at the top, and the head.
    public var top: CGC.Own

    public mutating func visitTensors(_ visitor: inout some TensorVisitor) {
      visitor.visit("entry", &entry)
      visitor.visit("top", &top)
    }
  }

  public var shared: Shared
  public var own: [Own]

  public var isRepresentationCommon: Bool { false }

  /// Of the experts of the top.
  public var lastSharedParameters: [String] { lastLayers(of: shared.top, at: "shared/top") }

  /// What the task's gate below the top gives, beside what the shared experts at the top give:
  /// `[B, features + sharedExperts · units]`.
  public func representation(of rows: Tensor, for task: Int) -> Tensor {
    var (mine, common) = (rows, rows)
    var all = [Tensor](repeating: rows, count: taskCount)
    for level in shared.levels {
      let given = level.experts.map { $0(common) }
      let own = zip(level.taskExperts, all).map { experts, rows in experts.map { $0(rows) } }
      common = gated(own.flatMap(\.self) + given, by: level.gate(common))
      if let entry = self.own[task].entry, level.taskGates.isEmpty {
        mine = gated(own[task] + given, by: entry(all[task]))
      }
      all = zip(level.taskGates, zip(own, all)).map { gate, task in
        gated(task.0 + given, by: gate(task.1))
      }
    }
    return concatenated([mine] + shared.top.map { $0(common) }, axis: 1)
  }

  public func output(of task: Int, from representation: Tensor, rows: Tensor) -> Tensor {
    let own = own[task].top
    let parts = representation.split(
      axis: 1, into: [own.gate.inputs] + shared.top.map(\.outputs))
    return own.answer(from: parts[0], shared: Array(parts.dropFirst()))
  }

  /// What progressive layered extraction can be told.
  public struct Settings: ArchitectureDefinition, LayeredDefinition {
    /// How many levels of experts there are, 1 to 16.
    public var levels = 2
    /// How many experts all tasks share at each level, 1 to 256.
    public var sharedExperts = 2
    /// How many experts each task has at each level, 1 to 256.
    public var ownExperts = 1
    /// Units of each expert's layers: 1 to 32 layers of 1 to 65536.
    public var hidden = [128]
    /// What follows each hidden layer.
    public var activation = Activation.relu
    /// What the weights begin with.
    public var initializer = Initializer.torchDefault
    /// What each task has for itself on top.
    public var head = HeadSettings()

    public init() {}
  }
}

extension PLE.Settings {
  public static let about = ArchitectureSummary(
    summary: "levels of shared and own experts with a shared gate between them",
    shares: "all but the top's own experts; own: these, the last two gates and heads",
    source: "Tang et al. 2020")

  public var sees: String { "by its experts, its gates and its head" }

  public func validate() throws(SettingsError) {
    try validateCount(levels, "levels", in: 1...16)
    try validateCount(sharedExperts, "sharedExperts", in: 1...256)
    try validateCount(ownExperts, "ownExperts", in: 1...256)
    try validateLayered()
  }

  public func parameterCount(inputShape: [Int], outputs: [Int]) -> Int {
    let inputs = rowSize(inputShape)
    let tasks = ParameterCount(outputs.count)
    let seen = ParameterCount(sharedExperts + ownExperts)
    let experts = ParameterCount(sharedExperts) + tasks * ParameterCount(ownExperts)
    let features = hidden.last ?? inputs
    var count = head.count(features: features, outputs: outputs)
    for level in 1...max(levels, 1) {
      let width = level == 1 ? inputs : features
      let sharedGate = level < levels ? experts : 0
      count = count + experts * .layers([width] + hidden)
      count = count + ParameterCount(width) * (tasks * seen + sharedGate)
    }
    return count.value
  }

  public func make(
    inputShape: [Int], outputs: [Int], using random: inout RandomStream
  ) -> PLE {
    let inputs = rowSize(inputShape)
    let last = hidden.last ?? inputs
    let seen = ownExperts + sharedExperts
    /// Experts of a level that is the first or not.
    func experts(_ count: Int, _ isFirst: Bool) -> [MLP] {
      (0..<count).map { _ in features([isFirst ? inputs : last] + hidden, using: &random) }
    }
    func gate(_ experts: Int, _ isFirst: Bool) -> Dense {
      self.gate(isFirst ? inputs : last, experts, initializer, using: &random)
    }
    let below = (1..<levels).map { level in
      PLE.Level(
        taskExperts: outputs.map { _ in experts(ownExperts, level == 1) },
        experts: experts(sharedExperts, level == 1),
        gate: gate(outputs.count * ownExperts + sharedExperts, level == 1),
        taskGates: level == levels - 1 ? [] : outputs.map { _ in gate(seen, level == 1) })
    }
    let shared = PLE.Shared(levels: below, top: experts(sharedExperts, levels == 1))
    let own = outputs.map { width in
      PLE.Own(
        entry: levels == 1 ? nil : gate(seen, levels == 2),
        top: CGC.Own(
          experts: experts(ownExperts, levels == 1).map { .mlp($0) }, gate: gate(seen, levels == 1),
          head: head.make(last, width, using: &random)))
    }
    return PLE(shared: shared, own: own)
  }
}
