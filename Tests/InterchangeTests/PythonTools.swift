import Foundation
import Testing

/// Other people's readers of our files, asked where a Python has them.
enum PythonTools {
  /// A Python that has all of these modules; `nil` where none is found.
  static func python(with modules: String...) -> String? {
    let chosen = ProcessInfo.processInfo.environment["FLEDGE_PYTHON"]
    let found = [chosen, "python3"].compactMap(\.self).first { candidate in
      let test = "import " + modules.joined(separator: ", ")
      return (try? run(candidate, test, []))?.status == 0
    }
    if found == nil { print("skipped: no Python with \(modules.joined(separator: ", "))") }
    return found
  }

  /// Runs a script and gives what it printed.
  static func run(
    _ python: String, _ script: String, _ arguments: [String]
  ) throws -> (status: Int32, output: String, errors: String) {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [python, "-c", script] + arguments
    let folder = FileManager.default.temporaryDirectory
    let places = ["out", "err"].map { folder.appending(path: "\($0)-\(UUID())") }
    for place in places { try Data().write(to: place) }
    defer { for place in places { try? FileManager.default.removeItem(at: place) } }
    process.standardOutput = try FileHandle(forWritingTo: places[0])
    process.standardError = try FileHandle(forWritingTo: places[1])
    try process.run()
    process.waitUntilExit()
    let texts = try places.map { try String(contentsOf: $0, encoding: .utf8) }
    return (process.terminationStatus, texts[0], texts[1])
  }

  static func expectSuccess(
    _ python: String, _ script: String, _ arguments: [String],
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let answer = try run(python, script, arguments)
    #expect(
      answer.status == 0, "\(answer.output)\(answer.errors)", sourceLocation: sourceLocation)
  }
}
