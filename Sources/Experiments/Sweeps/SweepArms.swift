import Environments
import NeuralNetworks
import Spelling
import Sweeps

/// The key `arms` of a sweep file: one search for each, with equal budgets.
struct SweepArms {
  private struct Arm {
    var name: String
    var node: ConfigNode
    /// The sweep file as if there were only this arm.
    var tree: ConfigNode
  }

  private static let keys = ["name", "experiment", "set", "parameters"]

  /// What is the same for all arms, so that their budgets and scores are.
  private static let shared = [
    "budget", "evaluation", "seeds.root", "environment.id", "environment.settings",
    "environment.tasks", "environment.only",
  ]

  private var arms: [Arm] = []
  private let common: ConfigNode

  /// Reads the arms of a sweep file.
  ///
  /// - Throws: `ConfigError` where the list is none, or an arm says what cannot be.
  init(_ tree: ConfigNode) throws {
    let node = tree["arms"] ?? ConfigNode(.null)
    guard case .sequence(let nodes) = node.content, nodes.count >= 2 else {
      var found = node.account
      if case .sequence(let nodes) = node.content { found = nodes.isEmpty ? "none" : "only one" }
      throw ConfigError(
        path: "arms", place: node.place,
        problem: "expected a list of two or more arms to compare, such as - {name: ppo, set: "
          + "{agent: {ppo: {}}}, parameters: {…}}, found \(found)")
    }
    common = try Self.confirmed(tree.without("arms"))
    for (index, node) in nodes.enumerated() {
      let name = try Self.name(of: node, at: index)
      guard !arms.contains(where: { $0.name == name }) else {
        throw ConfigError(
          path: "arms[\(index)].name", place: node["name"]?.place ?? node.place,
          problem: "there is an arm '\(name)' already; give each arm a name of its own")
      }
      arms.append(Arm(name: name, node: node, tree: try merged(node, named: name)))
    }
  }

  /// The searches of all arms.
  ///
  /// - Throws: what `search` throws, with the name of the arm.
  func map(
    _ search: (ConfigNode, String?) throws -> SweepConfig
  ) throws -> [SweepConfig] {
    try arms.map { arm in
      do { return try search(arm.tree, arm.name) } catch var error as ConfigError {
        if common["parameters"]?.keys.contains(where: { error.path == "parameters.\($0)" }) ?? false
        {
          error.problem +=
            "; this parameter is common to all arms: write it under those that have it"
        }
        error.path = "arms.\(arm.name)" + (error.path.isEmpty ? "" : ".\(error.path)")
        throw error
      }
    }
  }

  // MARK: Reading

  /// Arms are compared where chance did not choose, so there is always a confirmation.
  private static func confirmed(_ tree: ConfigNode) throws -> ConfigNode {
    guard let confirm = tree["confirm"] else {
      return tree.setting(["confirm"], to: try ConfigEncoder.encode(ConfirmSettings()))
    }
    guard !confirm.isNull else {
      throw ConfigError(
        path: "confirm", place: confirm.place ?? tree.place,
        problem: "arms are compared on the seeds of the confirmation; leave the key out for 10, or "
          + "give confirm: {seeds: …}")
    }
    return tree
  }

  private static func name(of node: ConfigNode, at index: Int) throws -> String {
    let path = "arms[\(index)]"
    guard let entries = node.entries else {
      throw ConfigError(
        path: path, place: node.place,
        problem: "expected an arm, such as {name: ppo, set: {…}, parameters: {…}}, found "
          + node.account)
    }
    for entry in entries where !keys.contains(entry.key) {
      let nearest = nearestName(to: entry.key, among: keys).map { "; did you mean '\($0)'?" }
      let isCommon = SweepTree.keys.contains(entry.key)
      throw ConfigError(
        path: path, place: entry.place,
        problem: isCommon
          ? "'\(entry.key)' is the same for all arms; write it at the top of the file"
          : "unknown key '\(entry.key)'"
            + (nearest ?? "; an arm knows: \(keys.joined(separator: ", "))"))
    }
    guard let written = node["name"], case .scalar(let name) = written.content else {
      throw ConfigError(
        path: path + ".name", place: node["name"]?.place ?? node.place,
        problem: "expected the name of the arm, found \(node["name"]?.account ?? "nothing")")
    }
    do throws(SettingsError) { try SweepSettings().requireFolderName(name, "\(path).name") } catch {
      throw ConfigError(path: error.path, place: written.place, problem: error.problem)
    }
    guard !name.contains(".") else {
      throw ConfigError(
        path: "\(path).name", place: written.place, problem: "must have no dot, but is '\(name)'")
    }
    return name
  }

