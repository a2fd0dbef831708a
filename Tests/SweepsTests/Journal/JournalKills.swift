import Foundation
import Randomness
import Sweeps
import TestSupport
import Testing

/// Real processes, really killed, on one journal.
enum JournalKills {
  /// The program that was built beside the one that runs these tests.
  private static let worker: String = {
    let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    return (own as NSString).deletingLastPathComponent + "/JournalWorker"
  }()

  private static let space = SearchSpace([
    SearchParameter("x", .real(lowest: 0, highest: 1)),
    SearchParameter("n", .integer(lowest: 1, highest: 100)),
    SearchParameter("kind", .choice([.text("[64, 64]"), .boolean(true), .number(2)])),
  ])

  private static func start(_ folder: String, _ count: Int) throws -> pid_t {
    let arguments: [String] = [worker, folder, "\(count)"]
    var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) }
    words.append(nil)
    defer { words.forEach { free($0) } }
    var process: pid_t = 0
    let result = posix_spawn(&process, worker, nil, nil, &words, environ)
    try #require(result == 0, "'\(worker)' cannot be started")
    return process
  }

  /// How a process ended, if it has.
  private static func end(of process: pid_t) -> Int32? {
    var status: Int32 = 0
    return waitpid(process, &status, WNOHANG) == process ? status : nil
  }

  /// Lets processes work on `count` trials and kills one of them every now and then.
  ///
  /// - Returns: how many were killed.
  private static func search(_ folder: String, count: Int, processes: Int) throws -> Int {
    var running: [pid_t] = []
    defer {
      for process in running {
        kill(process, SIGKILL)
        var status: Int32 = 0
        waitpid(process, &status, 0)
      }
    }
    var kills = 0
    let deadline = Date().addingTimeInterval(300)
    while Date() < deadline {
      while running.count < processes { running.append(try start(folder, count)) }
      // A process has to read the whole journal before it does anything.
      usleep(.random(in: 0..<60_000))
      let place = Int.random(in: 0..<running.count)
      kill(running[place], SIGKILL)
      for (index, process) in running.enumerated().reversed() {
        if index == place {
          var status: Int32 = 0
          waitpid(process, &status, 0)
          if status & 0x7F == SIGKILL { kills += 1 }
          running.remove(at: index)
        } else if let status = end(of: process) {
          #expect(status == 0, "a worker ended with \(status)")
          running.remove(at: index)
        }
      }
      let state = try? Journal.read(in: folder, space: space, goal: .minimize)
      if state?.endedCount == count { return kills }
    }
    Issue.record("\(count) trials were not done in five minutes")
    return kills
  }

  /// Expects every trial to be there once, with what its number says, and ended once.
  private static func expectWhole(_ folder: String, count: Int) throws {
    let state = try Journal.read(in: folder, space: space, goal: .minimize)
    #expect(state.trials.count == count)
    for (number, journaled) in state.trials.enumerated() {
      var stream = Seeds(root: 7)["trial/\(number)"]
      let x: Double = stream.uniform()
      let n = 1 + stream.integer(below: 100)
      let trial = journaled.trial
      #expect(trial.number == number)
      #expect(trial.values[0] == .number(x) && trial.values[1] == .integer(n))
      #expect(trial.reports == [.init(step: 1, score: x), .init(step: 2, score: x / 2)])
      #expect(
        trial.state
          == (number % 10 == 9
            ? .failed(reason: "every tenth fails") : .finished(score: x + Double(n))))
    }
    let text = try String(contentsOfFile: Journal.path(in: folder), encoding: .utf8)
    #expect(text.hasSuffix("\n"))
    for event in ["begin", "end"] {
      let lines = text.split(separator: "\n").filter { $0.contains("\"event\":\"\(event)\"") }
      #expect(lines.count == count, "\(lines.count) lines '\(event)'")
    }
  }

  /// Expects nothing to be lost and nothing to count twice, whatever is killed.
  ///
  /// Where a busy machine lets the trials end before so many are killed, there are more searches.
  static func expectSurvival(trials: Int, atLeast wanted: Int) throws {
    var kills = 0
    for _ in 0..<20 where kills < wanted {
      try withTemporaryDirectory { folder in
        kills += try search(folder.path, count: trials, processes: 8)
        try expectWhole(folder.path, count: trials)
        let state = try Journal.read(in: folder.path, space: space, goal: .minimize)
        let taken = state.trials.reduce(0) { $0 + $1.takeovers }
        print("\(trials) trials, \(kills) kills so far, \(taken) taken over")
      }
    }
    #expect(kills >= wanted, "only \(kills) workers were killed")
  }
}
