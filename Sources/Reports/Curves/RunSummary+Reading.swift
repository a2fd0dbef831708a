import Glibc
package import Tracking

extension RunSummary {
  /// Reads what a report needs of a run, whether it is going on, ended or crashed.
  ///
  /// The run file knows neither the tasks' names nor the length that was planned: give them where
  /// they are known.
  ///
  /// - Parameter withMetrics: whether the metrics are read, which a comparison does not need.
  /// - Throws: what `RunReader` throws when the file is damaged.
  package init(
    reading reader: RunReader, tasks: [String] = [""], plannedSteps: Int64? = nil,
    withMetrics: Bool = true
  ) throws {
    let names = Self.names(of: reader.folder)
    let status = try reader.status
    let timings = try reader.timings.filter { withMetrics || $0.name == "elapsed" }
      .map { try Series(reader.timing($0.name)) }
    let episodes = try reader.episodes()
    self.init(
      experiment: names.experiment, variant: names.variant,
      seed: reader.provenance?.seed ?? UInt64(names.seed) ?? 0, state: RunState(status),
      lastStep: reader.stepsDone, plannedSteps: plannedSteps,
      wallTime: timings.first { $0.name == "elapsed" }.flatMap(\.totalOfSittings), tasks: tasks,
      episodes: EpisodeLog(
        endSteps: episodes.map(\.step), returns: episodes.map(\.return),
        lengths: episodes.map { Int($0.length) }, tasks: episodes.map { Int($0.task) }),
      evaluations: Self.evaluations(of: try reader.evaluations()),
      metrics: try (withMetrics ? reader.metrics : [])
        .flatMap { try Series.columns(of: reader.series($0.name)) }
        + timings.filter { $0.name != "elapsed" },
      configuration: reader.config, provenance: Self.provenance(of: reader.sessions))
    if case .failed(let message) = status { failure = message }
    earlyEnd = try reader.earlyEnd
    keepsBest = reader.keepsBest
    clock = timings.first { $0.name == "elapsed" }?.overSittings ?? clock
  }

  /// The last three parts of the folder's full path: experiment, variant, seed.
  private static func names(
    of folder: RunFolder
  ) -> (experiment: String, variant: String, seed: String) {
    var path = folder.path
    if let full = realpath(folder.path, nil) {
      path = String(cString: full)
      free(full)
    }
    let parts = path.split(separator: "/").map(String.init)
    let known = Array(repeating: "run", count: max(0, 3 - parts.count)) + parts.suffix(3)
    return (known[0], known[1], known[2])
  }

  /// Episodes of evaluations, gathered by the step at which they took place.
  ///
  /// Of two evaluations at one step, as at a run's end, the later is the run's word.
  private static func evaluations(of rows: [EvaluationRow]) -> [Evaluation] {
    var found: [Evaluation] = []
    for row in rows {
      if row.episode == 0 { found.removeAll { $0.step == row.step } }
      if let last = found.indices.last, found[last].step == row.step, found[last].task == row.task {
        found[last].returns.append(row.return)
      } else {
        found.append(Evaluation(step: row.step, task: Int(row.task), returns: [row.return]))
      }
    }
    return found
  }

  /// What the first sitting recorded, and when and where the run was taken up again.
  private static func provenance(of sessions: [Provenance]) -> [ProvenanceEntry] {
    guard let first = sessions.first else { return [] }
    let resumed = sessions.dropFirst().map { "\($0.startTime) on \($0.host)" }
    let versions = sessions.map(\.version).uniqued.joined(separator: ", then ")
    let commits = sessions.map { $0.commit ?? "not in a repository" }.uniqued
    return [
      ProvenanceEntry("Fledge", versions),
      ProvenanceEntry("Commit", commits.joined(separator: ", then ")),
      ProvenanceEntry("Command", first.commandLine.map(\.shellQuoted).joined(separator: " ")),
      ProvenanceEntry("Root seed", String(first.seed)), ProvenanceEntry("Started", first.startTime),
      ProvenanceEntry("Resumed", resumed.isEmpty ? "never" : resumed.joined(separator: ", ")),
      ProvenanceEntry("Machine", first.host), ProvenanceEntry("Processor", first.processor),
      ProvenanceEntry("BLAS kernel", first.blasKernel),
      ProvenanceEntry("Swift", first.swiftVersion),
    ]
  }
}

extension RunState {
  fileprivate init(_ status: RunStatus) {
    self =
      switch status {
      case .running: .running
      case .crashed: .crashed
      case .interrupted: .interrupted
      case .finished: .finished
      case .failed: .failed
      }
  }
}

extension Series {
  fileprivate init(_ timing: Tracking.Series<Double>) {
    self.init(
      name: timing.metric.name, unit: timing.metric.unit, steps: timing.steps,
      values: timing.values)
  }

  /// A metric as it is, or one series for each number of its rows.
  fileprivate static func columns(of metric: Tracking.Series<Float>) -> [Series] {
    let width = metric.metric.width ?? 1
    return (0..<width).map { place in
      Series(
        name: metric.metric.width == nil ? metric.metric.name : "\(metric.metric.name)/\(place)",
        unit: metric.metric.unit, steps: metric.steps,
        values: metric.steps.indices.map { Double(metric.values[$0 * width + place]) })
    }
  }

  /// A clock that starts again when a run is resumed, as one that went on.
  fileprivate var overSittings: Polyline {
    var (before, last) = (0.0, 0.0)
    var line = Polyline(xs: [], ys: [])
    for (step, reading) in zip(steps, values) where reading.isFinite {
      if reading < last { before += last }
      last = reading
      line.xs.append(Double(step))
      line.ys.append(before + reading)
    }
    return line
  }

  /// The sum of a clock's last readings, for a clock that starts again when a run is resumed.
  fileprivate var totalOfSittings: Double? {
    let readings = values.filter(\.isFinite)
    let ends = zip(readings, readings.dropFirst()).filter { $0 > $1 }.map(\.0)
    return readings.last.map { ends.reduce($0, +) }
  }
}

extension String {
  /// The text as one word of a shell.
  fileprivate var shellQuoted: String {
    let isPlain = !isEmpty && allSatisfy { $0.isLetter || $0.isNumber || "-_./=,:+@%".contains($0) }
    return isPlain
      ? self
      : "'"
        + split(separator: "'", omittingEmptySubsequences: false)
        .joined(separator: "'\\''") + "'"
  }
}
