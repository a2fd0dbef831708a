public import Autodiff
import Environments
public import NeuralNetworks
import Replay

/// Whether and how what an agent sees and what it earns are normalized.
///
/// Not a wrapper of the environment, because the statistics are learned: they belong to the agent,
/// go along with its weights, and stand still when it is evaluated.
public struct NormalizationSettings: ValidatedSettings {
  /// Whether observations are shifted to mean 0 and scaled to variance 1.
  public var observations = false
  /// Whether rewards are divided by the standard deviation of the discounted return.
  public var rewards = false
  /// Whether each task of `environment.tasks` has statistics of its own, of what it shows and of
  /// what it pays; the numbers that tell which task it is are then left as they are.
  public var perTask = false
  /// Where normalized observations are cut off, above 0.
  public var clipObservations = 10.0
  /// Where normalized rewards are cut off, above 0.
  public var clipRewards = 10.0
  /// γ of the discounted return, from 0 to 1; the agent's own unless set.
  public var discountFactor: Double?
  /// What is added to variances, above 0.
  public var epsilon = 1e-8

  public init() {}

  public func validate() throws(SettingsError) {
    try require(
      clipObservations > 0, "clipObservations", "must be above 0", found: clipObservations)
    try require(clipRewards > 0, "clipRewards", "must be above 0", found: clipRewards)
    try require(
      epsilon > 0 && epsilon.isFinite, "epsilon", "must be finite and above 0", found: epsilon)
    try require(
      isOn || !perTask, "perTask",
      "must be false where neither observations nor rewards are normalized",
      found: perTask)
    if let discountFactor {
      try require(
        discountFactor >= 0 && discountFactor <= 1, "discountFactor", "must be in 0...1",
        found: discountFactor)
    }
  }

  /// Whether anything is normalized.
  public var isOn: Bool { observations || rewards }
}

/// Normalizes observations and rewards by statistics of all that were seen so far.
///
/// As `NormalizeObservation` and `NormalizeReward` of Gymnasium and `VecNormalize` of
/// Stable-Baselines3; details 28 to 31 of Huang et al. (2022), "The 37 implementation details of
/// proximal policy optimization". Statistics are kept in double precision and updated once for each
/// step of all environments.
///
/// An agent that stores transitions stores them raw and normalizes what it draws, so that old ones
/// are seen as new ones are. One that learns from its latest steps normalizes them on the way in.
///
/// ```swift
/// normalizer.note(observations: rows, rewards: environment.rewards, endings: environment.endings)
/// normalizer.normalize(observations: rows, count: environments)
/// ```
public final class Normalizer {
  /// What is normalized, and where it is cut off.
  public let settings: NormalizationSettings
  private let size: Int
  private let environments: Int
  private let discountFactor: Double
  // One thread at a time, several times a step: the run-time library need not watch over these.
  /// Of each feature: of all tasks, or of each; empty unless observations are normalized.
  @exclusivity(unchecked) private var observations: [RunningMoments]
  /// Of the discounted return: of all tasks, or of each; empty unless rewards are normalized.
  @exclusivity(unchecked) private var returns: [RunningMoments]
  /// Which environments belong to which task.
  let tasks: TaskCopies
  /// The discounted return of each environment's episode so far.
  @exclusivity(unchecked) private var accumulated: [Double]
  /// The means and inverse deviations that rows are normalized by: `[size]` each, or of each task
  /// of the family one after the other.
  @exclusivity(unchecked) private var means: [Float]
  @exclusivity(unchecked) private var scales: [Float]
  /// What rewards are multiplied by: of all tasks, or of each.
  @exclusivity(unchecked) private var rewardScales: [Float]

  /// All that was learned; to set it goes on from there.
  public var statistics: Statistics {
    get {
      Statistics(observations: observations, returns: returns, accumulated: accumulated)
    }
    set {
      (observations, returns) = (newValue.observations, newValue.returns)
      accumulated = newValue.accumulated
      refresh()
    }
  }

