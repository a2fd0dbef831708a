public import NeuralNetworks
public import Randomness

/// Which architecture, with its settings: `hardSharing`, or `mmoe: {experts: 8}`.
public enum ArchitectureSettings: Choice, ValidatedSettings {
  /// One trunk, a head for each task.
  case hardSharing(HardSharing.Settings)
  /// A network for each task, nothing in common.
  case independent(Independent.Settings)
  /// One network that is told the task's number.
  case oneHot(TaskOneHot.Settings)
  /// One network that is told a learned vector of the task.
  case embedding(TaskEmbedding.Settings)
  /// One network whose layers are scaled and shifted by a learned vector of the task.
  case film(FiLM.Settings)
  /// A network for each task, stitched together after each layer.
  case crossStitch(CrossStitch.Settings)
  /// One trunk, of which each task attends to what it needs.
  case mtan(MTAN.Settings)
  /// Experts that each task mixes by a gate of its own.
  case mmoe(MMoE.Settings)
  /// Shared experts and own ones, mixed by gates.
  case cgc(CGC.Settings)
  /// Levels of shared experts and own ones.
  case ple(PLE.Settings)
  /// Modules that each task routes through.
  case softModularization(SoftModularization.Settings)
  /// Parameters that are sums, weighted by task.
  case paCo(PaCo.Settings)
  /// Experts whose outputs are made orthonormal, weighted by task.
  case moore(MOORE.Settings)
  /// One that a program has added.
  case own(OwnArchitecture)

  /// Chooses an architecture of one's own, with its standard settings.
  public init(_ entry: ArchitectureEntry) {
    self = .own(OwnArchitecture(entry: entry, definition: entry.standard))
  }

  /// Chooses an architecture of one's own with settings that need not be the standard ones.
  package init(_ definition: some ArchitectureDefinition, of entry: ArchitectureEntry) {
    self = .own(OwnArchitecture(entry: entry, definition: definition))
  }

  /// Hard sharing as usual.
  public init() { self = .hardSharing(HardSharing.Settings()) }

  public static var alternatives: [Alternative<Self>] {
    [
      Alternative("hardSharing", HardSharing.Settings.self) { .hardSharing($0) },
      Alternative("independent", Independent.Settings.self) { .independent($0) },
      Alternative("oneHot", TaskOneHot.Settings.self) { .oneHot($0) },
      Alternative("embedding", TaskEmbedding.Settings.self) { .embedding($0) },
      Alternative("film", FiLM.Settings.self) { .film($0) },
      Alternative("crossStitch", CrossStitch.Settings.self) { .crossStitch($0) },
      Alternative("mtan", MTAN.Settings.self) { .mtan($0) },
      Alternative("mmoe", MMoE.Settings.self) { .mmoe($0) },
      Alternative("cgc", CGC.Settings.self) { .cgc($0) },
      Alternative("ple", PLE.Settings.self) { .ple($0) },
      Alternative("softModularization", SoftModularization.Settings.self) {
        .softModularization($0)
      },
      Alternative("paCo", PaCo.Settings.self) { .paCo($0) },
      Alternative("moore", MOORE.Settings.self) { .moore($0) },
    ]
  }

  public var chosen: (name: String, settings: (any ValidatedSettings)?) { (name, definition) }

  public var standard: Self? {
    if case .own(let own) = self { Self(own.entry) } else { Self.standard(named: name) }
  }

  /// The architecture's name.
  public var name: String { nameAndDefinition.name }

  /// Its settings, whichever it is.
  public var definition: any ArchitectureDefinition { nameAndDefinition.definition }

