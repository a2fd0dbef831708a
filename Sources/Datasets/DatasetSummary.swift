/// What a data set is, in numbers: for `fledge data show` and for records of a run.
public struct DatasetSummary: Codable, Hashable, Sendable {
  /// The data set's name.
  public let name: String
  /// Examples.
  public let count: Int
  /// Extents of one input.
  public let inputShape: [Int]
  /// Inputs that never change.
  public let constantInputs: Int
  /// Whether every row has a label of one task alone.
  public let isPartitioned: Bool
  /// The tasks, in their order.
  public let tasks: [TaskSummary]
  /// Rows of the parts that it comes with; nil where it comes with none.
  public let givenParts: [String: Int]?
  /// Where it comes from, as the file says.
  public let provenance: [String: String]

  /// Counts what a data set has.
  public init(of data: Dataset) {
    name = data.name
    count = data.count
    inputShape = data.inputShape
    isPartitioned = data.owners() != nil
    tasks = data.tasks.map { TaskSummary(of: $0) }
    givenParts = data.givenSplit.map {
      ["training": $0.training.count, "validation": $0.validation.count, "test": $0.test.count]
    }
    provenance = data.provenance
    let size = data.inputSize
    var changes = [Bool](repeating: false, count: size)
    for row in 1..<max(1, data.count) {
      for column in 0..<size where data.inputs[row * size + column] != data.inputs[column] {
        changes[column] = true
      }
    }
    constantInputs = changes.count { !$0 }
  }
}

/// One task of a `DatasetSummary`.
public struct TaskSummary: Codable, Hashable, Sendable {
  /// The task's name.
  public let name: String
  /// In words: `regression`, `binary`, `10 classes`.
  public let kind: String
  /// The unit of its labels, empty for plain numbers.
  public let unit: String
  /// Rows with and without a label.
  public let labeled, missing: Int
  /// Of all numbers of a regression's labels; nil for classes.
  public let mean, deviation, minimum, maximum: Double?
  /// Rows of each class; nil for a regression.
  public let classCounts: [Int]?
  /// The names of its classes, where they have any.
  public let classNames: [String]

  /// Counts the labels of a task.
  public init(of task: TaskColumn) {
    name = task.name
    kind = task.kind.description
    unit = task.unit
    classNames = task.classNames
    labeled = task.labeledCount
    missing = task.labels.count / task.kind.labelWidth - labeled
    var (moments, counts) = (RunningMoments(), [Int]())
    switch task.kind {
    case .regression: for label in task.labels { moments.add(Double(label)) }
    case .binary: counts = [0, 0]
    case .classification(let classes): counts = Array(repeating: 0, count: classes)
    }
    if counts.isEmpty {
      (mean, deviation) = (moments.mean, moments.variance.squareRoot())
      (minimum, maximum, classCounts) = (moments.minimum, moments.maximum, nil)
    } else {
      for label in task.labels where !label.isNaN { counts[Int(label)] += 1 }
      (mean, deviation, minimum, maximum, classCounts) = (nil, nil, nil, nil, counts)
    }
  }
}
