package import Randomness

/// Expected SARSA, learned by the mean over the next actions.
///
/// Van Seijen et al. (2009), "A theoretical and empirical analysis of expected Sarsa"; Sutton &
/// Barto (2018), eq. 6.9.
///
///     Q(s, a) ← Q(s, a) + α·(r + γ·Σ π(a′|s′)·Q(s′, a′) - Q(s, a))
///
/// with the ε-greedy policy `π` that acts.
package struct ExpectedSARSA: TabularRule {
  package static let name = "expectedSARSA"
  package static let summary =
    "A table of values, learned by the mean over the policy’s next actions."
  package static let source = "van Seijen et al. (2009)"
  package static let tableCount = 1

  package init(environments: Int) {}

  package mutating func learn(
    from transition: TabularTransition, _ table: ActionValues, _ step: TabularStep,
    using random: inout RandomStream
  ) -> Float? {
    var target = transition.reward
    if !transition.terminated {
      target += step.discountFactor * transition.expectedValue(table, epsilon: step.epsilon)
    }
    return step.move(table, transition.state, transition.action, to: target)
  }
}

extension TabularTransition {
  /// `Σ π(a|s′)·Q(s′, a)` under the ε-greedy policy over what is allowed.
  func expectedValue(_ table: ActionValues, epsilon: Float) -> Float {
    let best = table.best(in: next, allowed: allowed)
    var (sum, count): (Float, Float) = (0, 0)
    for action in 0..<table.actions where (allowed?[action] ?? 1) != 0 {
      sum += table[next, action]
      count += 1
    }
    return (1 - epsilon) * table[next, best] + epsilon * sum / max(1, count)
  }
}
