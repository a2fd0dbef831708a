public import Randomness

// Priorities, in this order:
// 1. One environment's mistake is found, named and cannot corrupt another's memory.
// 2. Nothing in the loop over the copies allocates, counts references or asks for a witness: the
//    loop is `@inlinable` and is specialised where a concrete environment is put into a batch.
// 3. It reads as what it does.
//
// The witnesses of a generic class are compiled without knowing the environment's type. Therefore
// the initialiser, which does know it, keeps the two loops as closures, and `reset` and `step` call
// these: one indirect call per batch step.

/// Copies of one environment that are stepped together, with same-step autoreset.
///
/// Copy `i` draws from its own `PCG64(seed: seed + i)`, which goes on over the episodes, so that it
/// shows what a single environment of Gymnasium with that seed shows. Returns and lengths of
/// episodes are counted here and nowhere else.
public final class EnvironmentBatch<E: Environment>: BatchedEnvironment {
  public let count: Int
  public let observationSize: Int
  public let actionSpace: ActionSpace
  public let observationBounds: Box
  /// The environment that all copies share.
  public let environment: E

  @usableFromInline let copies: Copies<E.State>
  @usableFromInline let maskSize: Int
  /// The environment's, which may be made anew each time it is asked for.
  @usableFromInline let space: E.Actions
  /// The parts of the batch that are stepped at the same time: one, or one for each thread.
  @usableFromInline let shards: [BatchShard<E.State>]
  /// The first of them; not looked up at every step, which asks for the type of the states.
  private let firstShard: BatchShard<E.State>
  /// The same objects, as what need not know the type of the states sees them.
  private let records: [ShardRecord]
  private var team: ThreadTeam?
  // One thread steps a batch, so the run-time library need not watch over these at every step.
  /// What the threads have to do, while they do it.
  @exclusivity(unchecked)
  var order: (actions: ActionRows, skipped: UnsafePointer<UInt8>?, UnsafeMutablePointer<Float>)?
  @exclusivity(unchecked) private var joinedEpisodes: [FinishedEpisode] = []
  @exclusivity(unchecked) public internal(set) var nonFinite: NonFiniteNumber?
  @exclusivity(unchecked) var stepsTaken = 0
  /// Whether the last states of ended episodes are kept, for `finalPicture(of:)`.
  public var keepsFinalStates: Bool {
    get { shards[0].keepsFinalStates }
    set { for shard in shards { shard.keepsFinalStates = newValue } }
  }

  @usableFromInline let resetLoop: Reset
  @usableFromInline let stepLoop: Advance

  @usableFromInline
  typealias Reset = (EnvironmentBatch, UInt64, UnsafeMutablePointer<Float>) -> Void
  @usableFromInline
  typealias Advance = (
    EnvironmentBatch, BatchShard<E.State>, ActionRows, UnsafePointer<UInt8>?,
    UnsafeMutablePointer<Float>
  ) -> Void

  /// Makes `count` copies of an environment, at least one; `reset` begins their episodes.
  ///
  /// - Parameters:
  ///   - environment: what is copied.
  ///   - count: how many copies there are, at least 1.
  ///   - threads: how many threads share the copies, at least 1; the caller's is one of
  ///     them. What the copies do does not depend on it.
  @inlinable
  public convenience init(_ environment: E, count: Int, threads: Int = 1) {
    self.init(
      environment, count: count, threads: threads,
      resetLoop: { batch, seed, observations in batch.resetAll(seed, observations) },
      stepLoop: { batch, shard, actions, skipped, observations in
        batch.stepAll(of: shard, actions, skipped, observations)
      })
  }

  @usableFromInline
  init(
    _ environment: E, count: Int, threads: Int, resetLoop: @escaping Reset,
    stepLoop: @escaping Advance
  ) {
    precondition(threads > 0, "a batch needs at least one thread, not \(threads)")
    precondition(count > 0, "a batch needs at least one environment, not \(count)")
    self.environment = environment
    self.count = count
    observationBounds = environment.observations
    observationSize = observationBounds.size
    space = environment.actions
    actionSpace = space.erased
    if case .continuous(let low, _) = actionSpace {
      precondition(
        low.count <= ContinuousAction.capacity,
        "\(E.self) has \(low.count) action numbers; at most \(ContinuousAction.capacity) fit")
    }
    maskSize = E.masksActions ? actionSpace.maskSize : 0
    copies = Copies(count: count, observationSize: observationSize, maskSize: maskSize)
    self.resetLoop = resetLoop
    self.stepLoop = stepLoop
    let parts = min(threads, count)
    shards = (0..<parts).map { BatchShard(copies: count * $0 / parts..<count * ($0 + 1) / parts) }
    (firstShard, records) = (shards[0], shards)
    guard parts > 1 else { return }
    // The threads work only while the batch waits for them, so they need not keep it alive.
    nonisolated(unsafe) let batch = Unmanaged.passUnretained(self)
    team = ThreadTeam(count: parts) { batch.takeUnretainedValue().stepOrdered($0) }
  }

