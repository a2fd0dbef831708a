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
  /// What the numbers of an input are called; empty where they have no names, as in an image.
  public var inputNames: [String]
  /// The tasks, each with its labels.
  public var tasks: [TaskColumn]
  /// The parts that its authors made, where they did: `split(_:seeds:)` keeps to them.
  public var givenSplit: DatasetSplit?

  /// Puts inputs and tasks together; `validate()` says whether they fit.
  public init(
    name: String, provenance: [String: String] = [:], inputShape: [Int], inputs: [Float],
    inputNames: [String] = [], tasks: [TaskColumn], givenSplit: DatasetSplit? = nil
  ) {
    self.name = name
    self.provenance = provenance
    self.inputShape = inputShape
    self.inputs = inputs
    self.inputNames = inputNames
    self.tasks = tasks
    self.givenSplit = givenSplit
  }

  /// Numbers of one input.
  public var inputSize: Int { inputShape.reduce(1, *) }
  /// The number of examples, `N`.
  public var count: Int { inputSize > 0 ? inputs.count / inputSize : 0 }

  /// The task of that name.
  public func task(named name: String) throws(DatasetError) -> TaskColumn {
    guard let task = tasks.first(where: { $0.name == name }) else {
      let names = tasks.map { "'\($0.name)'" }.prefix(8).joined(separator: ", ")
      throw DatasetError(
        "data set '\(self.name)'", "it has no task '\(name)'",
        remedy: "name one of \(names)\(tasks.count > 8 ? ", …" : "")")
    }
    return task
  }

  /// The task that each row belongs to, where every row has a label of one task alone; nil where
  /// rows have labels of several tasks, or of none.
  public func owners() -> [Int]? {
    var owners = [Int](repeating: -1, count: count)
    for (index, task) in tasks.enumerated() {
      for row in 0..<count where task.isLabeled(row) {
        guard owners[row] < 0 else { return nil }
        owners[row] = index
      }
    }
    return owners.contains(-1) || tasks.count < 2 ? nil : owners
  }

  /// These rows alone, in this order, and none of the parts.
  public func selecting(rows: [Int]) -> Dataset {
    var selected = self
    selected.givenSplit = nil
    selected.inputs = Self.gathered(inputs, width: inputSize, rows)
    for index in tasks.indices {
      selected.tasks[index].labels = Self.gathered(
        tasks[index].labels, width: tasks[index].kind.labelWidth, rows)
    }
    return selected
  }

  private static func gathered(_ numbers: [Float], width: Int, _ rows: [Int]) -> [Float] {
    [Float](unsafeUninitializedCapacity: rows.count * width) { memory, count in
      numbers.withUnsafeBufferPointer { numbers in
        rows.withUnsafeBufferPointer { gather(numbers, width: width, $0, into: memory) }
      }
      count = rows.count * width
    }
  }

  /// Copies the inputs of these rows, one after another, without allocating.
  ///
  /// - Parameters:
  ///   - rows: numbers below `count`.
  ///   - memory: `[rows, inputSize]`.
  public func gatherInputs(
    of rows: UnsafeBufferPointer<Int>, into memory: UnsafeMutableBufferPointer<Float>
  ) {
    inputs.withUnsafeBufferPointer { Self.gather($0, width: inputSize, rows, into: memory) }
  }

  /// The same for other collections of rows.
  @inlinable
  public func gatherInputs(
    of rows: some Collection<Int>, into memory: UnsafeMutableBufferPointer<Float>
  ) {
    let isDone: Void? = rows.withContiguousStorageIfAvailable { gatherInputs(of: $0, into: memory) }
    if isDone == nil {
      Array(rows).withUnsafeBufferPointer { gatherInputs(of: $0, into: memory) }
    }
  }

  static func gather(
    _ numbers: UnsafeBufferPointer<Float>, width: Int, _ rows: UnsafeBufferPointer<Int>,
    into memory: UnsafeMutableBufferPointer<Float>
  ) {
    precondition(memory.count >= rows.count * width, "no room for \(rows.count) rows of \(width)")
    guard let from = numbers.baseAddress, let to = memory.baseAddress else { return }
    var place = 0
    for row in rows {
      precondition(row >= 0 && (row + 1) * width <= numbers.count, "there is no row \(row)")
      (to + place).update(from: from + row * width, count: width)
      place += width
    }
  }
}

/// The labels of one task.
public struct TaskColumn: Sendable {
  /// The task's name, a part of the names of its metrics.
  public var name: String
  /// What its labels are.
  public var kind: TaskKind
  /// `[N, kind.labelWidth]`, row by row; not-a-number where an example has no label.
  public var labels: [Float]
  /// What a label of a regression is measured in, such as `N m`; empty where it has no unit.
  public var unit: String
  /// What the classes are called; empty where they are numbers.
  public var classNames: [String]

  /// Puts labels and their meaning together.
  public init(
    name: String, kind: TaskKind, labels: [Float], unit: String = "", classNames: [String] = []
  ) {
    self.name = name
    self.kind = kind
    self.labels = labels
    self.unit = unit
    self.classNames = classNames
  }

  /// Whether a row has a label.
  public func isLabeled(_ row: Int) -> Bool { !labels[row * kind.labelWidth].isNaN }

  /// The number of rows with a label.
  public var labeledCount: Int {
    stride(from: 0, to: labels.count, by: kind.labelWidth).count { !labels[$0].isNaN }
  }

  /// Copies the labels of these rows, one after another, without allocating.
  ///
  /// - Parameters:
  ///   - rows: numbers below the data set's `count`.
  ///   - memory: `[rows, kind.labelWidth]`.
  public func gatherLabels(
    of rows: UnsafeBufferPointer<Int>, into memory: UnsafeMutableBufferPointer<Float>
  ) {
    labels.withUnsafeBufferPointer {
      Dataset.gather($0, width: kind.labelWidth, rows, into: memory)
    }
  }

  /// The same for other collections of rows.
  @inlinable
  public func gatherLabels(
    of rows: some Collection<Int>, into memory: UnsafeMutableBufferPointer<Float>
  ) {
    let isDone: Void? = rows.withContiguousStorageIfAvailable { gatherLabels(of: $0, into: memory) }
    if isDone == nil {
      Array(rows).withUnsafeBufferPointer { gatherLabels(of: $0, into: memory) }
    }
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

extension TaskKind: CustomStringConvertible {
  /// In words: `regression`, `regression of 3 numbers`, `binary`, `10 classes`.
  public var description: String {
    switch self {
    case .regression(1): "regression"
    case .regression(let width): "regression of \(width) numbers"
    case .binary: "binary"
    case .classification(let classes): "\(classes) classes"
    }
  }
}
