extension DatasetImport {
  /// The inverse dynamics of the SARCOS arm: 4,449 rows of 21 inputs and 7 torques.
  func sarcos() throws(DatasetError) -> Dataset {
    let (contents, sum) = try known(
      path, sha256: "161a59b5c3b4f4b404584323f181607b2acbe620eb134dc720760dc3f38f5cec")
    let matrix = try MATFile(contents).matrix("sarcos_inv_test")
    guard matrix.shape.count == 2, matrix.columns == 28 else {
      throw unexpected(path, "'sarcos_inv_test' has the size \(matrix.shape), not 28 columns")
    }
    let names = ["position", "velocity", "acceleration"].flatMap { quantity in
      (1...7).map { "\(quantity)\($0)" }
    }
    let inputs = (0..<matrix.rows).flatMap { row in (0..<21).map { Float(matrix[row, $0]) } }
    let tasks = (0..<7).map { joint in
      TaskColumn(
        name: "torque\(joint + 1)", kind: .regression(width: 1),
        labels: (0..<matrix.rows).map { Float(matrix[$0, 21 + joint]) }, unit: "N m")
    }
    return Dataset(
      name: "sarcos",
      provenance: [
        "source": "SARCOS inverse dynamics, test file, distributed with Rasmussen & Williams 2006",
        "sha256": sum,
        "parts": "none: the distributed test rows also stand among the training rows",
      ], inputShape: [21], inputs: inputs, inputNames: names, tasks: tasks)
  }

  /// The exam scores of 15,362 pupils in 139 schools, one task a school.
  func school() throws(DatasetError) -> Dataset {
    let (contents, sum) = try known(
      path, sha256: "57fb3238fdd03a9aa17276e2ce18d9bbb5d128c3261e794fe6233b58b6909068")
    let file = try MATFile(contents)
    let (inputs, scores) = (try file.matrices("X"), try file.matrices("Y"))
    guard let width = inputs.first?.columns, width > 0, inputs.count == scores.count,
      zip(inputs, scores).allSatisfy({
        $0.columns == width && $0.rows == $1.rows && $1.columns == 1
      })
    else { throw unexpected(path, "its cells 'X' and 'Y' do not fit each other") }
    let count = inputs.reduce(0) { $0 + $1.rows }
    let digits = String(inputs.count).count
    var (start, rows, tasks) = (0, [Float](), [TaskColumn]())
    for (school, (matrix, score)) in zip(inputs, scores).enumerated() {
      rows += (0..<matrix.rows).flatMap { row in (0..<width).map { Float(matrix[row, $0]) } }
      var labels = [Float](repeating: .nan, count: count)
      for row in 0..<matrix.rows { labels[start + row] = Float(score[row, 0]) }
      let number = String(school + 1)
      let padded = String(repeating: "0", count: digits - number.count) + number
      tasks.append(
        TaskColumn(
          name: "school\(padded)", kind: .regression(width: 1), labels: labels, unit: "point"))
      start += matrix.rows
    }
    return Dataset(
      name: "school",
      provenance: [
        "source": "Inner London Education Authority, School, as distributed with MALSAR",
        "sha256": sum,
      ], inputShape: [width], inputs: rows, tasks: tasks)
  }
}
