import Foundation
import HDF5Store
import TestSupport
import Testing

@Suite struct RoundTripTests {
  /// Writes with the first body, closes, opens again and reads with the second.
  private func through(
    _ write: (HDF5Group) throws -> Void, _ read: (HDF5Group) throws -> Void
  ) throws {
    try withTemporaryDirectory { folder in
      let path = folder.path + "/file.h5"
      let file = try HDF5File.create(at: path)
      try write(file.root)
      try file.close()
      try read(HDF5File.open(path).root)
    }
  }

  private func expectSame<Scalar: HDF5Scalar & Equatable>(
    _ scalars: [Scalar], shape: [Int], sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let array = HDF5Array(shape: shape, scalars: scalars)
    try through({ try $0.write(array, named: "a/b/c") }) { (root) throws in
      #expect(try root.array("a/b/c") == array, sourceLocation: sourceLocation)
      let child = HDF5Group.Child.numbers(Scalar.kind, shape: shape)
      #expect(try root.child("a/b/c") == child, sourceLocation: sourceLocation)
    }
  }

  @Test func `arrays of every type come back as they were`() throws {
    try expectSame([1.5, -0.0, .infinity, .leastNonzeroMagnitude] as [Float], shape: [2, 2])
    try expectSame([.pi, -.greatestFiniteMagnitude] as [Double], shape: [2])
    try expectSame([.min, 0, .max] as [Int32], shape: [3, 1])
    try expectSame([.min, 0, .max] as [Int64], shape: [1, 3])
    try expectSame([0, 127, 128, 255] as [UInt8], shape: [2, 1, 2])
    try expectSame([0, .max] as [UInt64], shape: [2, 1, 1, 1])
  }

  @Test func `arrays without axes or without numbers come back`() throws {
    try expectSame([42] as [Float], shape: [])
    try expectSame([] as [Float], shape: [0])
    try expectSame([] as [UInt8], shape: [3, 0, 2])
  }

  @Test func `a not-a-number keeps its bits`() throws {
    let bits: [UInt32] = [0x7FC0_0001, 0xFFC1_2345]
    try through({
      try $0.write(bits.map { Float(bitPattern: $0) }, shape: [2], named: "nan")
    }) { (root) throws in
      #expect(try root.array("nan", of: Float.self).scalars.map(\.bitPattern) == bits)
    }
  }

