package import Autodiff
import Environments

/// One or two tables of action values, `Q(s, a)`, with a count of visits.
///
/// The numbers lie in the agent's variables, so that checkpoints and final weights hold them.
package struct ActionValues {
  package let states: Int
  package let actions: Int
  private let numbers: UnsafeMutablePointer<Float>
  private let counts: UnsafeMutablePointer<Float>

  /// What the tables are made of.
  package struct Tables: Traceable {
    /// `[K, S, A]`.
    package var values: Tensor
    /// `[K, S, A]`.
    package var visits: Tensor

    init(count: Int, states: Int, actions: Int, initialValue: Float) {
      values = .filled(with: initialValue, shape: [count, states, actions])
      visits = .zeros([count, states, actions])
    }

    package mutating func visitTensors(_ visitor: inout some TensorVisitor) {
      visitor.visit("values", &values)
      visitor.visit("visits", &visits)
    }
  }

  /// The tables that variables hold.
  init(_ variables: Variables<Tables>, states: Int, actions: Int) {
    guard let base = variables.buffer.baseAddress else {
      preconditionFailure("a table of action values has at least one number")
    }
    (self.states, self.actions) = (states, actions)
    numbers = base + variables.layout[0].offset
    counts = base + variables.layout[1].offset
  }

  /// `Q(s, a)` of one of the tables.
  package subscript(state: Int, action: Int, table table: Int = 0) -> Float {
    get { numbers[(table * states + state) * actions + action] }
    nonmutating set { numbers[(table * states + state) * actions + action] = newValue }
  }

  /// Notes a visit of a state and action; how many there were with it.
  package func visit(_ state: Int, _ action: Int, table: Int = 0) -> Float {
    let place = (table * states + state) * actions + action
    counts[place] += 1
    return counts[place]
  }

  /// The allowed action of the largest value, the first of equals.
  ///
  /// - Parameter weights: how much each table counts.
  package func best(
    in state: Int, allowed: UnsafePointer<UInt8>?, value: (_ action: Int) -> Float
  ) -> Int {
    var best = -1
    for action in 0..<actions where (allowed?[action] ?? 1) != 0 {
      if best < 0 || value(action) > value(best) { best = action }
    }
    return max(0, best)
  }

  /// The allowed action of the largest value in one table, the first of equals.
  package func best(
    in state: Int, allowed: UnsafePointer<UInt8>?, table: Int = 0
  ) -> Int {
    best(in: state, allowed: allowed) { self[state, $0, table: table] }
  }
}

/// States as numbers: the observations of worlds whose features are all categories.
package struct StateNumbering: Equatable, Sendable {
  private let categories: [Int]
  /// How many different observations there can be.
  package let count: Int

  /// The most states that a table is made for.
  package static var most: Int { 100_000_000 }

  /// - Throws: `AgentError` where an observation is more than a few categories.
  init(of surroundings: Surroundings, for agent: String) throws(AgentError) {
    guard let categories = surroundings.categories else {
      throw .needsCategories(agent: agent)
    }
    var count = 1
    for size in categories {
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      guard !overflow, product <= Self.most else { throw .tooManyStates(agent: agent) }
      count = product
    }
    self.categories = categories
    self.count = count
  }

  /// The number of an observation, the first feature changing slowest.
  func number(of observation: UnsafePointer<Float>) -> Int {
    var number = 0
    for index in categories.indices {
      let category = min(max(0, Int(observation[index])), categories[index] - 1)
      number = number * categories[index] + category
    }
    return number
  }
}
