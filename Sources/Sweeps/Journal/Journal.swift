import Foundation
import Synchronization

/// A search on disk, which any number of processes carry on at once: `journal.jsonl` and the locks of
/// those who work, in one folder.
///
/// All that happens is a line of the journal, and the search is what its lines say: nothing else is
/// kept, so that a process may end at any instant and another goes on. See the README of this room
/// for the format.
public final class Journal: Sendable {
  /// A trial that this process is to run.
  public struct Assignment: Equatable, Sendable {
    /// What is to be run.
    public var trial: Trial
    /// Whether another process had it before and died.
    public var isTakenOver: Bool
  }

  /// Where it lies.
  public let folder: String
  private let worker: WorkerClaim
  private let contents: Mutex<Contents>

  private struct Contents: ~Copyable {
    var file: JournalFile
    var state: JournalState
  }

  /// The journal's file in a search's folder.
  public static func path(in folder: String) -> String { folder + "/journal.jsonl" }

  private static func workers(in folder: String) -> String { folder + "/workers" }

  /// Opens the journal in a folder that is there, or begins it.
  ///
  /// - Parameters:
  ///   - folder: where the search lies.
  ///   - space: what is varied.
  ///   - goal: whether small or large scores are good.
  ///   - arm: which of several searches that are compared it is; `nil` for one that stands alone.
  /// - Throws: `JournalError`, also where it is the journal of another search.
  public init(in folder: String, space: SearchSpace, goal: Goal, arm: String? = nil) throws {
    self.folder = folder
    worker = try WorkerClaim(in: Self.workers(in: folder))
    contents = Mutex(
      Contents(
        file: try JournalFile(Self.path(in: folder)),
        state: JournalState(space: space, goal: goal, arm: arm)))
    // The long part is read without keeping others waiting.
    _ = try state()
    try transact { state, entries in
      guard !state.isBegun else { return }
      var entry = JournalEntry(.study)
      entry.version = JournalEntry.version
      entry.goal = goal
      entry.parameters = space.parameters.map(\.path)
      entry.arm = arm
      entries.append(entry)
    }
  }

  /// What the journal in a folder says, without taking part.
  public static func read(
    in folder: String, space: SearchSpace, goal: Goal, arm: String? = nil
  ) throws -> JournalState {
    var file = try JournalFile(path(in: folder), readOnly: true)
    var state = JournalState(space: space, goal: goal, arm: arm)
    try readNew(&file, into: &state)
    return state
  }

  /// Whether a folder holds a journal with a first line.
  public static func hasBegun(in folder: String) throws -> Bool {
    guard access(path(in: folder), F_OK) == 0 else { return false }
    var file = try JournalFile(path(in: folder), readOnly: true)
    try file.readNew { _, _ in }
    return file.lineCount > 0
  }

  /// The search as it is now.
  public func state() throws -> JournalState {
    try contents.withLock { contents in
      try Self.readNew(&contents.file, into: &contents.state)
      return contents.state
    }
  }

  /// Whether the worker of this name still runs.
  public static func isAlive(_ worker: String, in folder: String) -> Bool {
    WorkerClaim.isAlive(worker, in: workers(in: folder))
  }

  /// What the journal calls this process.
  public var workerName: String { worker.name }

  // MARK: Working

  /// Gives this process something to do: a trial whose worker has died, or else a new one.
  ///
  /// - Parameters:
  ///   - count: how many trials there are to be in all.
  ///   - propose: values for the trial of a number; `nil` if there is no more to try.
  /// - Returns: `nil` if every trial has ended or is run by somebody who lives.
  public func next(
    of count: Int, proposing propose: (Int, Study) throws -> [ParameterValue]?
  ) throws -> Assignment? {
    try transact { state, entries in
      let workers = Self.workers(in: folder)
      let orphan = state.trials.first {
        !$0.trial.hasEnded && $0.worker != worker.name
          && !WorkerClaim.isAlive($0.worker, in: workers)
      }
      if let orphan {
        var entry = JournalEntry(.take, trial: orphan.trial.number)
        entry.worker = worker.name
        entries.append(entry)
        return Assignment(trial: orphan.trial, isTakenOver: true)
      }
      let number = state.trials.count
      guard number < count, let values = try propose(number, state.study) else { return nil }
      var entry = JournalEntry(.begin, trial: number)
      entry.worker = worker.name
      entry.values = Dictionary(
        zip(state.space.parameters.map(\.path), values.map(PlainValue.init)),
        uniquingKeysWith: { $1 })
      entry.time = Self.now
      entries.append(entry)
      return Assignment(trial: Trial(number: number, values: values), isTakenOver: false)
    }
  }

