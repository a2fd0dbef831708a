package import Randomness

/// Double Q-learning: van Hasselt (2010), "Double Q-learning", Algorithm 1.
///
/// Two tables; a coin says which one learns. It chooses the best action in `s′`, and the other one
/// tells its value:
///
///     Q₁(s, a) ← Q₁(s, a) + α·(r + γ·Q₂(s′, argmax Q₁(s′, ·)) - Q₁(s, a))
///
/// The agent acts by their sum.
package struct DoubleQLearning: TabularRule {
  package static let name = "doubleQLearning"
  package static let summary = "Two tables of values, each judged by the other one."
  package static let source = "van Hasselt (2010)"
  package static let tableCount = 2

  package init(environments: Int) {}

  package mutating func learn(
    from transition: TabularTransition, _ table: ActionValues, _ step: TabularStep,
    using random: inout RandomStream
  ) -> Float? {
    let learner = random.integer(below: 2)
    var target = transition.reward
    if !transition.terminated {
      let best = table.best(in: transition.next, allowed: transition.allowed, table: learner)
      target += step.discountFactor * table[transition.next, best, table: 1 - learner]
    }
    return step.move(table, transition.state, transition.action, table: learner, to: target)
  }
}
