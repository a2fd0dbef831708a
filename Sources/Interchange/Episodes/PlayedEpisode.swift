/// One episode, step by step: what data sets are made of.
package struct PlayedEpisode: Equatable, Sendable {
  /// `[T + 1, observation width]`, the last one included.
  package var observations: [Float] = []
  /// `[T, action width]`; choices as whole numbers.
  package var actions: [Float] = []
  /// What each step paid, `[T]`.
  package var rewards: [Double] = []
  /// How it ended: both may be false where a data set leaves off.
  package var isTerminated = false
  package var isTruncated = false
  /// `[T + 1, mask width]`, where the environment masks actions.
  package var masks: [UInt8] = []
  /// The seed of its first state, where it is known.
  package var seed: UInt64?
  /// The task it belongs to, where there are several.
  package var task: String?

  package init() {}

  /// The number of steps, `T`.
  package var length: Int { rewards.count }
  package var total: Double { rewards.reduce(0, +) }
}
