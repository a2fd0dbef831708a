import Randomness

extension EnvironmentEntry {
  /// The setting that makes contexts visible: 0 or 1, by default 0.
  ///
  /// Known to every environment, where another setting has a range.
  public static var contextVisibleName: String { "contextVisible" }

  /// Draws a family of tasks: for each one, a value of each setting that has a range.
  ///
  /// Latin hypercube sampling (McKay, Beckman & Conover 1979): each range is cut into `count` equal
  /// parts, and of each part exactly one task has a value, evenly within it; which tasks share
  /// which parts of different ranges is random.
  ///
  /// - Parameters:
  ///   - ranges: what is drawn, by the settings' names.
  ///   - count: the number of tasks, at least 1.
  ///   - seed: equal seeds give equal tasks; a task's value of one setting does not depend on which
  ///     other settings have ranges.
  /// - Returns: for each task, values by the settings' names.
  /// - Throws: `EnvironmentError` for a count below 1, an unknown setting, one that is no number,
  ///   and a range that reaches beyond what the setting allows.
  public func contexts(
    count: Int, ranges: [String: ClosedRange<Double>], seed: UInt64
  ) throws -> [[String: Double]] {
    guard count > 0 else { throw EnvironmentError.invalidCount(environment: id, count: count) }
    _ = try makeEnvironment(settings: ranges.mapValues(SettingValue.range))
    var tasks = [[String: Double]](repeating: [:], count: count)
    for (name, range) in ranges {
      var random = Seeds(root: seed)[name]
      var parts = Array(0..<count)
      random.shuffle(&parts)
      for (task, part) in parts.enumerated() {
        let place = (Double(part) + (random.uniform(in: 0...1) as Double)) / Double(count)
        let value = range.lowerBound + place * (range.upperBound - range.lowerBound)
        tasks[task][name] = min(max(value, range.lowerBound), range.upperBound)
      }
    }
    return tasks
  }
}

/// What a user changes of an environment: values, ranges, and whether the ranges' values are seen.
struct ContextChanges {
  var values: [String: SettingValue] = [:]
  var ranges: [String: ClosedRange<Double>] = [:]
  var areVisible = false

  /// Sorts changes apart.
  ///
  /// - Throws: `EnvironmentError` if visibility is neither 0 nor 1, or 1 where nothing has a range.
  init(
    _ changes: [String: SettingValue], environment: String
  ) throws(EnvironmentError) {
    let visible = EnvironmentEntry.contextVisibleName
    for (name, value) in changes {
      switch (name, value) {
      case (visible, 0): break
      case (visible, 1): areVisible = true
      case (visible, _):
        throw .settingOutOfRange(
          environment: environment, name: visible, value: value, allowed: "0 or 1")
      case (_, .range(let range)): ranges[name] = range
      default: values[name] = value
      }
    }
    if areVisible && ranges.isEmpty {
      throw .invalidSettings(
        environment: environment,
        reason: "\(visible) is 1, but no setting has a range such as {from: 8, to: 12}")
    }
  }
}

extension TimeLimit {
  /// This environment with ranges for some of its base's settings, the others already changed.
  func contextual(
    _ changes: ContextChanges, name: String
  ) throws(EnvironmentError) -> TimeLimit<Contextual<Base>> {
    TimeLimit<Contextual<Base>>(
      try Contextual(base, ranges: changes.ranges, isVisible: changes.areVisible, name: name),
      maximumSteps: maximumSteps)
  }
}
