import Glibc
public import NeuralNetworks

/// A bandit whose arms are tasks and whose reward is progress: Exp3.S.
///
/// Graves et al. 2017 ("Automated Curriculum Learning for Neural Networks"), section 2, after
/// Auer et al. 2002. With `N` tasks, the policy is `π = (1 − ε) softmax(w) + ε / N`. The progress
/// of a step on task `a` becomes a reward `r` in −1…1 by the 20th and 80th percentile of recent
/// progress, and then, with `sᵢ = wᵢ + η (r [i = a] + β) / πᵢ` and `α = 1 / t`,
///
///     wᵢ ← ln( (1 − α) exp sᵢ + α / (N − 1) Σ_{j ≠ i} exp sⱼ )
///
/// which lets a little of every weight flow to the others, so that a task can come back. The
/// percentiles are those of a window of recent steps, where the paper draws a sample of all steps:
/// nothing here depends on chance, and old scales are forgotten.
public struct ProgressBandit: Codable, Equatable, Sendable {
  /// What the bandit can be told.
  public struct Settings: ValidatedSettings {
    /// `η`: how fast weights follow rewards, above 0.
    public var learningRate = 0.01
    /// `ε`: the share of draws that are uniform, above 0, up to 1.
    public var exploration = 0.05
    /// `β`: added to every reward, 0 or more; above 0, rarely drawn tasks are tried again.
    public var bonus = 0.0
    /// How many recent steps the percentiles are taken over, 2 or more.
    public var window = 200

    public init() {}

    public func validate() throws(SettingsError) {
      try require(
        learningRate > 0 && learningRate.isFinite, "learningRate", "must be finite and above 0",
        found: learningRate)
      try require(
        exploration > 0 && exploration <= 1, "exploration", "must be above 0 and at most 1",
        found: exploration)
      try require(
        bonus >= 0 && bonus.isFinite, "bonus", "must be finite and 0 or more", found: bonus)
      try require((2...100_000).contains(window), "window", "must lie in 2...100000", found: window)
    }
  }

  /// What it was told.
  public let settings: Settings
  /// `w`, whose largest is kept at 0: only differences count.
  public private(set) var weights: [Double]
  /// The last steps' progress, the oldest at `oldest` once the window is full.
  private var recent: [Double] = []
  private var oldest = 0
  private var stepCount = 0

  /// - Precondition: There is a task.
  public init(taskCount: Int, _ settings: Settings = Settings()) {
    precondition(taskCount >= 1, "a bandit has at least one arm")
    self.settings = settings
    weights = Array(repeating: 0, count: taskCount)
  }

  /// `π`: how likely each task is to be the next.
  public var probabilities: [Double] {
    let powers = weights.map { exp($0) }
    let sum = powers.reduce(0, +)
    let floor = settings.exploration / Double(weights.count)
    return powers.map { (1 - settings.exploration) * $0 / sum + floor }
  }

  /// Learns from the progress that a step on one task made; a number that is not finite counts as
  /// the least progress.
  public mutating func observe(progress: Double, of task: Int) {
    precondition(weights.indices.contains(task), "there are \(weights.count) tasks")
    let reward = progress.isFinite ? reward(for: progress) : -1
    stepCount += 1
    guard weights.count > 1 else { return }
    let policy = probabilities
    var powers = weights
    for index in weights.indices {
      let gain = (index == task ? reward : 0) + settings.bonus
      powers[index] += settings.learningRate * gain / policy[index]
    }
    let largest = powers.max() ?? 0
    for index in powers.indices { powers[index] = exp(powers[index] - largest) }
    let sum = powers.reduce(0, +)
    // At t = 1 everything would flow; the flow begins where it leaves each weight most of its own.
    let flow = 1 / Double(max(stepCount, 2 * weights.count))
    for index in weights.indices {
      let others = (sum - powers[index]) / Double(weights.count - 1)
      weights[index] = log((1 - flow) * powers[index] + flow * others)
    }
    let top = weights.max() ?? 0
    for index in weights.indices { weights[index] -= top }
  }

  /// −1 at the 20th percentile of recent progress and below, 1 at the 80th and above.
  private mutating func reward(for progress: Double) -> Double {
    if recent.count < settings.window {
      recent.append(progress)
    } else {
      recent[oldest] = progress
      oldest = (oldest + 1) % settings.window
    }
    let sorted = recent.sorted()
    let (low, high) = (Self.quantile(0.2, of: sorted), Self.quantile(0.8, of: sorted))
    guard high > low else { return 0 }
    return min(max(2 * (progress - low) / (high - low) - 1, -1), 1)
  }

  private static func quantile(_ share: Double, of sorted: [Double]) -> Double {
    let place = share * Double(sorted.count - 1)
    let below = Int(place)
    let above = min(below + 1, sorted.count - 1)
    return sorted[below] + (place - Double(below)) * (sorted[above] - sorted[below])
  }
}
