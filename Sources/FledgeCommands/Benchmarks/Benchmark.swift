/// One of this machine's figures: how it is measured, and what it is held against.
struct Benchmark: Sendable {
  /// A name such as `engine/mlp-4-64-64-2`.
  let name: String
  /// What is measured, in a line.
  let summary: String
  let unit: Unit
  /// What the figure has to reach, in its unit; the goal for a quiet Zen 5 core.
  let goal: Double
  let measure: @Sendable (_ effort: Effort) throws -> Measurement

  enum Unit {
    case microseconds
    case milliseconds
    case stepsPerSecond
    case mebibytes
    /// What something adds to the time of something else.
    case percentAdded
    /// How many of a hundred intervals hold the truth.
    case percentCovered
    /// The speed beside that of something else.
    case percentOfSpeed

    var isBetterWhenLarger: Bool {
      switch self {
      case .stepsPerSecond, .percentCovered, .percentOfSpeed: true
      case .microseconds, .milliseconds, .mebibytes, .percentAdded: false
      }
    }

    var symbol: String {
      switch self {
      case .microseconds: "µs"
      case .milliseconds: "ms"
      case .stepsPerSecond: "steps/s"
      case .mebibytes: "MiB"
      case .percentAdded, .percentCovered, .percentOfSpeed: "%"
      }
    }
  }
}

/// Several measurements of one figure.
struct Measurement {
  var values: [Double]
  /// What it cannot be better than: the same work's matrix products alone, in the same sitting.
  var limits: [Double] = []

  var sorted: [Double] { values.sorted() }
  var median: Double { Self.median(values) }
  var minimum: Double { values.min() ?? .nan }
  var maximum: Double { values.max() ?? .nan }
  var limit: Double? { limits.isEmpty ? nil : Self.median(limits) }

  private static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    guard !sorted.isEmpty else { return .nan }
    let middle = sorted.count / 2
    return sorted.count.isMultiple(of: 2)
      ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
  }
}

/// How long to measure.
struct Effort {
  /// Measurements of each figure.
  var repeats: Int
  /// Seconds of one measurement of something that takes microseconds.
  var seconds: Double

  static let usual = Effort(repeats: 11, seconds: 0.1)
  static let quick = Effort(repeats: 3, seconds: 0.02)
}

/// Seconds that `body` takes on average in a stretch of about so many seconds.
func secondsPerCall(for seconds: Double, _ body: () -> Void) -> Double {
  let clock = ContinuousClock()
  var calls = 0
  var batch = 1
  let start = clock.now
  var elapsed = 0.0
  repeat {
    for _ in 0..<batch { body() }
    calls += batch
    batch = min(batch * 2, 1024)
    elapsed = (clock.now - start) / .seconds(1)
  } while elapsed < seconds
  return elapsed / Double(calls)
}

extension Effort {
  /// Measures `body` and what limits it alternately, so that both meet the same machine.
  func microseconds(of body: () -> Void, limit: (() -> Void)? = nil) -> Measurement {
    for _ in 0..<20 { body() }
    var measurement = Measurement(values: [])
    for _ in 0..<repeats {
      measurement.values.append(secondsPerCall(for: seconds, body) * 1e6)
      if let limit { measurement.limits.append(secondsPerCall(for: seconds, limit) * 1e6) }
    }
    return measurement
  }
}
