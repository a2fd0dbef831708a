import Randomness

/// What a learning curve is laid over.
package enum CurveAxis: String, Codable, Sendable {
  /// Environment steps.
  case steps
  /// Seconds of work.
  case wallTime

  package var title: String { self == .steps ? "environment steps" : "wall time (s)" }
}

/// When runs first reached a return, in steps or in seconds.
package struct TimeToReturn: Codable, Equatable, Sendable {
  package var unit: CurveAxis
  /// By seed; missing where it was never reached, which is later than the run's end.
  package var times: [Double?]
  /// Where each run ended.
  package var ends: [Double]
  /// The median over seeds, in which one that never got there counts as later than all; missing
  /// where it is such a one.
  package var median: Double?
  /// Of the median; an end is missing where it is later than the runs' ends.
  package var lower: Double?
  package var upper: Double?

  package var reached: Int { times.count { $0 != nil } }
  /// Whether any run ended before it got there.
  package var isCensored: Bool { reached < times.count }

  init(
    _ times: [Double?], ends: [Double], unit: CurveAxis, bootstrap: Bootstrap,
    using indices: inout some IndexSource
  ) {
    (self.times, self.ends, self.unit) = (times, ends, unit)
    let known = times.map { $0 ?? .infinity }
    func finite(_ value: Double) -> Double? { value.isFinite ? value : nil }
    median = times.isEmpty ? nil : finite(known.median)
    guard times.count > 1 else { return }
    // No stretching: beyond the last observed time there is only "later".
    var plain = bootstrap
    plain.method = .percentile
    let interval = plain.estimate(of: Scores(known), using: &indices) { $0.values.median }.interval
    lower = interval.flatMap { finite($0.lower) }
    upper = interval.flatMap { finite($0.upper) }
  }

  /// "12,000 [10,000, 15,000]", "12,000 [10,000, later]", "not reached".
  func text(_ number: (Double) -> String) -> String {
    guard !times.isEmpty else { return "" }
    guard let median else {
      return lower.map { "not reached [\(number($0)), later]" } ?? "not reached"
    }
    guard times.count > 1 else { return number(median) }
    return "\(number(median)) [\(lower.map(number) ?? "later"), \(upper.map(number) ?? "later")]"
  }
}

/// How much of the way was good: what a variant learned with how much experience and time.
package struct SampleEfficiency: Codable, Equatable, Sendable {
  package var variant: String
  /// The mean return over the steps that all variants have, the area under the curve by its length.
  package var meanReturn: Estimate?
  /// Steps over which that mean is taken.
  package var range: [Double]
  package var steps: TimeToReturn?
  package var seconds: TimeToReturn?
}

extension RunSummary {
  /// The returns that a score is made of, over steps: of each evaluation, or running means over
  /// training episodes from the first full window on.
  func returnCurve(_ source: ScoreSource, window: Int) -> Polyline {
    switch source {
    case .evaluation: return Polyline(evaluationSeries().finite.series)
    case .training:
      let series = Series(name: "", steps: episodes.endSteps, values: episodes.returns).finite
        .series
      let start = min(window, series.values.count) - 1
      guard start >= 0 else { return Polyline(xs: [], ys: []) }
      let means = runningMeans(of: series.values, window: window)
      return Polyline(
        xs: series.steps[start...].map(Double.init), ys: Array(means[start...]))
    }
  }

  /// Seconds of work at steps; beyond the clock's readings at its mean pace.
  func seconds(at steps: [Double]) -> [Double]? {
    guard let lastStep = clock.xs.last, let lastTime = clock.ys.last, lastStep > 0 else {
      return nil
    }
    var line = clock
    if line.xs[0] > 0 {
      line.xs.insert(0, at: 0)
      line.ys.insert(0, at: 0)
    }
    let inside = line.interpolated(at: steps)
    return zip(steps, inside).map { step, time in time ?? step * lastTime / lastStep }
  }

  /// The run with seconds in the place of steps, for curves over wall time.
  func overWallTime(_ source: ScoreSource, window: Int) -> Polyline? {
    let curve = returnCurve(source, window: window)
    return seconds(at: curve.xs).map { Polyline(xs: $0, ys: curve.ys) }
  }
}

extension Polyline {
  /// The first place at which the line is at or above a height.
  func first(reaching threshold: Double) -> Double? {
    zip(xs, ys).first { $0.1 >= threshold }?.0
  }

  /// The mean height over a range that the line covers: the trapezoidal area by the length.
  func meanHeight(over range: ClosedRange<Double>) -> Double? {
    let length = range.upperBound - range.lowerBound
    guard length > 0, let first = xs.first, let last = xs.last, first <= range.lowerBound,
      last >= range.upperBound
    else { return nil }
    let inside = xs.filter { $0 > range.lowerBound && $0 < range.upperBound }
    let places = [range.lowerBound] + inside + [range.upperBound]
    let heights = interpolated(at: places).compactMap { $0 }
    guard heights.count == places.count else { return nil }
    var area = 0.0
    for index in 1..<places.count {
      area += (places[index] - places[index - 1]) * (heights[index] + heights[index - 1]) / 2
    }
    return area / length
  }
}

extension SampleEfficiency {
  /// One for each variant; areas are taken over the steps that every run has.
  static func all(
    of variants: [ExperimentReport.Variant], source: ScoreSource, threshold: Double?,
    bootstrap: Bootstrap, window: Int, seeds: Seeds
  ) -> [SampleEfficiency] {
    let runs = variants.map { variant in
      let ended = variant.runs.filter { $0.state == .finished }
      return ended.isEmpty ? variant.runs : ended
    }
    let curves = runs.map { $0.map { $0.returnCurve(source, window: window) } }
    let filled = curves.flatMap { $0 }.filter { $0.xs.count > 1 }
    let start = filled.compactMap(\.xs.first).max() ?? 0
    let end = filled.compactMap(\.xs.last).min() ?? 0
    let range = start < end ? start...end : nil
    return variants.indices.map { place in
      let name = variants[place].name
      let areas = range.map { range in curves[place].compactMap { $0.meanHeight(over: range) } }
      var random = seeds["efficiency/\(name)"]
      var own = SampleEfficiency(
        variant: name, meanReturn: nil, range: range.map { [$0.lowerBound, $0.upperBound] } ?? [])
      if let areas, !areas.isEmpty {
        own.meanReturn = bootstrap.estimate(of: Scores(areas), using: &random) {
          $0.values.mean
        }
      }
      guard let threshold else { return own }
      let steps = curves[place].map { $0.first(reaching: threshold) }
      own.steps = TimeToReturn(
        steps, ends: runs[place].map { Double($0.lastStep) }, unit: .steps, bootstrap: bootstrap,
        using: &random)
      let timed = zip(runs[place], steps).compactMap { run, step -> (Double?, Double)? in
        guard let end = run.seconds(at: [Double(run.lastStep)])?.first else { return nil }
        return (step.flatMap { run.seconds(at: [$0])?.first }, end)
      }
      if timed.count == runs[place].count, !timed.isEmpty {
        own.seconds = TimeToReturn(
          timed.map(\.0), ends: timed.map(\.1), unit: .wallTime, bootstrap: bootstrap,
          using: &random)
      }
      return own
    }
  }
}
