public import Environments
public import MultiTask
public import NeuralNetworks

/// What a file of `experiments/landscapes` says: strategies on a problem of two parameters.
public struct LandscapeConfig: ValidatedSettings {
  /// The landscape's name, as its file is called.
  public var name = "landscape"
  /// The question that is asked, in a sentence.
  public var question = ""
  /// The losses, and where they come from.
  public var problem = LandscapeSettings()
  /// Where the descents begin, one or more points of the plane.
  public var starts: [SIMD2<Double>] = [[-8.5, 7.5], [0, 0], [9, 9], [-7.5, -0.5], [9, -1]]
  /// Steps of each descent.
  public var steps = 35_000
  /// Steps that count as a pass over the data, for strategies that count these.
  public var stepsPerEpoch = 100
  /// What moves the point along the combined gradient.
  public var optimizer = LandscapeOptimizerSettings()
  /// What is compared; nothing means every strategy, with its standard settings.
  public var strategies: [StrategySettings] = []
  /// The root of what strategies draw.
  public var seed: UInt64 = 1
  /// The distance from the Pareto set up to which a descent has ended on the front.
  public var tolerance = 0.1

  public init() {}

  public func validate() throws(SettingsError) {
    try NeuralNetworks.validate("problem") { () throws(SettingsError) in try problem.validate() }
    try require(!starts.isEmpty, "starts", "must have a point", found: "[]")
    for (index, start) in starts.enumerated() {
      try require(
        abs(start.x) <= 1e6 && abs(start.y) <= 1e6, "starts[\(index)]",
        "must lie within a million of 0", found: start)
    }
    try require((1...100_000_000).contains(steps), "steps", "must lie in 1...10⁸", found: steps)
    try require(stepsPerEpoch >= 1, "stepsPerEpoch", "must be 1 or more", found: stepsPerEpoch)
    try NeuralNetworks.validate("optimizer") { () throws(SettingsError) in
      try optimizer.validate()
    }
    for (index, strategy) in strategies.enumerated() {
      try NeuralNetworks.validate("strategies[\(index)]") { () throws(SettingsError) in
        try strategy.validate()
      }
      try require(
        !strategies[..<index].contains(strategy), "strategies[\(index)]",
        "must not be there twice", found: strategy.chosen.name)
    }
    try require(
      tolerance > 0 && tolerance.isFinite, "tolerance", "must be finite and above 0",
      found: tolerance)
  }
}

extension LandscapeConfig {
  /// Reads a file, lays it over the defaults and applies overrides of the form `path.to.key=value`.
  ///
  /// - Throws: `ConfigError`, a sentence with place and remedy.
  public static func load(
    path: String, overrides: [String] = [], catalogue: Catalogue = Catalogue([])
  ) throws -> LandscapeConfig {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    return try parse(
      ConfigText.read(path), name: name, overrides: overrides, catalogue: catalogue)
  }

  /// Reads a text; `name` stands for the file in errors.
  public static func parse(
    _ text: String, name: String, overrides: [String] = [], catalogue: Catalogue = Catalogue([])
  ) throws -> LandscapeConfig {
    let tree = try ConfigText.tree(text, name: name, overrides: overrides)
    let config = try ConfigDecoder.decode(
      LandscapeConfig.self, from: tree, over: ConfigEncoder.encode(LandscapeConfig()),
      catalogue: catalogue)
    func failure(_ path: String, _ problem: String) -> ConfigError {
      ConfigError(path: path, place: tree.place(at: path), problem: problem)
    }
    do throws(SettingsError) { try config.validate() } catch {
      throw failure(error.path, error.problem)
    }
    let taskCount = try config.problem.makeLandscape().taskCount
    for (index, strategy) in config.strategies.enumerated() {
      do throws(StrategyError) { try strategy.check(taskCount: taskCount) } catch {
        throw failure("strategies[\(index)]", error.description)
      }
    }
    return config
  }

  /// The tree after defaults, as YAML: reading it gives this configuration again.
  public func yaml() throws -> String { YAMLText.write(try ConfigEncoder.encode(self)) }
}

extension LandscapeConfig {
  /// The problem, the steps and the optimizer, with the settings that are not standard: in a line.
  public var facts: String {
    let rate =
      switch optimizer {
      case .sgd(let settings): settings.learningRate
      case .adam(let settings): settings.learningRate
      }
    let rateText = (try? YAMLText.inline(ConfigEncoder.encode(rate))) ?? ""
    return "\(Self.label(of: problem)), \(steps) steps of \(optimizer.chosen.name) with learning "
      + "rate \(rateText)"
  }

  /// The name of a choice, followed by what differs from its standard settings:
  /// `toy {scale: 0.1}`.
  static func label(of choice: some Choice) -> String {
    func entries(_ settings: (any ValidatedSettings)?) -> [ConfigNode.Entry] {
      guard let settings, let node = try? ConfigEncoder.encode(settings) else { return [] }
      return node.entries ?? []
    }
    let (name, settings) = choice.chosen
    let standard = choice.standard
    let usual = entries(standard?.chosen.settings)
    let different = entries(settings).filter { !usual.contains($0) }
    return different.isEmpty
      ? name : "\(name) \(YAMLText.inline(ConfigNode(.mapping(different))))"
  }
}
