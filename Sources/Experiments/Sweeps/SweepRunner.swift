public import Sweeps
import Synchronization

/// Carries on a sweep in this process: takes trials from its journals until none is left, a few at a
/// time, and runs the confirmation when all have ended.
public final class SweepRunner: Sendable {
  /// What there is to see while it works.
  public enum Event: Sendable {
    /// A trial began, or one of a dead process is gone on with.
    case began(Trial, isTakenOver: Bool)
    /// A trial has come so far.
    case progress(trial: Int, RunProgress)
    /// A trial ended.
    case ended(Trial)
    /// A trial was stopped and can be gone on with.
    case interrupted(trial: Int)
    /// A run of the confirmation has come so far.
    case confirming(seed: UInt64, ConfirmRole, RunProgress)
  }

  /// How it ended.
  public struct Result: Sendable {
    /// All that the journals say, in the order of the plan's searches.
    public var states: [JournalState]
    /// How many trials there are to be in all.
    public var planned: Int
    /// Trials that other processes run at this moment.
    public var elsewhere: Int
    /// Whether it was stopped before its end.
    public var isInterrupted: Bool
    /// Why it ended before its time.
    public var problem: String?

    /// Trials that have ended.
    public var endedCount: Int { states.reduce(0) { $0 + $1.endedCount } }
  }

  /// The sweep.
  public let plan: SweepPlan
  /// Where it lies.
  public let folder: SweepFolder
  let searches: [SweepSearch]
  let command: [String]
  let stop: StopSignal
  let watch: @Sendable (SweepConfig, Event) -> Void
  private let problem = Mutex<String?>(nil)
  private let taken = Atomic<Int>(0)

  /// Opens or begins the sweep.
  ///
  /// - Parameters:
  ///   - plan: what the sweep's file says.
  ///   - folder: where it lies, or is to lie.
  ///   - command: the command line, which runs keep.
  ///   - stop: asks for checkpoints and the end of this process's work.
  ///   - watch: told of all that happens, and in which of the plan's searches.
  /// - Throws: a sentence where its folder holds something else.
  public init(
    _ plan: SweepPlan, in folder: SweepFolder, command: [String], stop: StopSignal,
    watch: @escaping @Sendable (SweepConfig, Event) -> Void
  ) throws {
    (self.plan, self.command, self.stop, self.watch) = (plan, command, stop, watch)
    self.folder = folder
    try folder.prepare(for: plan)
    searches = try plan.searches.map { search in
      try SweepSearch(
        search, in: folder.folder(of: search), command: command, stop: stop
      ) { watch(search, $0) }
    }
  }

  /// Works until nothing is left to do.
  ///
  /// - Parameters:
  ///   - width: Trials that run at the same time.
  ///   - limit: Trials that this process takes at most; `nil` for as many as there are.
  public func run(width: Int, limit: Int? = nil) throws -> Result {
    ExperimentRunner.inThreads(max(1, width)) { [self] in
      do { while try workOnce(limit: limit) {} } catch { halt("\(error)") }
    }
    let isDone = try searches.allSatisfy { try $0.isDone() }
    if isDone, problem.withLock({ $0 == nil }), !stop.isRequested, limit == nil {
      try confirm(width: width)
    }
    let states = try searches.map { try $0.journal.state() }
    return Result(
      states: states,
      planned: zip(plan.searches, states).reduce(0) { $0 + SweepSearch.planned($1.0, $1.1) },
      elsewhere: try searches.reduce(0) { $0 + (try $1.countElsewhere()) },
      isInterrupted: stop.isRequested && problem.withLock { $0 == nil },
      problem: problem.withLock { $0 })
  }

  /// Ends the work for a reason that lies not in one trial.
  func halt(_ reason: String) {
    problem.withLock { if $0 == nil { $0 = reason } }
    stop.request()
  }

  /// Runs a trial of the search in which the fewest have been begun.
  ///
  /// - Returns: whether there may be more to do.
  private func workOnce(limit: Int?) throws -> Bool {
    guard !stop.isRequested else { return false }
    if let limit, taken.wrappingAdd(1, ordering: .relaxed).oldValue >= limit { return false }
    let counts = try searches.map { try $0.begunCount() }
    let order = searches.indices.sorted { (counts[$0], $0) < (counts[$1], $1) }
    for place in order where try searches[place].workOnce() { return true }
    return false
  }
}