  /// What was seen so far.
  public struct Statistics: Codable, Equatable, Sendable {
    var observations: [RunningMoments]
    var returns: [RunningMoments]
    var accumulated: [Double]
  }

  /// Makes a normalizer that has seen nothing yet; `nil` where nothing is to be normalized.
  ///
  /// - Parameters:
  ///   - surroundings: what the agent has to know of its environments, and how it is to normalize.
  ///   - discountFactor: γ of the agent.
  /// - Throws: `SettingsError` where observations are categories.
  public init?(for surroundings: Surroundings, discountFactor: Double) throws(SettingsError) {
    let settings = surroundings.normalization
    guard settings.isOn else { return nil }
    try NeuralNetworks.validate("normalization", settings.validate)
    if settings.observations && surroundings.categories != nil {
      throw SettingsError(
        path: "normalization.observations",
        problem: "needs features that mean something by their size, but these are numbers of "
          + "categories; put the wrapper oneHot around the environment")
    }
    if settings.perTask, !surroundings.tasks.areNamed {
      throw SettingsError(
        path: "normalization.perTask",
        problem: "needs several tasks: name them in environment.tasks, or leave it out")
    }
    self.settings = settings
    tasks = surroundings.tasks
    size = settings.observations ? surroundings.observationSize : 0
    environments = surroundings.environments
    self.discountFactor = settings.discountFactor ?? discountFactor
    let groups = settings.perTask ? tasks.familySize : 1
    func moments(_ size: Int, _ isThere: Bool) -> [RunningMoments] {
      Array(repeating: RunningMoments(size: size), count: isThere ? groups : 0)
    }
    observations = moments(size, settings.observations)
    returns = moments(1, settings.rewards)
    rewardScales = Array(repeating: 1, count: returns.count)
    accumulated = Array(repeating: 0, count: settings.rewards ? environments : 0)
    means = Array(repeating: 0, count: size * groups)
    scales = Array(repeating: 1, count: size * groups)
    refresh()
  }

  // MARK: Seeing

  /// Takes note of the first observations, `[environments, observationSize]`.
  public func note(observations rows: UnsafePointer<Float>) {
    guard settings.observations else { return }
    noteRows(rows)
    refresh()
  }

  /// Takes note of what a step showed and paid.
  ///
  /// The return is that of the vector form of Gymnasium's `NormalizeReward` where episodes begin
  /// again within the step: `R ← γ·(1 - terminated)·R + r`, and 0 where an episode ended.
  public func note(
    observations rows: UnsafePointer<Float>, rewards: UnsafePointer<Float>,
    endings: UnsafePointer<UInt8>
  ) {
    if settings.observations { noteRows(rows) }
    if settings.rewards {
      for index in 0..<environments {
        let before = endings[index] & 1 != 0 ? 0 : discountFactor * accumulated[index]
        accumulated[index] = before + Double(rewards[index])
      }
      accumulated.withUnsafeBufferPointer { accumulated in
        if let base = accumulated.baseAddress { noteReturns(base) }
      }
      for index in 0..<environments where endings[index] != 0 { accumulated[index] = 0 }
    }
    refresh()
  }

  private func noteRows(_ rows: UnsafePointer<Float>) {
    guard settings.perTask else { return observations[0].update(rows, count: environments) }
    for (place, task) in tasks.numbers.enumerated() {
      observations[task].update(rows + place * tasks.copies * size, count: tasks.copies)
    }
  }

  private func noteReturns(_ base: UnsafePointer<Double>) {
    guard settings.perTask else { return returns[0].update(base, count: environments) }
    for (place, task) in tasks.numbers.enumerated() {
      returns[task].update(base + place * tasks.copies, count: tasks.copies)
    }
  }

  private func refresh() {
    // Of one task alone its number never changes, so that nothing would be left of it.
    let count = settings.perTask ? size - tasks.shownNumbers : size
    for group in observations.indices {
      observations[group].write(
        means: &means, scales: &scales, at: group * size, count: count, epsilon: settings.epsilon)
    }
    for group in returns.indices {
      rewardScales[group] = RunningMoments.scale(
        returns[group].variances[0], epsilon: settings.epsilon)
    }
  }

