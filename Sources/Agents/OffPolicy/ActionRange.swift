import Environments

/// The bounds of continuous actions: how numbers from -1 to 1, as networks give them, become what
/// the environments take.
package struct ActionRange: Equatable {
  package let low: [Float]
  package let high: [Float]

  /// - Parameter agent: The name of the agent that needs the bounds, for the error's sentence.
  package init(of surroundings: Surroundings, for agent: String) throws(AgentError) {
    guard case .continuous(let low, let high) = surroundings.actions else {
      throw .needsContinuousActions(agent: agent, found: surroundings.actions)
    }
    guard zip(low, high).allSatisfy({ ($1 - $0).isFinite }) else {
      throw .needsBounds(agent: agent, found: surroundings.actions)
    }
    (self.low, self.high) = (low, high)
  }

  /// Numbers in an action.
  package var width: Int { low.count }

  /// Stretches rows from `-1...1` to the bounds, which no number then exceeds.
  ///
  /// - Parameters:
  ///   - rows: `[count, width]`.
  ///   - result: `[count, width]`.
  package func stretch(
    _ rows: UnsafePointer<Float>, count: Int, into result: UnsafeMutablePointer<Float>
  ) {
    for row in 0..<count {
      for index in 0..<width {
        let place = row * width + index
        let share = 0.5 * (rows[place] + 1)
        let number = low[index] + share * (high[index] - low[index])
        result[place] = min(max(number, low[index]), high[index])
      }
    }
  }
}