  private func merged(_ arm: ConfigNode, named name: String) throws -> ConfigNode {
    var tree = common
    if let experiment = arm["experiment"] {
      tree = tree.setting(["experiment"], to: experiment)
    }
    for key in ["set", "parameters"] {
      let shared = try Self.entries(key, of: common, at: key)
      let own = try Self.entries(key, of: arm, at: "arms.\(name).\(key)")
      if key == "parameters" { try Self.requireApart(own, from: shared, in: name) }
      let all = ConfigNode(.mapping(shared + own), at: arm[key]?.place ?? arm.place)
      tree = tree.setting([key], to: all)
    }
    return tree
  }

  private static func entries(
    _ key: String, of node: ConfigNode, at path: String
  ) throws -> [ConfigNode.Entry] {
    guard let value = node[key], !value.isNull else { return [] }
    guard let entries = value.entries else {
      throw ConfigError(
        path: path, place: value.place,
        problem: "expected settings of the experiment by their paths, found \(value.account)")
    }
    return entries
  }

  private static func requireApart(
    _ own: [ConfigNode.Entry], from shared: [ConfigNode.Entry], in arm: String
  ) throws {
    for entry in own {
      guard let other = shared.first(where: { overlap($0.key, entry.key) }) else { continue }
      throw ConfigError(
        path: "arms.\(arm).parameters.\(entry.key)", place: entry.place ?? entry.value.place,
        problem: (other.key == entry.key ? "is" : "overlaps '\(other.key)', which is")
          + " varied for all arms under the common parameters as well; write it in one of the two "
          + "places")
    }
  }

  /// Whether one of two paths lies within the other, or both are the same.
  private static func overlap(_ a: String, _ b: String) -> Bool {
    (a + ".").hasPrefix(b + ".") || (b + ".").hasPrefix(a + ".")
  }

  // MARK: Equal budgets

  /// Refuses arms that would not get the same trials, steps and seeds in the same world.
  func requireEqualBudgets(_ searches: [SweepConfig]) throws {
    guard let first = searches.first, let firstName = first.arm else { return }
    let theirs = try ConfigEncoder.encode(first.experiment)
    for (arm, search) in zip(arms, searches) {
      func error(_ path: String, _ problem: String) -> ConfigError {
        ConfigError(path: "arms.\(arm.name).\(path)", place: arm.node.place, problem: problem)
      }
      for parameter in search.space.parameters {
        guard let path = Self.shared.first(where: { Self.overlap($0, parameter.path) }) else {
          continue
        }
        throw error(
          "parameters.\(parameter.path)",
          "cannot be varied where arms are compared, because \(path) is the same for all")
      }
      let own = try ConfigEncoder.encode(search.experiment)
      for path in Self.shared {
        guard let found = Self.difference(own, theirs, at: path) else { continue }
        throw error(
          found.path,
          "is \(found.own), and \(found.other) in arm \(firstName); arms are compared at equal "
            + "budgets in the same world, so give all the same, as under the common set")
      }
      guard search.trials == first.trials else {
        throw error(
          "parameters",
          "its grid has \(search.trials) points to try, and that of arm \(firstName) "
            + "\(first.trials); arms get equal numbers of trials, so set trials to "
            + "\(min(search.trials, first.trials)) at most, or search by another method")
      }
    }
  }

  private static func difference(
    _ own: ConfigNode, _ other: ConfigNode, at path: String
  ) -> (path: String, own: String, other: String)? {
    let keys = path.split(separator: ".").map(String.init)
    func part(_ node: ConfigNode) -> ConfigNode {
      keys.reduce(node) { $0[$1] ?? ConfigNode(.null) }
    }
    guard
      let found = ExperimentConfig.firstDifference(between: part(own), and: part(other), at: path)
    else { return nil }
    func text(_ node: ConfigNode?) -> String { node.map(YAMLText.inline) ?? "not set" }
    return (found.path, text(found.now), text(found.then))
  }

  /// The file after defaults, from which the same searches are read again.
  static func resolved(_ searches: [SweepConfig]) -> ConfigNode {
    guard let first = searches.first else { return ConfigNode(.null) }
    let arms = searches.map { search in
      ConfigNode(
        .mapping([
          .init(key: "name", value: ConfigNode(.scalar(search.arm ?? ""), isText: true)),
          .init(key: "parameters", value: search.tree["parameters"] ?? ConfigNode(.null)),
          .init(key: "experiment", value: search.tree["experiment"] ?? ConfigNode(.null)),
        ]))
    }
    return first.tree.without("parameters").without("experiment")
      .setting(["arms"], to: ConfigNode(.sequence(arms)))
  }
}
