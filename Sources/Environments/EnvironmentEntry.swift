import Spelling

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
  public var actionNames: [String] { names() }
  /// The steps a second at which the world is shown.
  public let framesPerSecond: Double
  /// What may be changed, with the standard values; `maximumSteps` is always among them.
  public let settings: [SettingDescription]

  @usableFromInline typealias Changes = [String: SettingValue]
  @usableFromInline
  let batch: @Sendable (Changes, Int, Int) throws -> any BatchedEnvironment
  @usableFromInline let limit: @Sendable (Changes) throws -> Int?
  @usableFromInline let rollout: @Sendable (Changes) throws -> any Rollout
  private let names: @Sendable () -> [String]
  @usableFromInline let laws: @Sendable (Changes) throws -> LawReport
  @usableFromInline let world: @Sendable (Changes) throws -> any Environment

  /// Enters an environment, whose properties are the standard values of its settings.
  ///
  /// - Parameters:
  ///   - id: the name, such as `CartPole-v1`.
  ///   - environment: the world with its standard values.
  ///   - summary: what it is, in a few words.
  ///   - rewardThreshold: the mean return that counts as solved, if one is known.
  ///   - maximumSteps: the time limit, at least 1, or `nil` for none.
  @inlinable
  public init<E: Environment>(
    _ id: String, _ environment: E, summary: String, maximumSteps: Int?,
    rewardThreshold: Double? = nil
  ) {
    // The batch is made here, where `E` is known, so that its loop is specialised.
    self.init(
      id, TimeLimit(environment, maximumSteps: maximumSteps), summary, rewardThreshold,
      batch: { environment, count, threads in
        EnvironmentBatch(environment, count: count, threads: threads)
      })
  }

  @usableFromInline
  init<E: Environment>(
    _ id: String, _ environment: TimeLimit<E>, _ summary: String, _ rewardThreshold: Double?,
    batch: @escaping @Sendable (TimeLimit<E>, Int, Int) -> any BatchedEnvironment
  ) {
    self.id = id
    self.summary = summary
    self.maximumSteps = environment.maximumSteps
    self.rewardThreshold = rewardThreshold
    actionSpace = environment.actions.erased
    observationBounds = environment.observations
    names = { E.actionNames.isEmpty ? environment.base.tabularActionNames : E.actionNames }
    framesPerSecond = E.framesPerSecond
    settings = environment.settingDescriptions
    self.batch = { changes, count, threads in
      guard count > 0 else { throw EnvironmentError.invalidCount(environment: id, count: count) }
      guard threads > 0 else {
        throw EnvironmentError.invalidThreads(environment: id, threads: threads)
      }
      let (changed, contexts) = try environment.changedApart(by: changes, name: id)
      guard let contexts else { return batch(changed, count, threads) }
      // Here the loop is not specialised: for every entry, that would be compiled twice.
      return EnvironmentBatch(contexts, count: count, threads: threads)
    }
    limit = { changes in try environment.changedApart(by: changes, name: id).fixed.maximumSteps }
    rollout = { changes in
      let (changed, contexts) = try environment.changedApart(by: changes, name: id)
      guard let contexts else { return EnvironmentRollout(changed, name: id) }
      return EnvironmentRollout(contexts, name: id)
    }
    world = { changes in
      let (changed, contexts) = try environment.changedApart(by: changes, name: id)
      guard let contexts else { return changed.base }
      return contexts.base
    }
    laws = { changes in
      let (changed, contexts) = try environment.changedApart(by: changes, name: id)
      guard let contexts else { return EnvironmentLaws(changed, name: id).check() }
      return EnvironmentLaws(contexts, name: id).check()
    }
  }

  /// Makes `count` copies that are stepped together.
  ///
  /// - Parameters:
  ///   - count: how many copies there are, at least 1.
  ///   - settings: values other than the standard ones, by name; a range is drawn from anew for
  ///     each episode (see `Contextual`).
  ///   - wrappers: what is put around the batch, from the inside out.
  ///   - threads: how many threads share the copies; what they do does not depend on it.
  /// - Throws: `EnvironmentError` for an unknown setting, a value out of range or a count below 1;
  ///   `WrapperError` for a wrapper that does not fit.
  public func makeBatch(
    count: Int, settings: [String: SettingValue] = [:], wrappers: [any Wrapper] = [],
    threads: Int = 1
  ) throws -> any BatchedEnvironment {
    let batch = try batch(settings, count, threads)
    guard !wrappers.isEmpty else { return batch }
    return try batch.wrapped(in: wrappers, environment: id, maximumSteps: limit(settings))
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
  /// - Parameters:
  ///   - settings: values other than the standard ones, by name.
  ///   - measuresSpeed: whether speed is measured as well, which takes a quarter of a second.
  /// - Throws: `EnvironmentError` for an unknown setting or a value out of range.
  public func checkLaws(
    settings: [String: SettingValue] = [:], measuresSpeed: Bool = true
  ) throws -> LawReport {
    var report = try laws(settings)
    if measuresSpeed {
      report.speed = try makeBatch(count: 64, settings: settings).measureSpeed()
    }
    return report
  }
}

extension Environment {
  /// What a tabular environment calls its actions, unless it only counts them.
  fileprivate var tabularActionNames: [String] {
    let names = ((self as any Environment) as? any TabularEnvironment)?.actionNames ?? []
    return names == names.indices.map { "\($0)" } ? [] : names
  }
}

extension TimeLimit {
  private static var limitName: String { "maximumSteps" }
  private static var limitRange: SettingRange { .whole(1 ... .max) }

  fileprivate var settingDescriptions: [SettingDescription] {
    let limit = SettingDescription(
      name: Self.limitName, unit: "steps",
      standard: .number(maximumSteps.map(Double.init) ?? .infinity),
      allowed: Self.limitRange)
    return Base.settings.map {
      SettingDescription(
        name: $0.name, unit: $0.unit, standard: $0.read(base), allowed: $0.allowed)
    } + [limit]
  }

  /// This environment with its settings changed and, where some have ranges, also its family.
  fileprivate func changedApart(
    by changes: [String: SettingValue], name: String
  ) throws(EnvironmentError) -> (fixed: TimeLimit, family: TimeLimit<Contextual<Base>>?) {
    let apart = try ContextChanges(changes, environment: name)
    // The ranges take part here, to be checked like other values.
    let known = changes.filter { $0.key != EnvironmentEntry.contextVisibleName }
    let fixed = try limitChanged(by: known, name: name)
    return (fixed, apart.ranges.isEmpty ? nil : try fixed.contextual(apart, name: name))
  }

  /// This environment with its time limit and its base's settings changed.
  private func limitChanged(
    by changes: [String: SettingValue], name environment: String
  ) throws(EnvironmentError) -> TimeLimit {
    var changes = changes
    // A limit of the world's own follows from its settings, and so from the changes.
    var limit = base.ownTimeLimit == nil ? maximumSteps : nil
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
