/// Examples with a column of labels for each of several tasks.
public struct Dataset: Sendable {
  /// What it is called.
  public var name: String
  /// Where it comes from: address, checksum, license, how it was made; by name.
  public var provenance: [String: String]
  /// What one input is, such as `[28, 28]` for an image or `[21]` for a row of numbers.
  public var inputShape: [Int]
  /// `[N, inputs]`, row by row.
  public var inputs: [Float]
  /// The tasks, each with its labels.
  public var tasks: [TaskColumn]

  public init(
    name: String, provenance: [String: String] = [:], inputShape: [Int], inputs: [Float],
    tasks: [TaskColumn]
  ) {
    self.name = name
    self.provenance = provenance
    self.inputShape = inputShape
    self.inputs = inputs
    self.tasks = tasks
  }

  /// Numbers of one input.
  public var inputSize: Int { inputShape.reduce(1, *) }
  /// The number of examples, `N`.
  public var count: Int { inputSize > 0 ? inputs.count / inputSize : 0 }
}

/// The labels of one task.
public struct TaskColumn: Sendable {
  /// The task's name, a part of the names of its metrics.
  public var name: String
  public var kind: TaskKind
  /// `[N, kind.labelWidth]`, row by row; not-a-number where an example has no label.
  public var labels: [Float]

  public init(name: String, kind: TaskKind, labels: [Float]) {
    self.name = name
    self.kind = kind
    self.labels = labels
  }
}

/// What a task asks for.
public enum TaskKind: Hashable, Codable, Sendable {
  /// So many numbers.
  case regression(width: Int)
  /// 0 or 1.
  case binary
  /// One of so many classes, 0, 1, ….
  case classification(classes: Int)

  /// Numbers of one label.
  public var labelWidth: Int {
    switch self {
    case .regression(let width): width
    case .binary, .classification: 1
    }
  }

  /// Numbers that a network answers with: means, or logits.
  public var outputWidth: Int {
    switch self {
    case .regression(let width): width
    case .binary: 1
    case .classification(let classes): classes
    }
  }
}
