import Environments

/// Collects whole episodes of a batch of environments, as many of each.
///
/// An update changes the policy, so an episode counts only if it was begun after the last one: the
/// episodes that other environments are in when a round ends are played on, but not learned from.
/// With one environment none are lost. Taking those that end first would favor the short ones.
///
/// Shapes: `O` numbers in an observation, `W` scalars in an action, `A` actions in a mask.
package struct WholeEpisodes: Codable, Equatable {
  /// Steps of one environment, or of a round, row by row.
  package struct Rows: Codable, Equatable {
    /// `[steps, O]`.
    package var observations: [Float] = []
    /// `[steps, W]`.
    package var actions: [Float] = []
    /// `[steps, A]`; empty where all actions always are allowed.
    package var masks: [Float] = []
    /// Rewards while an episode lasts, `[steps]`; then returns.
    package var returns: [Float] = []
    /// The step of its episode that each was, from 0, `[steps]`.
    package var ages: [Int32] = []

    var byteCount: Int {
      4 * (observations.count + actions.count + masks.count + returns.count + ages.count)
    }

    mutating func removeAll() {
      observations.removeAll(keepingCapacity: true)
      actions.removeAll(keepingCapacity: true)
      masks.removeAll(keepingCapacity: true)
      returns.removeAll(keepingCapacity: true)
      ages.removeAll(keepingCapacity: true)
    }

    mutating func append(_ others: Rows) {
      observations += others.observations
      actions += others.actions
      masks += others.masks
      returns += others.returns
      ages += others.ages
    }
  }

  /// The episodes of a round, one after another.
  package private(set) var round = Rows()
  /// The episode that each environment is in.
  private var running: [Rows]
  /// Whether it was begun after the last update and is still wanted.
  private var counts: [Bool]
  /// Whether it is at the beginning of an episode.
  private var isFresh: [Bool]
  /// Episodes of the round that each environment has ended.
  private var ended: [Int]
  private let wanted: Int

  /// - Parameters:
  ///   - wanted: Episodes of each environment in a round.
  ///   - environments: How many there are.
  package init(wanted: Int, environments: Int) {
    self.wanted = wanted
    running = Array(repeating: Rows(), count: environments)
    counts = Array(repeating: true, count: environments)
    isFresh = counts
    ended = Array(repeating: 0, count: environments)
  }

  /// Steps in the round.
  package var count: Int { round.returns.count }
  /// Bytes of all that is kept.
  package var byteCount: Int {
    running.reduce(round.byteCount) { $0 + $1.byteCount }
  }
  /// Whether each environment has ended as many episodes as are wanted.
  package var isComplete: Bool { ended.allSatisfy { $0 >= wanted } }

  /// Writes down what an environment showed and what was done there.
  ///
  /// - Parameters:
  ///   - observation: `[O]`, as the networks saw it.
  ///   - action: `[W]`.
  ///   - mask: `[A]`; empty where all actions always are allowed.
  package mutating func append(
    of environment: Int, observation: UnsafeBufferPointer<Float>,
    action: UnsafeBufferPointer<Float>, mask: UnsafeBufferPointer<Float>
  ) {
    isFresh[environment] = false
    guard counts[environment] else { return }
    running[environment].observations.append(contentsOf: observation)
    running[environment].actions.append(contentsOf: action)
    running[environment].masks.append(contentsOf: mask)
  }

  /// Writes down the reward of the step just appended.
  package mutating func append(of environment: Int, reward: Float) {
    guard counts[environment] else { return }
    running[environment].ages.append(Int32(running[environment].returns.count))
    running[environment].returns.append(reward)
  }

  /// Ends an environment's episode: its rewards become returns.
  ///
  /// - Parameter bootstrap: What is expected to follow where the episode was cut short; 0 where it
  ///   terminated.
  package mutating func end(of environment: Int, bootstrap: Float, discountFactor: Float) {
    if counts[environment] {
      Self.accumulate(&running[environment].returns, bootstrap, discountFactor)
      round.append(running[environment])
      ended[environment] += 1
    }
    running[environment].removeAll()
    counts[environment] = ended[environment] < wanted
    isFresh[environment] = true
  }

  /// Makes returns of rewards: `G ← r + γ·G`, from the last step to the first.
  static func accumulate(_ rewards: inout [Float], _ bootstrap: Float, _ discountFactor: Float) {
    var sum = bootstrap
    for step in rewards.indices.reversed() {
      sum = rewards[step] + discountFactor * sum
      rewards[step] = sum
    }
  }

  /// Begins the next round, after an update.
  package mutating func beginRound() {
    round.removeAll()
    for environment in ended.indices {
      ended[environment] = 0
      counts[environment] = isFresh[environment]
      running[environment].removeAll()
    }
  }
}
