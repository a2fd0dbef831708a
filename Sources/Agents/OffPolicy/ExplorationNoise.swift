public import NeuralNetworks
package import Randomness

/// What is added to the actions of a deterministic policy, which go from -1 to 1.
public enum ExplorationNoise: Choice {
  /// Independent normal numbers.
  case gaussian(Gaussian)
  /// A random walk that is drawn back to zero, begun anew with each episode: Uhlenbeck & Ornstein
  /// (1930), as Lillicrap et al. (2016) use it, `x ← x - θ·x·Δt + σ·√Δt·ε`.
  case ornsteinUhlenbeck(OrnsteinUhlenbeck)

  /// Settings of `gaussian`.
  public struct Gaussian: ValidatedSettings {
    /// The standard deviation, 0 or more.
    public var deviation = 0.1

    public init() {}

    public func validate() throws(SettingsError) { try requireSize(deviation, "deviation") }
  }

  /// Settings of `ornsteinUhlenbeck`.
  public struct OrnsteinUhlenbeck: ValidatedSettings {
    /// σ, 0 or more.
    public var deviation = 0.2
    /// θ, 0 or more.
    public var reversion = 0.15
    /// Δt, above 0.
    public var timeStep = 1.0

    public init() {}

    public func validate() throws(SettingsError) {
      try requireSize(deviation, "deviation")
      try requireSize(reversion, "reversion")
      try require(
        timeStep > 0 && timeStep.isFinite, "timeStep", "must be finite and above 0",
        found: timeStep)
    }
  }

  public static var alternatives: [Alternative<Self>] {
    [
      Alternative("gaussian", Gaussian.self) { .gaussian($0) },
      Alternative("ornsteinUhlenbeck", OrnsteinUhlenbeck.self) { .ornsteinUhlenbeck($0) },
    ]
  }

  public var chosen: (name: String, settings: (any ValidatedSettings)?) {
    switch self {
    case .gaussian(let settings): ("gaussian", settings)
    case .ornsteinUhlenbeck(let settings): ("ornsteinUhlenbeck", settings)
    }
  }

  /// Moves the noise of every environment to what is added to the next actions.
  ///
  /// - Parameters:
  ///   - noise: `[N·D]`; in an environment whose episode is new, 0.
  ///   - random: One draw for each number.
  package func advance(_ noise: inout [Float], using random: inout RandomStream) {
    switch self {
    case .gaussian(let settings):
      let deviation = Float(settings.deviation)
      for place in noise.indices { noise[place] = deviation * random.normal() }
    case .ornsteinUhlenbeck(let settings):
      let kept = Float(1 - settings.reversion * settings.timeStep)
      let deviation = Float(settings.deviation * settings.timeStep.squareRoot())
      for place in noise.indices {
        noise[place] = kept * noise[place] + deviation * random.normal()
      }
    }
  }
}

private func requireSize(_ value: Double, _ key: String) throws(SettingsError) {
  try require(value >= 0 && value.isFinite, key, "must be finite and 0 or more", found: value)
}
