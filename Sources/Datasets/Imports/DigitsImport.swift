extension DatasetImport {
  /// The test rows of the UCI optical digits, 8 × 8 pixels of 17 shades, as scikit-learn
  /// distributes them: 64 pixels and the digit in each line, no header.
  ///
  /// Tasks: `digit` (10 classes) and `loop` (binary: whether the digit is one of 0, 6, 8, 9, which
  /// are written with a closed loop; it follows from the digit).
  func opticalDigits() throws(DatasetError) -> Dataset {
    let (contents, sum) = try known(
      path, sha256: "6ebb3d2fee246a4e99363262ddf8a00a3c41bee6014c373ed9d9216ba7f651b8")
    let table = try CSVFile(contents, format: CSVFile.Format(hasHeader: false))
    guard table.names.count == 65 else {
      throw DatasetError(
        "'\(path)'", "its rows have \(table.names.count) numbers, not 65",
        remedy: "name scikit-learn's digits.csv.gz")
    }
    let encoder = TableEncoder(table: table)
    let (_, pixels) = try encoder.inputs((0..<64).map { ($0, .numeric) })
    guard pixels.count == table.rowCount * 64,
      pixels.allSatisfy({ (0...16).contains($0) && $0 == $0.rounded() })
    else {
      throw unexpected(path, "its pixels are not whole numbers from 0 to 16")
    }
    return Dataset(
      name: "opticalDigits",
      provenance: [
        "source": "Alpaydin & Kaynak, Optical Recognition of Handwritten Digits, UCI; test rows",
        "license": "CC BY 4.0", "sha256": sum,
        "made": "pixels divided by 16; loop is 1 for the digits 0, 6, 8 and 9",
      ], inputShape: [8, 8], inputs: pixels.map { $0 / 16 },
      tasks: digitTasks(try encoder.numbers(64)))
  }
}