  private var nameAndDefinition: (name: String, definition: any ArchitectureDefinition) {
    switch self {
    case .hardSharing(let settings): ("hardSharing", settings)
    case .independent(let settings): ("independent", settings)
    case .oneHot(let settings): ("oneHot", settings)
    case .embedding(let settings): ("embedding", settings)
    case .film(let settings): ("film", settings)
    case .crossStitch(let settings): ("crossStitch", settings)
    case .mtan(let settings): ("mtan", settings)
    case .mmoe(let settings): ("mmoe", settings)
    case .cgc(let settings): ("cgc", settings)
    case .ple(let settings): ("ple", settings)
    case .softModularization(let settings): ("softModularization", settings)
    case .paCo(let settings): ("paCo", settings)
    case .moore(let settings): ("moore", settings)
    case .own(let own): (own.entry.name, own.definition)
    }
  }
}

extension ArchitectureSettings {
  /// What it is, what its tasks share, and where it is from.
  public var about: ArchitectureSummary {
    if case .own(let own) = self { own.entry.about } else { type(of: definition).about }
  }

  /// How the network learns which task it answers for, such as "by its head".
  public var sees: String { definition.sees }

  /// The number of parameters a network may have: 2²⁸, one gibibyte each time they are held.
  public static let largestParameterCount = 1 << 28

  /// The number of parameters of a network for these tasks; nothing is allocated.
  ///
  /// - Parameters:
  ///   - inputShape: Extents of an example, such as `[784]` or `[28, 28, 1]`.
  ///   - outputs: The numbers of each task's answer.
  /// - Returns: The largest `Int` where it is larger than that.
  /// - Throws: `ArchitectureError` where settings or shapes are refused.
  public func parameterCount(
    inputShape: [Int], outputs: [Int]
  ) throws(ArchitectureError) -> Int {
    try validate(inputShape, outputs)
    return try named { () throws(SettingsError) in
      try definition.parameterCount(inputShape: inputShape, outputs: outputs)
    }
  }

  /// A network for these tasks with parameters drawn at random, which takes rows of all numbers of
  /// an example, `[B, product of inputShape]`.
  ///
  /// - Parameters:
  ///   - inputShape: Extents of an example, such as `[784]` or `[28, 28, 1]`.
  ///   - outputs: The numbers of each task's answer.
  ///   - random: The stream that parameters are drawn from.
  /// - Throws: `ArchitectureError` where settings or shapes are refused, or the network would have
  ///   more than `largestParameterCount` parameters.
  public func make(
    inputShape: [Int], outputs: [Int], using random: inout RandomStream
  ) throws(ArchitectureError) -> any MultiTaskNetwork {
    let count = try parameterCount(inputShape: inputShape, outputs: outputs)
    guard count <= Self.largestParameterCount else {
      throw ArchitectureError(
        "\(name) would have \(count == .max ? "far too many" : "\(count)") parameters, above the "
          + "\(Self.largestParameterCount) that a network may have; choose smaller layers or fewer "
          + "of them")
    }
    return try named { () throws(SettingsError) in
      try definition.make(inputShape: inputShape, outputs: outputs, using: &random)
    }
  }

  /// Refuses settings and shapes for which there is no network.
  func validate(_ inputShape: [Int], _ outputs: [Int]) throws(ArchitectureError) {
    do throws(SettingsError) { try validate() } catch { throw ArchitectureError("\(error)") }
    let inputs = inputShape.reduce(ParameterCount(1)) { $0 * ParameterCount(max($1, 0)) }.value
    guard (1...Self.largestParameterCount).contains(inputs) else {
      throw ArchitectureError(
        "\(name) needs examples of 1 to \(Self.largestParameterCount) numbers, not of shape "
          + "\(inputShape)")
    }
    guard !outputs.isEmpty else {
      throw ArchitectureError("\(name) needs at least one task")
    }
    guard outputs.allSatisfy({ (1...65_536).contains($0) }), outputs.count <= 65_536 else {
      throw ArchitectureError(
        "\(name) needs at most 65536 tasks with answers of 1 to 65536 numbers, not \(outputs)")
    }
  }

  /// What the closure gives; its errors name the architecture.
  private func named<Value>(
    _ body: () throws(SettingsError) -> Value
  ) throws(ArchitectureError) -> Value {
    do throws(SettingsError) { return try body() } catch {
      throw ArchitectureError("\(error.inside(name))")
    }
  }
}