  // MARK: Normalizing

  /// Normalizes rows in place, `[count, observationSize]`.
  ///
  /// Where each task has its own statistics, the rows are those of the first task, then those of
  /// the second, as many of each.
  public func normalize(observations rows: UnsafeMutablePointer<Float>, count: Int) {
    guard settings.observations else { return }
    guard settings.perTask else { return normalize(rows, count: count, group: 0) }
    let rowsOfTask = count / tasks.numbers.count
    for (place, task) in tasks.numbers.enumerated() {
      normalize(rows + place * rowsOfTask * size, count: rowsOfTask, group: task)
    }
  }

  /// Normalizes rewards in place, or sums of the rewards of `steps` steps.
  ///
  /// Where each task has its own scale, the rows are those of the first task, then those of the
  /// second, as many of each.
  public func normalize(rewards: UnsafeMutablePointer<Float>, count: Int, steps: Int = 1) {
    guard settings.rewards else { return }
    let limit = Float(settings.clipRewards) * Float(steps)
    let rowsOfTask = settings.perTask ? count / tasks.numbers.count : count
    for index in 0..<count {
      let group = settings.perTask ? tasks.numbers[index / rowsOfTask] : 0
      rewards[index] = min(max(rewards[index] * rewardScales[group], -limit), limit)
    }
  }

  /// Normalizes drawn transitions of so many steps in place.
  func normalize(_ batch: BatchRows, count: Int, steps: Int = 1) {
    normalize(observations: batch.observations, count: count)
    normalize(observations: batch.nextObservations, count: count)
    normalize(rewards: batch.rewards, count: count, steps: steps)
  }

  private func normalize(_ rows: UnsafeMutablePointer<Float>, count: Int, group: Int) {
    let (size, limit) = (size, Float(settings.clipObservations))
    means.withUnsafeBufferPointer { means in
      scales.withUnsafeBufferPointer { scales in
        guard let allMeans = means.baseAddress, let allScales = scales.baseAddress else { return }
        let (means, scales) = (allMeans + group * size, allScales + group * size)
        for row in 0..<count {
          let row = rows + row * size
          for index in 0..<size {
            row[index] = min(max((row[index] - means[index]) * scales[index], -limit), limit)
          }
        }
      }
    }
  }

  // MARK: Keeping

  static let names = (
    mean: "normalization/mean", scale: "normalization/scale", reward: "normalization/rewardScale"
  )

  private var shape: [Int] { settings.perTask ? [tasks.familySize, size] : [size] }

  /// What is saved with the weights: exactly the numbers that rows are normalized by.
  public var weights: [(name: String, tensor: Tensor)] {
    var weights: [(name: String, tensor: Tensor)] = []
    if settings.observations {
      weights.append((Self.names.mean, Tensor(shape: shape, scalars: means)))
      weights.append((Self.names.scale, Tensor(shape: shape, scalars: scales)))
    }
    if settings.rewards {
      weights.append((Self.names.reward, Tensor(shape: [returns.count], scalars: rewardScales)))
    }
    return weights
  }

  /// Takes the numbers that rows are normalized by out of saved weights, and leaves the others.
  ///
  /// - Throws: `NamedTensorsError` where they are missing or of another size.
  func takeScales(
    from weights: inout [(name: String, tensor: Tensor)]
  ) throws(NamedTensorsError) {
    func take(_ name: String, _ shape: [Int]) throws(NamedTensorsError) -> [Float] {
      guard let place = weights.firstIndex(where: { $0.name == name }) else {
        throw .missing(name: name)
      }
      let tensor = weights.remove(at: place).tensor
      guard tensor.shape == shape else {
        throw .misshaped(name: name, expected: shape, found: tensor.shape)
      }
      return tensor.scalars
    }
    if settings.observations {
      means = try take(Self.names.mean, shape)
      scales = try take(Self.names.scale, shape)
    }
    if settings.rewards { rewardScales = try take(Self.names.reward, [returns.count]) }
  }
}
