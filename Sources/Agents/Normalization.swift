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
  /// Whether the rewards of each task of `environment.tasks` are divided by a deviation of their
  /// own.
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
    try require(rewards || !perTask, "perTask", "needs rewards: true", found: perTask)
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
  /// Of each feature; empty unless observations are normalized.
  @exclusivity(unchecked) private var observations: RunningMoments
  /// Of the discounted return; empty unless rewards are normalized, and where each task has its own.
  @exclusivity(unchecked) private var returns: RunningMoments
  /// Of the discounted return of each task of the family; empty unless each has its own.
  @exclusivity(unchecked) private var taskReturns: [RunningMoments]
  /// Which environments belong to which task.
  private let tasks: TaskCopies
  /// The discounted return of each environment's episode so far.
  @exclusivity(unchecked) private var accumulated: [Double]
  /// The means and inverse deviations that rows are normalized by, `[size]` each.
  @exclusivity(unchecked) private var means: [Float]
  @exclusivity(unchecked) private var scales: [Float]
  @exclusivity(unchecked) private var rewardScale: Float = 1
  @exclusivity(unchecked) private var taskScales: [Float]

  /// All that was learned; to set it goes on from there.
  public var statistics: Statistics {
    get {
      Statistics(
        observations: observations, returns: returns, accumulated: accumulated,
        taskReturns: settings.perTask ? taskReturns : nil)
    }
    set {
      (observations, returns) = (newValue.observations, newValue.returns)
      taskReturns = newValue.taskReturns ?? []
      accumulated = newValue.accumulated
      refresh()
    }
  }

  /// What was seen so far.
  public struct Statistics: Codable, Equatable, Sendable {
    var observations: RunningMoments
    var returns: RunningMoments
    var accumulated: [Double]
    var taskReturns: [RunningMoments]?
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
    observations = RunningMoments(size: size)
    returns = RunningMoments(size: settings.rewards && !settings.perTask ? 1 : 0)
    let taskCount = settings.perTask ? tasks.familySize : 0
    taskReturns = Array(repeating: RunningMoments(size: 1), count: taskCount)
    taskScales = Array(repeating: 1, count: taskCount)
    accumulated = Array(repeating: 0, count: settings.rewards ? environments : 0)
    means = Array(repeating: 0, count: size)
    scales = Array(repeating: 1, count: size)
    refresh()
  }

  // MARK: Seeing

  /// Takes note of the first observations, `[environments, observationSize]`.
  public func note(observations rows: UnsafePointer<Float>) {
    guard settings.observations else { return }
    observations.update(rows, count: environments)
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
    if settings.observations { observations.update(rows, count: environments) }
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

  private func noteReturns(_ base: UnsafePointer<Double>) {
    guard settings.perTask else { return returns.update(base, count: environments) }
    for (place, task) in tasks.numbers.enumerated() {
      taskReturns[task].update(base + place * tasks.copies, count: tasks.copies)
    }
  }

  private func refresh() {
    let epsilon = settings.epsilon
    func scale(_ variance: Double) -> Float {
      RunningMoments.scale(variance, epsilon: epsilon)
    }
    observations.write(means: &means, scales: &scales, epsilon: epsilon)
    if settings.perTask {
      for task in taskScales.indices { taskScales[task] = scale(taskReturns[task].variances[0]) }
    } else if settings.rewards {
      rewardScale = scale(returns.variances[0])
    }
  }

  // MARK: Normalizing

  /// Normalizes rows in place, `[count, observationSize]`.
  public func normalize(observations rows: UnsafeMutablePointer<Float>, count: Int) {
    guard settings.observations else { return }
    Self.normalize(rows, count: count, means, scales, limit: Float(settings.clipObservations))
  }

  /// Normalizes rewards in place, or sums of the rewards of `steps` steps.
  ///
  /// Where each task has its own scale, the rows are those of the first task, then those of the
  /// second, as many of each.
  public func normalize(rewards: UnsafeMutablePointer<Float>, count: Int, steps: Int = 1) {
    guard settings.rewards else { return }
    let limit = Float(settings.clipRewards) * Float(steps)
    guard settings.perTask else {
      for index in 0..<count {
        rewards[index] = min(max(rewards[index] * rewardScale, -limit), limit)
      }
      return
    }
    let rowsOfTask = count / tasks.numbers.count
    for index in 0..<count {
      let scale = taskScales[tasks.numbers[index / rowsOfTask]]
      rewards[index] = min(max(rewards[index] * scale, -limit), limit)
    }
  }

  /// Normalizes drawn transitions of so many steps in place.
  func normalize(_ batch: BatchRows, count: Int, steps: Int = 1) {
    normalize(observations: batch.observations, count: count)
    normalize(observations: batch.nextObservations, count: count)
    normalize(rewards: batch.rewards, count: count, steps: steps)
  }

  private static func normalize(
    _ rows: UnsafeMutablePointer<Float>, count: Int, _ means: [Float], _ scales: [Float],
    limit: Float
  ) {
    let size = means.count
    means.withUnsafeBufferPointer { means in
      scales.withUnsafeBufferPointer { scales in
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

  /// What is saved with the weights: exactly the numbers that rows are normalized by.
  public var weights: [(name: String, tensor: Tensor)] {
    var weights: [(name: String, tensor: Tensor)] = []
    if settings.observations {
      weights.append((Self.names.mean, Tensor(shape: [size], scalars: means)))
      weights.append((Self.names.scale, Tensor(shape: [size], scalars: scales)))
    }
    if settings.rewards {
      let scales = settings.perTask ? taskScales : [rewardScale]
      weights.append((Self.names.reward, Tensor(shape: [scales.count], scalars: scales)))
    }
    return weights
  }

  /// Takes the numbers that rows are normalized by out of saved weights, and leaves the others.
  ///
  /// - Throws: `NamedTensorsError` where they are missing or of another size.
  func takeScales(
    from weights: inout [(name: String, tensor: Tensor)]
  ) throws(NamedTensorsError) {
    func take(_ name: String, _ count: Int) throws(NamedTensorsError) -> [Float] {
      guard let place = weights.firstIndex(where: { $0.name == name }) else {
        throw .missing(name: name)
      }
      let tensor = weights.remove(at: place).tensor
      guard tensor.shape == [count] else {
        throw .misshaped(name: name, expected: [count], found: tensor.shape)
      }
      return tensor.scalars
    }
    if settings.observations {
      means = try take(Self.names.mean, size)
      scales = try take(Self.names.scale, size)
    }
    if settings.perTask {
      taskScales = try take(Self.names.reward, tasks.familySize)
    } else if settings.rewards {
      rewardScale = try take(Self.names.reward, 1)[0]
    }
  }
}
