public import Environments
import Foundation

/// What a sweep file says: one search, or a search for each of the arms that it compares.
public struct SweepPlan: Sendable {
  /// The searches, in the order of the file; one that has no name where there are no arms.
  public let searches: [SweepConfig]
  /// All of the file after defaults, experiments included: what the sweep's folder keeps.
  let tree: ConfigNode

  /// The search that tells what all have in common: keys, metric, seeds.
  public var common: SweepConfig { searches[0] }

  /// What the sweep is called.
  public var name: String { common.name }

  /// Whether arms are compared.
  public var hasArms: Bool { common.arm != nil }

  /// The tree after defaults, as YAML: reading it gives this sweep again.
  public func yaml() -> String { YAMLText.write(tree) }

  /// What is fixed on the command line rather than in the file.
  public struct Choices: Sendable {
    /// Texts `path=value`: keys of the sweep file, or else settings of its experiment.
    public var overrides: [String] = []
    /// How many trials there are to be (of each arm, where arms are compared), if not as many as
    /// the file says.
    public var trials: Int?
    /// Whether budgets are shrunk to see that everything works.
    public var quick = false

    /// No choices: all as the file says.
    public init() {}
  }

  /// Reads a sweep file and the experiments that it names.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - choices: what is chosen on the command line.
  ///   - catalogue: the environments that an experiment may name.
  /// - Throws: `ConfigError`, a sentence with place and remedy.
  public static func load(
    path: String, choices: Choices = Choices(), catalogue: Catalogue
  ) throws -> SweepPlan {
    let text = try ConfigText.read(path)
    let file = path as NSString
    return try parse(
      text, name: file.lastPathComponent, folder: file.deletingLastPathComponent, choices: choices,
      catalogue: catalogue)
  }

  /// Whether a file is about a sweep, as its keys `parameters` and `arms` tell.
  public static func isSweep(path: String) -> Bool {
    guard let text = try? ConfigText.read(path),
      let tree = try? ConfigText.tree(text, name: path)
    else { return false }
    return isSweep(tree)
  }

  static func isSweep(_ tree: ConfigNode) -> Bool {
    guard tree["environment"] == nil, tree["dataset"] == nil else { return false }
    return tree["arms"] != nil
      || tree["parameters"] != nil && (tree["experiment"] != nil || tree["method"] != nil)
  }

  /// Reads a sweep from text.
  ///
  /// - Parameters:
  ///   - text: the YAML.
  ///   - name: stands for the file in errors, and gives the sweep its name if it has none.
  ///   - folder: where the experiment's file is looked for first.
  ///   - choices: what is chosen on the command line.
  ///   - catalogue: the environments that the experiment may name.
  /// - Throws: `ConfigError`, a sentence with place and remedy.
  public static func parse(
    _ text: String, name: String, folder: String = "", choices: Choices = Choices(),
    catalogue: Catalogue
  ) throws -> SweepPlan {
    let (own, others) = SweepTree.parted(choices.overrides)
    var tree = try ConfigText.tree(text, name: name, overrides: own)
    if let trials = choices.trials {
      tree = tree.setting(["trials"], to: ConfigNode(.scalar("\(trials)"), at: "--trials"))
    }
    try SweepTree.requireKnownKeys(tree)
    func search(_ tree: ConfigNode, arm: String? = nil) throws -> SweepConfig {
      let base = try SweepTree.experiment(
        of: tree, folder: folder, overrides: others, catalogue: catalogue)
      return try SweepConfig(
        tree: tree, fileName: name, experiment: base, arm: arm, quick: choices.quick,
        catalogue: catalogue)
    }
    guard tree["arms"] != nil else {
      let search = try search(tree)
      return SweepPlan(searches: [search], tree: search.tree)
    }
    // What all have in common is at fault in no arm.
    _ = try (SweepTree.settings(of: tree, fileName: name), SweepTree.method(of: tree))
    let arms = try SweepArms(tree)
    let searches = try arms.map(search)
    try arms.requireEqualBudgets(searches)
    return SweepPlan(searches: searches, tree: SweepArms.resolved(searches))
  }
}
