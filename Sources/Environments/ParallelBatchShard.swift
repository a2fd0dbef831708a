/// A part of a batch that one thread steps, and what happened in it.
///
/// Only its thread touches it during a step, so the run-time library need not watch over it.
@usableFromInline
final class BatchShard<State> {
  /// The indices of its copies.
  @usableFromInline let copies: Range<Int>
  @exclusivity(unchecked) @usableFromInline var finishedEpisodes: [FinishedEpisode] = []
  @exclusivity(unchecked) @usableFromInline var finalStates: [Int: State] = [:]
  @exclusivity(unchecked) @usableFromInline var keepsFinalStates = false

  init(copies: Range<Int>) { self.copies = copies }

  @usableFromInline
  func record(_ episode: FinishedEpisode) { finishedEpisodes.append(episode) }
}
