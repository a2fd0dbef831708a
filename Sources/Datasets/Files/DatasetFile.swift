import Foundation
import HDF5Store

/// A data set as an HDF5 file; the layout stands in this room's README.
public enum DatasetFile {
  /// The version of the layout that is written; others are refused.
  public static let version: Int64 = 1
  /// What the attribute `format` says.
  static let format = "fledge dataset"

  /// Writes a data set in the place of `path`, so that the old file or the new one is there whole
  /// at every instant.
  ///
  /// Inputs that are bytes, or bytes divided by 16 or 255, are stored as bytes.
  ///
  /// - Throws: `DatasetError` when the data are not valid, `HDF5Error` when they cannot be written.
  public static func write(_ data: Dataset, to path: String) throws {
    try data.validate()
    try HDF5File.replaceAtomically(at: path) { root in
      try root.setAttribute("format", to: format)
      try root.setAttribute("version", to: version)
      try root.setAttribute("name", to: data.name)
      try root.setAttribute("tasks", to: Int64(data.tasks.count))
      try root.writeText(json(data.provenance), named: "provenance")
      try writeInputs(of: data, in: root)
      for (index, task) in data.tasks.enumerated() { try write(task, index, in: root) }
      if let split = data.givenSplit {
        let group = try root.createGroup("split")
        for (part, rows) in [
          ("training", split.training), ("validation", split.validation), ("test", split.test),
        ] where !rows.isEmpty {
          try group.write(rows.map { Int64($0) }, shape: [rows.count], named: part)
        }
      }
    }
  }

  private static func writeInputs(of data: Dataset, in root: HDF5Group) throws {
    let shape = [data.count] + data.inputShape
    if let (bytes, divisor) = bytes(of: data.inputs) {
      try root.write(bytes, shape: shape, named: "inputs")
      try root.setAttribute("inputsDivisor", to: divisor)
    } else {
      try root.write(data.inputs, shape: shape, named: "inputs")
    }
    if !data.inputNames.isEmpty {
      try root.writeText(json(data.inputNames), named: "inputNames")
    }
  }

  /// The inputs as bytes and what to divide them by, where that gives the same bits back.
  private static func bytes(of inputs: [Float]) -> ([UInt8], Float)? {
    for divisor in [Float(1), 16, 255] {
      var bytes: [UInt8] = []
      bytes.reserveCapacity(inputs.count)
      for value in inputs {
        let scaled = (value * divisor).rounded()
        guard scaled >= 0, scaled <= 255, (Float(UInt8(scaled)) / divisor) == value,
          value.sign == .plus
        else { break }
        bytes.append(UInt8(scaled))
      }
      if bytes.count == inputs.count { return (bytes, divisor) }
    }
    return nil
  }

  private static func write(_ task: TaskColumn, _ index: Int, in root: HDF5Group) throws {
    let group = try root.createGroup("tasks/\(task.name)")
    let width = task.kind.labelWidth
    try group.setAttribute("index", to: Int64(index))
    switch task.kind {
    case .regression: try group.setAttribute("kind", to: "regression")
    case .binary: try group.setAttribute("kind", to: "binary")
    case .classification(let classes):
      try group.setAttribute("kind", to: "classification")
      try group.setAttribute("classes", to: Int64(classes))
    }
    if !task.unit.isEmpty { try group.setAttribute("unit", to: task.unit) }
    if !task.classNames.isEmpty {
      try group.writeText(json(task.classNames), named: "classNames")
    }
    try group.write(task.labels, shape: [task.labels.count / width, width], named: "labels")
  }

  private static func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}
