import Foundation
import HDF5Store
import TestSupport
import Testing

/// What others see in our files.
@Suite struct OtherToolsTests {
  private static let h5dump = program("h5dump")

  /// Where a program stands on the PATH.
  private static func program(_ name: String) -> String? {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    return folders.map { "\($0)/\(name)" }.first {
      FileManager.default.isExecutableFile(atPath: $0)
    }
  }

  private func output(of program: String, _ arguments: [String]) throws -> String {
    let (process, pipe) = (Process(), Pipe())
    process.executableURL = URL(filePath: program)
    process.arguments = arguments
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let bytes = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test(.enabled(if: h5dump != nil, "h5dump (Debian: hdf5-tools) is not installed"))
  func `h5dump shows numbers, text and attributes`() throws {
    try withTemporaryDirectory { folder in
      let path = folder.path + "/x.h5"
      try HDF5File.replaceAtomically(at: path) { root in
        try root.write([1.5, -2] as [Double], shape: [1, 2], named: "group/numbers")
        try root.writeText("a question?", named: "config")
        try root.group("group").setAttribute("unit", to: "m/s")
        let column = try root.createColumn("column", of: Int32.self, width: 2)
        try column.append([7, 8, 9, 10])
      }
      let text = try output(of: try #require(Self.h5dump), [path])
      for part in [
        "H5T_IEEE_F64LE", "( 1, 2 )", "1.5, -2", "a question?", "H5T_CSET_UTF8", "\"m/s\"",
        "( H5S_UNLIMITED, 2 )", "9, 10", "xxhash64",
      ] {
        #expect(text.contains(part), "\(part)")
      }
    }
  }
}
