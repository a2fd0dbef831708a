/// A line of a catalogue: a named environment, what it is, and how to get a batch of it.
public struct EnvironmentEntry: Sendable {
  /// The name in experiment files, such as `CartPole-v1`.
  public let id: String
  /// What it is, in one line.
  public let summary: String
  /// The heading under which it is listed, such as `Classic control`.
  public internal(set) var group = "Own environments"
  /// The number of steps after which an episode is truncated, `nil` for never.
  public let maximumSteps: Int?
  /// The mean return from which the world counts as solved, where its makers named one.
  public let rewardThreshold: Double?
  /// The actions that may be taken.
  public let actionSpace: ActionSpace
  /// The bounds of each feature of an observation.
  public let observationBounds: Box
  /// What each action of a choice, or each number of an action, is called; empty for none.
  public let actionNames: [String]
  /// The steps a second at which the world is shown.
  public let framesPerSecond: Double
  /// What may be changed, with the standard values; `maximumSteps` is always among them.
  public let settings: [SettingDescription]

  @usableFromInline typealias Changes = [String: SettingValue]
  @usableFromInline
  let batch: @Sendable (Changes, Int) throws -> any BatchedEnvironment
  @usableFromInline let rollout: @Sendable (Changes) throws -> any Rollout
  @usableFromInline let laws: @Sendable (Changes) throws -> LawReport
  @usableFromInline let world: @Sendable (Changes) throws -> any Environment

  /// Enters an environment, whose properties are the standard values of its settings.
  ///
  /// - Parameter maximumSteps: the time limit, at least 1, or `nil` for none.
  @inlinable
  public init<E: Environment>(
    _ id: String, _ environment: E, summary: String, maximumSteps: Int?,
    rewardThreshold: Double? = nil
  ) {
    // The batch is made here, where `E` is known, so that its loop is specialised.
    self.init(
      id, TimeLimit(environment, maximumSteps: maximumSteps), summary, rewardThreshold,
      batch: { environment, count in EnvironmentBatch(environment, count: count) })
  }

  @usableFromInline
  init<E: Environment>(
    _ id: String, _ environment: TimeLimit<E>, _ summary: String, _ rewardThreshold: Double?,
    batch: @escaping @Sendable (TimeLimit<E>, Int) -> any BatchedEnvironment
  ) {
    self.id = id
    self.summary = summary
    self.maximumSteps = environment.maximumSteps
    self.rewardThreshold = rewardThreshold
    actionSpace = environment.actions.erased
    observationBounds = environment.observations
    actionNames = E.actionNames
    framesPerSecond = E.framesPerSecond
    settings = environment.settingDescriptions
    self.batch = { changes, count in
      guard count > 0 else { throw EnvironmentError.invalidCount(environment: id, count: count) }
      return batch(try environment.limitChanged(by: changes, name: id), count)
    }
    rollout = { changes in
      EnvironmentRollout(try environment.limitChanged(by: changes, name: id), name: id)
    }
    world = { changes in try environment.limitChanged(by: changes, name: id).base }
    laws = { changes in
      let changed = try environment.limitChanged(by: changes, name: id)
      return EnvironmentLaws(changed, name: id).check()
    }
  }

  /// Makes `count` copies that are stepped together.
  ///
  /// - Parameter settings: values other than the standard ones, by name.
  /// - Throws: `EnvironmentError` for an unknown setting, a value out of range or a count below 1.
  public func makeBatch(
    count: Int, settings: [String: SettingValue] = [:]
  ) throws -> any BatchedEnvironment {
    try batch(settings, count)
  }

  /// Makes the environment itself, without its time limit.
  ///
  /// - Throws: `EnvironmentError` for an unknown setting or a value out of range.
  public func makeEnvironment(settings: [String: SettingValue] = [:]) throws -> any Environment {
    try world(settings)
  }

  /// Makes one environment to be stepped by hand.
  ///
  /// - Throws: `EnvironmentError` for an unknown setting or a value out of range.
  public func makeRollout(settings: [String: SettingValue] = [:]) throws -> any Rollout {
    try rollout(settings)
  }

  /// Checks the laws that every environment obeys, and measures its speed.
  ///
  /// - Throws: `EnvironmentError` for an unknown setting or a value out of range.
  public func checkLaws(settings: [String: SettingValue] = [:]) throws -> LawReport {
    var report = try laws(settings)
    report.speed = try makeBatch(count: 64, settings: settings).measureSpeed()
    return report
  }
}

extension TimeLimit {
  private static var limitName: String { "maximumSteps" }
  private static var limitRange: SettingRange { .whole(1 ... .max) }

  fileprivate var settingDescriptions: [SettingDescription] {
    let limit = SettingDescription(
      name: Self.limitName, unit: "steps", standard: .number(maximumSteps.map(Double.init) ?? .infinity),
      allowed: Self.limitRange)
    return Base.settings.map {
      SettingDescription(
        name: $0.name, unit: $0.unit, standard: $0.read(base), allowed: $0.allowed)
    } + [limit]
  }

  /// This environment with its time limit and its base's settings changed.
  fileprivate func limitChanged(
    by changes: [String: SettingValue], name environment: String
  ) throws(EnvironmentError) -> TimeLimit {
    var changes = changes
    var limit = maximumSteps
    if let value = changes.removeValue(forKey: Self.limitName) {
      guard case .number(let steps) = value, Self.limitRange.contains(value) else {
        throw .settingOutOfRange(
          environment: environment, name: Self.limitName, value: value,
          allowed: "\(Self.limitRange)")
      }
      limit = Int(steps)
    }
    let known = Base.settings.map(\.name) + [Self.limitName]
    for name in changes.keys.sorted() where !known.contains(name) {
      throw .unknownSetting(
        environment: environment, name: name, nearest: nearestName(to: name, among: known),
        known: known)
    }
    return TimeLimit(try base.changed(by: changes, name: environment), maximumSteps: limit)
  }
}
