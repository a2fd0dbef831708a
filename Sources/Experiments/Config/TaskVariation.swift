public import Environments
public import NeuralNetworks
import Spelling

/// One of several tasks: what is different from the experiment's environment.
public struct TaskVariation: ValidatedSettings {
  /// What the task is called in tables and metrics.
  public var name = ""
  /// The environment, where it is another one; `null` for that of the experiment.
  public var id: String?
  /// Physical constants, laid over the experiment's where the environment is the same.
  public var settings: [String: SettingValue] = [:]
  /// What is put around the copies, outside of the experiment's wrappers.
  public var wrappers: [WrapperSettings] = []

  public init() {}

  public func validate() throws(SettingsError) {
    let isUsable =
      name.contains { $0.isLetter || $0.isNumber } && !name.contains("/") && name.utf8.count <= 100
      && !name.hasPrefix(".") && !name.unicodeScalars.contains { $0.value < 0x20 }
    try require(
      isUsable, "name",
      "must have a letter or digit, no '/', no dot in front and at most 100 bytes",
      found: "'\(name)'")
    for (index, wrapper) in wrappers.enumerated() {
      try NeuralNetworks.validate("wrappers[\(index)]") { () throws(SettingsError) in
        try wrapper.validate()
      }
    }
  }
}

extension EnvironmentSettings {
  func validateTasks() throws(SettingsError) {
    for (index, task) in tasks.enumerated() {
      try NeuralNetworks.validate("tasks[\(index)]") { () throws(SettingsError) in
        try task.validate()
        try require(
          !tasks[..<index].contains { $0.name == task.name }, "name", "must be another one",
          found:
            "'\(task.name)', which tasks[\(tasks.firstIndex { $0.name == task.name } ?? 0)] has")
      }
    }
    if let only {
      try require(
        tasks.contains { $0.name == only }, "only", "must be the name of one of the tasks",
        found: "'\(only)'")
    }
    guard !tasks.isEmpty, only == nil else { return }
    try require(
      copies.isMultiple(of: tasks.count), "copies",
      "must be a multiple of the number of tasks (\(tasks.count)), so that each has as many",
      found: copies)
  }

  /// The names of the tasks that there are copies of; one empty name where there is a single task.
  public var taskNames: [String] {
    tasks.isEmpty ? [""] : only.map { [$0] } ?? tasks.map(\.name)
  }

  /// What one task's environment alone would be.
  func alone(_ task: TaskVariation) -> EnvironmentSettings {
    var single = self
    single.tasks = []
    single.id = task.id ?? id
    if single.id != id { single.settings = [:] }
    single.settings.merge(task.settings) { $1 }
    single.wrappers += task.wrappers
    return single
  }

  /// Makes copies of the environments that this describes, wrappers and all.
  ///
  /// - Parameters:
  ///   - catalogue: The environments that there are.
  ///   - count: A multiple of the number of tasks, unless `task` is given.
  ///   - task: The name of the only task that is made; `nil` for all, or for `only`.
  /// - Throws: `EnvironmentError`, `WrapperError` or `SettingsError`, each a sentence.
  public func makeBatch(
    count: Int, in catalogue: Catalogue, only task: String? = nil
  ) throws -> any BatchedEnvironment {
    guard !tasks.isEmpty else {
      if let task {
        throw SettingsError(path: "environment.tasks", problem: "has no task '\(task)'")
      }
      return try catalogue[id].makeBatch(
        count: count, settings: settings, wrappers: wrappers.map(\.wrapper), threads: threads)
    }
    let only = try (task ?? only).map(index(ofTask:))
    let copies = only == nil ? count / tasks.count : count
    let members = try tasks.enumerated().map { index, task in
      var single = alone(task)
      single.threads = min(threads, max(1, copies))
      do {
        return TaskFamily.Member(task.name, try single.makeBatch(count: copies, in: catalogue))
      } catch {
        throw SettingsError(path: "environment.tasks[\(index)]", problem: "cannot be: \(error)")
      }
    }
    return try TaskFamily(members, showsTask: showsTask, only: only)
  }

  private func index(ofTask name: String) throws(SettingsError) -> Int {
    if let index = tasks.firstIndex(where: { $0.name == name }) { return index }
    let names = tasks.map(\.name)
    let nearest = nearestName(to: name, among: names).map { "; did you mean '\($0)'?" }
    throw SettingsError(
      path: "environment.tasks",
      problem: "has no task '\(name)'\(nearest ?? "; there are \(names.joined(separator: ", "))")")
  }
}