  public func reset(seed: UInt64, into observations: UnsafeMutablePointer<Float>) {
    resetLoop(self, seed, observations)
  }

  public func step(
    _ actions: ActionRows, skipping skipped: UnsafePointer<UInt8>?,
    into observations: UnsafeMutablePointer<Float>
  ) {
    precondition(copies.hasStates, "reset a batch of \(E.self) before stepping it")
    beginStep()
    guard let team else {
      step(firstShard, actions, skipped, observations)
      if !firstShard.isFinite, nonFinite == nil { nonFinite = firstNonFinite(observations) }
      return
    }
    order = (actions, skipped, observations)
    team.run()
    order = nil
    for record in records { joinedEpisodes += record.finishedEpisodes }
    if nonFinite == nil, records.contains(where: { !$0.isFinite }) {
      nonFinite = firstNonFinite(observations)
    }
  }

  /// Does a thread's part of the order.
  private func stepOrdered(_ index: Int) {
    guard let (actions, skipped, observations) = order else { return }
    step(shards[index], actions, skipped, observations)
  }

  /// Steps the copies of a shard and looks at what they showed, all in the shard's own thread: what
  /// another one has to read costs more than stepping.
  private func step(
    _ shard: BatchShard<E.State>, _ actions: ActionRows, _ skipped: UnsafePointer<UInt8>?,
    _ observations: UnsafeMutablePointer<Float>
  ) {
    if !shard.finishedEpisodes.isEmpty {
      shard.finishedEpisodes.removeAll(keepingCapacity: true)
    }
    stepLoop(self, shard, actions, skipped, observations)
    shard.isFinite = isFinite(shard, observations)
  }

  public var finishedEpisodes: [FinishedEpisode] {
    team == nil ? firstShard.finishedEpisodes : joinedEpisodes
  }

  public func runningEpisode(of index: Int) -> (return: Double, length: Int) {
    (copies.returns[index], copies.lengths[index])
  }

  public func picture(of index: Int) -> Picture? {
    copies.hasStates ? environment.picture(of: copies.states[index]) : nil
  }

  public func finalPicture(of index: Int) -> Picture? {
    shards.first { $0.copies.contains(index) }?.finalStates[index]
      .flatMap(environment.picture(of:))
  }

  public var rewards: UnsafePointer<Float> { UnsafePointer(copies.rewards) }
  public var endings: UnsafePointer<UInt8> { UnsafePointer(copies.endings) }
  public var finalObservations: UnsafePointer<Float> { UnsafePointer(copies.finalObservations) }
  public var actionMasks: UnsafePointer<UInt8>? {
    E.masksActions ? UnsafePointer(copies.masks) : nil
  }
  public var finalActionMasks: UnsafePointer<UInt8>? {
    E.masksActions ? UnsafePointer(copies.finalMasks) : nil
  }
}

// The loops.
extension EnvironmentBatch {
  @inlinable
  func resetAll(_ seed: UInt64, _ observations: UnsafeMutablePointer<Float>) {
    copies.forgetStates()
    for index in 0..<count {
      var random = PCG64(seed: seed &+ UInt64(index))
      let state = environment.initialState(using: &random)
      write(state, of: index, in: environment, into: observations)
      copies.begin(index, state, random)
    }
    copies.hasStates = true
    endReset(observations)
  }

  @inlinable
  func stepAll(
    of shard: BatchShard<E.State>, _ actions: ActionRows, _ skipped: UnsafePointer<UInt8>?,
    _ observations: UnsafeMutablePointer<Float>
  ) {
    let space = space
    let width = space.width
    guard let rows = E.Actions.Scalar.pointer(to: actions) else {
      preconditionFailure("\(E.self) takes \(actionSpace), but the rows are of the other kind")
    }
    let (environment, copies) = (environment, copies)
    let (states, randoms) = (copies.states, copies.randoms)
    let (rewards, endings) = (copies.rewards, copies.endings)
    let (returns, lengths) = (copies.returns, copies.lengths)

    for index in shard.copies {
      if let skipped, skipped[index] != 0 {
        rewards[index] = 0
        endings[index] = 0
        continue
      }
      let step = environment.step(
        from: states[index], taking: space.element(in: rows + index &* width),
        using: &randoms[index])
      rewards[index] = Float(step.reward)
      returns[index] += step.reward
      lengths[index] &+= 1
      states[index] = step.state
      if let ending = step.ending {
        endings[index] = ending.rawValue
        finish(index, of: shard, ending, observations)
      } else {
        endings[index] = 0
        write(step.state, of: index, in: environment, into: observations)
      }
    }
  }

