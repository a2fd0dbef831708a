public import NeuralNetworks

/// How a step comes by what its strategy has to be told of the tasks' gradients.
public enum GradientMode: CaseIterable, Choice {
  /// ``losses`` for a strategy that needs losses alone, ``lastLayer`` for one that is defined so;
  /// else ``blocks`` where each task has rows of its own, and ``exact`` where all share them.
  case automatic
  /// One backward pass, of the weighted sum of the losses; there is no Gram matrix.
  case losses
  /// The gradients of tasks that have rows of their own: exact, and as much work as one backward
  /// pass over all rows.
  case blocks
  /// The gradients of tasks that share their rows: exact, by one backward pass for each task.
  case exact
  /// The gradients with respect to the representation that all tasks share stand for those with
  /// respect to the shared parameters: one backward pass through what is shared.
  ///
  /// Sener & Koltun (2018), section 3.3: an upper bound of the exact problem.
  case representation
  /// The gradients with respect to the last shared layer stand for those with respect to all
  /// shared parameters: Chen et al. (2018), "GradNorm".
  case lastLayer

  public static let alternatives = allCases.map { Alternative("\($0)", $0) }

  public var chosen: (name: String, settings: (any ValidatedSettings)?) { ("\(self)", nil) }

  /// The mode that is meant.
  ///
  /// - Parameters:
  ///   - needs: What the strategy has to be told.
  ///   - hasOwnRows: Whether each task's loss runs over rows of its own.
  ///   - hasRepresentation: Whether all tasks read one representation of the same rows.
  func resolved(
    for needs: StrategyNeeds, hasOwnRows: Bool, hasRepresentation: Bool
  ) throws(TaskStepError) -> GradientMode {
    switch self {
    case .automatic:
      if needs.signal == .losses { return .losses }
      return needs.ofLastLayer ? .lastLayer : hasOwnRows ? .blocks : .exact
    case .losses:
      guard needs.signal == .losses else {
        throw .mode(
          self, "the strategy needs the tasks' gradients: choose blocks, exact or representation")
      }
    case .blocks:
      guard hasOwnRows else {
        throw .mode(self, "the tasks share their rows: choose exact or representation")
      }
    case .exact: break
    case .representation:
      guard hasRepresentation else {
        throw .mode(
          self,
          "the tasks do not read one common representation of the same rows: choose "
            + (hasOwnRows ? "blocks" : "exact"))
      }
    case .lastLayer:
      guard needs.signal != .gradients else {
        throw .mode(
          self, "the strategy changes the whole gradients: choose blocks or exact")
      }
    }
    return self
  }
}

/// How the step of several tasks is made.
public struct TaskStepSettings: ValidatedSettings {
  /// How the tasks' gradients are found.
  public var gradients = GradientMode.automatic
  /// Whether the parameters of one task follow that task's gradient times its weight.
  ///
  /// `nil` means yes where the strategy weighs losses (it needs no more than them, or the gradients
  /// of the last layer), and no where it combines gradients.
  public var scaleHeads: Bool?
  /// The largest length of the combined step's gradient, over all parameters; `nil` for no limit.
  public var maximumGradientNorm: Double?

  public init() {}

  public func validate() throws(SettingsError) {
    if let limit = maximumGradientNorm, !(limit > 0) {
      throw SettingsError(path: "maximumGradientNorm", problem: "must be above 0, but is \(limit)")
    }
  }
}

/// Why a step of several tasks cannot be made.
public enum TaskStepError: Error, Equatable, CustomStringConvertible {
  /// A mode that does not fit the strategy, the architecture or the data.
  case mode(GradientMode, String)
  /// A task whose loss, or gradient, is infinite or not-a-number: training has diverged.
  case notFinite(task: Int, step: Int)
  /// A batch in which no task has a label.
  case empty(step: Int)
  /// The strategy has no answer.
  case strategy(StrategyError)

  public var description: String {
    switch self {
    case .mode(let mode, let reason): "the gradients cannot be found by '\(mode)': \(reason)"
    case .notFinite(let task, let step):
      "the loss of task \(task) is not finite at step \(step): lower the learning rate, or limit "
        + "the gradient by maximumGradientNorm"
    case .empty(let step):
      "the batch of step \(step) has no label of any task: draw batches that have one"
    case .strategy(let error): error.description
    }
  }
}
