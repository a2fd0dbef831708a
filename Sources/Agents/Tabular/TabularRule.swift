package import Randomness

/// How an agent with a table learns: what makes Q-learning another algorithm than SARSA.
package protocol TabularRule: Codable, Sendable {
  /// The key that stands for it in an experiment file.
  static var name: String { get }
  /// What it does, in a sentence, and who found it.
  static var summary: String { get }
  static var source: String { get }
  /// How many tables it keeps.
  static var tableCount: Int { get }

  /// A rule for so many environments that has seen nothing yet.
  init(environments: Int)

  /// Learns from a transition.
  ///
  /// - Returns: the error of the value that was changed, or `nil` while nothing was.
  mutating func learn(
    from transition: TabularTransition, _ table: ActionValues, _ step: TabularStep,
    using random: inout RandomStream
  ) -> Float?
}

/// What an action led to, in numbers of states.
package struct TabularTransition {
  /// Which of the environments it was.
  package var environment: Int
  package var state: Int
  package var action: Int
  package var reward: Float
  /// What followed: the old episode's last state where it was truncated.
  package var next: Int
  /// The action that will be taken in `next`; drawn from the same policy where the episode was
  /// truncated, and so never taken.
  package var nextAction: Int
  /// Whether nothing followed.
  package var terminated: Bool
  /// Whether the episode was cut short.
  package var truncated: Bool
  /// Which actions were allowed in `next`; `nil` where all were.
  package var allowed: UnsafePointer<UInt8>?
}

/// The numbers that hold at the present step.
package struct TabularStep {
  /// α, before it is divided for visits.
  package var learningRate: Float
  package var visitDecay: Float
  /// γ.
  package var discountFactor: Float
  /// ε of the policy that acts.
  package var epsilon: Float

  /// Moves `Q(s, a)` towards a target by α; the error that there was.
  package func move(
    _ table: ActionValues, _ state: Int, _ action: Int, table index: Int = 0, to target: Float
  ) -> Float {
    let visits = table.visit(state, action, table: index)
    let rate = visitDecay == 0 ? learningRate : learningRate / power(visits, visitDecay)
    let error = target - table[state, action, table: index]
    table[state, action, table: index] += rate * error
    return error
  }
}
