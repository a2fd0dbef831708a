import Datasets
import Foundation
import TestSupport
import Testing

/// MATLAB files of one's own.
@Suite struct MatrixImportTests {
  /// A variable of a MATLAB file of level 5, its numbers column by column.
  private func variable(_ name: String, _ shape: [Int], _ numbers: [Double]) -> [UInt8] {
    func element(_ type: UInt32, _ body: [UInt8]) -> [UInt8] {
      let padding = [UInt8](repeating: 0, count: (8 - body.count % 8) % 8)
      return bytes([type, UInt32(body.count)]) + body + padding
    }
    func bytes(_ words: [UInt32]) -> [UInt8] {
      words.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } }
    }
    let data = numbers.flatMap { number in
      (0..<8).map { UInt8(truncatingIfNeeded: number.bitPattern >> (8 * $0)) }
    }
    return element(
      14,
      element(6, bytes([6, 0])) + element(5, bytes(shape.map { UInt32($0) }))
        + element(1, Array(name.utf8)) + element(9, data))
  }

  private func load(
    _ table: TableImport, extra: [[UInt8]] = []
  ) throws -> Dataset {
    let variables = [
      variable("X", [4, 2], [1, 2, 3, 4, 10, 20, 30, 40]), variable("age", [4, 1], [7, 8, 9, 6]),
      variable("Y", [4, 2], [1, 2, 3, 5, -1, -2, -3, -5]),
      variable("kind", [4, 1], [3, -1, .nan, 3]), variable("scalar", [1, 1], [5]),
    ]
    return try withTemporaryDirectory { folder in
      let header = try sampleFile("plain.mat")[..<128]
      let path = try write(
        Array(header) + (variables + extra).flatMap { $0 }, to: "own.mat", in: folder)
      return try DatasetImport(from: path, table: table).load(.mat)
    }
  }

  @Test func `variables are inputs and tasks, a row an example`() throws {
    let data = try load(
      TableImport(tasks: [
        .init(column: "Y", kind: .regression), .init(column: "kind", kind: .binary),
      ]))
    #expect(data.count == 4 && data.inputNames == ["X1", "X2", "age"])
    #expect(data.inputs == [1, 10, 7, 2, 20, 8, 3, 30, 9, 4, 40, 6])
    #expect(data.tasks[0].kind == .regression(width: 2))
    #expect(data.tasks[0].labels == [1, -1, 2, -2, 3, -3, 5, -5])
    #expect(data.tasks[1].classNames == ["-1", "3"] && data.tasks[1].labels[2].isNaN)
    #expect([0, 1, 3].map { data.tasks[1].labels[$0] } == [1, 0, 1])
    let named = try load(
      TableImport(inputs: ["age"], tasks: [.init(column: "kind", kind: .classification)]))
    #expect(named.inputs == [7, 8, 9, 6] && named.tasks[0].kind == .classification(classes: 2))
  }

  @Test func `what does not fit is told with the variable`() throws {
    func flaw(_ table: TableImport, _ extra: [[UInt8]] = []) -> String {
      failure { _ = try load(table, extra: extra) }
    }
    let task = TableImport.Task(column: "Y", kind: .regression)
    #expect(flaw(TableImport()).contains("no task was named"))
    #expect(
      flaw(TableImport(tasks: [.init(column: "Z", kind: .binary)])).contains("no variable 'Z'"))
    #expect(
      flaw(TableImport(inputs: ["scalar"], tasks: [task])).contains("1 rows, not the 4 of 'Y'"))
    #expect(flaw(TableImport(inputs: ["Y"], tasks: [task])).contains("input and task"))
    #expect(flaw(TableImport(inputs: ["X", "X"], tasks: [task])).contains("named twice"))
    #expect(flaw(TableImport(leftOut: ["X", "age", "kind"], tasks: [task])).contains("left to"))
    #expect(
      flaw(TableImport(tasks: [.init(column: "Y", kind: .classification)])).contains("one column"))
    #expect(
      flaw(TableImport(tasks: [.init(column: "age", kind: .binary)])).contains("4 values, not 2"))
    let cube = variable("cube", [4, 1, 1], [1, 2, 3, 4])
    #expect(flaw(TableImport(inputs: ["cube"], tasks: [task]), [cube]).contains("[4, 1, 1]"))
    #expect(
      flaw(TableImport(inputs: ["kind"], tasks: [task])).contains("input 'kind' of row 2 is nan"))
    let empty = variable("none", [0, 1], [])
    let none = TableImport(tasks: [.init(column: "none", kind: .regression)])
    #expect(flaw(none, [empty]).contains("its size is [0, 1]"))
  }
}