  /// Notes a score on the way, and asks whether the trial is worth going on with.
  ///
  /// A step that was reported before, as by a worker that died since, counts once; the rule is asked
  /// again. What it decides is in the journal when this returns.
  /// - Returns: whether the trial has been stopped.
  public func report(
    _ score: Double, at step: Int, of trial: Int, stoppingBy rule: (any StoppingRule)?
  ) throws -> Bool {
    try transact { state, entries in
      try requireOwn(trial, state)
      let last = state.trials[trial].trial.reports.last?.step ?? -1
      if step > last {
        var entry = JournalEntry(.report, trial: trial)
        (entry.step, entry.score) = (step, score)
        entries.append(entry)
        try state.apply(entry)
      }
      guard step >= last, let rule, rule.shouldStop(trial: trial, of: state.study) else {
        return false
      }
      var entry = JournalEntry(.end, trial: trial)
      (entry.outcome, entry.time) = (.stopped, Self.now)
      entries.append(entry)
      return true
    }
  }

  /// Notes what a trial came to.
  public func finish(_ trial: Int, score: Double, seedScores: [UInt64: Double] = [:]) throws {
    var entry = JournalEntry(.end, trial: trial)
    (entry.outcome, entry.score) = (.finished, score)
    entry.scores =
      seedScores.isEmpty
      ? nil : Dictionary(uniqueKeysWithValues: seedScores.map { (String($0), $1) })
    try end(entry)
  }

  /// Notes that no score will come of a trial, and why.
  public func fail(_ trial: Int, reason: String) throws {
    var entry = JournalEntry(.end, trial: trial)
    (entry.outcome, entry.reason) = (.failed, reason)
    try end(entry)
  }

  private func end(_ entry: JournalEntry) throws {
    var entry = entry
    entry.time = Self.now
    try transact { state, entries in
      try requireOwn(entry.trial ?? -1, state)
      entries.append(entry)
    }
  }

  private func requireOwn(_ trial: Int, _ state: JournalState) throws {
    guard state.trials.indices.contains(trial), !state.trials[trial].trial.hasEnded,
      state.trials[trial].worker == worker.name
    else {
      let other = state.trials.indices.contains(trial) ? state.trials[trial].worker : "nobody"
      throw JournalError.taken(path: Self.path(in: folder), trial: trial, worker: other)
    }
  }

  private static var now: Double { (Date().timeIntervalSince1970 * 1000).rounded() / 1000 }
}

// Reading and writing.
extension Journal {
  /// Reads what is new, lets `body` add lines to it, and writes those, all under the lock.
  ///
  /// - Parameter body: may change the state it is given, a copy, as the lines that it adds will.
  private func transact<Result: Sendable>(
    _ body: (inout JournalState, inout [JournalEntry]) throws -> Result
  ) throws -> Result {
    try contents.withLock { contents in
      var state = contents.state
      defer { contents.state = state }
      return try contents.file.withLock { file in
        try Self.readNew(&file, into: &state)
        try file.repair()
        var (draft, entries) = (state, [JournalEntry]())
        let result = try body(&draft, &entries)
        guard !entries.isEmpty else { return result }
        let bytes = try entries.flatMap { try $0.line() }
        var next = state
        for entry in entries { try Self.apply(entry, to: &next, file.path, file.lineCount + 1) }
        try file.append(bytes, lines: entries.count)
        state = next
        return result
      }
    }
  }

  private static func readNew(_ file: inout JournalFile, into state: inout JournalState) throws {
    let path = file.path
    var next = state
    defer { state = next }
    try file.readNew { bytes, line in
      let entry: JournalEntry
      do { entry = try JournalEntry(line: bytes) } catch {
        throw JournalError.badLine(path: path, line: line, reason: "this is no line of a journal")
      }
      if entry.event == .study, let difference = next.difference(from: entry) {
        throw JournalError.otherStudy(path: path, difference: difference)
      }
      try apply(entry, to: &next, path, line)
    }
  }

  private static func apply(
    _ entry: JournalEntry, to state: inout JournalState, _ path: String, _ line: Int
  ) throws {
    do { try state.apply(entry) } catch let error as JournalState.Contradiction {
      throw JournalError.badLine(path: path, line: line, reason: error.reason)
    }
  }
}
