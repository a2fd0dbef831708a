package import Randomness

/// Q-learning: Watkins (1989); Sutton & Barto (2018), section 6.5.
///
///     Q(s, a) ← Q(s, a) + α·(r + γ·max Q(s′, ·) - Q(s, a))
///
/// The maximum is over what is allowed in `s′`.
package struct QLearning: TabularRule {
  package static let name = "qLearning"
  package static let summary = "A table of values, learned off the policy by the best next action."
  package static let source = "Watkins (1989)"
  package static let tableCount = 1

  package init(environments: Int) {}

  package mutating func learn(
    from transition: TabularTransition, _ table: ActionValues, _ step: TabularStep,
    using random: inout RandomStream
  ) -> Float? {
    var target = transition.reward
    if !transition.terminated {
      let best = table.best(in: transition.next, allowed: transition.allowed)
      target += step.discountFactor * table[transition.next, best]
    }
    return step.move(table, transition.state, transition.action, to: target)
  }
}
