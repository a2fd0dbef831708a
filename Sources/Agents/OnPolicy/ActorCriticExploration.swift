import Environments
public import NeuralNetworks

/// How an actor-critic varies actions that are numbers.
public enum ActorCriticExploration: Choice {
  /// By noise drawn anew at every step, of a deviation that does not depend on the state.
  case independent
  /// By noise on the weights of the policy's last layer, which stays for some steps, so that it is
  /// smooth: Raffin, Kober & Stulp (2021), "gSDE".
  case stateDependent(StateDependent)

  /// Settings of `stateDependent`; the defaults are those of Stable-Baselines3.
  public struct StateDependent: ValidatedSettings {
    /// Steps of each environment from one drawing to the next, 1 or more; `null` draws at the
    /// beginning of each segment only, where noise is drawn anew in any case.
    public var resampleEvery: Int?
    /// `log σ` of the noise on each weight at the beginning, in `-20...2`.
    public var logDeviation = 0.0

    public init() {}

    public func validate() throws(SettingsError) {
      if let resampleEvery {
        try require(
          resampleEvery >= 1, "resampleEvery", "must be 1 or more", found: resampleEvery)
      }
      try require(
        (-20...2).contains(logDeviation), "logDeviation", "must be in -20...2",
        found: logDeviation)
    }
  }

  public static var alternatives: [Alternative<Self>] {
    [
      Alternative("independent", .independent),
      Alternative("stateDependent", StateDependent.self) { .stateDependent($0) },
    ]
  }

  public var chosen: (name: String, settings: (any ValidatedSettings)?) {
    switch self {
    case .independent: ("independent", nil)
    case .stateDependent(let settings): ("stateDependent", settings)
    }
  }

  /// Refuses a deviation that would not be heeded.
  func check(beside network: ActorCriticSettings) throws(SettingsError) {
    guard case .stateDependent = self else { return }
    try require(
      network.logDeviation == 0, "network.logDeviation",
      "must be left out with stateDependent exploration, which has a logDeviation of its own",
      found: network.logDeviation)
  }

  /// Refuses to vary choices, which have no numbers to be moved.
  func check(in surroundings: Surroundings) throws(SettingsError) {
    guard case .stateDependent = self, !surroundings.actions.choices.isEmpty else { return }
    throw SettingsError(
      path: "exploration",
      problem: "stateDependent varies actions that are numbers, but an action of this environment "
        + "is \(surroundings.actions); leave it out")
  }
}
