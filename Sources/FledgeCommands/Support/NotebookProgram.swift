import Foundation
import Notebooks

/// A literate script, built to say where it is.
struct NotebookProgram {
  let program: URL
  /// Where it runs.
  let folder: URL
  let target: String

  /// What came of it.
  struct Outcome {
    var output: String
    var errors: String
    var status: Int32
    /// Whether a signal ended it, of which `status` is the number.
    var isCrash: Bool
    var seconds: Double

    var duration: String {
      seconds < 90 ? "\(max(1, Int(seconds.rounded()))) s" : "\(Int((seconds / 60).rounded())) min"
    }

    /// How it ended before its end; `nil` if it did not.
    func failure(of script: String, line: Int?) -> WovenNotebook.Failure? {
      guard status != 0 || isCrash else { return nil }
      let place = line.map { ", in the code that begins at \(script):\($0)" } ?? ""
      let how = isCrash ? "was ended by signal \(status)" : "ended with status \(status)"
      return WovenNotebook.Failure(
        sentence: "The script \(how)\(place).", message: errors.lastLines(30))
    }
  }

  /// Runs the script to its end.
  ///
  /// - Parameter progress: Is told each stretch of code that begins.
  func run(quick: Bool, progress: (_ cell: Int) -> Void) throws -> Outcome {
    // Registers and addresses would hide what the script says itself.
    var variables = [Notebook.environmentVariable: target, "SWIFT_BACKTRACE": "enable=no"]
    if quick { variables["FLEDGE_QUICK"] = "1" }
    let start = Date()
    let result = try Program.run(program, [], in: folder, adding: variables) { chunk in
      for piece in chunk.split(separator: "\u{1E}") where piece.hasPrefix("cell ") {
        Int(piece.dropFirst(5)).map(progress)
      }
    }
    return Outcome(
      output: result.output, errors: result.errors, status: result.status,
      isCrash: result.isCrash, seconds: -start.timeIntervalSinceNow)
  }
}

/// Another program, run to its end.
enum Program {
  struct Result {
    var output: String
    var errors: String
    var status: Int32
    var isCrash = false
  }

  /// Runs the Swift tool that the shell would find.
  static func swift(
    _ arguments: [String], in folder: URL, adding variables: [String: String] = [:]
  ) throws -> Result {
    let result = try run(
      URL(fileURLWithPath: "/usr/bin/env"), ["swift"] + arguments, in: folder, adding: variables)
    guard result.status != 127 else {
      throw CommandFailure("there is no program 'swift'; install Swift, or add it to PATH")
    }
    return result
  }

  /// - Parameter reading: Is given what is printed, piece by piece.
  static func run(
    _ program: URL, _ arguments: [String], in folder: URL, adding variables: [String: String],
    reading: (String) -> Void = { _ in }
  ) throws -> Result {
    // A file takes as much as is written; a second pipe would have to be read at the same time.
    let errorFile = FileManager.default.temporaryDirectory
      .appending(path: "fledge-\(UUID().uuidString)")
    try Data().write(to: errorFile)
    defer { try? FileManager.default.removeItem(at: errorFile) }
    let process = Process()
    let pipe = Pipe()
    process.executableURL = program
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.environment = ProcessInfo.processInfo.environment.merging(variables) { $1 }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = pipe
    do {
      process.standardError = try FileHandle(forWritingTo: errorFile)
      try process.run()
    } catch {
      throw CommandFailure("'\(program.path)' cannot be run (\(error.localizedDescription))")
    }
    var output = Data()
    while true {
      let chunk = pipe.fileHandleForReading.availableData
      guard !chunk.isEmpty else { break }
      output += chunk
      reading(String(decoding: chunk, as: UTF8.self))
    }
    process.waitUntilExit()
    return Result(
      output: String(decoding: output, as: UTF8.self),
      errors: String(
        decoding: FileManager.default.contents(atPath: errorFile.path) ?? Data(), as: UTF8.self),
      status: process.terminationStatus, isCrash: process.terminationReason == .uncaughtSignal)
  }
}
