/// A batch whose rows a wrapper changes.
///
/// What the wrapper does not change lies in the memory of the batch within: nothing is copied.
public final class WrappedBatch<Transform: RowTransform>: BatchedEnvironment {
  public let count: Int
  public let observationSize: Int
  public let actionSpace: ActionSpace
  public let observationBounds: Box

  let base: any BatchedEnvironment
  var transform: Transform
  private let depth: Int
  private let inner: RowBuffer<Float>
  private let outerFinal: RowBuffer<Float>
  private let outerRewards: RowBuffer<Float>
  var stepsTaken = 0
  /// A number that the wrapper made, where those within were finite.
  private var ownNonFinite: NonFiniteNumber?

  /// Puts a transform around a batch.
  ///
  /// - Parameter depth: how many wrappers are around the environment, this one included.
  init(_ base: any BatchedEnvironment, _ transform: Transform, depth: Int) {
    self.base = base
    self.transform = transform
    self.depth = depth
    count = base.count
    actionSpace = transform.actionSpace ?? base.actionSpace
    observationBounds = transform.observationBounds ?? base.observationBounds
    observationSize = observationBounds.size
    inner = RowBuffer(
      repeating: 0, count: Transform.changesObservations ? count * base.observationSize : 0)
    outerFinal = RowBuffer(
      repeating: 0, count: Transform.changesObservations ? count * observationSize : 0)
    outerRewards = RowBuffer(repeating: 0, count: Transform.changesRewards ? count : 0)
  }

  public func reset(seed: UInt64, into observations: UnsafeMutablePointer<Float>) {
    let inner = Transform.changesObservations ? inner.base : observations
    base.reset(seed: seed, into: inner)
    stepsTaken = 0
    ownNonFinite = nil
    let rows = rows(inner, observations, skipped: nil, ended: [])
    transform.reset(
      rows, seeds: CopySeeds(seed: seed, name: Transform.name, depth: depth))
    for copy in 0..<outerRewards.count { outerRewards.base[copy] = 0 }
    checkFinite(rows)
  }

  public func step(
    _ actions: ActionRows, skipping skipped: UnsafePointer<UInt8>?,
    into observations: UnsafeMutablePointer<Float>
  ) {
    let inner = Transform.changesObservations ? inner.base : observations
    let taken =
      Transform.changesActions ? transform.actions(actions, skipping: skipped) : actions
    base.step(taken, skipping: skipped, into: inner)
    stepsTaken &+= 1
    let rows = rows(inner, observations, skipped: skipped, ended: base.finishedEpisodes)
    transform.step(rows)
    checkFinite(rows)
  }

  private func rows(
    _ inner: UnsafeMutablePointer<Float>, _ outer: UnsafeMutablePointer<Float>,
    skipped: UnsafePointer<UInt8>?, ended: [FinishedEpisode]
  ) -> WrapperRows {
    WrapperRows(
      count: count, skipped: skipped, inner: inner, outer: outer,
      innerFinal: base.finalObservations, outerFinal: outerFinal.base,
      innerRewards: base.rewards, outerRewards: outerRewards.base, endings: base.endings,
      ended: ended)
  }

  // MARK: What the wrapper leaves as it is

  public var rewards: UnsafePointer<Float> {
    Transform.changesRewards ? UnsafePointer(outerRewards.base) : base.rewards
  }
  public var endings: UnsafePointer<UInt8> { base.endings }
  public var finalObservations: UnsafePointer<Float> {
    Transform.changesObservations ? UnsafePointer(outerFinal.base) : base.finalObservations
  }
  public var actionMasks: UnsafePointer<UInt8>? { base.actionMasks }
  public var finalActionMasks: UnsafePointer<UInt8>? { base.finalActionMasks }
  public var finishedEpisodes: [FinishedEpisode] { base.finishedEpisodes }
  public func runningEpisode(of index: Int) -> (return: Double, length: Int) {
    base.runningEpisode(of: index)
  }
  public var nonFinite: NonFiniteNumber? { base.nonFinite ?? ownNonFinite }

  public func picture(of index: Int) -> Picture? { base.picture(of: index) }
  public func finalPicture(of index: Int) -> Picture? { base.finalPicture(of: index) }
  public var keepsFinalStates: Bool {
    get { base.keepsFinalStates }
    set { base.keepsFinalStates = newValue }
  }
}

// Numbers that are not finite, though those within were.
extension WrappedBatch {
  private func checkFinite(_ rows: WrapperRows) {
    guard ownNonFinite == nil else { return }
    if Transform.changesRewards {
      note(rows.outerRewards, count: count) { (.reward, environment: $0) }
    }
    guard Transform.changesObservations else { return }
    let size = observationSize
    // The rows of skipped copies were not written here.
    if let skipped = rows.skipped {
      for copy in 0..<count where skipped[copy] == 0 { note(rows.outer, copy) }
    } else {
      note(rows.outer, count: count * size) { (.feature($0 % size), environment: $0 / size) }
    }
    for episode in rows.ended { note(rows.outerFinal, episode.environment) }
  }

  private func note(_ rows: UnsafePointer<Float>, _ copy: Int) {
    note(rows + copy * observationSize, count: observationSize) { (.feature($0), copy) }
  }

  private func note(
    _ numbers: UnsafePointer<Float>, count: Int,
    _ source: (Int) -> (NonFiniteNumber.Source, environment: Int)
  ) {
    let numbers = UnsafeBufferPointer(start: numbers, count: count)
    guard ownNonFinite == nil, !allFinite(numbers),
      let place = numbers.firstIndex(where: { !$0.isFinite })
    else { return }
    let (source, environment) = source(place)
    ownNonFinite = NonFiniteNumber(
      source: source, value: numbers[place], environment: environment, step: stepsTaken)
  }
}
