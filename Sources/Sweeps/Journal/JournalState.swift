/// A trial as the journal tells it.
public struct JournaledTrial: Equatable, Sendable {
  /// Its values, reports and state.
  public var trial: Trial
  /// Who runs it, or did at its end.
  public var worker: String
  /// How often it went on with another worker after its own had died.
  public var takeovers = 0
  /// The scores behind its score, by seed; empty unless it is finished.
  public var seedScores: [UInt64: Double] = [:]
  /// Seconds since 1970.
  public var began: Double?
  /// When it ended; `nil` while it has not.
  public var ended: Double?

  /// The score of a trial that has one: what a finished trial came to, of a stopped one the last
  /// report.
  public var score: Double? { trial.score }
}

extension Trial {
  /// The score of a trial that has one: what a finished trial came to, of a stopped one the last
  /// report.
  public var score: Double? {
    switch state {
    case .finished(let score): score
    case .stopped: reports.last?.score
    case .running, .failed: nil
    }
  }

  /// Whether no more will come of it.
  public var hasEnded: Bool { state != .running }
}

/// A search as far as its journal tells it.
public struct JournalState: Equatable, Sendable {
  /// What is varied.
  public let space: SearchSpace
  /// Whether small or large scores are good.
  public let goal: Goal
  /// Which of several searches that are compared it is; `nil` for one that stands alone.
  public let arm: String?
  /// In the order of their numbers.
  public private(set) var trials: [JournaledTrial] = []
  private(set) var isBegun = false

  /// The state before the first line.
  public init(space: SearchSpace, goal: Goal, arm: String? = nil) {
    (self.space, self.goal, self.arm) = (space, goal, arm)
  }

  /// What samplers and stopping rules may know.
  public var study: Study { Study(space: space, goal: goal, trials: trials.map(\.trial)) }

  /// Trials that are neither waiting nor running.
  public var endedCount: Int { trials.count { $0.trial.hasEnded } }

  /// The finished trial with the best score; of equal ones the first.
  public var best: JournaledTrial? { study.best.map { trials[$0.number] } }

  // MARK: Replaying

  /// Why an entry cannot follow upon those before it.
  struct Contradiction: Error {
    let reason: String
    init(_ reason: String) { self.reason = reason }
  }

  mutating func apply(_ entry: JournalEntry) throws {
    guard isBegun == (entry.event != .study) else {
      throw Contradiction(
        isBegun ? "a second first line" : "the first line does not say which search this is")
    }
    switch entry.event {
    case .study: try applyStudy(entry)
    case .begin: try applyBegin(entry)
    case .take:
      let place = try runningPlace(entry)
      trials[place].worker = try required(entry.worker, "worker")
      trials[place].takeovers += 1
    case .report:
      let place = try runningPlace(entry)
      let report = Trial.Report(
        step: try required(entry.step, "step"), score: try required(entry.score, "score"))
      trials[place].trial.reports.append(report)
    case .end: try applyEnd(entry)
    }
  }

  private mutating func applyStudy(_ entry: JournalEntry) throws {
    guard let version = entry.version, version <= JournalEntry.version else {
      throw Contradiction(
        "the layout has version \(entry.version ?? 0) and this program reads up to "
          + "\(JournalEntry.version); update fledge")
    }
    isBegun = true
  }

  /// How a journal with this first line differs from this search; `nil` if it does not.
  func difference(from entry: JournalEntry) -> String? {
    guard entry.arm == arm else {
      func name(_ arm: String?) -> String { arm.map { "arm '\($0)'" } ?? "no arm" }
      return "it is of \(name(entry.arm)), here it is of \(name(arm))"
    }
    let (had, has) = (entry.parameters ?? [], space.parameters.map(\.path))
    for place in 0..<max(had.count, has.count) {
      let (old, new) = (
        had.indices.contains(place) ? "'\(had[place])'" : "nothing",
        has.indices.contains(place) ? "'\(has[place])'" : "nothing"
      )
      if old != new { return "its parameter number \(place + 1) is \(old), here it is \(new)" }
    }
    guard entry.goal == goal else {
      return "its goal is to \(entry.goal?.rawValue ?? "?"), here it is to \(goal.rawValue)"
    }
    return nil
  }

  private mutating func applyBegin(_ entry: JournalEntry) throws {
    let number = try required(entry.trial, "trial")
    guard number == trials.count else {
      throw Contradiction("trial \(number) begins where \(trials.count) would be next")
    }
    let plain = try required(entry.values, "values")
    let values = try space.parameters.map { parameter in
      guard let value = plain[parameter.path]?.value(in: parameter.range) else {
        throw Contradiction("trial \(number) has no value of '\(parameter.path)' that it may have")
      }
      return value
    }
    trials.append(
      JournaledTrial(
        trial: Trial(number: number, values: values), worker: try required(entry.worker, "worker"),
        began: entry.time))
  }

  private mutating func applyEnd(_ entry: JournalEntry) throws {
    let place = try runningPlace(entry)
    switch try required(entry.outcome, "outcome") {
    case .finished:
      trials[place].trial.state = .finished(score: try required(entry.score, "score"))
      for (seed, score) in entry.scores ?? [:] {
        guard let seed = UInt64(seed) else { throw Contradiction("'\(seed)' is no seed") }
        trials[place].seedScores[seed] = score
      }
    case .stopped: trials[place].trial.state = .stopped
    case .failed: trials[place].trial.state = .failed(reason: entry.reason ?? "")
    }
    trials[place].ended = entry.time
  }

  private func runningPlace(_ entry: JournalEntry) throws -> Int {
    let number = try required(entry.trial, "trial")
    guard trials.indices.contains(number) else {
      throw Contradiction("trial \(number) has not begun")
    }
    guard !trials[number].trial.hasEnded else {
      throw Contradiction("trial \(number) has ended before")
    }
    return number
  }

  private func required<Value>(_ value: Value?, _ key: String) throws -> Value {
    guard let value else { throw Contradiction("'\(key)' is missing") }
    return value
  }
}
