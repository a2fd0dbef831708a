import Foundation
import Sweeps
import TestSupport
import Testing

@Suite struct JournalTests {
  private static let space = SearchSpace([
    SearchParameter("rate", .real(lowest: 0.001, highest: 1, scale: .logarithmic)),
    SearchParameter("width", .choice([.integer(32), .integer(64)])),
  ])

  private static func with(_ body: (String) throws -> Void) throws {
    try withTemporaryDirectory { try body($0.path) }
  }

  private static func journal(_ folder: String) throws -> Journal {
    try Journal(in: folder, space: space, goal: .maximize)
  }

  private static func propose(_ number: Int, _ study: Study) -> [ParameterValue]? {
    [.number(Double(number + 1)), .integer(32)]
  }

  /// Stops whatever reports less than a number.
  private struct Threshold: StoppingRule {
    let least: Double
    func shouldStop(trial: Int, of study: Study) -> Bool {
      (study.trials[trial].reports.last?.score ?? 0) < least
    }
  }

  @Test func `what happened is what another reads`() throws {
    try Self.with { folder in
      let journal = try Self.journal(folder)
      for number in 0..<3 {
        let job = try #require(try journal.next(of: 3, proposing: Self.propose))
        #expect(job.trial.number == number && !job.isTakenOver)
      }
      #expect(try journal.next(of: 3, proposing: Self.propose) == nil)
      #expect(try !journal.report(0.1, at: 10, of: 0, stoppingBy: nil))
      try journal.finish(0, score: 0.1 + 0.2, seedScores: [1: 0.25, 7: 1e-300])
      try journal.fail(1, reason: "the loss is \"NaN\"\nat once")
      #expect(try journal.report(-2, at: 10, of: 2, stoppingBy: Threshold(least: 0)))
      let state = try Journal.read(in: folder, space: Self.space, goal: .maximize)
      #expect(state == (try journal.state()))
      #expect(state.trials[0].trial.state == .finished(score: 0.1 + 0.2))
      #expect(state.trials[0].seedScores == [1: 0.25, 7: 1e-300])
      #expect(state.trials[1].trial.state == .failed(reason: "the loss is \"NaN\"\nat once"))
      #expect(state.trials[2].trial.state == .stopped && state.trials[2].score == -2)
      #expect(state.best?.trial.number == 0)
    }
  }

  @Test func `a journal cut off at any byte goes on from its last whole line`() throws {
    try Self.with { folder in
      do {
        let journal = try Self.journal(folder)
        for _ in 0..<2 {
          let job = try #require(try journal.next(of: 2, proposing: Self.propose))
          _ = try journal.report(1, at: 1, of: job.trial.number, stoppingBy: nil)
          try journal.finish(job.trial.number, score: Double(job.trial.number))
        }
      }
      let whole = try Data(contentsOf: URL(filePath: Journal.path(in: folder)))
      for length in 0..<whole.count {
        let copy = folder + "/cut-\(length)"
        try FileManager.default.createDirectory(
          atPath: copy, withIntermediateDirectories: true)
        try whole.prefix(length).write(to: URL(filePath: Journal.path(in: copy)))
        let readable = try Journal.read(in: copy, space: Self.space, goal: .maximize)
        let journal = try Self.journal(copy)
        #expect(try journal.state().trials == readable.trials)
        while let job = try journal.next(of: 2, proposing: Self.propose) {
          _ = try journal.report(1, at: 1, of: job.trial.number, stoppingBy: nil)
          try journal.finish(job.trial.number, score: Double(job.trial.number))
        }
        let trials = try journal.state().trials.map(\.trial)
        #expect(
          trials.map(\.state) == [.finished(score: 0), .finished(score: 1)], "cut at \(length)")
        #expect(trials.allSatisfy { $0.reports == [.init(step: 1, score: 1)] })
      }
    }
  }

  @Test func `a trial is taken over from a worker that has gone and not from one that works`()
    throws
  {
    try Self.with { folder in
      var first: Journal? = try Self.journal(folder)
      _ = try first?.next(of: 1, proposing: Self.propose)
      _ = try first?.report(3, at: 5, of: 0, stoppingBy: nil)
      let second = try Self.journal(folder)
      #expect(try second.next(of: 1, proposing: Self.propose) == nil)
      #expect(throws: JournalError.self) { try second.finish(0, score: 1) }
      first = nil
      let job = try #require(try second.next(of: 1, proposing: Self.propose))
      #expect(job.isTakenOver && job.trial.reports == [.init(step: 5, score: 3)])
      // What was reported before counts once, and the rule is asked again.
      #expect(try second.report(3, at: 5, of: 0, stoppingBy: Threshold(least: 4)))
      let state = try second.state()
      #expect(state.trials[0].trial.reports.count == 1 && state.trials[0].takeovers == 1)
    }
  }

  @Test func `a journal of another search is refused with the difference`() throws {
    try Self.with { folder in
      _ = try Self.journal(folder)
      var other = Self.space
      other.parameters[1].path = "height"
      #expect {
        _ = try Journal(in: folder, space: other, goal: .maximize)
      } throws: {
        "\($0)".contains("its parameter number 2 is 'width', here it is 'height'")
      }
      #expect {
        _ = try Journal(in: folder, space: Self.space, goal: .minimize)
      } throws: {
        "\($0)".contains("its goal is to maximize, here it is to minimize")
      }
      #expect {
        _ = try Journal(in: folder, space: Self.space, goal: .maximize, arm: "a2c")
      } throws: {
        "\($0)".contains("it is of no arm, here it is of arm 'a2c'")
      }
    }
  }

  @Test(arguments: [
    ("hello", "no line of a journal"),
    (#"{"event":"end","trial":4,"outcome":"stopped"}"#, "trial 4 has not begun"),
    (#"{"event":"begin","trial":1,"worker":"w","values":{}}"#, "where 0 would be next"),
    (#"{"event":"begin","trial":0,"worker":"w","values":{"rate":1}}"#, "no value of 'width'"),
    (#"{"event":"study","version":1}"#, "its parameter number 1 is nothing"),
  ])
  func `a line that cannot be is refused with its number`(line: String, words: String) throws {
    try Self.with { folder in
      _ = try Self.journal(folder)
      let path = Journal.path(in: folder)
      let text = try String(contentsOfFile: path, encoding: .utf8) + line + "\n"
      try Data(text.utf8).write(to: URL(filePath: path))
      #expect {
        _ = try Self.journal(folder)
      } throws: { error in
        "\(error)".contains(words) && "\(error)".contains("journal.jsonl")
      }
    }
  }
}
