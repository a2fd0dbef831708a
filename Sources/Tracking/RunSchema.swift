/// A quantity that is measured along a run.
public struct MetricColumn: Hashable, Sendable {
  /// Its path among the metrics, such as `loss/td`.
  public var name: String
  /// Its unit in words, such as `reward²`; empty for a plain number.
  public var unit: String
  /// What it says, in a sentence.
  public var meaning: String
  /// Numbers per step, for rows such as one weight per task; `nil` for one number.
  public var width: Int?

  /// Declares a metric, and how many numbers each of its values has.
  public init(_ name: String, unit: String = "", meaning: String = "", width: Int? = nil) {
    self.name = name
    self.unit = unit
    self.meaning = meaning
    self.width = width
  }
}

/// An array of the finished agent: its name, such as `network/hidden/0/weight`, and its shape.
public struct WeightArray: Hashable, Sendable {
  /// As the agent calls it.
  public var name: String
  /// Sizes of the axes; empty for a single number.
  public var shape: [Int]

  /// Declares an array of weights.
  public init(_ name: String, shape: [Int]) {
    self.name = name
    self.shape = shape
  }

  /// How many numbers it has.
  public var count: Int { shape.reduce(1, *) }
}

/// Everything that a run will write, fixed before it begins: nothing can be added later.
public struct RunSchema: Hashable, Sendable {
  /// What follows from configuration and seed alone; covered by the promise of equal bits.
  public var metrics: [MetricColumn]
  /// What a clock said; kept apart, since it differs from run to run.
  public var timings: [MetricColumn]
  /// The weights that the run will end with.
  public var weights: [WeightArray]
  /// Whether the same arrays are kept a second time, as they were at their best.
  public var keepsBest: Bool
  /// The run's tasks and its place in a comparison; `nil` for a run with one task.
  public var multitask: TaskRecord?

  /// Declares all that a run will write.
  public init(
    metrics: [MetricColumn], timings: [MetricColumn] = RunSchema.defaultTimings,
    weights: [WeightArray] = [], keepsBest: Bool = false, multitask: TaskRecord? = nil
  ) {
    self.keepsBest = keepsBest
    self.multitask = multitask
    self.metrics = metrics
    self.timings = timings
    self.weights = weights
  }

  /// The clock beside the steps.
  public static let defaultTimings = [
    MetricColumn("elapsed", unit: "s", meaning: "time since this process began the run"),
    MetricColumn("speed", unit: "steps/s", meaning: "environment steps in a second, lately"),
  ]

  /// - Throws: `TrackingError.badName` for names that are taken twice or cannot be in a file.
  func validate() throws(TrackingError) {
    try Self.validate(metrics.map(\.name), of: "a metric", reserved: ["step", "value"])
    try Self.validate(timings.map(\.name), of: "a timing", reserved: ["step", "value"])
    try Self.validate(weights.map(\.name), of: "an array of weights", reserved: [])
    for metric in metrics + timings where metric.width.map({ $0 < 1 }) ?? false {
      throw .badName(metric.name, of: "a metric", reason: "its rows have no numbers")
    }
    for timing in timings where timing.width != nil {
      throw .badName(timing.name, of: "a timing", reason: "a timing is one number")
    }
  }

  static func validate(
    _ names: [String], of what: String, reserved: Set<String>
  ) throws(TrackingError) {
    var taken = Set<String>()
    for name in names {
      let parts = name.split(separator: "/", omittingEmptySubsequences: false)
      let unusable = name.utf8.contains { $0 < 32 } || name.utf8.count > 500
      if unusable || parts.contains(where: { $0.isEmpty || $0 == "." || $0 == ".." }) {
        throw .badName(name, of: what, reason: "it has an empty part or control characters")
      }
      if let part = parts.first(where: { reserved.contains(String($0)) }) {
        throw .badName(name, of: what, reason: "'\(part)' has a meaning of its own")
      }
      if !taken.insert(name).inserted {
        throw .badName(name, of: what, reason: "it is there twice")
      }
    }
  }
}

/// How many rows of each column belong to a checkpoint, by the column's place in `run.h5`.
public struct RunLengths: Hashable, Sendable {
  /// By the columns' names.
  public var rows: [String: Int]
  /// Takes lengths as they are given.
  public init(rows: [String: Int] = [:]) { self.rows = rows }
}

/// How far a run got.
public enum RunStatus: Hashable, Sendable {
  /// A living process writes it.
  case running
  /// Its process ended without a word: killed, crashed, or the machine went down.
  case crashed
  /// It was stopped in good order and can go on.
  case interrupted
  /// It used up its budget, or was ended by a rule.
  case finished
  /// It ended with an error, told in a sentence.
  case failed(String)
}
