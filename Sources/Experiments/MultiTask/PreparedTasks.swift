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
  /// What each task's scores on the test part are for a predictor that knows nothing of the inputs.
  let trivial: [[Double]]
  /// The same on the validation part: what is chosen must not depend on the labels of the test.
  let trivialInValidation: [[Double]]

  /// A part of the examples.
  enum Part: String, CaseIterable {
    case validation, test
  }

  init(_ config: MultiTaskConfig, of whole: Dataset, seeds: Seeds) throws {
    // Of all tasks, so that a task that is learned alone is judged by the same examples.
    let parts = try Self.parts(config, of: whole, seeds: seeds)
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
    try split.requireScores(of: columns, seed: seeds.root)
    let split = split
    trivial = columns.map { $0.trivialScores(on: split.test, training: split.training) }
    trivialInValidation = columns.map {
      $0.trivialScores(on: split.validation, training: split.training)
    }
  }

  /// The parts of one seed: the test part follows from the examples and the shares alone, so that
  /// no seed, and no trial of a learning rate, learns from what another is judged by.
  static func parts(
    _ config: MultiTaskConfig, of whole: Dataset, seeds: Seeds
  ) throws -> DatasetSplit {
    try whole.split(config.split.settings, seeds: seeds, testSeeds: Seeds(root: 0))
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
    zip(zip(columns, scorers), trivial).map { pair, trivial in
      let (column, scorer) = pair
      return RecordedTask(
        column, scorer, trivial: trivial, labeled: split.test.count(where: column.isLabeled))
    }
  }

  /// How far the tasks' first scores are from perfect, each divided by what a predictor gets that
  /// knows nothing of the inputs, added up: lower is better, and no task counts for its unit.
  ///
  /// - Parameter scores: on the validation part, by task.
  func selectionScore(_ scores: [[Double]]) -> Double {
    zip(zip(scores, trivialInValidation), scorers).reduce(0) { sum, task in
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

  /// The scores on some rows of a predictor that knows the training labels and no inputs.
  fileprivate func trivialScores(on rows: [Int], training: [Int]) -> [Double] {
    TaskScorer(kind: kind).trivial(
      TrivialPrediction(self, training: training), labels: labels(of: rows))
  }
}

extension DatasetSplit {
  /// Refuses parts in which a task has no label to learn from, or cannot be judged: AUC needs both
  /// classes, an error over the variance of the labels needs labels that differ.
  func requireScores(of columns: [TaskColumn], seed: UInt64) throws {
    for column in columns {
      for (part, rows) in [("training", training), ("validation", validation), ("test", test)]
      where part != "validation" || !rows.isEmpty {
        guard rows.contains(where: column.isLabeled) else {
          throw ConfigError(
            path: "split",
            problem: "task '\(column.name)' has no label in the \(part) part of "
              + "\(rows.count) examples; give it a larger share or leave the task out")
        }
        guard part != "training",
          column.trivialScores(on: rows, training: training).first?.isFinite == false
        else { continue }
        let score = Score.scores(of: column.kind)[0]
        throw ConfigError(
          path: "split",
          problem: "with seed \(seed), '\(score.rawValue)' of task '\(column.name)' is not defined "
            + "on the \(part) part, whose \(rows.count(where: column.isLabeled)) labels are all "
            + "alike; give it a larger share, stratify by the task or leave it out")
      }
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
