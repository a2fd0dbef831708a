/// Which sampler a search uses, and its settings.
///
/// In a file: a name alone, such as `tpe`, or a name with settings, such as
/// `tpe: {startupTrials: 20}`.
public enum SamplerSettings: Equatable, Sendable {
  /// Every combination of values once.
  case grid
  /// Independent draws.
  case random
  /// A scrambled Halton sequence.
  case quasiRandom
  /// Tree-structured Parzen estimators.
  case tpe(TPESettings)
  /// Bayesian optimization with a Gaussian process.
  case gaussianProcess(GaussianProcessSettings)

  /// What a search uses unless told otherwise.
  public static var standard: SamplerSettings { .gaussianProcess(GaussianProcessSettings()) }

  /// Every sampler with its default settings, in the order in which a list should show them.
  public static var all: [SamplerSettings] {
    [
      .grid, .random, .quasiRandom, .tpe(TPESettings()),
      .gaussianProcess(GaussianProcessSettings()),
    ]
  }

  /// The name in a file.
  public var name: String {
    switch self {
    case .grid: "grid"
    case .random: "random"
    case .quasiRandom: "quasiRandom"
    case .tpe: "tpe"
    case .gaussianProcess: "gaussianProcess"
    }
  }

  /// What the sampler does, in a line.
  public var summary: String {
    switch self {
    case .grid: "every combination of values once"
    case .random: "independent draws (Bergstra & Bengio 2012)"
    case .quasiRandom: "evenly spread points: a scrambled Halton sequence (Owen 2017)"
    case .tpe: "tree-structured Parzen estimators (Bergstra et al. 2011, Watanabe 2023)"
    case .gaussianProcess: "Bayesian optimization with a Gaussian process (Ament et al. 2023)"
    }
  }

  /// The settings of this sampler; nothing for those that have none.
  public var settings: (any SearchSettings)? {
    switch self {
    case .grid, .random, .quasiRandom: nil
    case .tpe(let settings): settings
    case .gaussianProcess(let settings): settings
    }
  }

  /// The sampler with these settings.
  public var sampler: any Sampler {
    switch self {
    case .grid: GridSampler()
    case .random: RandomSampler()
    case .quasiRandom: QuasiRandomSampler()
    case .tpe(let settings): TPESampler(settings)
    case .gaussianProcess(let settings): GaussianProcessSampler(settings)
    }
  }

  /// Refuses settings outside what their meaning allows; the error's path is `name.key`.
  public func check() throws(SearchError) { try checkNamed(name, settings) }
}

extension SamplerSettings: Codable {
  public init(from decoder: any Decoder) throws {
    let choice = try NamedChoice(from: decoder, among: Self.all.map(\.name))
    switch choice.name {
    case "tpe": self = .tpe(try choice.settings(TPESettings.self))
    case "gaussianProcess":
      self = .gaussianProcess(try choice.settings(GaussianProcessSettings.self))
    case "random": self = .random
    case "quasiRandom": self = .quasiRandom
    default: self = .grid
    }
  }

  public func encode(to encoder: any Encoder) throws {
    try NamedChoice.encode(name, settings, to: encoder)
  }
}
