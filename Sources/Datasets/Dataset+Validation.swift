extension Dataset {
  /// Checks that something can be learned from the data.
  ///
  /// - Throws: `DatasetError` for shapes that do not fit, inputs that are not finite, names that
  ///   cannot be names of metrics, and tasks whose labels are all missing, all the same, infinite,
  ///   incomplete or outside the classes.
  public func validate() throws(DatasetError) {
    let place = "data set '\(name)'"
    var size = 1
    for axis in inputShape {
      let (product, overflows) = size.multipliedReportingOverflow(by: axis)
      guard axis > 0, !overflows else {
        throw DatasetError(
          place, "no input can have shape \(inputShape)", remedy: "give sizes of 1 or more")
      }
      size = product
    }
    guard !inputs.isEmpty, inputs.count % size == 0 else {
      throw DatasetError(
        place, "\(inputs.count) numbers are not rows of \(size)",
        remedy: "give one row of \(size) numbers for each example")
    }
    guard inputNames.isEmpty || inputNames.count == size else {
      throw DatasetError(
        place, "it has \(inputNames.count) names for \(size) inputs",
        remedy: "name every input or none")
    }
    if let index = inputs.firstIndex(where: { !$0.isFinite }) {
      throw DatasetError(
        place, "input \(inputName(index % size)) of row \(index / size) is \(inputs[index])",
        remedy: "remove the row or fill the gap before")
    }
    guard !tasks.isEmpty else {
      throw DatasetError(place, "it has no task", remedy: "give at least one column of labels")
    }
    var names: Set<String> = []
    for task in tasks {
      guard names.insert(task.name).inserted else {
        throw DatasetError(
          place, "it has two tasks '\(task.name)'", remedy: "give each task its own name")
      }
      try task.validate(count: count, dataset: name)
    }
    try givenSplit?.validate(count: count, dataset: name)
  }

  private func inputName(_ index: Int) -> String {
    inputNames.isEmpty ? "\(index)" : "'\(inputNames[index])'"
  }
}

extension TaskColumn {
  /// Whether a text can be a part of the names of metrics and of objects in a file.
  static func isUsableName(_ name: String) -> Bool {
    let first = name.utf8.first
    return (1...100).contains(name.utf8.count) && first != UInt8(ascii: ".")
      && name.utf8.allSatisfy {
        (0x30...0x39).contains($0) || (0x41...0x5a).contains($0) || (0x61...0x7a).contains($0)
          || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".")
      }
  }

  func validate(count: Int, dataset: String) throws(DatasetError) {
    let place = "task '\(name)' of data set '\(dataset)'"
    guard Self.isUsableName(name) else {
      throw DatasetError(
        place, "this cannot be the name of a task",
        remedy: "use up to 100 letters, digits, '_', '-' and '.'")
    }
    let width = try validatedWidth(place)
    let (expected, overflows) = count.multipliedReportingOverflow(by: width)
    guard !overflows, labels.count == expected else {
      throw DatasetError(
        place, "it has \(labels.count) labels for \(count) rows of \(width)",
        remedy: "give one label for each row, not-a-number where there is none")
    }
    var (first, isConstant) = (Float.nan, true)
    for row in 0..<count {
      let label = labels[(row * width)..<((row + 1) * width)]
      if label.allSatisfy({ $0.isNaN }) { continue }
      if let flaw = flaw(of: label) {
        throw DatasetError(
          place, "the label of row \(row) is \(flaw)", remedy: "correct it or leave it out")
      }
      for value in label {
        if first.isNaN { first = value }
        isConstant = isConstant && value == first
      }
    }
    guard !first.isNaN else {
      throw DatasetError(place, "no row has a label", remedy: "leave the task out")
    }
    guard !isConstant else {
      throw DatasetError(
        place, "all labels are \(first)", remedy: "leave the task out: nothing is to be learned")
    }
  }

  private func validatedWidth(_ place: String) throws(DatasetError) -> Int {
    switch kind {
    case .regression(let width) where width < 1:
      throw DatasetError(
        place, "a regression of \(width) numbers is none", remedy: "give a width of 1 or more")
    case .classification(let classes) where classes < 2 || classes > 1 << 20:
      throw DatasetError(
        place, "it has \(classes) classes", remedy: "give between 2 and \(1 << 20) classes")
    default: break
    }
    guard classNames.isEmpty || classNames.count == classCount else {
      throw DatasetError(
        place, "it has \(classNames.count) names for \(classCount) classes",
        remedy: "name every class or none")
    }
    return kind.labelWidth
  }

  /// Classes of a classification, 0 of a regression.
  private var classCount: Int {
    switch kind {
    case .regression: 0
    case .binary: 2
    case .classification(let classes): classes
    }
  }

  /// What is wrong with a label that is there, in a few words.
  private func flaw(of label: ArraySlice<Float>) -> String? {
    for value in label {
      if value.isNaN { return "there in part only" }
      if value.isInfinite { return "infinite" }
      if classCount > 0, value != value.rounded() || value < 0 || value >= Float(classCount) {
        return "\(value), which is none of the classes 0 to \(classCount - 1)"
      }
    }
    return nil
  }
}

extension DatasetSplit {
  func validate(count: Int, dataset: String) throws(DatasetError) {
    var seen = [Bool](repeating: false, count: count)
    for (part, rows) in [("training", training), ("validation", validation), ("test", test)] {
      for row in rows {
        guard (0..<count).contains(row), !seen[row] else {
          throw DatasetError(
            "part '\(part)' of data set '\(dataset)'",
            (0..<count).contains(row)
              ? "row \(row) stands in two parts" : "there is no row \(row) of \(count)",
            remedy: "give each row to one part at most")
        }
        seen[row] = true
      }
    }
    guard !training.isEmpty else {
      throw DatasetError(
        "data set '\(dataset)'", "its training part is empty",
        remedy: "give it rows, or give no parts")
    }
  }
}
