import Foundation
import HDF5Store
import TestSupport
import Testing

/// Files that use what HDF5 offers for reaching elsewhere, or for asking too much.
///
/// `Hostile/make.py` made them.
@Suite struct HostileFileTests {
  private func root(of name: String) throws -> HDF5Group {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Hostile")
    return try HDF5File.open(folder.appending(path: name + ".h5").path).root
  }

  private func expect(
    _ reason: HDF5Error.Reason, _ file: String, _ name: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let root = try root(of: file)
    for attempt in [
      { _ = try root.array(name, of: Float.self) }, { _ = try root.child(name) },
      { _ = try root.column(name, of: Float.self) },
    ] as [() throws -> Void] {
      let error = #expect(throws: HDF5Error.self, sourceLocation: sourceLocation) { try attempt() }
      #expect(error?.reason == reason, "\(name)", sourceLocation: sourceLocation)
      #expect(error?.object == "/" + name, sourceLocation: sourceLocation)
    }
  }

  @Test func `nothing is read from another file`() throws {
    try expect(.forbidden, "external_link", "data")
    try expect(.forbidden, "external_storage", "data")
    try expect(.forbidden, "virtual", "data")
    let inPath = #expect(throws: HDF5Error.self) {
      try root(of: "external_group").array("group/data", of: Float.self)
    }
    #expect(inPath?.reason == .forbidden)
    #expect(throws: HDF5Error.self) { try root(of: "external_group").group("group") }
    #expect(throws: HDF5Error.self) { try root(of: "external_group").datasetPaths() }
    #expect(throws: HDF5Error.self) { try root(of: "external_group").contains("group/data") }
  }

  @Test func `soft links are not followed, also where they lead nowhere`() throws {
    try expect(.forbidden, "soft_link", "data")
    try expect(.forbidden, "dangling", "data")
    #expect(try root(of: "soft_link").array("real", of: Float.self).scalars == [0, 1, 2, 3, 4, 5])
  }

  @Test func `a group that contains itself is walked once`() throws {
    let root = try root(of: "loop")
    let error = #expect(throws: HDF5Error.self) { try root.datasetPaths() }
    #expect(error?.reason == .forbidden)
    #expect(try root.array("a/b/data", of: Float.self).shape == [6])
  }

  @Test(
    arguments: [
      "variable", "ragged", "reference", "compound", "big_endian", "half", "short",
      "opaque", "empty", "nine_axes",
    ])
  func `a type that is not expected is refused`(name: String) throws {
    let root = try root(of: "strange_types")
    let error = #expect(throws: HDF5Error.self) { try root.array(name, of: Float.self) }
    #expect(error?.reason == .wrongType)
    #expect(throws: HDF5Error.self) { try root.text(name) }
    #expect(throws: HDF5Error.self) { try root.child(name) }
  }

  @Test func `h5py's truth values are known as such, and are no numbers`() throws {
    let root = try root(of: "strange_types")
    #expect(throws: HDF5Error.self) { try root.array("truth", of: Float.self) }
    guard case .numbers(.boolean, shape: [2]) = try root.child("truth") else {
      Issue.record("'truth' is told as something else")
      return
    }
  }

  @Test func `a named type is neither numbers nor a group`() throws {
    let root = try root(of: "strange_types")
    #expect(throws: HDF5Error.self) { try root.child("named") }
    #expect(throws: HDF5Error.self) { try root.group("named") }
    #expect(try root.array("numbers", of: Float.self).scalars == [0, 1, 2, 3, 4, 5])
  }

  @Test func `what says that it is larger than what is stored is refused before it is read`() throws
  {
    for name in ["contiguous", "chunked", "overflowing", "chunk"] {
      try expect(.tooLarge, "huge", name)
    }
  }

  @Test func `unknown filters are refused, known ones are read`() throws {
    try expect(.forbidden, "packed", "lzf")
    let zeros = [Float](repeating: 0, count: 1000)
    #expect(try root(of: "packed").array("gzip", of: Float.self).scalars == zeros)
  }

  @Test(arguments: ["variable", "reference", "several", "compound", "none"])
  func `an attribute that is not one number or one text is refused`(name: String) throws {
    let root = try root(of: "attributes")
    #expect(throws: HDF5Error.self) { try root.attribute(name, as: Float.self) }
    #expect(throws: HDF5Error.self) { try root.textAttribute(name) }
    #expect(try root.attribute("good") == Float(2.5))
  }

  @Test func `the old format is read, but not taken for ours`() throws {
    #expect(try root(of: "elsewhere").array("data", of: Float.self).shape == [6])
    let path = try root(of: "elsewhere").file.path
    let error = #expect(throws: HDF5Error.self) { try HDF5File.open(path, isOurs: true) }
    #expect(error?.reason == .notHDF5)
    #expect(throws: HDF5Error.self) { try root(of: "user_block") }
  }
}
