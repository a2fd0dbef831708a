package import Randomness

/// SARSA: Rummery & Niranjan (1994); Sutton & Barto (2018), section 6.4.
///
///     Q(s, a) ← Q(s, a) + α·(r + γ·Q(s′, a′) - Q(s, a))
///
/// where `a′` is the action that will be taken in `s′`.
package struct SARSA: TabularRule {
  package static let name = "sarsa"
  package static let summary =
    "A table of values, learned on the policy by the action that is taken next."
  package static let source = "Rummery & Niranjan (1994)"
  package static let tableCount = 1

  package init(environments: Int) {}

  package mutating func learn(
    from transition: TabularTransition, _ table: ActionValues, _ step: TabularStep,
    using random: inout RandomStream
  ) -> Float? {
    var target = transition.reward
    if !transition.terminated {
      target += step.discountFactor * table[transition.next, transition.nextAction]
    }
    return step.move(table, transition.state, transition.action, to: target)
  }
}
