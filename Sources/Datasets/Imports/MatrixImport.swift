extension TableImport {
  /// Reads a MATLAB file whose variables are matrices of a row an example: what `inputs` and `tasks`
  /// name are variables, not columns.
  ///
  /// - Throws: `DatasetError` with file and variable.
  func dataset(fromMATLAB path: String) throws(DatasetError) -> Dataset {
    guard let first = tasks.first else {
      throw DatasetError(
        "'\(path)'", "no task was named", remedy: "name one with --task VARIABLE:regression")
    }
    let contents = try FileContents(of: path)
    let file = try MATFile(contents)
    let count = try matrix(first.column, of: file).rows
    var (names, matrices) = ([String](), [MATFile.Matrix]())
    for variable in try inputVariables(of: file, rows: count) {
      let matrix = try matrix(variable, of: file, rows: count)
      names += matrix.columns == 1 ? [variable] : (1...matrix.columns).map { "\(variable)\($0)" }
      matrices.append(matrix)
    }
    let inputs = (0..<count).flatMap { row in
      matrices.flatMap { matrix in (0..<matrix.columns).map { Float(matrix[row, $0]) } }
    }
    var columns: [TaskColumn] = []
    for task in tasks {
      columns.append(
        try column(of: task, try matrix(task.column, of: file, rows: count), path))
    }
    let name = path.split(separator: "/").last.map(String.init) ?? path
    return Dataset(
      name: name, provenance: ["source": path, "sha256": contents.sha256],
      inputShape: [names.count], inputs: inputs, inputNames: names, tasks: columns)
  }

  /// The variables that were named; where none were, all matrices with a row for each label that are
  /// no tasks and not left out, by name.
  private func inputVariables(
    of file: MATFile, rows: Int
  ) throws(DatasetError) -> [String] {
    let labels = Set(tasks.map(\.column))
    var seen = labels
    if let wrong = inputs.first(where: { !seen.insert($0).inserted }) {
      throw DatasetError(
        "'\(file.path)'",
        "variable '\(wrong)' is " + (labels.contains(wrong) ? "input and task" : "named twice"),
        remedy: "name it once")
    }
    for name in leftOut { _ = try file.variable(name) }
    let known =
      inputs.isEmpty
      ? file.variables.keys.sorted().filter { name in
        guard case .matrix(let matrix)? = file.variables[name] else { return false }
        return matrix.shape.count == 2 && matrix.rows == rows && !labels.contains(name)
      } : inputs
    let names = known.filter { !leftOut.contains($0) }
    guard !names.isEmpty else {
      throw DatasetError(
        "'\(file.path)'", "no matrix of \(rows) rows is left to predict from",
        remedy: "name inputs, with a row for each label")
    }
    return names
  }

  private func matrix(
    _ name: String, of file: MATFile, rows: Int? = nil
  ) throws(DatasetError) -> MATFile.Matrix {
    let matrix = try file.matrix(name)
    let place = "variable '\(name)' in '\(file.path)'"
    guard matrix.shape.count == 2, matrix.rows > 0, matrix.columns > 0 else {
      throw DatasetError(
        place, "its size is \(matrix.shape)", remedy: "give a matrix of a row an example")
    }
    guard matrix.rows == rows ?? matrix.rows else {
      throw DatasetError(
        place, "it has \(matrix.rows) rows, not the \(rows ?? 0) of '\(tasks[0].column)'",
        remedy: "give each example a row in every variable, or leave it out")
    }
    return matrix
  }

  private func column(
    of task: Task, _ matrix: MATFile.Matrix, _ path: String
  ) throws(DatasetError) -> TaskColumn {
    let name = Self.taskName(task.column)
    guard task.kind != .regression else {
      return TaskColumn(
        name: name, kind: .regression(width: matrix.columns),
        labels: (0..<matrix.rows).flatMap { row in
          (0..<matrix.columns).map { Float(matrix[row, $0]) }
        })
    }
    func flaw(_ detail: String, _ remedy: String) -> DatasetError {
      DatasetError("variable '\(task.column)' in '\(path)'", detail, remedy: remedy)
    }
    guard matrix.columns == 1 else {
      throw flaw("its size is \(matrix.shape)", "give classes as one column of numbers")
    }
    let values = Set(matrix.numbers.filter { !$0.isNaN }).sorted()
    guard values.count <= TableEncoder.maximumCategories else {
      throw flaw(
        "it has \(values.count) different values", "call the task '\(task.column):regression'")
    }
    guard task.kind == .classification || values.count == 2 else {
      throw flaw(
        "it has \(values.count) values, not 2",
        "call the task '\(task.column):classes', or correct the variable")
    }
    let codes = Dictionary(uniqueKeysWithValues: values.enumerated().map { ($1, Float($0)) })
    return TaskColumn(
      name: name,
      kind: task.kind == .binary ? .binary : .classification(classes: values.count),
      labels: matrix.numbers.map { codes[$0] ?? .nan },
      classNames: values.map { Int(exactly: $0).map(String.init) ?? "\($0)" })
  }
}
