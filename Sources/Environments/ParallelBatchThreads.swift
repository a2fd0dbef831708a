import Glibc
import Synchronization

/// Threads that do one piece of work together, again and again.
///
/// A piece may take a few microseconds only, so a thread that waits for the next one first looks for
/// it in a loop and only then sleeps. Sleeping threads cost nothing.
final class ThreadTeam {
  private let meeting: Meeting
  private var threads: [pthread_t] = []

  /// Begins `count - 1` threads; the caller of `run` is one more.
  ///
  /// - Parameter work: what each thread does in a `run`, given its number in `0..<count`.
  init(count: Int, work: @escaping @Sendable (Int) -> Void) {
    meeting = Meeting(helpers: count - 1, work: work)
    for index in 1..<count {
      var thread = pthread_t()
      let seat = Unmanaged.passRetained(Seat(meeting, index))
      guard pthread_create(&thread, nil, beginHelper, seat.toOpaque()) == 0 else {
        // The system grants no more threads: the caller of `run` does the rest.
        seat.release()
        meeting.leave(to: count - index)
        break
      }
      threads.append(thread)
    }
  }

  deinit {
    meeting.close()
    for thread in threads { pthread_join(thread, nil) }
  }

  /// Does the work in all threads and returns when all are done.
  func run() { meeting.run() }
}

private func beginHelper(_ seat: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  guard let seat else { return nil }
  let place = Unmanaged<Seat>.fromOpaque(seat).takeRetainedValue()
  place.meeting.help(as: place.index)
  return nil
}

/// What a new thread is told.
private final class Seat {
  let meeting: Meeting
  let index: Int

  init(_ meeting: Meeting, _ index: Int) {
    self.meeting = meeting
    self.index = index
  }
}

/// Where the threads meet.
///
/// Its atomics order all memory that the work touches: what is written before `round` grows is seen
/// by the helpers, and what they write before `busy` falls by `run`.
private final class Meeting: Sendable {
  private let count: Int
  /// How many of the threads there are besides the one that calls `run`.
  private let helpers: Atomic<Int>
  private let work: @Sendable (Int) -> Void
  /// The number of the present piece of work.
  private let round = Atomic<Int>(0)
  /// The helpers that have not finished it.
  private let busy = Atomic<Int>(0)
  private let sleepers = Atomic<Int>(0)
  private let isClosed = Atomic<Bool>(false)
  nonisolated(unsafe) private let lock: UnsafeMutablePointer<pthread_mutex_t>
  nonisolated(unsafe) private let wakeUp: UnsafeMutablePointer<pthread_cond_t>

  /// How often a thread looks before it sleeps or gives way: some microseconds.
  private static let patience = 100_000

  init(helpers: Int, work: @escaping @Sendable (Int) -> Void) {
    count = helpers + 1
    self.helpers = Atomic(helpers)
    self.work = work
    lock = .allocate(capacity: 1)
    wakeUp = .allocate(capacity: 1)
    pthread_mutex_init(lock, nil)
    pthread_cond_init(wakeUp, nil)
  }

  deinit {
    pthread_cond_destroy(wakeUp)
    pthread_mutex_destroy(lock)
    wakeUp.deallocate()
    lock.deallocate()
  }

  func run() {
    let helpers = helpers.load(ordering: .relaxed)
    busy.store(helpers, ordering: .relaxed)
    callRound()
    work(0)
    for index in helpers + 1..<count { work(index) }
    var looks = 0
    while busy.load(ordering: .acquiring) > 0 {
      looks += 1
      if looks > Self.patience { sched_yield() }  // a helper may need this processor
    }
  }

  /// Gives up the last so many threads, before the first `run`.
  func leave(to missing: Int) { helpers.subtract(missing, ordering: .relaxed) }

  func close() {
    isClosed.store(true, ordering: .sequentiallyConsistent)
    callRound()
  }

  private func callRound() {
    round.add(1, ordering: .sequentiallyConsistent)
    // A helper counts itself as sleeping before it looks at `round` for the last time.
    guard sleepers.load(ordering: .sequentiallyConsistent) > 0 else { return }
    pthread_mutex_lock(lock)
    pthread_cond_broadcast(wakeUp)
    pthread_mutex_unlock(lock)
  }

  func help(as index: Int) {
    var seen = 0
    while true {
      awaitRound(after: seen)
      seen += 1
      if isClosed.load(ordering: .sequentiallyConsistent) { return }
      work(index)
      busy.subtract(1, ordering: .releasing)
    }
  }

  private func awaitRound(after seen: Int) {
    for _ in 0..<Self.patience where round.load(ordering: .acquiring) != seen { return }
    pthread_mutex_lock(lock)
    sleepers.add(1, ordering: .sequentiallyConsistent)
    while round.load(ordering: .sequentiallyConsistent) == seen { pthread_cond_wait(wakeUp, lock) }
    sleepers.subtract(1, ordering: .sequentiallyConsistent)
    pthread_mutex_unlock(lock)
  }
}
