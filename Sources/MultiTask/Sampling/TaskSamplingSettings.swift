public import NeuralNetworks

/// How often each task is sampled: `uniform`, `proportional`, `temperature: {temperature: 5}`,
/// `bandit: {exploration: 0.1}`.
public enum TaskSamplingSettings: Equatable, Sendable {
  /// Every task as often as any other.
  case uniform
  /// In proportion to the sizes of the tasks' data.
  case proportional
  /// In between.
  case temperature(Temperature)
  /// The tasks on which the learner makes most progress more often; each step is on one task.
  case bandit(ProgressBandit.Settings)

  /// `pₖ ∝ nₖ^(1/T)` for data of `nₖ` examples: T = 1 is proportional, large T nearly uniform.
  ///
  /// Arivazhagan et al. 2019 ("Massively Multilingual Neural Machine Translation in the Wild"),
  /// section 4, with T = 5.
  public struct Temperature: ValidatedSettings {
    /// `T`, above 0.
    public var temperature = 5.0

    public init() {}

    public func validate() throws(SettingsError) {
      try require(
        temperature > 0 && temperature.isFinite, "temperature", "must be finite and above 0",
        found: temperature)
    }
  }
}

extension TaskSamplingSettings: ValidatedSettings {
  /// Every task as often as any other.
  public init() { self = .uniform }
}

extension TaskSamplingSettings: Choice {
  public static var alternatives: [Alternative<TaskSamplingSettings>] {
    [
      Alternative("uniform", .uniform),
      Alternative("proportional", .proportional),
      Alternative("temperature", Temperature.self) { .temperature($0) },
      Alternative("bandit", ProgressBandit.Settings.self) { .bandit($0) },
    ]
  }

  public var chosen: (name: String, settings: (any ValidatedSettings)?) {
    switch self {
    case .uniform: ("uniform", nil)
    case .proportional: ("proportional", nil)
    case .temperature(let settings): ("temperature", settings)
    case .bandit(let settings): ("bandit", settings)
    }
  }
}
