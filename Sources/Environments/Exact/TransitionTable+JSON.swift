extension TransitionTable {
  /// The table as a JSON object: `initial_distribution`, and `transitions` by state and action,
  /// each a list of `[probability, next_state, reward, terminated]`.
  ///
  /// Numbers are written so that reading them gives the same bits.
  ///
  /// - Parameters:
  ///   - environment: the name under `environment`.
  ///   - arguments: the settings under `arguments`.
  public func json(environment: String, arguments: [String: StateValue] = [:]) -> String {
    let states = (0..<stateCount).map { state in
      let actions = (0..<actionCount).map { action in
        let list = self[state, action].map {
          "[\($0.probability), \($0.nextState), \($0.reward), \($0.terminated)]"
        }
        return "\"\(action)\": [\(list.joined(separator: ", "))]"
      }
      return "\"\(state)\": {\(actions.joined(separator: ", "))}"
    }
    let starts = initialDistribution.map { "\($0)" }.joined(separator: ", ")
    return "{\"environment\": \(StateValue.text(environment)), "
      + "\"arguments\": \(StateValue.record(arguments)), "
      + "\"initial_distribution\": [\(starts)], "
      + "\"transitions\": {\(states.joined(separator: ", "))}, "
      + "\"transition_fields\": [\"probability\", \"next_state\", \"reward\", \"terminated\"]}"
  }
}
