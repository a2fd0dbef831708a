/// One logged quantity of one run: a value at each of several steps, in ascending order of step.
package struct Series: Equatable, Sendable {
  /// The metric's name, with its group before a slash: `loss/td`.
  package var name: String
  /// The unit of the values, empty for a pure number.
  package var unit: String
  /// Environment steps at which the values were logged, ascending.
  package var steps: [Int64]
  package var values: [Double]

  package init(name: String, unit: String = "", steps: [Int64], values: [Double]) {
    precondition(
      steps.count == values.count,
      "\(name) has \(steps.count) steps but \(values.count) values")
    self.name = name
    self.unit = unit
    self.steps = steps
    self.values = values
  }

  /// The series without its values that are not finite, and how many those were.
  package var finite: (series: Series, skipped: Int) {
    let kept = values.indices.filter { values[$0].isFinite }
    guard kept.count < values.count else { return (self, 0) }
    let series = Series(
      name: name, unit: unit, steps: kept.map { steps[$0] }, values: kept.map { values[$0] })
    return (series, values.count - kept.count)
  }
}

/// The training episodes of one run, in the order in which they ended.
package struct EpisodeLog: Equatable, Sendable {
  /// The environment step, counted over all copies of the environment, at which each episode ended.
  package var endSteps: [Int64]
  package var returns: [Double]
  /// Steps that each episode took.
  package var lengths: [Int]
  /// The task that each episode belongs to, as an index into the run's tasks.
  package var tasks: [Int]

  package init(endSteps: [Int64], returns: [Double], lengths: [Int], tasks: [Int]) {
    precondition(
      endSteps.count == returns.count && endSteps.count == lengths.count
        && endSteps.count == tasks.count, "the columns of an episode log differ in length")
    self.endSteps = endSteps
    self.returns = returns
    self.lengths = lengths
    self.tasks = tasks
  }

  package static let none = EpisodeLog(endSteps: [], returns: [], lengths: [], tasks: [])

  /// The episodes of one task.
  package func of(task: Int) -> EpisodeLog {
    let kept = tasks.indices.filter { tasks[$0] == task }
    return EpisodeLog(
      endSteps: kept.map { endSteps[$0] }, returns: kept.map { returns[$0] },
      lengths: kept.map { lengths[$0] }, tasks: kept.map { tasks[$0] })
  }
}

/// The returns of the episodes that one evaluation of the agent on one task consisted of.
package struct Evaluation: Equatable, Sendable {
  /// The environment step of training at which the agent was evaluated.
  package var step: Int64
  package var task: Int
  package var returns: [Double]

  package init(step: Int64, task: Int = 0, returns: [Double]) {
    self.step = step
    self.task = task
    self.returns = returns
  }
}

/// How a run stands.
package enum RunState: String, Codable, Sendable {
  /// It ran to its end.
  case finished
  /// It is being written at this moment.
  case running
  /// It was stopped in good order before its end and may be resumed.
  case interrupted
  /// Its process ended without a word before its end; it may be resumed from its last checkpoint.
  case crashed
  /// It ended with an error.
  case failed
}

/// One line of where a run comes from: a name and what it was.
package struct ProvenanceEntry: Codable, Equatable, Sendable {
  package var name: String
  package var value: String

  package init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

/// What a report needs to know about one run: one variant of an experiment with one seed.
package struct RunSummary: Equatable, Sendable {
  package var experiment: String
  package var variant: String
  package var seed: UInt64
  package var state: RunState
  /// What went wrong, for a run that failed.
  package var failure: String?
  /// Why a finished run ended before its budget was used up.
  package var earlyEnd: String?
  /// The last environment step that the run is known to have reached.
  package var lastStep: Int64
  /// The environment steps that the run was to take, where known.
  package var plannedSteps: Int64?
  /// Seconds of work over all sittings of the run, where known.
  package var wallTime: Double?
  /// Seconds of work, over all sittings, by environment step; empty where no clock was read.
  package var clock = Polyline(xs: [], ys: [])
  /// Names of the tasks; one of an empty name where the run has a single task.
  package var tasks: [String]
  package var episodes: EpisodeLog
  package var evaluations: [Evaluation]
  /// Whether the weights of the evaluation with the highest mean return are kept.
  package var keepsBest = false
  package var metrics: [Series]
  /// The configuration after defaults, as YAML text.
  package var configuration: String
  package var provenance: [ProvenanceEntry]

  package init(
    experiment: String, variant: String, seed: UInt64, state: RunState, failure: String? = nil,
    earlyEnd: String? = nil,
    lastStep: Int64, plannedSteps: Int64? = nil, wallTime: Double? = nil, tasks: [String] = [""],
    episodes: EpisodeLog = .none, evaluations: [Evaluation] = [], metrics: [Series] = [],
    configuration: String = "", provenance: [ProvenanceEntry] = []
  ) {
    self.experiment = experiment
    self.variant = variant
    self.seed = seed
    self.state = state
    self.failure = failure
    self.earlyEnd = earlyEnd
    self.lastStep = lastStep
    self.plannedSteps = plannedSteps
    self.wallTime = wallTime
    self.tasks = tasks
    self.episodes = episodes
    self.evaluations = evaluations
    self.metrics = metrics
    self.configuration = configuration
    self.provenance = provenance
  }

  /// Environment steps per second of work, where the time is known.
  package var stepsPerSecond: Double? {
    guard let wallTime, wallTime > 0, lastStep > 0 else { return nil }
    return Double(lastStep) / wallTime
  }
}
