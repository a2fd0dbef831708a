public import Randomness

/// What a wrapper does to the rows of a batch; `WrappedBatch` does everything else.
///
/// Made for one batch. Whatever changes from step to step is in `state`; the rest are constants.
public protocol RowTransform {
  /// All that changes, for checkpoints.
  associatedtype State: Codable = NoState

  /// What errors call it.
  static var name: String { get }
  /// Whether actions are changed on their way to the environment. Default: no.
  static var changesActions: Bool { get }
  /// Whether `step(_:)` writes observations. Default: no.
  static var changesObservations: Bool { get }
  /// Whether `step(_:)` writes rewards. Default: no.
  static var changesRewards: Bool { get }

  /// The actions that an agent may take. Default: `nil`, those of the batch within.
  var actionSpace: ActionSpace? { get }
  /// The bounds of what an agent sees. Default: `nil`, those of the batch within.
  var observationBounds: Box? { get }

  /// All that changes; to set it goes on from there.
  var state: State { get set }
  /// Whether a state read from a file is one of this batch. Default: yes.
  func accepts(_ state: State) -> Bool

  /// Begins episodes everywhere: forgets, seeds what is random, writes what is shown first.
  mutating func reset(_ rows: WrapperRows, seeds: CopySeeds)

  /// The rows that the batch within takes for those that an agent wrote; valid until the next call.
  ///
  /// - Parameters:
  ///   - rows: what the agent wrote.
  ///   - skipped: copies that take no action, `nil` for none.
  mutating func actions(_ rows: ActionRows, skipping skipped: UnsafePointer<UInt8>?) -> ActionRows

  /// Takes note of a step, and writes the rows that this changes.
  mutating func step(_ rows: WrapperRows)
}

/// The rows of a reset or a step, as the batch within wrote them and where an agent sees them.
public struct WrapperRows {
  /// How many copies there are.
  public let count: Int
  /// A byte that is not 0 for each copy that was skipped: its rows are left alone.
  public let skipped: UnsafePointer<UInt8>?
  /// `[count, inner size]`: what the batch within shows.
  public let inner: UnsafePointer<Float>
  /// `[count, outer size]`: where an agent looks; `inner` itself if observations are not changed.
  public let outer: UnsafeMutablePointer<Float>
  /// `[count, inner size]`: the last observations of ended episodes.
  public let innerFinal: UnsafePointer<Float>
  /// `[count, outer size]`: where an agent finds those.
  public let outerFinal: UnsafeMutablePointer<Float>
  /// `[count]`: the rewards within; not for a reset.
  public let innerRewards: UnsafePointer<Float>
  /// `[count]`: where an agent finds its own.
  public let outerRewards: UnsafeMutablePointer<Float>
  /// `[count]`: 0 where the episode goes on, 1 where it terminated, 2 where it was truncated.
  public let endings: UnsafePointer<UInt8>
  /// The episodes that ended in this step.
  public let ended: [FinishedEpisode]

  /// Whether a copy was skipped.
  @inlinable @inline(__always)
  public func skips(_ copy: Int) -> Bool { skipped.map { $0[copy] != 0 } ?? false }
}

/// The random streams of a wrapper, one for each copy of the environment.
///
/// A copy's stream depends on its own seed, the wrapper's name and the wrapper's place only: it is
/// the same in batches of every size, and shifts no other stream.
public struct CopySeeds {
  /// Copy 0's; copy `i` has this plus `i`, as in the environment itself.
  let seed: UInt64
  let name: String
  let depth: Int

  /// A copy's stream, at its beginning.
  public func stream(of copy: Int) -> RandomStream {
    Seeds(root: seed &+ UInt64(copy))["wrapper/\(depth)/\(name)"]
  }
}

/// The state of what has none.
public struct NoState: Codable, Sendable {
  /// Makes the state of a transform that remembers nothing.
  public init() {}
}

