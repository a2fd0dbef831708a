public import NeuralNetworks
public import Sweeps

/// The keys of a sweep file that need no other file to be understood.
public struct SweepSettings: ValidatedSettings {
  /// The folder below the output folder; also the name of the sweep in its report.
  public var name = ""
  /// The question that the sweep asks, in a sentence.
  public var question = ""
  /// Seeds of each trial, the same for all: `seeds.root` of the experiment and those after it.
  public var seedsPerTrial = 3
  /// How many trials there are in all; every point of a grid unless it is given, else 30.
  public var trials: Int?
  /// The sweep ends if its first so many trials all fail; 0 lets it go on.
  public var giveUpAfter = 5
  /// The root of the sampler's chance.
  public var seed: UInt64 = 1
  /// Runs the best point again with fresh seeds, beside the experiment as it is; `null` does not.
  public var confirm: ConfirmSettings?
  /// A tiny budget, one seed and few trials: enough to see that everything works.
  public var quick = false

  public init() {}

  public func validate() throws(SettingsError) {
    try requireFolderName(name, "name")
    try require(
      (1...1000).contains(seedsPerTrial), "seedsPerTrial", "must lie in 1...1000",
      found: seedsPerTrial)
    if let trials {
      try require(
        (1...1_000_000).contains(trials), "trials", "must lie in 1...1000000",
        found: trials)
    }
    try require(giveUpAfter >= 0, "giveUpAfter", "must be 0 or more", found: giveUpAfter)
    guard let confirm else { return }
    try NeuralNetworks.validate("confirm", confirm.validate)
  }
}

/// How the best point is tried again.
public struct ConfirmSettings: ValidatedSettings {
  /// Seeds that no trial has seen, 2 or more.
  public var seeds = 10
  /// The first of them.
  public var root: UInt64 = 1_000_001

  public init() {}

  /// Every seed that confirms.
  public var all: [UInt64] { (0..<seeds).map { root + UInt64($0) } }

  public func validate() throws(SettingsError) {
    try require((2...10_000).contains(seeds), "seeds", "must lie in 2...10000", found: seeds)
    try require(
      root <= UInt64.max - UInt64(seeds - 1), "root",
      "must leave room for \(seeds) seeds in 64 bits",
      found: root)
  }
}

/// What a trial is judged by.
public struct SweepMetric: Equatable, Sendable {
  /// A name of ``returns``, or that of a metric that the agent logs.
  public var name: String
  /// Whether small or large scores are good.
  public var goal: Goal

  /// A score by its name.
  public init(name: String, goal: Goal) { (self.name, self.goal) = (name, goal) }

  /// What can be had of the returns, best first, with what it is.
  public static let returns: [(name: String, meaning: String)] = [
    ("finalReturn", "mean return of the evaluation at the end"),
    ("bestReturn", "highest mean return of an evaluation"),
    ("meanReturn", "mean over all evaluations of their mean return"),
    ("trainingReturn", "mean return of the last 100 training episodes"),
  ]

  /// Whether it is made of returns, and not a metric of the agent.
  public var isReturn: Bool { Self.returns.contains { $0.name == name } }

  /// What it is, in words.
  public var meaning: String {
    Self.returns.first { $0.name == name }?.meaning ?? "last value of \(name)"
  }
}
