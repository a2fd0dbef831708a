import Autodiff

/// What a task asks of a network, and what wrong answers cost.
public struct TaskObjective: Equatable, Sendable {
  /// How wrong an answer is.
  public var loss: TaskLoss
  /// Numbers of one label: as many as outputs, or 1 for the number of a class.
  public var labelWidth: Int

  /// Chooses a loss, and the numbers of a label.
  public init(_ loss: TaskLoss, labelWidth: Int = 1) {
    (self.loss, self.labelWidth) = (loss, labelWidth)
  }
}

/// Which rows the tasks of a batch see.
public enum TaskRows: Hashable, Sendable {
  /// All tasks the same, so many.
  case common(Int)
  /// Each task rows of its own, so many.
  case own([Int])
  /// One task in each step, and so many rows of it.
  case turns(Int)

  /// The rows of one task.
  func count(of task: Int) -> Int {
    switch self {
    case .common(let count), .turns(let count): count
    case .own(let counts): counts[task]
    }
  }

  var isOwn: Bool { if case .common = self { false } else { true } }
}

/// A batch as a plan takes it: of all tasks, or of the one whose turn it is.
struct TaskBatch: Traceable {
  /// `[B, inputs]`: one for all tasks, or one for each.
  var rows: [Tensor]
  /// Of each task `[B, labelWidth]`.
  var labels: [Tensor]
  /// Of each task `[B]`; none where every label is there.
  var weights: [Tensor] = []

  init(_ rows: TaskRows, inputs: Int, _ tasks: [TaskObjective], hasMissingLabels: Bool) {
    switch rows {
    case .common(let count), .turns(let count): self.rows = [.zeros([count, inputs])]
    case .own(let counts): self.rows = counts.map { .zeros([$0, inputs]) }
    }
    labels = tasks.enumerated().map { .zeros([rows.count(of: $0), $1.labelWidth]) }
    if hasMissingLabels { weights = tasks.indices.map { .ones([rows.count(of: $0)]) } }
  }

  mutating func visitTensors(_ visitor: inout some TensorVisitor) {
    visitor.visit("rows", &rows)
    visitor.visit("labels", &labels)
    visitor.visit("weights", &weights)
  }
}

/// The memory of a batch, for the caller to fill before each step.
///
/// Where tasks take turns, what is of the step's task is read, and nothing else.
public struct BatchMemory {
  /// `[B, inputs]`: one for all tasks, or one for each.
  public private(set) var rows: [UnsafeMutableBufferPointer<Float>]
  /// Of each task `[B, labelWidth]`; finite numbers, also where the weight is 0.
  public private(set) var labels: [UnsafeMutableBufferPointer<Float>]
  /// Of each task what its rows count, `[B]`: 0 where the label is missing.
  ///
  /// Empty where every label is there.
  public private(set) var weights: [UnsafeMutableBufferPointer<Float>]
  private var widths: [Int]

  init(
    _ batch: TaskBatch, _ tasks: [TaskObjective],
    input: (Int) -> UnsafeMutableBufferPointer<Float>
  ) {
    let (first, second) = (batch.rows.count, batch.rows.count + batch.labels.count)
    rows = (0..<first).map(input)
    labels = (first..<second).map(input)
    weights = (second..<second + batch.weights.count).map(input)
    widths = tasks.map(\.labelWidth)
    for weight in weights { weight.update(repeating: 1) }
  }

  /// The memories of tasks that take turns, one after the other.
  init(turns: [BatchMemory]) {
    rows = turns.flatMap(\.rows)
    labels = turns.flatMap(\.labels)
    weights = turns.flatMap(\.weights)
    widths = turns.flatMap(\.widths)
  }

  /// Fills one row of a task's labels: a label with not-a-number in it is missing.
  ///
  /// - Precondition: Labels may be missing where one is.
  public func setLabel(
    _ label: some Collection<Float>, task: Int, row: Int
  ) {
    let width = widths[task]
    let isMissing = label.contains { $0.isNaN }
    precondition(!isMissing || !weights.isEmpty, "a learner for complete labels met a missing one")
    for (column, number) in label.prefix(width).enumerated() {
      labels[task][row * width + column] = isMissing ? 0 : number
    }
    if !weights.isEmpty { weights[task][row] = isMissing ? 0 : 1 }
  }

  /// Whether any row of the task counts.
  func isPresent(_ task: Int) -> Bool { weights.isEmpty || weights[task].contains { $0 > 0 } }
}
