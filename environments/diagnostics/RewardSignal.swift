public import Environments
public import Randomness

/// How the rewards of a diagnostic world reach the agent: scaled, and under normal noise.
///
/// A reward `r` arrives as `scale·r + noise·ε` with `ε` standard normal, drawn anew in each step.
/// So bsuite's `RewardScale` and `RewardNoise` (Osband et al. 2020) are two settings of each world.
public struct RewardSignal: Hashable, Sendable {
  /// Standard deviation of the noise, in rewards as they arrive.
  public var noise = 0.0
  /// The factor of the world's own rewards.
  public var scale = 1.0

  /// Makes the signal that leaves rewards as they are.
  public init() {}

  /// What arrives of a reward.
  @inline(__always)
  func callAsFunction(_ reward: Double, using random: inout PCG64) -> Double {
    noise == 0 ? scale * reward : scale * reward + drawNoise(using: &random)
  }

  /// The noise of one step; without noise, nothing is drawn.
  func drawNoise(using random: inout PCG64) -> Double {
    noise == 0 ? 0 : noise * random.standardNormal()
  }
}

extension PCG64 {
  /// A number with mean 0 and standard deviation 1: the quantile of one uniform number.
  ///
  /// Each takes 64 bits, so that what is drawn afterwards does not depend on its value.
  mutating func standardNormal() -> Double {
    normalQuantile((Double(next() >> 11) + 0.5) * 0x1p-53)
  }
}

/// A world of the diagnostic suite.
public protocol DiagnosticWorld: Environment {
  /// How rewards reach the agent.
  var signal: RewardSignal { get set }

  /// Draws all that the next episode will draw, and says what chance alone will do to it.
  ///
  /// `nil` where what is drawn depends on the actions. In all other worlds a recorded return, less
  /// the luck of its episode, is what the agent's actions earned: scores need no noise.
  func drawLuck(using random: inout PCG64) -> Luck?
}

/// What chance alone does to an episode, whatever the actions.
public struct Luck: Hashable, Sendable {
  /// The part of the return that no action changes.
  public var reward = 0.0
  /// Whether the rest of the return tells exactly how well the agent acted.
  public var isTelling = true
}

extension DiagnosticWorld {
  static var signalSettings: [Setting<Self>] {
    [
      Setting("rewardNoise", \.signal.noise, .nonnegative),
      Setting("rewardScale", \.signal.scale, .finite),
    ]
  }

  /// The luck of an episode of so many steps whose rewards are noisy and which draws nothing else.
  func drawNoise(ofSteps steps: Int, using random: inout PCG64) -> Luck {
    var luck = Luck()
    if signal.noise > 0 {
      for _ in 0..<steps { luck.reward += signal.drawNoise(using: &random) }
    }
    return luck
  }
}

/// The whole number that a state's description has in some place.
///
/// - Throws: a sentence that names the number and its range.
func wholeNumber(
  _ number: Double, _ name: String, in range: ClosedRange<Int>, of world: String
) throws -> Int {
  guard let whole = Int(exactly: number), range.contains(whole) else {
    throw EnvironmentError.invalidState(
      environment: world,
      reason: "its \(name) is \(number), not a whole number from \(range.lowerBound) to "
        + "\(range.upperBound)")
  }
  return whole
}
