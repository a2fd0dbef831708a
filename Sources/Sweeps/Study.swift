/// Whether small or large scores are good.
public enum Goal: String, Codable, Sendable {
  /// The smallest score is the best.
  case minimize
  /// The largest score is the best.
  case maximize
}

/// One point of a search and what came of it.
public struct Trial: Codable, Equatable, Sendable {
  /// How far a trial has come.
  public enum State: Codable, Equatable, Sendable {
    /// It has not ended yet.
    case running
    /// It came to its end with this score.
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
    /// How good it was there.
    public var score: Double

    /// A score at a step.
    public init(step: Int, score: Double) {
      self.step = step
      self.score = score
    }
  }

  /// Counted from 0 in the order in which trials were begun.
  public var number: Int
  /// One value for each parameter of the space, in its order.
  public var values: [ParameterValue]
  /// How far it has come.
  public var state: State
  /// In the order of their steps.
  public var reports: [Report]

  /// A trial that has come so far.
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
  /// What is varied.
  public var space: SearchSpace
  /// Whether small or large scores are good.
  public var goal: Goal
  /// In the order of their numbers; running ones are among them.
  public var trials: [Trial]

  /// A search that has come so far.
  public init(space: SearchSpace, goal: Goal, trials: [Trial] = []) {
    self.space = space
    self.goal = goal
    self.trials = trials
  }
}