  @Test func `an array is read straight into memory of its shape`() throws {
    try through({ try $0.write([1, 2, 3, 4, 5, 6] as [Float], shape: [2, 3], named: "x") }) {
      (root) throws in
      var memory = [Float](repeating: 0, count: 6)
      try memory.withUnsafeMutableBufferPointer { try root.read("x", shape: [2, 3], into: $0) }
      #expect(memory == [1, 2, 3, 4, 5, 6])
      let error = #expect(throws: HDF5Error.self) {
        try memory.withUnsafeMutableBufferPointer { try root.read("x", shape: [3, 2], into: $0) }
      }
      #expect(error?.reason == .wrongType)
      #expect(error?.description.contains("[2, 3]") == true)
    }
  }

  @Test func `texts come back, short, long, empty and beyond ASCII`() throws {
    let long = String(repeating: "Zeile ä 線\n", count: 20_000)
    try through({ root in
      try root.writeText("", named: "empty")
      try root.writeText("größe: 3 µm 🧪", named: "short")
      try root.writeText(long, named: "deep/long")
    }) { (root) throws in
      #expect(try root.text("empty") == "")
      #expect(try root.text("short") == "größe: 3 µm 🧪")
      #expect(try root.text("deep/long") == long)
      #expect(try root.child("short") == .text)
    }
  }

  @Test func `attributes of every type come back`() throws {
    try through({ root in
      let group = try root.createGroup("g")
      try group.setAttribute("float", to: Float(1.25))
      try group.setAttribute("double", to: 0.1)
      try group.setAttribute("int32", to: Int32.min)
      try group.setAttribute("int64", to: Int64.max)
      try group.setAttribute("uint8", to: UInt8(200))
      try group.setAttribute("uint64", to: UInt64.max)
      try group.setAttribute("text", to: "reward²")
      try group.setAttribute("empty", to: "")
    }) { (root) throws in
      let group = try root.group("g")
      #expect(try group.attribute("float") == Float(1.25))
      #expect(try group.attribute("double") == 0.1)
      #expect(try group.attribute("int32") == Int32.min)
      #expect(try group.attribute("int64") == Int64.max)
      #expect(try group.attribute("uint8") == UInt8(200))
      #expect(try group.attribute("uint64") == UInt64.max)
      #expect(try group.textAttribute("text") == "reward²")
      #expect(try group.textAttribute("empty") == "")
      #expect(try !group.hasAttribute("other"))
      #expect(throws: HDF5Error.self) { try group.attribute("text", as: Int64.self) }
      #expect(throws: HDF5Error.self) { try group.textAttribute("float") }
      #expect(throws: HDF5Error.self) { try group.textAttribute("other") }
    }
  }

  @Test(arguments: [false, true])
  func `a column grows over many appends and chunks`(isCompressed: Bool) throws {
    let rows = (0..<5000).map { Int64($0 * $0) }
    try through({ root in
      let column = try root.createColumn(
        "column", of: Int64.self, chunkRows: 256, isCompressed: isCompressed)
      for start in stride(from: 0, to: rows.count, by: 333) {
        try column.append(Array(rows[start..<min(start + 333, rows.count)]))
      }
      #expect(column.count == rows.count)
      try column.seal()
    }) { (root) throws in
      let column = try root.column("column", of: Int64.self)
      #expect(column.count == 5000)
      #expect(try column.readAll() == rows)
      #expect(try column.read(700..<703) == Array(rows[700..<703]))
      #expect(try column.read(5000..<5000) == [])
      #expect(throws: HDF5Error.self) { try column.read(4999..<5001) }
    }
  }

  @Test func `a table keeps its rows together`() throws {
    try through({ root in
      let table = try root.createColumn("table", of: Float.self, width: 3, chunkRows: 4)
      for row in 0..<10 { try table.append([Float(row), Float(row) + 0.25, Float(row) + 0.5]) }
      _ = try root.createColumn("none", of: Double.self)
    }) { (root) throws in
      let table = try root.column("table", of: Float.self, width: 3)
      #expect(table.count == 10 && table.width == 3)
      #expect(try table.read(7..<9) == [7, 7.25, 7.5, 8, 8.25, 8.5])
      #expect(throws: HDF5Error.self) { try root.column("table", of: Float.self) }
      #expect(throws: HDF5Error.self) { try root.column("table", of: Float.self, width: 2) }
      #expect(throws: HDF5Error.self) { try root.column("table", of: Double.self, width: 3) }
      #expect(try root.column("none", of: Double.self).readAll() == [])
    }
  }

  @Test func `names are listed and paths are found`() throws {
    try through({ root in
      for name in ["b/x", "a", "b/deep/er", "c"] {
        try root.write([1] as [Float], shape: [], named: name)
      }
    }) { (root) throws in
      #expect(try root.names() == ["a", "b", "c"])
      #expect(try root.datasetPaths() == ["a", "b/deep/er", "b/x", "c"])
      #expect(try root.child("b") == .group)
      #expect(try root.contains("b/deep/er"))
      #expect(try !root.contains("b/deep/other"))
      #expect(try root.group("b").group("deep").path == "/b/deep")
    }
  }

  @Test func `equal contents make equal files`() throws {
    try withTemporaryDirectory { folder in
      let files = try (0..<2).map { index in
        let path = folder.path + "/\(index).h5"
        try HDF5File.replaceAtomically(at: path) { root in
          try root.write([1, 2] as [Float], shape: [2], named: "tensor")
          try root.writeText("text", named: "group/text")
          try root.createColumn("column", of: Int32.self).append([1, 2, 3])
          try root.setAttribute("version", to: Int64(1))
        }
        return try contents(of: path)
      }
      #expect(files[0] == files[1])
    }
  }
}
