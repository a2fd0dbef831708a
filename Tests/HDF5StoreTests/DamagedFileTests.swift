import Foundation
import HDF5Store
import TestSupport
import Testing

/// Files that are not what they should be: each gives a sentence or the right numbers.
@Suite struct DamagedFileTests {
  private func expectError(
    _ reason: HDF5Error.Reason, opening path: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let error = #expect(throws: HDF5Error.self, sourceLocation: sourceLocation) {
      try HDF5File.open(path)
    }
    #expect(error?.reason == reason, sourceLocation: sourceLocation)
    #expect(error?.description.contains(path) == true, sourceLocation: sourceLocation)
  }

  @Test func `what is no HDF5 file is told apart`() throws {
    try withTemporaryDirectory { folder in
      let path = folder.path + "/x.h5"
      expectError(.missing, opening: path)
      expectError(.notAFile, opening: folder.path)
      expectError(.notAFile, opening: "/dev/null")
      try write([], to: path)
      expectError(.notHDF5, opening: path)
      try write(Array("step,value\n1,2\n".utf8), to: path)
      expectError(.notHDF5, opening: path)
      try write(Array(repeating: 0x41, count: 10_000), to: path)
      expectError(.notHDF5, opening: path)
      try write([0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A], to: path)
      expectError(.damaged, opening: path)
    }
  }

  @Test func `a pipe does not hang`() throws {
    try withTemporaryDirectory { folder in
      let path = folder.path + "/pipe"
      try #require(mkfifo(path, 0o600) == 0)
      expectError(.notAFile, opening: path)
    }
  }

  @Test(.enabled(if: getuid() != 0, "the user root may read everything"))
  func `a file that may not be read is told apart`() throws {
    try withTemporaryDirectory { folder in
      let path = folder.path + "/x.h5"
      try HDF5File.replaceAtomically(at: path) { _ in }
      chmod(path, 0)
      expectError(.notPermitted, opening: path)
    }
  }

  @Test func `a newer or unusual header is refused`() throws {
    try withTemporaryDirectory { folder in
      let path = folder.path + "/x.h5"
      try HDF5File.replaceAtomically(at: path) { _ in }
      let good = try contents(of: path)
      for (position, value, reason) in [(8, 4, "notHDF5"), (9, 4, "notHDF5"), (11, 1, "damaged")] {
        var bytes = good
        bytes[position] = UInt8(value)
        try write(bytes, to: path)
        let error = #expect(throws: HDF5Error.self) { try HDF5File.open(path) }
        #expect(error?.reason.rawValue == reason)
      }
    }
  }

  @Test func `a file cut at any place is refused when it is opened`() throws {
    try withTemporaryDirectory { folder in
      let path = folder.path + "/x.h5"
      try Sample.write(to: path)
      let good = try contents(of: path)
      for part in 0..<50 {
        try write(Array(good[..<(good.count * part / 50)]), to: path)
        let error = #expect(throws: HDF5Error.self, "part \(part)") { try HDF5File.open(path) }
        #expect([.damaged, .notHDF5].contains(error?.reason))
      }
    }
  }

  @Test func `a missing object and a wrong type are told with their place`() throws {
    try withTemporaryDirectory { folder in
      let path = folder.path + "/x.h5"
      try Sample.write(to: path)
      let root = try HDF5File.open(path).root
      let missing = #expect(throws: HDF5Error.self) { try root.array("group/none", of: Float.self) }
      #expect(missing?.reason == .missingObject)
      #expect(missing?.object == "/group/none")
      let attempts: [() throws -> Void] = [
        { _ = try root.array("group/floats", of: Double.self) },
        { _ = try root.array("group", of: Float.self) },
        { _ = try root.text("group/floats") },
        { _ = try root.array("text", of: UInt8.self) },
        { _ = try root.group("group/floats") },
        { _ = try root.group("text") },
      ]
      for attempt in attempts {
        let error = #expect(throws: HDF5Error.self) { try attempt() }
        #expect(error?.reason == .wrongType)
      }
    }
  }

  @Test func `a name that cannot be is refused`() throws {
    try withTemporaryDirectory { folder in
      let root = try HDF5File.create(at: folder.path + "/x.h5").root
      for name in ["", "/a", "a//b", "a/", ".", "a/./b", "a\0b"] {
        let error = #expect(throws: HDF5Error.self) { try root.createGroup(name) }
        #expect(error?.reason == .misuse)
      }
      _ = try root.createGroup("a")
      let error = #expect(throws: HDF5Error.self) { try root.createGroup("a") }
      #expect(error?.reason == .exists)
      let taken = #expect(throws: HDF5Error.self) {
        try HDF5File.create(at: folder.path + "/x.h5")
      }
      #expect(taken?.reason == .exists)
    }
  }
}

/// A file with one of everything.
enum Sample {
  static let floats = (0..<600).map { Float($0) * 0.5 }
  static let integers = (0..<3000).map { Int64($0) * 3 }
  static let text = String(repeating: "question: which?\n", count: 40)

  static func write(to path: String) throws {
    try HDF5File.replaceAtomically(at: path) { root in
      try root.writeText(text, named: "text")
      try root.write(floats, shape: [20, 30], named: "group/floats")
      let column = try root.createColumn("group/column", of: Int64.self, chunkRows: 256)
      try column.append(integers)
      try column.seal()
      try root.group("group").setAttribute("unit", to: "m/s")
      for index in 0..<12 {
        try root.write([UInt8(index)], shape: [1], named: "many/\(index)")
      }
    }
  }

  /// Reads all of it; what can be read must be what was written.
  ///
  /// - Returns: whether everything was there.
  static func read(from path: String) throws -> Bool {
    let root = try HDF5File.open(path, isOurs: true).root
    guard try root.text("text") == text else { return false }
    guard try root.array("group/floats", of: Float.self).scalars == floats else { return false }
    guard try root.column("group/column", of: Int64.self).readAll() == integers else {
      return false
    }
    guard try root.group("group").textAttribute("unit") == "m/s" else { return false }
    for path in try root.datasetPaths() where path.hasPrefix("many/") {
      let expected = UInt8(path.dropFirst("many/".count)) ?? 0
      guard try root.array(path, of: UInt8.self).scalars == [expected] else { return false }
    }
    return true
  }
}
