/// What is wrong with something that a user asked of an environment.
public enum EnvironmentError: Error, Equatable, Sendable {
  /// No environment has this name.
  case unknownEnvironment(id: String, nearest: String?, known: [String])
  /// The environment has no such setting.
  case unknownSetting(environment: String, name: String, nearest: String?, known: [String])
  /// A setting lies outside of what is allowed.
  case settingOutOfRange(environment: String, name: String, value: SettingValue, allowed: String)
  /// Settings that are each allowed but do not fit together.
  case invalidSettings(environment: String, reason: String)
  /// An action that the environment does not have.
  case invalidAction(environment: String, step: Int, action: String, expected: String)
  /// Numbers that make no state.
  case invalidState(environment: String, reason: String)
  /// Fewer than one copy.
  case invalidCount(environment: String, count: Int)
  /// A number of threads that cannot be.
  case invalidThreads(environment: String, threads: Int)
  /// An observation or a reward is no finite number.
  case notFinite(environment: String, what: String, value: Double, step: Int)
  /// A step was asked for after the end of the episode.
  case episodeOver(environment: String, steps: Int, ending: Ending)
  /// A step was asked for before the first reset.
  case notStarted(environment: String)
  /// Bytes that are no snapshot of this environment.
  case unreadableSnapshot(environment: String, reason: String)
}

extension EnvironmentError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unknownEnvironment(let id, let nearest, let known):
      "there is no environment \(quoted(id))"
        + remedy(nearest, id.isEmpty ? known : beginning(with: id, among: known))
    case .unknownSetting(let environment, let name, let nearest, let known):
      "\(environment) has no setting \(quoted(name))\(remedy(nearest, known))"
    case .settingOutOfRange(let environment, let name, let value, let allowed):
      "\(environment)'s \(name) must be \(allowed), not \(value)"
    case .invalidSettings(let environment, let reason):
      "\(environment) cannot be made so: \(reason)"
    case .invalidAction(let environment, let step, let action, let expected):
      "\(environment) cannot take action \(action) at step \(step): give \(expected)"
    case .invalidState(let environment, let reason):
      "this is no state of \(environment): \(reason)"
    case .invalidCount(let environment, let count):
      "a batch of \(environment) needs at least one environment, not \(count)"
    case .invalidThreads(let environment, let threads):
      "a batch of \(environment) needs at least one thread, not \(threads)"
    case .notFinite(let environment, let what, let value, let step):
      "\(what) of \(environment) was \(value) at step \(step): begin in a state of smaller numbers, or "
        + "correct the world's settings"
    case .episodeOver(let environment, let steps, let ending):
      "\(environment)'s episode was over after step \(steps) (\(ending)): reset before going on"
    case .notStarted(let environment):
      "no episode of \(environment) has begun: reset first"
    case .unreadableSnapshot(let environment, let reason):
      "this saved state does not fit the batch of \(environment): \(reason)"
    }
  }

  /// The names that begin so; if there are none and many names, where to find them.
  private func beginning(with name: String, among known: [String]) -> [String] {
    let longer = known.filter { $0.lowercased().hasPrefix(name.lowercased()) }
    if !longer.isEmpty { return longer }
    return known.count <= 12 ? known : ["`fledge list environments` shows all \(known.count)"]
  }

  private func quoted(_ name: String) -> String { "\"\(name)\"" }

  private func remedy(_ nearest: String?, _ known: [String]) -> String {
    if let nearest { return "; did you mean \(quoted(nearest))?" }
    if known.isEmpty { return "; there are none" }
    return "; known: \(known.joined(separator: ", "))"
  }
}
