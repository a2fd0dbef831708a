/// A part of a batch that one thread steps, and what happened in it.
///
/// Only its thread touches it during a step, so the run-time library need not watch over it.
@usableFromInline
final class BatchShard<State> {
  // What two threads write must not lie in one line of the cache, or each would wait for the other.
  private let distance = InlineArray<16, UInt64>(repeating: 0)
  /// The indices of its copies.
  @usableFromInline let copies: Range<Int>
  @exclusivity(unchecked) @usableFromInline var finishedEpisodes: [FinishedEpisode] = []
  @exclusivity(unchecked) @usableFromInline var finalStates: [Int: State] = [:]
  @exclusivity(unchecked) @usableFromInline var keepsFinalStates = false
  /// Whether all that the last step showed were finite numbers.
  @exclusivity(unchecked) var isFinite = true

  private let distanceAfter = InlineArray<16, UInt64>(repeating: 0)

  init(copies: Range<Int>) {
    self.copies = copies
    finishedEpisodes.reserveCapacity(copies.count)
  }

  @usableFromInline
  func record(_ episode: FinishedEpisode) { finishedEpisodes.append(episode) }
}