extension RowTransform {
  public static var changesActions: Bool { false }
  public static var changesObservations: Bool { false }
  public static var changesRewards: Bool { false }
  public var actionSpace: ActionSpace? { nil }
  public var observationBounds: Box? { nil }
  public func accepts(_ state: State) -> Bool { true }
  public mutating func reset(_ rows: WrapperRows, seeds: CopySeeds) {}
  public mutating func actions(
    _ rows: ActionRows, skipping skipped: UnsafePointer<UInt8>?
  ) -> ActionRows { rows }
  public mutating func step(_ rows: WrapperRows) {}
}

extension RowTransform where State == NoState {
  public var state: NoState {
    get { NoState() }
    set {}
  }
}

/// A transform of rewards alone, each by itself.
protocol RewardTransform: RowTransform where State == NoState {
  /// Writes `count` rewards for those within.
  func change(
    _ rewards: UnsafePointer<Float>, count: Int, into changed: UnsafeMutablePointer<Float>)
}

extension RewardTransform {
  static var changesRewards: Bool { true }

  mutating func step(_ rows: WrapperRows) {
    change(rows.innerRewards, count: rows.count, into: rows.outerRewards)
    guard let skipped = rows.skipped else { return }
    for copy in 0..<rows.count where skipped[copy] != 0 { rows.outerRewards[copy] = 0 }
  }
}

/// A transform of observations alone, each by itself.
protocol ObservationTransform: RowTransform where State == NoState {
  var innerSize: Int { get }
  var outerSize: Int { get }
  /// Writes `count` rows of `outerSize` numbers for as many of `innerSize`.
  func change(
    _ rows: UnsafePointer<Float>, count: Int, into changed: UnsafeMutablePointer<Float>)
}

extension ObservationTransform {
  static var changesObservations: Bool { true }

  mutating func reset(_ rows: WrapperRows, seeds: CopySeeds) {
    change(rows.inner, count: rows.count, into: rows.outer)
  }

  mutating func step(_ rows: WrapperRows) {
    if let skipped = rows.skipped {
      for copy in 0..<rows.count where skipped[copy] == 0 {
        change(rows.inner + copy * innerSize, count: 1, into: rows.outer + copy * outerSize)
      }
    } else {
      change(rows.inner, count: rows.count, into: rows.outer)
    }
    for episode in rows.ended {
      let copy = episode.environment
      change(
        rows.innerFinal + copy * innerSize, count: 1, into: rows.outerFinal + copy * outerSize)
    }
  }
}

/// A transform of observations that remembers, for each copy, something of its episode.
protocol EpisodeTransform: RowTransform {
  var innerSize: Int { get }
  var outerSize: Int { get }
  /// Forgets, and shows the first observation of an episode.
  func begin(_ copy: Int, _ row: UnsafePointer<Float>, into shown: UnsafeMutablePointer<Float>)
  /// Shows the next observation of the episode.
  func advance(_ copy: Int, _ row: UnsafePointer<Float>, into shown: UnsafeMutablePointer<Float>)
}

extension EpisodeTransform {
  static var changesObservations: Bool { true }

  mutating func reset(_ rows: WrapperRows, seeds: CopySeeds) {
    for copy in 0..<rows.count {
      begin(copy, rows.inner + copy * innerSize, into: rows.outer + copy * outerSize)
    }
  }

  mutating func step(_ rows: WrapperRows) {
    // An ended episode is shown to its end before the next one begins.
    for episode in rows.ended {
      let copy = episode.environment
      let (inner, outer) = (copy * innerSize, copy * outerSize)
      advance(copy, rows.innerFinal + inner, into: rows.outerFinal + outer)
      begin(copy, rows.inner + inner, into: rows.outer + outer)
    }
    for copy in 0..<rows.count where rows.endings[copy] == 0 && !rows.skips(copy) {
      advance(copy, rows.inner + copy &* innerSize, into: rows.outer + copy &* outerSize)
    }
  }
}