  /// Keeps what an episode's last state showed, records the episode and begins the next one.
  @inlinable @inline(never)
  func finish(
    _ index: Int, of shard: BatchShard<E.State>, _ ending: Ending,
    _ observations: UnsafeMutablePointer<Float>
  ) {
    let (environment, copies) = (environment, copies)
    let state = copies.states[index]
    observe(state, in: environment, into: copies.finalObservations + index * observationSize)
    if E.masksActions {
      writeMask(of: state, in: environment, into: copies.finalMasks + index * maskSize)
    }
    if shard.keepsFinalStates { shard.finalStates[index] = state }
    shard.record(
      FinishedEpisode(
        environment: index, return: copies.returns[index], length: copies.lengths[index],
        ending: ending))
    copies.returns[index] = 0
    copies.lengths[index] = 0
    let next = environment.nextInitialState(after: state, using: &copies.randoms[index])
    copies.states[index] = next
    write(next, of: index, in: environment, into: observations)
  }

  // The environment is passed on, because reading it from `self` would copy it each time.

  @inlinable @inline(__always)
  func write(
    _ state: E.State, of index: Int, in environment: E,
    into observations: UnsafeMutablePointer<Float>
  ) {
    observe(state, in: environment, into: observations + index &* observationSize)
    if E.masksActions {
      writeMask(of: state, in: environment, into: copies.masks + index &* maskSize)
    }
  }

  @inlinable
  func writeMask(of state: E.State, in environment: E, into mask: UnsafeMutablePointer<UInt8>) {
    let row = UnsafeMutableBufferPointer(start: mask, count: maskSize)
    var mask = OutputSpan(buffer: row, initializedCount: 0)
    environment.appendMask(of: state, to: &mask)
    let written = mask.finalize(for: row)
    precondition(written == maskSize, "appendMask(of:to:) must append one number per action")
  }

  @inlinable @inline(__always)
  func observe(_ state: E.State, in environment: E, into row: UnsafeMutablePointer<Float>) {
    let row = UnsafeMutableBufferPointer(start: row, count: observationSize)
    var features = OutputSpan(buffer: row, initializedCount: 0)
    environment.observe(state, into: &features)
    let written = features.finalize(for: row)
    precondition(
      written == observationSize, "observe(_:into:) must append one number per feature")
  }
}

// What happens seldom, or once per batch step.
extension EnvironmentBatch {
  @usableFromInline
  func endReset(_ observations: UnsafeMutablePointer<Float>) {
    stepsTaken = 0
    forgetEpisodes()
    nonFinite = nil
    checkFinite(observations)
  }

  private func beginStep() {
    stepsTaken &+= 1
    if !joinedEpisodes.isEmpty { joinedEpisodes.removeAll(keepingCapacity: true) }
  }

  func forgetEpisodes() {
    for record in records where !record.finishedEpisodes.isEmpty {
      record.finishedEpisodes.removeAll(keepingCapacity: true)
    }
    if !joinedEpisodes.isEmpty { joinedEpisodes.removeAll(keepingCapacity: true) }
  }

  /// Whether all rewards and features of a shard are finite numbers.
  private func isFinite(
    _ record: ShardRecord, _ observations: UnsafeMutablePointer<Float>
  ) -> Bool {
    let (first, count) = (record.copies.lowerBound, record.copies.count)
    let features = UnsafeBufferPointer(
      start: observations + first * observationSize, count: count * observationSize)
    let rewards = UnsafeBufferPointer(start: copies.rewards + first, count: count)
    return allFinite(features) && allFinite(rewards)
      && record.finishedEpisodes.allSatisfy { allFinite(finalRow(of: $0.environment)) }
  }

  /// Looks at what a reset has shown.
  private func checkFinite(_ observations: UnsafeMutablePointer<Float>) {
    guard !records.allSatisfy({ isFinite($0, observations) }) else { return }
    nonFinite = firstNonFinite(observations)
  }

  private func finalRow(of index: Int) -> UnsafeBufferPointer<Float> {
    UnsafeBufferPointer(
      start: copies.finalObservations + index * observationSize, count: observationSize)
  }

  private func firstNonFinite(_ observations: UnsafeMutablePointer<Float>) -> NonFiniteNumber? {
    let features = UnsafeBufferPointer(start: observations, count: count * observationSize)
    let rewards = UnsafeBufferPointer(start: copies.rewards, count: count)
    func finding(_ source: NonFiniteNumber.Source, _ value: Float, _ index: Int) -> NonFiniteNumber
    {
      NonFiniteNumber(source: source, value: value, environment: index, step: stepsTaken)
    }
    if let index = rewards.firstIndex(where: { !$0.isFinite }) {
      return finding(.reward, rewards[index], index)
    }
    for episode in finishedEpisodes {
      let row = finalRow(of: episode.environment)
      if let feature = row.firstIndex(where: { !$0.isFinite }) {
        return finding(.feature(feature), row[feature], episode.environment)
      }
    }
    guard let place = features.firstIndex(where: { !$0.isFinite }) else { return nil }
    return finding(
      .feature(place % observationSize), features[place], place / observationSize)
  }
}

/// Whether all numbers are finite: adding 1 to an exponent of all ones reaches the sign bit.
func allFinite(_ numbers: UnsafeBufferPointer<Float>) -> Bool {
  var overflow: UInt32 = 0
  for number in numbers {
    overflow |= (number.bitPattern & 0x7fff_ffff) &+ 0x0080_0000
  }
  return overflow >> 31 == 0
}
