import Foundation
import HDF5Store
import TestSupport
import Testing

@Suite struct AtomicReplacementTests {
  private struct Refusal: Error {}

  private func write(_ value: Float, to path: String) throws {
    try HDF5File.replaceAtomically(at: path) { try $0.write([value], shape: [], named: "x") }
  }

  private func value(in path: String) throws -> Float? {
    try HDF5File.open(path).root.array("x", of: Float.self).scalars.first
  }

  @Test func `a new file takes the place of the old one and nothing else is left`() throws {
    try withTemporaryDirectory { folder in
      let path = folder.path + "/x.h5"
      try write(1, to: path)
      try write(2, to: path)
      #expect(try value(in: path) == 2)
      #expect(try names(in: folder.path) == ["x.h5"])
    }
  }

  @Test func `a failure keeps the old file and leaves no other`() throws {
    try withTemporaryDirectory { folder in
      let path = folder.path + "/x.h5"
      try write(1, to: path)
      #expect(throws: Refusal.self) {
        try HDF5File.replaceAtomically(at: path) { root in
          try root.write([2] as [Float], shape: [], named: "x")
          throw Refusal()
        }
      }
      #expect(try value(in: path) == 1)
      #expect(try names(in: folder.path) == ["x.h5"])
    }
  }

  @Test func `what a killed process left is removed, what a living one writes is not`() throws {
    try withTemporaryDirectory { folder in
      let dead = folder.path + "/.x.h5.\(try deadProcess())-1.partial"
      let alive = folder.path + "/.x.h5.1-1.partial"
      let other = folder.path + "/.y.h5.\(try deadProcess())-1.partial"
      for path in [dead, alive, other] { try Data([1, 2, 3]).write(to: URL(filePath: path)) }
      try write(1, to: folder.path + "/x.h5")
      let left = try names(in: folder.path)
      #expect(!left.contains(String(dead.split(separator: "/").last ?? "")))
      #expect(left.count == 3)
    }
  }

  /// The number of a process that has ended.
  private func deadProcess() throws -> Int32 {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/true")
    try process.run()
    process.waitUntilExit()
    return process.processIdentifier
  }

  @Test func `an open old file goes on being read`() throws {
    try withTemporaryDirectory { folder in
      let path = folder.path + "/x.h5"
      try write(1, to: path)
      let old = try HDF5File.open(path)
      try write(2, to: path)
      #expect(try old.root.array("x", of: Float.self).scalars == [1])
      #expect(try value(in: path) == 2)
    }
  }

  @Test func `a missing folder is told by the name of the file`() throws {
    try withTemporaryDirectory { folder in
      let path = folder.path + "/none/x.h5"
      let error = #expect(throws: HDF5Error.self) { try write(1, to: path) }
      #expect(error?.reason == .missing)
      #expect(error?.path == path)
    }
  }
}
