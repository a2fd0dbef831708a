import Environments
public import Sweeps

/// A search over the settings of an experiment: all that a sweep file describes, or one of the arms
/// that it compares.
public struct SweepConfig: Sendable {
  /// What the file says besides.
  public let settings: SweepSettings
  /// Who proposes the trials.
  public let method: SamplerSettings
  /// What a trial is judged by.
  public let metric: SweepMetric
  /// Its name among the arms that are compared; `nil` where a search stands alone.
  public let arm: String?
  /// What is varied.
  public internal(set) var space: SearchSpace
  /// Which trials are ended early; `nil` where none is.
  public let earlyTerminate: StoppingSettings?
  /// How many trials there are in all.
  public let trials: Int
  /// The experiment as it is where no parameter says otherwise.
  public let experiment: ExperimentConfig
  /// What there is of the file for this search, after defaults, the experiment included.
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

  init(
    tree: ConfigNode, fileName: String, experiment: ExperimentConfig, arm: String?, quick: Bool,
    catalogue: Catalogue
  ) throws {
    self.arm = arm
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

  /// The name of a trial's runs.
  func variant(ofTrial number: Int) -> String { (arm.map { $0 + "-" } ?? "") + "\(number)" }

  /// The name of the runs of the confirmation.
  func variant(confirming role: ConfirmRole) -> String { arm ?? "\(role)" }

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
