package import Tracking

/// What a comparison of configurations needs of one run with several tasks.
package struct MultiTaskRun: Equatable, Sendable {
  package var experiment: String
  package var variant: String
  package var seed: UInt64
  package var state: RunState
  /// What went wrong, for a run that failed.
  package var failure: String?
  /// Optimizer steps done.
  package var steps: Int64
  package var record: TaskRecord
  /// The final scores by `<task>/<score>`, finite or not.
  package var selected: [String: Double]
  /// Scores along the run, by `<task>/<score>`.
  package var validation: [String: Series]
  package var test: [String: Series]
  /// The weight of each task along the run, at the steps that it had a part in; empty where none
  /// was logged.
  package var weights: [Series]
  /// How likely each task was to have the next step; empty where all tasks are in each.
  package var turns: [Series]
  package var conflict: TaskConflict?
  /// The median time of a step, in milliseconds.
  package var stepTime: Double?
  /// What the configuration says of the data, as text: runs that differ in it cannot be compared.
  package var problem: String
  /// What the configuration says of their parts.
  var split: String
  /// What the configuration says of how it learned, as text by key, as far as all cells of a
  /// comparison should have it in common.
  package var procedure: [String: String]
  /// Whether numbers of the run left what can be computed with, or it failed for another reason
  /// than one of the machine: its scores mean nothing, and it counts as the worst.
  package var hasDiverged: Bool

  /// Of what was read of a run's file, and what it says of its tasks.
  package init(_ run: RunSummary, record: TaskRecord) {
    (experiment, variant, seed) = (run.experiment, run.variant, run.seed)
    (state, failure, steps) = (run.state, run.failure, run.lastStep)
    self.record = record
    let series = Dictionary(
      run.metrics.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let keys = record.tasks.flatMap { task in task.scores.map { "\(task.name)/\($0.name)" } }
    func found(_ group: String) -> [String: Series] {
      Dictionary(
        keys.compactMap { key in series["\(group)/\(key)"].map { (key, $0) } },
        uniquingKeysWith: { first, _ in first })
    }
    validation = found("validation")
    test = found("test")
    // A run without a selection ends with the scores of its last weights. One that failed has no
    // end: its last scores were taken before things went wrong.
    let last = run.state == .failed ? [:] : test.compactMapValues(\.values.last)
    selected = found("selected").compactMapValues(\.values.last).merging(last) { own, _ in own }
    let count = record.tasks.count
    weights = Self.present(
      Self.columns("training/weights", count, in: series),
      Self.columns("training/loss", count, in: series))
    turns = count > 1 ? Self.columns("training/probabilities", count, in: series) : []
    let products = Self.columns("training/gram", count * count, in: series)
    let rows = products.first.map { first in
      first.values.indices.map { row in products.map { $0.values[row] } }
    }
    conflict = count > 1 ? rows.flatMap { TaskConflict(taskCount: count, rows: $0) } : nil
    let times = series["stepTime"]?.values.filter(\.isFinite) ?? []
    stepTime = times.isEmpty ? nil : times.median
    problem = run.configuration.blocks(named: ["dataset", "split"])
    split = run.configuration.blocks(named: ["split"])
    procedure = Self.procedure(of: run.configuration, isSingleTask: record.cell.role == .singleTask)
    hasDiverged =
      selected.values.contains { !$0.isFinite }
      || (run.state == .failed && !(run.failure.map(Self.isOfTheMachine) ?? false))
  }

  /// Whether it learned from the same examples: by their digests where both are known, wherever the
  /// files lay, else by what the configurations say.
  func hasSameData(as other: MultiTaskRun) -> Bool {
    guard let own = record.examples, let its = other.record.examples else {
      return problem == other.problem
    }
    return own.sha256 == its.sha256 && split == other.split
  }

  /// Whether it counts: it ended with scores, or is known to have none because it diverged.
  var isUsable: Bool {
    let keys = record.tasks.flatMap { task in task.scores.map { "\(task.name)/\($0.name)" } }
    return hasDiverged || (state == .finished && keys.allSatisfy { selected[$0] != nil })
  }

  private static let procedureKeys = [
    "normalization", "tasks", "optimizer", "batchSize", "budget", "earlyStopping",
  ]

  /// A run of one task has its own losses, and rows and steps to match the others'.
  private static func procedure(
    of configuration: String, isSingleTask: Bool
  ) -> [String: String] {
    let own: Set = isSingleTask ? ["tasks", "batchSize", "budget"] : []
    return Dictionary(
      uniqueKeysWithValues: procedureKeys.filter { !own.contains($0) }.map { key in
        // Which of the tasks are learned is told by their record.
        let lines = configuration.blocks(named: [key]).split(separator: "\n").filter {
          !$0.hasPrefix("  only:")
        }
        return (key, lines.joined(separator: "\n"))
      })
  }

  /// The keys of the configuration in which it learned otherwise than another run.
  func procedureKeys(differingFrom other: MultiTaskRun) -> [String] {
    Self.procedureKeys.filter { key in
      guard let own = procedure[key], let its = other.procedure[key] else { return false }
      return own != its
    }
  }

  /// Whether a failure is plainly one of the machine, which says nothing of the configuration.
  ///
  /// Whatever else ends a run counts against it: a cell judged by the seeds that survived would gain
  /// by failing.
  static func isOfTheMachine(_ failure: String) -> Bool {
    let words = Set(failure.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init))
    return !words.isDisjoint(with: [
      "disk", "file", "folder", "h5", "hdf5", "memory", "permission", "permissions",
    ])
  }

  /// The run as a message names it.
  package var label: String { "\(experiment)/\(variant)/\(seed)" }

  /// Weights at the steps at which their task has a loss: where it is absent, its 0 weighs nothing.
  private static func present(_ weights: [Series], _ losses: [Series]) -> [Series] {
    guard losses.count == weights.count else { return weights }
    return zip(weights, losses).map { weight, loss in
      guard loss.steps == weight.steps, loss.values.contains(where: \.isNaN) else { return weight }
      let there = loss.values.indices.filter { !loss.values[$0].isNaN }
      return Series(
        name: weight.name, unit: weight.unit, steps: there.map { weight.steps[$0] },
        values: there.map { weight.values[$0] })
    }
  }

  /// The columns of a metric of rows; none where it was not logged, or with another width.
  private static func columns(
    _ name: String, _ count: Int, in series: [String: Series]
  ) -> [Series] {
    if count == 1, let only = series[name] { return [only] }
    let found = (0..<count).compactMap { series["\(name)/\($0)"] }
    return found.count == count ? found : []
  }
}

extension String {
  /// The lines of top-level entries of a YAML text, in their order.
  func blocks(named names: Set<String>) -> String {
    var isInside = false
    let kept = split(separator: "\n", omittingEmptySubsequences: false).filter { line in
      if let first = line.first, first != " ", first != "-", first != "#" {
        isInside = names.contains(String(line.prefix { $0 != ":" }))
      }
      return isInside
    }
    return kept.joined(separator: "\n")
  }
}
