import Foundation
import HDF5Store
import TestSupport
import Testing

@Suite struct LiveWritingTests {
  /// A file with a column and a place for an array, written live.
  private func withLiveFile(
    _ body: (HDF5File, HDF5Column<Int64>, HDF5ReservedArray<Float>, String) throws -> Void
  ) throws {
    try withTemporaryDirectory { folder in
      let path = folder.path + "/live.h5"
      let file = try HDF5File.create(at: path)
      let column = try file.root.createColumn("column", of: Int64.self, chunkRows: 16)
      let array = try file.root.reserveArray(named: "array", shape: [2], of: Float.self)
      try file.beginLiveWriting()
      try body(file, column, array, path)
    }
  }

  @Test func `columns grow and arrays are filled, and all of it is there after closing`() throws {
    try withLiveFile { file, column, array, path in
      for start in 0..<100 { try column.append([Int64(start)]) }
      try [1, 2].withUnsafeBufferPointer { try array.fill($0) }
      try file.sync()
      try file.close()
      let read = try HDF5File.open(path).root
      #expect(try read.column("column", of: Int64.self).readAll() == Array(0..<100))
      #expect(try read.array("array", of: Float.self).scalars == [1, 2])
    }
  }

  @Test func `nothing is created once others may read along`() throws {
    try withLiveFile { file, _, _, _ in
      let root = try file.root
      let attempts: [() throws -> Void] = [
        { _ = try root.createGroup("new") },
        { try root.write([1] as [Float], shape: [], named: "new") },
        { try root.writeText("new", named: "new") },
        { _ = try root.createColumn("new", of: Float.self) },
        { try root.setAttribute("new", to: Float(1)) },
        { try root.setAttribute("new", to: "new") },
        { try file.beginLiveWriting() },
      ]
      for attempt in attempts {
        #expect(throws: HDF5Error.self) { try attempt() }
      }
      #expect(try root.names() == ["array", "column"])
    }
  }

  @Test func `reading a file that this process is writing is refused in words`() throws {
    try withLiveFile { _, _, _, path in
      let error = #expect(throws: HDF5Error.self) { try HDF5File.open(path) }
      #expect(error?.reason == .busy)
    }
  }

  @Test func `a file that is open for reading is not written`() throws {
    try withTemporaryDirectory { folder in
      let path = folder.path + "/x.h5"
      try HDF5File.replaceAtomically(at: path) { _ = try $0.createColumn("c", of: Float.self) }
      let file = try HDF5File.open(path)
      let error = #expect(throws: HDF5Error.self) {
        try file.root.column("c", of: Float.self).append([1])
      }
      #expect(error?.reason == .misuse)
      #expect(throws: HDF5Error.self) { try file.root.createGroup("g") }
    }
  }

  @Test func `a closed file answers every question with a sentence`() throws {
    try withTemporaryDirectory { folder in
      let file = try HDF5File.create(at: folder.path + "/x.h5")
      let root = try file.root
      let column = try root.createColumn("c", of: Float.self)
      try column.append([1, 2])
      try file.close()
      try file.close()
      let attempts: [() throws -> Void] = [
        { _ = try file.root }, { _ = try root.names() }, { try column.append([3]) },
        { _ = try column.read(0..<1) }, { _ = try root.contains("c") }, { try file.flush() },
        { _ = try root.attribute("a", as: Float.self) },
      ]
      for attempt in attempts {
        let error = #expect(throws: HDF5Error.self) { try attempt() }
        #expect(error?.reason == .misuse)
      }
    }
  }

  @Test func `several threads write files of their own at once`() async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for task in 0..<8 {
        group.addTask {
          try withTemporaryDirectory { folder in
            let path = folder.path + "/x.h5"
            let file = try HDF5File.create(at: path)
            let column = try file.root.createColumn("c", of: Int64.self)
            try file.beginLiveWriting()
            for row in 0..<200 {
              try column.append([Int64(task * 1000 + row)])
              if row.isMultiple(of: 20) { try file.flush() }
            }
            try file.close()
            let rows = try HDF5File.open(path).root.column("c", of: Int64.self).readAll()
            #expect(rows == (0..<200).map { Int64(task * 1000 + $0) })
          }
        }
      }
      try await group.waitForAll()
    }
  }
}
