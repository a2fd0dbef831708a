/// Runs of any experiments put into order for a comparison: what is compared (variants, agents,
/// experiments) in rows, and where (environments, or tasks of one) in columns.
package struct MethodGroups: Sendable {
  /// The runs in one environment or on one task; their variants are the names of the rows.
  package struct Place: Sendable {
    package var name: String
    package var runs: [RunSummary]
  }

  package private(set) var places: [Place] = []
  /// Names of rows, in the order in which they came.
  package private(set) var methods: [String] = []
  /// What the names are: a word for tables.
  package private(set) var noun = "Variant"
  /// What a reader has to know of how runs were put together.
  package private(set) var remarks: [String] = []
  /// Different variants that one row of one place would hold; empty where the names tell them apart.
  package private(set) var mixed: [Mixed] = []

  /// Variants of one name.
  package struct Mixed: Equatable, Sendable {
    package var name: String
    package var environment: String
    package var variants: [String]
  }

  /// - Parameters:
  ///   - key: what names the rows: `variant`, `experiment`, `agent` or a key of the configuration
  ///     such as `agent.dqn.target`; chosen by what tells the runs apart, where missing.
  ///   - separatesSettings: whether environments of one name with different settings are kept apart.
  package init(
    of runs: [RunSummary], by key: String? = nil, separatesSettings: Bool = false
  ) throws(ReportError) {
    guard !runs.isEmpty else { throw .noRuns }
    let settings = runs.map { FlatSettings(yaml: $0.configuration) }
    let environments = Self.environments(of: settings, separatesSettings: separatesSettings)
    let names = try methodNames(of: runs, settings, environments, by: key)
    methods = names.uniqued
    mixed = Self.mixed(runs, names, environments)
    for environment in environments.uniqued {
      let own = runs.indices.filter { environments[$0] == environment }
      let labeled = own.map { index -> RunSummary in
        var run = runs[index]
        (run.experiment, run.variant) = (environment, names[index])
        return run
      }
      places += Self.byTask(labeled, environment)
      if !separatesSettings { noteSettings(own.map { (names[$0], settings[$0]) }, environment) }
      noteBudgets(labeled, environment)
    }
  }

  /// The environment of each run: its name, with several tasks that of all of them.
  private static func environments(
    of settings: [FlatSettings], separatesSettings: Bool
  ) -> [String] {
    settings.map { own in
      let name = own["environment.id"] ?? own["environment"] ?? "environment"
      guard separatesSettings else { return name }
      let special = own.entries.filter { Self.isOfTheWorld($0) }
        .map { "\($0.key.split(separator: ".").last ?? "")=\($0.value)" }
      return special.isEmpty ? name : "\(name) (\(special.joined(separator: ", ")))"
    }
  }

  /// Whether a key changes what is learned, not how fast it is stepped.
  private static func isOfTheWorld(_ entry: FlatSettings.Entry) -> Bool {
    guard entry.key.hasPrefix("environment."), !["{}", "[]", "null"].contains(entry.value) else {
      return false
    }
    let key = entry.key.dropFirst("environment.".count)
    // The only task is told by the name of the place.
    if ["id", "copies", "threads", "only"].contains(key) { return false }
    return key != "showsTask" || entry.value != "true"
  }

  /// One place, or with several tasks one for each.
  private static func byTask(_ runs: [RunSummary], _ environment: String) -> [Place] {
    let tasks = runs.flatMap(\.tasks).uniqued
    guard tasks != [""] else { return [Place(name: environment, runs: runs)] }
    return tasks.map { task in
      let name = task.isEmpty ? environment : "\(environment): \(task)"
      let own = runs.compactMap { run -> RunSummary? in
        guard let place = run.tasks.firstIndex(of: task) else { return nil }
        var part = run.onTask(place)
        part.experiment = name
        return part
      }
      return Place(name: name, runs: own)
    }
  }

  // MARK: Names

  private static func mixed(
    _ runs: [RunSummary], _ names: [String], _ environments: [String]
  ) -> [Mixed] {
    let isOneExperiment = runs.map(\.experiment).uniqued.count == 1
    var found: [Mixed] = []
    for environment in environments.uniqued {
      for name in names.uniqued {
        let own = runs.indices.filter { environments[$0] == environment && names[$0] == name }
        // Variants that learned different tasks of one environment do not meet.
        for task in own.flatMap({ runs[$0].tasks }).uniqued {
          let there = own.filter { runs[$0].tasks.contains(task) }.map { runs[$0] }
          let variants = there.map {
            isOneExperiment ? $0.variant : "\($0.experiment)/\($0.variant)"
          }.uniqued
          guard variants.count > 1 else { continue }
          let one = Mixed(name: name, environment: environment, variants: variants)
          if !found.contains(one) { found.append(one) }
        }
      }
    }
    return found
  }

  private mutating func methodNames(
    of runs: [RunSummary], _ settings: [FlatSettings], _ environments: [String], by key: String?
  ) throws(ReportError) -> [String] {
    switch key {
    case "variant": return runs.map(\.variant)
    case "experiment":
      noun = "Experiment"
      return runs.map(\.experiment)
    case "agent":
      noun = "Agent"
      return settings.map { $0.agentKind ?? "unknown" }
    case .some(let key):
      noun = key
      let values = settings.map { $0[key] }
      guard values.contains(where: { $0 != nil }) else { throw .unknownKey(key) }
      return values.map { $0 ?? "none" }
    case nil: return chosenNames(of: runs, settings, environments)
    }
  }

  /// The shortest names that do not put different configurations of one environment together.
  private mutating func chosenNames(
    of runs: [RunSummary], _ settings: [FlatSettings], _ environments: [String]
  ) -> [String] {
    if runs.map(\.experiment).uniqued.count == 1 { return runs.map(\.variant) }
    let agents = settings.map { $0.agentKind ?? "" }
    let variants = runs.map(\.variant)
    let whole = runs.map { "\($0.experiment)/\($0.variant)" }
    func tellsApart(_ names: [String]) -> Bool {
      let cells = runs.indices.map { "\(environments[$0])\n\(names[$0])" }
      let pairs = runs.indices.map { "\(cells[$0])\n\(whole[$0])" }
      return Set(cells).count == Set(pairs).count
    }
    let hasOneVariant = Set(whole).count == Set(runs.map(\.experiment)).count
    if Set(environments).count > 1 {
      if !agents.contains(""), tellsApart(agents) {
        noun = "Agent"
        return agents
      }
      if tellsApart(variants), Set(variants).count > 1 { return variants }
      let both = zip(agents, variants).map { "\($0), \($1)" }
      if !agents.contains(""), tellsApart(both) {
        noun = "Agent, variant"
        return both
      }
    }
    if hasOneVariant {
      noun = "Experiment"
      return runs.map(\.experiment)
    }
    noun = "Experiment/variant"
    return whole
  }

  // MARK: Remarks

  /// Says where rows of one environment have different settings of it.
  private mutating func noteSettings(
    _ runs: [(name: String, settings: FlatSettings)], _ environment: String
  ) {
    let own = runs.map { run in
      Dictionary(
        run.settings.entries.filter(Self.isOfTheWorld).map { ($0.key, $0.value) },
        uniquingKeysWith: { $1 })
    }
    let keys = Set(own.flatMap(\.keys)).sorted().filter { key in
      Set(own.map { $0[key] ?? "" }).count > 1
    }
    guard !keys.isEmpty else { return }
    remarks.append(
      "\(environment): the runs differ in \(listed(keys)), so they may not have the same task; "
        + "--separate compares each such environment by itself.")
  }

  private mutating func noteBudgets(_ runs: [RunSummary], _ environment: String) {
    let budgets = Dictionary(
      runs.compactMap { run in run.plannedSteps.map { (run.variant, $0) } },
      uniquingKeysWith: { max($0, $1) })
    guard Set(budgets.values).count > 1 else { return }
    let words = budgets.sorted { ($0.value, $0.key) < ($1.value, $1.key) }
      .map { "\($0.key) \(NumberText.grouped($0.value))" }
    remarks.append(
      "\(environment): budgets differ (\(words.joined(separator: ", ")) steps); final scores are of "
        + "unequal training, curves and areas of their common part.")
  }
}

extension RunSummary {
  /// The run as far as it concerns one of its tasks.
  func onTask(_ task: Int) -> RunSummary {
    var run = self
    run.tasks = [""]
    run.episodes = episodes.of(task: task)
    for place in run.episodes.tasks.indices { run.episodes.tasks[place] = 0 }
    run.evaluations = evaluations.filter { $0.task == task }.map {
      Evaluation(step: $0.step, returns: $0.returns)
    }
    return run
  }
}
