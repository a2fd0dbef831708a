/// One value that a search gives to a setting.
public enum ParameterValue: Codable, Hashable, Sendable {
  /// A whole number.
  case integer(Int)
  /// A number.
  case number(Double)
  /// True or false.
  case boolean(Bool)
  /// Text, or any YAML in one line, such as `[64, 64]`.
  case text(String)
}

/// What values a setting may take.
public enum ParameterRange: Codable, Equatable, Sendable {
  /// How a range is divided evenly: by differences or by ratios.
  public enum Scale: String, Codable, Sendable {
    /// By differences.
    case linear
    /// By ratios.
    case logarithmic
  }

  /// Always the same value.
  case constant(ParameterValue)
  /// One of several values without an order, drawn evenly unless probabilities are given.
  case choice([ParameterValue], probabilities: [Double]? = nil)
  /// A number from `lowest` to `highest`, both included; with a step, one of the numbers
  /// `lowest + k · step`.
  case real(lowest: Double, highest: Double, scale: Scale = .linear, step: Double? = nil)
  /// A whole number from `lowest` to `highest`, both included.
  case integer(lowest: Int, highest: Int, scale: Scale = .linear, step: Int = 1)
  /// A normally distributed number, or one whose logarithm is normally distributed.
  case normal(mean: Double, deviation: Double, scale: Scale = .linear)
}

/// A setting that a search varies.
public struct SearchParameter: Codable, Equatable, Sendable {
  /// The dotted path of the setting in an experiment file, such as `agent.dqn.discountFactor`.
  public var path: String
  /// What it may be.
  public var range: ParameterRange

  /// A setting by its path, and what it may be.
  public init(_ path: String, _ range: ParameterRange) {
    self.path = path
    self.range = range
  }
}

/// All that a search may try.
public struct SearchSpace: Codable, Equatable, Sendable {
  /// In the order in which values are given.
  public var parameters: [SearchParameter]

  /// A space of these parameters.
  public init(_ parameters: [SearchParameter]) { self.parameters = parameters }
}
