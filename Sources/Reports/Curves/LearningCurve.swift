/// The curves of several seeds on common steps, with their interquartile mean and its interval.
package struct LearningCurve: Sendable {
  /// One seed's own curve.
  package struct Member: Sendable {
    package var seed: UInt64
    package var curve: Polyline
  }

  /// What stands at one step for all seeds together.
  package struct Point: Equatable, Sendable {
    package var step: Double
    /// The IQM over the seeds that have data here, and its interval from two seeds on.
    package var estimate: Estimate
  }

  /// The variant that these seeds belong to.
  package var name: String
  package var members: [Member]
  package var points: [Point]
  /// Values that were left out because they were not finite.
  package var skippedValues: Int

  /// The number of seeds that have any data.
  package var seedCount: Int { members.count }
  package var isEmpty: Bool { points.isEmpty }

  /// The IQM over seeds of rows on a common grid; steps at which no seed has data are left out.
  init(
    name: String, seeds: [UInt64], grid: [Double], rows: [[Double?]], skippedValues: Int,
    bootstrap: Bootstrap, using indices: inout some IndexSource
  ) {
    self.name = name
    self.skippedValues = skippedValues
    members = zip(seeds, rows).compactMap { seed, row in
      let present = row.indices.filter { row[$0] != nil }
      let curve = Polyline(xs: present.map { grid[$0] }, ys: present.compactMap { row[$0] })
      return curve.isEmpty ? nil : Member(seed: seed, curve: curve)
    }
    points = []
    // Neighbouring steps at which the same seeds have data share their draws.
    var start = 0
    while start < grid.count {
      let present = rows.indices.filter { rows[$0][start] != nil }
      var end = start + 1
      while end < grid.count, rows.indices.filter({ rows[$0][end] != nil }) == present { end += 1 }
      if !present.isEmpty {
        let block = present.map { row in rows[row][start..<end].compactMap { $0 } }
        let band = bootstrap.band(ofRuns: block, using: &indices)
        points += zip(grid[start..<end], band).map { Point(step: $0, estimate: $1) }
      }
      start = end
    }
  }
}

/// How curves of runs are read and averaged.
package struct CurveSettings: Sendable {
  /// Episodes behind each point of the training return.
  package var episodeWindow = 100
  /// Steps at which curves are read that are not already logged at few common steps.
  package var gridPoints = 200
  package var bootstrap = Bootstrap.curves

  package init(episodeWindow: Int = 100, gridPoints: Int = 200, bootstrap: Bootstrap = .curves) {
    self.episodeWindow = episodeWindow
    self.gridPoints = gridPoints
    self.bootstrap = bootstrap
  }
}

extension LearningCurve {
  /// The training return: each seed's mean return of its last 100 episodes, held between episodes.
  package static func training(
    _ name: String, of runs: [RunSummary], task: Int? = nil, settings: CurveSettings = .init(),
    using indices: inout some IndexSource
  ) -> LearningCurve {
    let grid = evenGrid(upTo: runs.map(\.lastStep).max() ?? 0, points: settings.gridPoints)
    var skipped = 0
    let rows = runs.map { run -> [Double?] in
      let episodes = task.map(run.episodes.of(task:)) ?? run.episodes
      let (series, missing) = Series(
        name: "return", steps: episodes.endSteps, values: episodes.returns
      ).finite
      skipped += missing
      let means = runningMeans(of: series.values, window: settings.episodeWindow)
      return Polyline(xs: series.steps.map(Double.init), ys: means)
        .carried(to: grid, until: Double(run.lastStep))
    }
    return LearningCurve(
      name: name, seeds: runs.map(\.seed), grid: grid, rows: rows, skippedValues: skipped,
      bootstrap: settings.bootstrap, using: &indices)
  }

  /// The evaluation return: each seed's mean over the episodes of each evaluation.
  ///
  /// With several tasks and none named, the mean over tasks of these means.
  package static func evaluation(
    _ name: String, of runs: [RunSummary], task: Int? = nil, settings: CurveSettings = .init(),
    using indices: inout some IndexSource
  ) -> LearningCurve {
    averaged(
      name, seeds: runs.map(\.seed), series: runs.map { $0.evaluationSeries(task: task) },
      settings: settings, using: &indices)
  }

  /// Any metric of the runs; a run that has none of this name takes no part.
  package static func metric(
    _ metric: String, variant: String, of runs: [RunSummary], settings: CurveSettings = .init(),
    using indices: inout some IndexSource
  ) -> LearningCurve {
    let found = runs.compactMap { run in
      run.metrics.first { $0.name == metric }.map { (run.seed, $0) }
    }
    return averaged(
      variant, seeds: found.map(\.0), series: found.map(\.1), settings: settings, using: &indices)
  }

  /// Curves read at the steps that they were logged at, if these are few; otherwise in equal bins.
  private static func averaged(
    _ name: String, seeds: [UInt64], series: [Series], settings: CurveSettings,
    using indices: inout some IndexSource
  ) -> LearningCurve {
    let cleaned = series.map(\.finite)
    let lines = cleaned.map { Polyline($0.series) }
    let steps = Set(lines.flatMap(\.xs))
    let grid: [Double]
    let rows: [[Double?]]
    if steps.count <= 2 * settings.gridPoints {
      grid = steps.sorted()
      rows = lines.map { $0.interpolated(at: grid) }
    } else {
      let range = (steps.min() ?? 0)...(steps.max() ?? 0)
      let width = (range.upperBound - range.lowerBound) / Double(settings.gridPoints)
      grid = (0..<settings.gridPoints).map { range.lowerBound + (Double($0) + 0.5) * width }
      rows = lines.map { $0.binned(into: settings.gridPoints, over: range) }
    }
    return LearningCurve(
      name: name, seeds: seeds, grid: grid, rows: rows,
      skippedValues: cleaned.reduce(0) { $0 + $1.skipped }, bootstrap: settings.bootstrap,
      using: &indices)
  }

  /// `points` equal steps that end at `last`; a single one when the run is shorter than that.
  private static func evenGrid(upTo last: Int64, points: Int) -> [Double] {
    guard last > 0 else { return [] }
    let count = min(points, Int(last))
    return (1...count).map { Double($0) * Double(last) / Double(count) }
  }
}

extension RunSummary {
  /// The mean return of each evaluation by step; with several tasks and none named, the mean over
  /// tasks, at the steps at which all were evaluated.
  package func evaluationSeries(task: Int? = nil) -> Series {
    var means: [Int64: [Double]] = [:]
    for evaluation in evaluations where task == nil || evaluation.task == task {
      guard !evaluation.returns.isEmpty else { continue }
      means[evaluation.step, default: []].append(evaluation.returns.mean)
    }
    let complete = means.values.map(\.count).max() ?? 0
    let points = means.filter { $0.value.count == complete }.sorted { $0.key < $1.key }
    return Series(
      name: "evaluation return", steps: points.map(\.key), values: points.map(\.value.mean))
  }
}
