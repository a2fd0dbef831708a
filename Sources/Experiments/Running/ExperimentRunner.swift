import Dispatch
import Foundation
import Synchronization

/// Runs several seeds of an experiment, a few at a time, each on a thread of its own.
///
/// The seeds share nothing but the process: a seed's result does not depend on how many run beside
/// it.
public struct ExperimentRunner: Sendable {
  /// What to do with one seed.
  public struct Job: Sendable {
    /// What the run draws from.
    public var seed: UInt64
    /// Where the run is written.
    public var folder: String
    /// Of several configurations that run side by side, whose seed it is; `nil` where there is one.
    public var variant: String?
    let body: @Sendable (StopSignal, @Sendable (RunProgress) -> Void) throws -> RunResult
  }

  /// How a seed's run ended.
  public enum Outcome: Sendable {
    /// It used up its budget, or was ended by a rule.
    case finished(RunResult)
    /// Stopped on request at this step.
    case interrupted(step: Int)
    /// It went wrong, as the sentence says.
    case failed(String)
    /// Never begun, because a stop was requested before.
    case skipped
  }

  /// In the order in which they begin.
  public var jobs: [Job]
  /// How many seeds run at the same time, 1 or more.
  public var width: Int

  /// Takes jobs, and how many of them go on at the same time.
  public init(jobs: [Job], width: Int) {
    self.jobs = jobs
    self.width = max(1, min(width, jobs.count))
  }

  /// The number of processors that this process may use.
  public static var availableProcessors: Int {
    max(1, ProcessInfo.processInfo.activeProcessorCount)
  }

  /// Runs every job; the outcomes come in the order of the jobs.
  public func run(
    until stop: StopSignal, progress: @escaping @Sendable (RunProgress) -> Void
  ) -> [(seed: UInt64, folder: String, outcome: Outcome)] {
    let next = Atomic<Int>(0)
    let outcomes = Mutex<[Int: Outcome]>([:])
    let jobs = jobs
    Self.inThreads(width) {
      while true {
        let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard index < jobs.count else { return }
        let outcome = stop.isRequested ? .skipped : Self.outcome(of: jobs[index], stop, progress)
        outcomes.withLock { $0[index] = outcome }
      }
    }
    return outcomes.withLock { outcomes in
      jobs.indices.map { (jobs[$0].seed, jobs[$0].folder, outcomes[$0] ?? .skipped) }
    }
  }

  /// Does the work in so many threads, and waits for all of them.
  ///
  /// Not by `DispatchQueue.concurrentPerform`: its threads take no notice of what `nice` asked for.
  static func inThreads(_ count: Int, _ work: @escaping @Sendable () -> Void) {
    let group = DispatchGroup()
    for _ in 0..<count {
      group.enter()
      let thread = Thread {
        work()
        group.leave()
      }
      thread.stackSize = 8 << 20
      thread.start()
    }
    group.wait()
  }

  private static func outcome(
    of job: Job, _ stop: StopSignal, _ progress: @Sendable (RunProgress) -> Void
  ) -> Outcome {
    do {
      let result = try job.body(stop) { told in
        var told = told
        told.variant = told.variant ?? job.variant
        progress(told)
      }
      return result.isFinished ? .finished(result) : .interrupted(step: result.step)
    } catch is StoppedBeforeBeginning {
      return .skipped
    } catch {
      return .failed("\(error)")
    }
  }
}

/// A stop was requested before a run had anything to go on from.
struct StoppedBeforeBeginning: Error {}
