/// The variables of a MATLAB file of level 5: numeric matrices and cells of them, packed or not.
///
/// Source: MathWorks, "MAT-File Format", chapter 1. Level 7.3 is HDF5 and read by other tools;
/// texts, structures, objects, sparse and complex matrices are passed over.
package struct MATFile {
  /// What a variable holds.
  package enum Value {
    case matrix(Matrix)
    case cells([Value])
    /// Something that is not read, by its name.
    case other(String)
  }

  /// Numbers with sizes of the axes; the first axis runs fastest.
  package struct Matrix {
    package let shape: [Int]
    package let numbers: [Double]

    package var rows: Int { shape.first ?? 0 }
    package var columns: Int { shape.dropFirst().reduce(1, *) }
    package subscript(row: Int, column: Int) -> Double { numbers[column * rows + row] }
  }

  package let path: String
  package private(set) var variables: [String: Value] = [:]

  package init(of path: String) throws(DatasetError) { try self.init(FileContents(of: path)) }

  package init(_ contents: FileContents) throws(DatasetError) {
    path = contents.path
    let bytes = contents.bytes
    guard bytes.count >= 128 else {
      throw Self.flaw(path, "it is too short for a MATLAB file")
    }
    guard !bytes.starts(with: [0x89, 0x48, 0x44, 0x46]), bytes[124] != 0 || bytes[125] != 2 else {
      throw DatasetError(
        "'\(path)'", "it is a MATLAB file of version 7.3",
        remedy: "save it in MATLAB with '-v7'")
    }
    guard bytes[126] == UInt8(ascii: "I"), bytes[127] == UInt8(ascii: "M"), bytes[125] == 1 else {
      throw Self.flaw(path, "it is not a little-endian MATLAB file of level 5")
    }
    var parser = MATParser(path: path)
    var rest = bytes[128...]
    while !rest.isEmpty {
      let (type, body) = try parser.element(&rest)
      if let (name, value) = try parser.variable(type, body) { variables[name] = value }
    }
  }

  /// The variable of that name.
  package func variable(_ name: String) throws(DatasetError) -> Value {
    guard let value = variables[name] else {
      let names = variables.keys.sorted().prefix(8).joined(separator: "', '")
      throw DatasetError(
        "'\(path)'", "it has no variable '\(name)' but '\(names)'",
        remedy: "check that this is the file you mean")
    }
    return value
  }

  /// The matrix of that name.
  package func matrix(_ name: String) throws(DatasetError) -> Matrix {
    guard case .matrix(let matrix) = try variable(name) else {
      throw DatasetError(
        "variable '\(name)' in '\(path)'", "it is not a matrix of real numbers",
        remedy: "check that this is the file you mean")
    }
    return matrix
  }

  /// The matrices in the cell array of that name.
  package func matrices(_ name: String) throws(DatasetError) -> [Matrix] {
    let cells = try variable(name)
    var matrices: [Matrix] = []
    if case .cells(let values) = cells {
      for case .matrix(let matrix) in values { matrices.append(matrix) }
      if matrices.count == values.count { return matrices }
    }
    throw DatasetError(
      "variable '\(name)' in '\(path)'", "it is not a cell array of matrices",
      remedy: "check that this is the file you mean")
  }

  package static func flaw(_ path: String, _ detail: String) -> DatasetError {
    DatasetError("'\(path)'", detail, remedy: "fetch the file again or save it with '-v7'")
  }
}
