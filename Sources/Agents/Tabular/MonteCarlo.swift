package import Randomness

/// On-policy Monte Carlo control, every visit: Sutton & Barto (2018), section 5.4.
///
/// An episode is kept until it has ended. Then, from its last step back,
///
///     G ← r + γ·G ;  Q(s, a) ← Q(s, a) + α·(G - Q(s, a))
///
/// A truncated episode begins this with the value of its last state under the policy.
package struct MonteCarlo: TabularRule {
  package static let name = "monteCarlo"
  package static let summary = "A table of values, learned from whole episodes."
  package static let source = "Sutton & Barto (2018)"
  package static let tableCount = 1

  /// The unfinished episode of each environment.
  private var episodes: [[Visit]]

  private struct Visit: Codable {
    var state: Int
    var action: Int
    var reward: Float
  }

  package init(environments: Int) { episodes = .init(repeating: [], count: environments) }

  package mutating func learn(
    from transition: TabularTransition, _ table: ActionValues, _ step: TabularStep,
    using random: inout RandomStream
  ) -> Float? {
    let index = transition.environment
    episodes[index].append(
      Visit(state: transition.state, action: transition.action, reward: transition.reward))
    guard transition.terminated || transition.truncated else { return nil }
    var (gain, error): (Float, Float) = (0, 0)
    if transition.truncated { gain = transition.expectedValue(table, epsilon: step.epsilon) }
    for visit in episodes[index].reversed() {
      gain = visit.reward + step.discountFactor * gain
      error = step.move(table, visit.state, visit.action, to: gain)
    }
    episodes[index].removeAll(keepingCapacity: true)
    return error
  }
}
