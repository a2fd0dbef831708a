import Foundation
import Testing

/// The real program, run as a process of its own.
enum CommandLineTool {
  /// The `fledge` that was built beside the program that runs these tests.
  static let path: String = {
    let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    return (own as NSString).deletingLastPathComponent + "/fledge"
  }()

  /// How a process ended and what it said.
  struct Answer: CustomStringConvertible {
    /// The exit status; `nil` if a signal ended it.
    var status: Int32?
    var signal: Int32?
    var output: String
    var errors: String

    /// The lines of standard error that tell an error.
    var sentences: [String] {
      errors.split(separator: "\n").filter { $0.hasPrefix("Error: ") }.map {
        String($0.dropFirst(7))
      }
    }

    /// Every line of standard output as a JSON object.
    func objects() throws -> [[String: Any]] {
      try output.split(separator: "\n").map { line in
        try #require(
          JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any],
          "not a JSON object: \(line)")
      }
    }

    var description: String {
      "status \(status.map(String.init) ?? "none"), signal \(signal.map(String.init) ?? "none")\n"
        + output + errors
    }
  }

  /// Runs the program to its end.
  static func run(_ arguments: String..., input: String? = nil) throws -> Answer {
    try start(arguments, input: input).wait()
  }

  static func run(_ arguments: [String]) throws -> Answer { try start(arguments).wait() }

  /// Runs a shell command, in which `$0` is the program and `$1`… are the arguments.
  static func shell(_ command: String, _ arguments: [String] = []) throws -> Answer {
    try RunningProcess("/bin/sh", ["-c", command, path] + arguments, input: nil).wait()
  }

  static func start(_ arguments: [String], input: String? = nil) throws -> RunningProcess {
    try RunningProcess(path, arguments, input: input)
  }
}

/// A process that has been started; what it says goes to files, so that it never has to wait.
final class RunningProcess {
  let identifier: pid_t
  private let folder: URL
  private var answer: CommandLineTool.Answer?

  init(_ program: String, _ arguments: [String], input: String?) throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "fledge-process-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data((input ?? "").utf8).write(to: folder.appending(path: "input"))

    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (descriptor, name, flags) in [
      (Int32(0), "input", O_RDONLY), (1, "output", O_WRONLY | O_CREAT),
      (2, "errors", O_WRONLY | O_CREAT),
    ] {
      posix_spawn_file_actions_addopen(
        &actions, descriptor, folder.appending(path: name).path, flags, 0o600)
    }
    var words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) } + [nil]
    defer { words.forEach { free($0) } }
    var process: pid_t = 0
    let result = posix_spawn(&process, program, &actions, nil, &words, environ)
    identifier = process
    try #require(
      result == 0, "'\(program)' cannot be started: \(String(cString: strerror(result)))")
  }

  deinit {
    if answer == nil { _ = try? stop(SIGKILL) }
    try? FileManager.default.removeItem(at: folder)
  }

  func wait() throws -> CommandLineTool.Answer {
    if let answer { return answer }
    var status: Int32 = 0
    while waitpid(identifier, &status, 0) < 0, errno == EINTR {}
    let signal = status & 0x7F
    let answer = CommandLineTool.Answer(
      status: signal == 0 ? (status >> 8) & 0xFF : nil, signal: signal == 0 ? nil : signal,
      output: try text("output"), errors: try text("errors"))
    self.answer = answer
    return answer
  }

  /// Sends a signal and waits for the end.
  func stop(_ signal: Int32) throws -> CommandLineTool.Answer {
    kill(identifier, signal)
    return try wait()
  }

  /// Looks again and again, without a pause, until something holds; `false` after some seconds.
  func wait(seconds: Double = 20, until condition: () throws -> Bool) rethrows -> Bool {
    let end = Date().addingTimeInterval(seconds)
    while Date() < end {
      if try condition() { return true }
      sched_yield()
    }
    return false
  }

  private func text(_ name: String) throws -> String {
    String(decoding: try Data(contentsOf: folder.appending(path: name)), as: UTF8.self)
  }
}

/// Expects a refusal: a failing exit status, one sentence on standard error, and no crash.
@discardableResult
func expectRefusal(
  _ answer: CommandLineTool.Answer, saying words: String..., status: Int32 = 1,
  sourceLocation: SourceLocation = #_sourceLocation
) -> String {
  #expect(answer.status == status, "\(answer)", sourceLocation: sourceLocation)
  #expect(answer.sentences.count == 1, "\(answer)", sourceLocation: sourceLocation)
  let sentence = answer.sentences.first ?? ""
  for word in words {
    #expect(sentence.contains(word), "\(answer)", sourceLocation: sourceLocation)
  }
  for sign in ["Fatal error", "Program crashed", "Backtrac", "HDF5-DIAG"] {
    #expect(!answer.errors.contains(sign), "\(answer)", sourceLocation: sourceLocation)
  }
  return sentence
}
