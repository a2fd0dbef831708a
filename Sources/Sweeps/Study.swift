/// Whether small or large scores are good.
public enum Goal: String, Codable, Sendable {
  case minimize, maximize
}

/// One point of a search and what came of it.
public struct Trial: Codable, Equatable, Sendable {
  /// How far a trial has come.
  public enum State: Codable, Equatable, Sendable {
    case running
    case finished(score: Double)
    /// Ended early because others were better; the last report is its score.
    case stopped
    /// It has no score: training failed or diverged.
    case failed(reason: String)
  }

  /// A score on the way.
  public struct Report: Codable, Equatable, Sendable {
    /// How much of the budget was spent, in the budget's unit.
    public var step: Int
    public var score: Double

    public init(step: Int, score: Double) {
      self.step = step
      self.score = score
    }
  }

  /// Counted from 0 in the order in which trials were begun.
  public var number: Int
  /// One value for each parameter of the space, in its order.
  public var values: [ParameterValue]
  public var state: State
  /// In the order of their steps.
  public var reports: [Report]

  public init(
    number: Int, values: [ParameterValue], state: State = .running, reports: [Report] = []
  ) {
    self.number = number
    self.values = values
    self.state = state
    self.reports = reports
  }
}

/// A search as far as it has come: all that a sampler or a stopping rule may know.
public struct Study: Sendable {
  public var space: SearchSpace
  public var goal: Goal
  /// In the order of their numbers; running ones are among them.
  public var trials: [Trial]

  public init(space: SearchSpace, goal: Goal, trials: [Trial] = []) {
    self.space = space
    self.goal = goal
    self.trials = trials
  }
}
