extension EnvironmentEntry {
  /// The environment, if its states can be written down; `nil` if not.
  ///
  /// - Throws: `EnvironmentError` for an unknown setting or a value out of range.
  public func makeTabularEnvironment(
    settings: [String: SettingValue] = [:]
  ) throws -> (any TabularEnvironment)? {
    try makeEnvironment(settings: settings) as? any TabularEnvironment
  }

  /// The time limit with some settings changed; `nil` for none.
  ///
  /// - Throws: `EnvironmentError` for an unknown setting or a value out of range.
  public func timeLimit(settings: [String: SettingValue]) throws -> Int? {
    let own = try makeEnvironment(settings: settings).ownTimeLimit
    return settings["maximumSteps"]?.number.map { Int($0) } ?? own ?? maximumSteps
  }

  /// The best that can be done within the time limit, computed from the table; `nil` without one.
  ///
  /// - Throws: `EnvironmentError` for wrong settings, `TransitionTableError` for a wrong table, and
  ///   `SolverError` where the best return is not finite.
  public func optimum(settings: [String: SettingValue] = [:]) throws -> ExactSolution? {
    guard let world = try makeTabularEnvironment(settings: settings) else { return nil }
    return try TransitionTable(world).solve(horizon: timeLimit(settings: settings))
  }
}

extension SettingValue {
  fileprivate var number: Double? { if case .number(let number) = self { number } else { nil } }
}
