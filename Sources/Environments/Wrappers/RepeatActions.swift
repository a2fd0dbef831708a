/// Takes each action several times and adds up the rewards: Gymnasium's `RepeatAction`.
///
/// Stops where the episode ends. The agent sees the last observation of the steps. One step of the
/// agent is then up to `count` steps of the environment: an experiment's budget counts the agent's,
/// lengths of episodes and their limit count the environment's.
public struct RepeatActions: Wrapper {
  public static let name = "repeatActions"
  public static let summary = "Takes each action several times and adds up the rewards."
  public static let source = "Mnih et al. (2015), frame skipping; Gymnasium, RepeatAction"

  /// How often each action is taken, from 1 to 10,000.
  public var count = 4

  public init() {}

  /// Takes each action so many times.
  public init(count: Int) { self.count = count }

  public func check() throws(WrapperProblem) {
    try require((1...10_000).contains(count), "count", "must lie in 1...10000", found: count)
  }

  public func wrap(_ layer: WrapperLayer) throws(WrapperProblem) -> WrapperLayer {
    guard layer.batch.actionMasks == nil else { throw .repeatsMaskedActions }
    return layer.wrapped(
      in: RepeatingBatch(layer.batch, repetitions: count),
      maximumSteps: layer.maximumSteps.map { ($0 - 1) / count + 1 })
  }
}

/// A batch that takes each action several times.
final class RepeatingBatch: BatchedEnvironment {
  private let base: any BatchedEnvironment
  private let repetitions: Int
  private let size: Int
  private let sums: RowBuffer<Float>
  private let ends: RowBuffer<UInt8>
  private let finals: RowBuffer<Float>
  /// The copies that take no further part in a step: 1.
  private let done: RowBuffer<UInt8>
  private(set) var finishedEpisodes: [FinishedEpisode] = []

  init(_ base: any BatchedEnvironment, repetitions: Int) {
    self.base = base
    self.repetitions = repetitions
    size = base.observationSize
    sums = RowBuffer(repeating: 0, count: base.count)
    ends = RowBuffer(repeating: 0, count: base.count)
    done = RowBuffer(repeating: 0, count: base.count)
    finals = RowBuffer(repeating: 0, count: base.count * size)
  }

  func reset(seed: UInt64, into observations: UnsafeMutablePointer<Float>) {
    base.reset(seed: seed, into: observations)
    forget()
  }

  private func forget() {
    for copy in 0..<count { (sums.base[copy], ends.base[copy]) = (0, 0) }
    finishedEpisodes.removeAll(keepingCapacity: true)
  }

  func step(
    _ actions: ActionRows, skipping skipped: UnsafePointer<UInt8>?,
    into observations: UnsafeMutablePointer<Float>
  ) {
    forget()
    for copy in 0..<count { done.base[copy] = skipped?[copy] ?? 0 }
    var leavesOut = skipped
    for _ in 0..<repetitions {
      base.step(actions, skipping: leavesOut, into: observations)
      let rewards = base.rewards
      for copy in 0..<count { sums.base[copy] += rewards[copy] }
      let ended = base.finishedEpisodes
      guard !ended.isEmpty else { continue }
      for episode in ended { keep(episode) }
      leavesOut = UnsafePointer(done.base)
      if (0..<count).allSatisfy({ done.base[$0] != 0 }) { break }
    }
  }

  private func keep(_ episode: FinishedEpisode) {
    let copy = episode.environment
    ends.base[copy] = episode.ending.rawValue
    done.base[copy] = 1
    (finals.base + copy * size).update(from: base.finalObservations + copy * size, count: size)
    finishedEpisodes.append(episode)
  }

  var count: Int { base.count }
  var observationSize: Int { size }
  var actionSpace: ActionSpace { base.actionSpace }
  var observationBounds: Box { base.observationBounds }
  var rewards: UnsafePointer<Float> { UnsafePointer(sums.base) }
  var endings: UnsafePointer<UInt8> { UnsafePointer(ends.base) }
  var finalObservations: UnsafePointer<Float> { UnsafePointer(finals.base) }
  /// None: batches with masks are refused.
  var actionMasks: UnsafePointer<UInt8>? { nil }
  func runningEpisode(of index: Int) -> (return: Double, length: Int) {
    base.runningEpisode(of: index)
  }
  var nonFinite: NonFiniteNumber? { base.nonFinite }
  func picture(of index: Int) -> Picture? { base.picture(of: index) }
  func finalPicture(of index: Int) -> Picture? { base.finalPicture(of: index) }
  var keepsFinalStates: Bool {
    get { base.keepsFinalStates }
    set { base.keepsFinalStates = newValue }
  }

  /// Nothing is remembered from one step to the next.
  func encodedState() throws -> [UInt8] { try base.encodedState() }

  func restoreState(_ bytes: [UInt8]) throws {
    try base.restoreState(bytes)
    forget()
  }
}
