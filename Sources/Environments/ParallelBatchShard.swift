/// What happened in a part of a batch that one thread steps.
///
/// Without the type of the states, so that what looks at it between steps need not ask for that.
/// Only its thread touches it during a step, so the run-time library need not watch over it.
@usableFromInline
class ShardRecord {
  // What two threads write must not lie in one line of the cache, or each would wait for the other.
  private let distance = InlineArray<16, UInt64>(repeating: 0)
  /// The indices of its copies.
  @usableFromInline final let copies: Range<Int>
  @exclusivity(unchecked) @usableFromInline final var finishedEpisodes: [FinishedEpisode] = []
  /// Whether all that the last step showed were finite numbers.
  @exclusivity(unchecked) final var isFinite = true

  init(copies: Range<Int>) {
    self.copies = copies
    finishedEpisodes.reserveCapacity(copies.count)
  }

  @usableFromInline
  final func record(_ episode: FinishedEpisode) { finishedEpisodes.append(episode) }
}

/// A part of a batch that one thread steps.
@usableFromInline
final class BatchShard<State>: ShardRecord {
  @exclusivity(unchecked) @usableFromInline var finalStates: [Int: State] = [:]
  @exclusivity(unchecked) @usableFromInline var keepsFinalStates = false

  private let distanceAfter = InlineArray<16, UInt64>(repeating: 0)
}
