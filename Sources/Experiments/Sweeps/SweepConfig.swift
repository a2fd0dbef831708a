public import Environments
import Foundation
import NeuralNetworks
public import Sweeps

/// A search over the settings of an experiment, as a sweep file describes it.
public struct SweepConfig: Sendable {
  /// What the file says besides.
  public let settings: SweepSettings
  /// Who proposes the trials.
  public let method: SamplerSettings
  /// What a trial is judged by.
  public let metric: SweepMetric
  /// What is varied.
  public let space: SearchSpace
  /// Which trials are ended early; `nil` where none is.
  public let earlyTerminate: StoppingSettings?
  /// How many trials there are in all.
  public let trials: Int
  /// The experiment as it is where no parameter says otherwise.
  public let experiment: ExperimentConfig
  /// All of the file after defaults, the experiment included: what the sweep's folder keeps.
  let tree: ConfigNode
  /// Where each parameter was written.
  let places: [String: String]
  let catalogue: Catalogue

  /// What the sweep is called.
  public var name: String { settings.name }

  /// The seeds of every trial.
  public var seeds: [UInt64] {
    (0..<settings.seedsPerTrial).map { experiment.seeds.root + UInt64($0) }
  }

  /// What is fixed on the command line rather than in the file.
  public struct Choices: Sendable {
    /// Texts `path=value`: keys of the sweep file, or else settings of its experiment.
    public var overrides: [String] = []
    /// How many trials there are to be, if not as many as the file says.
    public var trials: Int?
    /// Whether budgets are shrunk to see that everything works.
    public var quick = false

    /// No choices: all as the file says.
    public init() {}
  }

  /// Reads a sweep file and the experiment that it names.
  ///
  /// - Throws: `ConfigError`, a sentence with place and remedy.
  public static func load(
    path: String, choices: Choices = Choices(), catalogue: Catalogue
  ) throws -> SweepConfig {
    let text = try ConfigText.read(path)
    let file = path as NSString
    return try parse(
      text, name: file.lastPathComponent, folder: file.deletingLastPathComponent, choices: choices,
      catalogue: catalogue)
  }

  /// Whether a file is about a sweep, as its key `parameters` tells.
  public static func isSweep(path: String) -> Bool {
    guard let text = try? ConfigText.read(path),
      let tree = try? ConfigText.tree(text, name: path)
    else { return false }
    return tree["parameters"] != nil && (tree["experiment"] != nil || tree["method"] != nil)
  }

  /// Reads a sweep from text.
  ///
  /// - Parameters:
  ///   - text: the YAML.
  ///   - name: stands for the file in errors, and gives the sweep its name if it has none.
  ///   - folder: where the experiment's file is looked for first.
  ///   - choices: what is chosen on the command line.
  ///   - catalogue: the environments that the experiment may name.
  public static func parse(
    _ text: String, name: String, folder: String = "", choices: Choices = Choices(),
    catalogue: Catalogue
  ) throws -> SweepConfig {
    let (own, others) = SweepTree.parted(choices.overrides)
    var tree = try ConfigText.tree(text, name: name, overrides: own)
    if let trials = choices.trials {
      tree = tree.setting(["trials"], to: ConfigNode(.scalar("\(trials)"), at: "--trials"))
    }
    try SweepTree.requireKnownKeys(tree)
    let base = try SweepTree.experiment(
      of: tree, folder: folder, overrides: others, catalogue: catalogue)
    return try SweepConfig(
      tree: tree, fileName: name, experiment: base, quick: choices.quick, catalogue: catalogue)
  }

  private init(
    tree: ConfigNode, fileName: String, experiment: ExperimentConfig, quick: Bool,
    catalogue: Catalogue
  ) throws {
    var settings = try SweepTree.settings(of: tree, fileName: fileName)
    if quick { settings.quick = true }
    let parameters = try SweepParameters(
      tree["parameters"] ?? ConfigNode(.null, at: tree.place ?? fileName))
    space = SearchSpace(parameters.parameters)
    places = parameters.places
    method = try SweepTree.method(of: tree)
    trials = try SweepTree.trials(settings, method, space, tree)
    if settings.quick { settings.shrinkForTrial() }
    var quickened = experiment
    if settings.quick { quickened.shrinkForTrial() }
    metric = try SweepTree.metric(of: tree, in: quickened, catalogue: catalogue)
    // A quick trial's budget is too small for a rule that is made for the whole one.
    let stopping = try SweepTree.stopping(of: tree, in: experiment, metric, space)
    earlyTerminate = settings.quick ? nil : stopping
    self.settings = settings
    self.experiment = experiment
    self.catalogue = catalogue
    var resolved = settings
    resolved.trials = settings.quick ? min(trials, SweepSettings.quickTrials) : trials
    self.tree = try SweepTree.resolved(
      resolved, metric, method, earlyTerminate, experiment, parameters: tree["parameters"])
    try requireFreshSeeds(tree)
    try requireUsablePoints()
  }

  /// Environment steps of a trial's run, unless the budget is varied.
  public var budget: Int {
    var run = experiment
    if settings.quick { run.shrinkForTrial() }
    return run.budget.steps
  }

  /// The tree after defaults, as YAML: reading it gives this sweep again.
  public func yaml() -> String { YAMLText.write(tree) }

  /// Seeds that a trial has seen would favor the point that was chosen on them.
  private func requireFreshSeeds(_ tree: ConfigNode) throws {
    guard let confirm = settings.confirm, let seen = seeds.first(where: confirm.all.contains) else {
      return
    }
    throw ConfigError(
      path: "confirm.root", place: tree.place(at: "confirm.root"),
      problem: "seed \(seen) is one of the trials', and the best point was chosen on it; give "
        + "confirm.root a value beyond \(seeds.last ?? seen)")
  }
}

extension SweepSettings {
  static let quickTrials = 4

  /// As `ExperimentConfig.shrinkForTrial` does with a run.
  mutating func shrinkForTrial() {
    if !name.hasSuffix("-quick") { name += "-quick" }
    seedsPerTrial = 1
    trials = trials.map { min($0, Self.quickTrials) }
    confirm?.seeds = 2
  }
}
