import Agents
import Environments
import Foundation
import NeuralNetworks
import Spelling
import Sweeps
import Tracking

/// Reads the parts of a sweep file.
enum SweepTree {
  static let keys = [
    "name", "question", "experiment", "set", "method", "metric", "parameters", "arms",
    "seedsPerTrial", "trials", "earlyTerminate", "giveUpAfter", "seed", "confirm", "quick",
  ]

  /// Keys that stand elsewhere for one of ours.
  private static let elsewhere = [
    "run_cap": "trials", "runCap": "trials", "early_terminate": "earlyTerminate",
    "program": "experiment", "seeds": "seedsPerTrial",
  ]

  /// Overrides of the sweep file's own keys, and those of its experiment.
  static func parted(_ overrides: [String]) -> (own: [String], experiment: [String]) {
    func isOwn(_ override: String) -> Bool {
      let key = override.prefix { $0 != "=" && $0 != "." }
      return keys.contains(String(key))
    }
    return (overrides.filter(isOwn), overrides.filter { !isOwn($0) })
  }

  static func requireKnownKeys(_ tree: ConfigNode) throws {
    for entry in tree.entries ?? [] where !keys.contains(entry.key) {
      let nearest = elsewhere[entry.key] ?? nearestName(to: entry.key, among: keys)
      throw ConfigError(
        path: "", place: entry.place,
        problem: "unknown key '\(entry.key)'"
          + (nearest.map { "; did you mean '\($0)'?" }
            ?? "; a sweep knows: \(keys.joined(separator: ", "))"))
    }
  }

  // MARK: The experiment

  /// The experiment that a sweep varies, with what `set` and the command line change.
  static func experiment(
    of tree: ConfigNode, folder: String, overrides: [String], catalogue: Catalogue
  ) throws -> ExperimentConfig {
    guard let node = tree["experiment"] else {
      throw ConfigError(
        path: "experiment", place: tree.place,
        problem: "this key is missing; name an experiment's YAML file, or write its settings here")
    }
    var base: ConfigNode
    switch node.content {
    case .mapping: base = node
    case .scalar(let path):
      let found = try file(path, folder: folder, at: node.place)
      base = try ConfigText.tree(
        ConfigText.read(found), name: (found as NSString).lastPathComponent)
    default:
      throw ConfigError(
        path: "experiment", place: node.place,
        problem: "expected the path of an experiment's YAML file or a mapping of settings, found "
          + node.account)
    }
    if let dataset = base["dataset"] {
      throw ConfigError(
        path: "experiment", place: dataset.place ?? node.place,
        problem: "compares ways to learn several tasks from data, which are not swept; such a file "
          + "tries learning rates itself (tuning) and runs a grid of architectures and strategies")
    }
    for entry in try changes(tree) {
      let path = entry.key.split(separator: ".").map(String.init)
      base = base.setting(path[...], to: entry.value)
    }
    for override in overrides { base = try ConfigText.apply(override, to: base) }
    return try ExperimentConfig(tree: base, catalogue: catalogue)
  }

  private static func changes(_ tree: ConfigNode) throws -> [ConfigNode.Entry] {
    guard let node = tree["set"], !node.isNull else { return [] }
    guard let entries = node.entries else {
      throw ConfigError(
        path: "set", place: node.place,
        problem: "expected settings of the experiment by their paths, such as {budget.steps: "
          + "20_000}, found \(node.account)")
    }
    return entries
  }

  /// A file beside the sweep's, or in the working folder.
  private static func file(_ path: String, folder: String, at place: String?) throws -> String {
    if path.hasPrefix("/") { return path }
    let beside = folder.isEmpty ? path : folder + "/" + path
    for candidate in [beside, path] where FileManager.default.fileExists(atPath: candidate) {
      return candidate
    }
    throw ConfigError(
      path: "experiment", place: place,
      problem: "there is no file '\(beside)'\(beside == path ? "" : " and no '\(path)'"); give the "
        + "path from the sweep's file or from the working folder")
  }

  // MARK: The sweep's own settings

  static func settings(of tree: ConfigNode, fileName: String) throws -> SweepSettings {
    var standard = SweepSettings()
    let stem = (fileName as NSString).deletingPathExtension
    standard.name = stem.hasSuffix("-sweep") ? stem : stem + "-sweep"
    let known = try ConfigEncoder.encode(standard)
    let own = (tree.entries ?? []).filter { known.keys.contains($0.key) }
    let settings = try ConfigDecoder.decode(
      SweepSettings.self, from: ConfigNode(.mapping(own), at: tree.place), over: known)
    do { try settings.validate() } catch {
      throw ConfigError(path: error.path, place: tree.place(at: error.path), problem: error.problem)
    }
    return settings
  }

  static func method(of tree: ConfigNode) throws -> SamplerSettings {
    guard let node = tree["method"], !node.isNull else { return .standard }
    // The word that Weights & Biases has for it.
    if node.content == .scalar("bayes") { return .standard }
    return try choice(
      node, "method", among: SamplerSettings.all, named: \.name
    ) { try $0.check() }
  }

  static func stopping(
    of tree: ConfigNode, in experiment: ExperimentConfig, _ metric: SweepMetric,
    _ space: SearchSpace
  ) throws -> StoppingSettings? {
    guard let node = tree["earlyTerminate"], !node.isNull else { return nil }
    func error(_ problem: String) -> ConfigError {
      ConfigError(path: "earlyTerminate", place: node.place, problem: problem)
    }
    guard metric.isReturn else {
      throw error(
        "trials are stopped by the returns of their evaluations, which say nothing of "
          + "\(metric.name); leave it out, or choose one of "
          + SweepMetric.returns.map(\.name).joined(separator: ", "))
    }
    let varied = space.parameters.map(\.path)
    guard experiment.evaluation.every > 0 || varied.contains("evaluation.every") else {
      throw error(
        "needs evaluations on the way; set evaluation.every of the experiment to their distance in "
          + "steps")
    }
    let chosen = try choice(
      node, "earlyTerminate", among: StoppingSettings.all, named: \.name
    ) { try $0.check() }
    return varied.contains("budget.steps") ? chosen : chosen.knowing(experiment.budget.steps)
  }

