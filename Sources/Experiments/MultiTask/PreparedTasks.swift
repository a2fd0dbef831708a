import Datasets
import MultiTask
import Randomness
import Tracking

/// The examples of one seed as its run learns from them: parted, normalized, with losses and scores.
struct PreparedTasks {
  /// The chosen tasks alone, with normalized inputs and labels.
  let dataset: Dataset
  /// The same tasks' labels in their own unit.
  let columns: [TaskColumn]
  let split: DatasetSplit
  let normalization: DatasetNormalization
  let losses: [TaskLoss]
  let scorers: [TaskScorer]
  /// Whether each example belongs to one task alone.
  let hasOwnRows: Bool
  /// What each task's first score is for a predictor that knows nothing of the inputs.
  let trivial: [[Double]]

  /// A part of the examples.
  enum Part: String, CaseIterable {
    case validation, test
  }

  init(_ config: MultiTaskConfig, of whole: Dataset, seeds: Seeds) throws {
    // Of all tasks, so that a task that is learned alone is judged by the same examples.
    let parts = try whole.split(config.split.settings, seeds: seeds)
    var dataset = try whole.keeping(config.tasks.only)
    split = dataset.labeled(parts)
    columns = dataset.tasks
    losses = try config.losses(for: columns)
    scorers = columns.map { TaskScorer(kind: $0.kind) }
    hasOwnRows = dataset.owners() != nil
    let normalization = dataset.normalization(
      from: split.training, inputs: config.normalization.inputs.meaning,
      targets: config.normalization.targets)
    dataset.normalize(by: normalization)
    self.normalization = normalization
    self.dataset = dataset
    let (split, scorers) = (split, scorers)
    trivial = zip(columns, scorers).map { column, scorer in
      let prediction = TrivialPrediction(column, training: split.training)
      return scorer.trivial(prediction, labels: column.labels(of: split.test))
    }
    try requireLabels()
  }

  /// Refuses parts in which a task has no label to learn from or to be judged by.
  private func requireLabels() throws {
    var parts = [("training", split.training), ("test", split.test)]
    if !split.validation.isEmpty { parts.append(("validation", split.validation)) }
    for column in columns {
      for (part, rows) in parts where !rows.contains(where: column.isLabeled) {
        throw ConfigError(
          path: "split",
          problem: "task '\(column.name)' has no label in the \(part) part of "
            + "\(rows.count) examples; give it a larger share or leave the task out")
      }
    }
  }

  var taskCount: Int { columns.count }
  /// Numbers of each task's answer.
  var outputs: [Int] { columns.map(\.kind.outputWidth) }

  /// Whether an example to learn from lacks a label of a task that sees it.
  var hasMissingLabels: Bool {
    !hasOwnRows
      && columns.contains { column in
        split.training.contains { !column.isLabeled($0) }
      }
  }

  /// As they stand in the run's file.
  var recorded: [RecordedTask] {
    zip(zip(columns, scorers), trivial).map { RecordedTask($0.0, $0.1, trivial: $1) }
  }

  /// How far the tasks' first scores are from perfect, each divided by what a predictor gets that
  /// knows nothing of the inputs, added up: lower is better, and no task counts for its unit.
  ///
  /// - Parameter scores: by task.
  func selectionScore(_ scores: [[Double]]) -> Double {
    zip(zip(scores, trivial), scorers).reduce(0) { sum, task in
      let ((scores, trivial), scorer) = task
      guard let score = scores.first, let reference = trivial.first, let kind = scorer.scores.first
      else { return sum }
      let (error, scale) =
        kind.higherIsBetter ? (1 - score, 1 - reference) : (score, reference)
      let share = scale > 0 && scale.isFinite ? error / scale : error
      return sum + (share.isNaN ? .infinity : share)
    }
  }
}

extension TaskColumn {
  /// `[rows, labelWidth]`.
  func labels(of rows: [Int]) -> [Float] {
    [Float](unsafeUninitializedCapacity: rows.count * kind.labelWidth) { memory, count in
      gatherLabels(of: rows, into: memory)
      count = rows.count * kind.labelWidth
    }
  }
}

extension Dataset {
  /// These tasks alone, in the order of the data set; all for none.
  func keeping(_ names: [String]) throws -> Dataset {
    guard !names.isEmpty else { return self }
    for name in names { _ = try task(named: name) }
    var kept = self
    kept.tasks = tasks.filter { names.contains($0.name) }
    return kept
  }

  /// Of these parts the examples that have a label of any task.
  func labeled(_ parts: DatasetSplit) -> DatasetSplit {
    func labeled(_ rows: [Int]) -> [Int] {
      rows.filter { row in tasks.contains { $0.isLabeled(row) } }
    }
    return DatasetSplit(
      training: labeled(parts.training), validation: labeled(parts.validation),
      test: labeled(parts.test))
  }
}

extension TaskSplitSettings {
  var settings: SplitSettings {
    SplitSettings(validation: validation, test: test, stratifyBy: stratifyBy)
  }
}

extension InputNormalization {
  var meaning: DatasetNormalization.Inputs {
    switch self {
    case .none: .none
    case .perColumn: .perColumn
    case .shared: .shared
    }
  }
}
