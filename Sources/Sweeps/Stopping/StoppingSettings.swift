/// Which rule ends trials early, and its settings.
///
/// In a file: a name alone, such as `median`, or a name with settings, such as
/// `hyperband: {reductionFactor: 4}`.
public enum StoppingSettings: Equatable, Sendable {
  /// Ends what is worse than the median of others at the same step.
  case median(MedianStoppingSettings)
  /// Ends all but the best part at each rung.
  case successiveHalving(SuccessiveHalvingSettings)
  /// Several brackets of successive halving, from eager to patient.
  case hyperband(HyperbandSettings)

  /// Every rule with its default settings, in the order in which a list should show them.
  public static var all: [StoppingSettings] {
    [
      .median(MedianStoppingSettings()), .successiveHalving(SuccessiveHalvingSettings()),
      .hyperband(HyperbandSettings()),
    ]
  }

  /// The name in a file.
  public var name: String {
    switch self {
    case .median: "median"
    case .successiveHalving: "successiveHalving"
    case .hyperband: "hyperband"
    }
  }

  /// What the rule does, in a line.
  public var summary: String {
    switch self {
    case .median: "ends what is worse than the median of others (Golovin et al. 2017)"
    case .successiveHalving: "ends all but the best part at each rung (ASHA: Li et al. 2020)"
    case .hyperband: "brackets of successive halving (Li et al. 2018)"
    }
  }

  /// The settings of this rule.
  public var settings: any SearchSettings {
    switch self {
    case .median(let settings): settings
    case .successiveHalving(let settings): settings
    case .hyperband(let settings): settings
    }
  }

  /// The rule with these settings.
  public var rule: any StoppingRule {
    switch self {
    case .median(let settings): MedianStopping(settings)
    case .successiveHalving(let settings): SuccessiveHalving(settings)
    case .hyperband(let settings): Hyperband(settings)
    }
  }

  /// Refuses settings outside what their meaning allows; the error's path is `name.key`.
  public func check() throws(SearchError) { try checkNamed(name, settings) }
}

extension StoppingSettings: Codable {
  public init(from decoder: any Decoder) throws {
    let choice = try NamedChoice(from: decoder, among: Self.all.map(\.name))
    switch choice.name {
    case "successiveHalving":
      self = .successiveHalving(try choice.settings(SuccessiveHalvingSettings.self))
    case "hyperband": self = .hyperband(try choice.settings(HyperbandSettings.self))
    default: self = .median(try choice.settings(MedianStoppingSettings.self))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    try NamedChoice.encode(name, settings, to: encoder)
  }
}