  /// Reads a name, or a name with settings, over the defaults of what has that name.
  private static func choice<Choice: Codable>(
    _ node: ConfigNode, _ path: String, among all: [Choice], named name: (Choice) -> String,
    _ check: (Choice) throws -> Void
  ) throws -> Choice {
    let names = all.map(name)
    var written = node.keys.first
    if case .scalar(let text) = node.content { written = text }
    guard let written, node.keys.count < 2, let standard = all.first(where: { name($0) == written })
    else {
      let nearest = written.flatMap { nearestName(to: $0, among: names) }
      throw ConfigError(
        path: path, place: node.place,
        problem: "expected one of \(names.joined(separator: ", ")), found "
          + (written.map { "'\($0)'" } ?? node.account)
          + (nearest.map { "; did you mean '\($0)'?" } ?? ""))
    }
    let value = try ConfigDecoder.decode(
      Choice.self, from: node, over: ConfigEncoder.encode(standard), path: path)
    do { try check(value) } catch let error as SearchError {
      let place = "\(path).\(error.path)"
      throw ConfigError(
        path: place, place: node.place(at: error.path) ?? node.place, problem: error.problem)
    }
    return value
  }

  /// How many trials there are.
  static func trials(
    _ settings: SweepSettings, _ method: SamplerSettings, _ space: SearchSpace, _ tree: ConfigNode
  ) throws -> Int {
    let wanted =
      settings.quick ? min(settings.trials ?? .max, SweepSettings.quickTrials) : settings.trials
    guard case .grid = method else { return wanted ?? 30 }
    do {
      let points = try space.gridCount()
      return min(wanted ?? points, points)
    } catch {
      let path = "parameters.\(error.path)"
      throw ConfigError(
        path: path, place: tree["parameters"]?[error.path]?.place, problem: error.problem)
    }
  }

  static func metric(
    of tree: ConfigNode, in experiment: ExperimentConfig, catalogue: Catalogue
  ) throws -> SweepMetric {
    let node = tree["metric"] ?? ConfigNode(.mapping([]), at: tree.place)
    let written = try ConfigDecoder.decode(
      MetricSettings.self, from: node, over: ConfigEncoder.encode(MetricSettings()),
      path: "metric")
    func error(_ problem: String) -> ConfigError {
      ConfigError(path: "metric", place: node["name"]?.place ?? node.place, problem: problem)
    }
    let metric = SweepMetric(name: written.name, goal: written.goal ?? .maximize)
    if metric.isReturn {
      guard experiment.evaluation.every > 0 || !["bestReturn", "meanReturn"].contains(metric.name)
      else {
        throw error(
          "\(metric.name) needs evaluations on the way; set evaluation.every of the experiment to "
            + "their distance in steps")
      }
      return metric
    }
    let logged = try experiment.loggedMetrics(in: catalogue)
    let known = SweepMetric.returns.map(\.name) + logged
    guard logged.contains(metric.name) else {
      let nearest = nearestName(to: metric.name, among: known)
      throw error(
        "there is no metric '\(metric.name)'"
          + (nearest.map { "; did you mean '\($0)'?" }
            ?? "; there are \(known.joined(separator: ", "))"))
    }
    guard written.goal != nil else {
      throw error("say whether \(metric.name) is to be small or large: goal: minimize or maximize")
    }
    return metric
  }

  /// The tree after defaults.
  static func resolved(
    _ settings: SweepSettings, _ metric: SweepMetric, _ method: SamplerSettings,
    _ stopping: StoppingSettings?, _ experiment: ExperimentConfig, parameters: ConfigNode?
  ) throws -> ConfigNode {
    var tree = try ConfigEncoder.encode(settings)
    let parts: [(String, ConfigNode)] = [
      ("method", try ConfigEncoder.encode(method)),
      (
        "metric",
        try ConfigEncoder.encode(MetricSettings(name: metric.name, goal: metric.goal))
      ), ("earlyTerminate", try stopping.map { try ConfigEncoder.encode($0) } ?? ConfigNode(.null)),
      ("parameters", parameters ?? ConfigNode(.null)),
      ("experiment", try ConfigEncoder.encode(experiment)),
    ]
    for (key, node) in parts { tree = tree.setting([key], to: node) }
    return tree
  }
}

/// The key `metric` as it is written.
private struct MetricSettings: Codable {
  var name = SweepMetric.returns[0].name
  var goal: Goal?
}

extension StoppingSettings {
  /// Rules that compare trials at shares of the budget are told what it is.
  fileprivate func knowing(_ budget: Int) -> StoppingSettings {
    switch self {
    case .median: return self
    case .successiveHalving(var settings):
      settings.maximumResource = settings.maximumResource ?? budget
      return .successiveHalving(settings)
    case .hyperband(var settings):
      settings.maximumResource = settings.maximumResource ?? budget
      return .hyperband(settings)
    }
  }
}

extension ExperimentConfig {
  /// The names of what a run logs besides returns.
  fileprivate func loggedMetrics(in catalogue: Catalogue) throws -> [String] {
    let own = agent.metrics(of: environment.taskNames).map(\.name)
    return own + (try RunningHooks(of: self, in: catalogue, offset: own.count).columns.map(\.name))
  }
}
