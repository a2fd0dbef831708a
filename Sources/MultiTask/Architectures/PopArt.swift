public import Autodiff
public import NeuralNetworks

/// Running scales of the tasks' targets, by which a head learns normalized values and still answers
/// exactly as before when the scales move.
///
/// Targets `G` of task `k` are learned as `(G − μₖ)/σₖ`. When new targets move `μ` and `σ`, the
/// head's last layer is changed so that `σ (w h + b) + μ` stays what it was: *preserving outputs
/// precisely, while adaptively rescaling targets*.
///
/// ```swift
/// let before = scales
/// scales.update(toward: targets, of: tasks)
/// scales.preserve(&head, since: before)
/// let loss = squaredError(head(features).picked(at: tasks), scales.normalized(targets, of: tasks))
/// ```
///
/// All of it are functions of tensors, so that it can be part of a plan.
///
/// H. van Hasselt et al. (2016), "Learning values across many orders of magnitude", eq. 4 to 9;
/// for several tasks M. Hessel et al. (2018), "Multi-task Deep Reinforcement Learning with PopArt".
public struct PopArt: Traceable, Sendable {
  /// `μ`, `[K]`, to begin with 0.
  public var mean: Tensor
  /// What `σ²` follows from, before its bounds, `[K]`, to begin with 1.
  public var variance: Tensor
  /// What it was told.
  public let settings: Settings

  /// What PopArt can be told.
  public struct Settings: ValidatedSettings {
    /// The share of new targets in `μ` and `σ²`, above 0 and at most 1.
    public var beta = 3e-4
    /// The smallest `σ`, above 0.
    public var smallestDeviation = 1e-4
    /// The largest `σ`, at least the smallest.
    public var largestDeviation = 1e6

    public init() {}

    public func validate() throws(SettingsError) {
      try require(beta > 0 && beta <= 1, "beta", "must be above 0 and at most 1", found: beta)
      try require(
        smallestDeviation >= 1e-15 && smallestDeviation.isFinite, "smallestDeviation",
        "must be finite and 1e-15 or more", found: smallestDeviation)
      try require(
        largestDeviation >= smallestDeviation && largestDeviation <= 1e15, "largestDeviation",
        "must be at least smallestDeviation and at most 1e15", found: largestDeviation)
    }
  }

  /// Knows nothing yet of so many tasks.
  public init(taskCount: Int, _ settings: Settings = Settings()) {
    mean = .zeros([taskCount])
    variance = .ones([taskCount])
    self.settings = settings
  }

  /// How many tasks there are.
  public var taskCount: Int { mean.count }

  /// `σ`, `[K]`.
  public var deviation: Tensor {
    variance.squareRoot().clamped(to: settings.smallestDeviation...settings.largestDeviation)
  }

  /// Moves the statistics of the tasks that are present toward those of a batch: targets `[B]`,
  /// tasks `[B]` as whole numbers.
  ///
  /// `μ ← (1 − β)μ + βm` and, for the second moment, the same. With `σ² = ν − μ²` this is
  /// `σ² ← (1 − β)σ² + βs² + β(1 − β)(m − μ)²`, `m` and `s²` being mean and variance in the
  /// batch, which has no difference of large numbers.
  public mutating func update(toward targets: Tensor, of tasks: Tensor) {
    let targets = targets.withoutGradient()
    let counts = targets.filled(with: 1).scattered(to: tasks, rows: taskCount)
    let divisors = maximum(counts, 1)
    let average = targets.scattered(to: tasks, rows: taskCount) / divisors
    let deviations = targets - average.gathered(rows: tasks)
    let spread = deviations.squared().scattered(to: tasks, rows: taskCount) / divisors
    update(
      towardMeans: average, variances: spread, shares: counts.greater(than: 0) * settings.beta)
  }

  /// The same where means and variances of new targets are known: `[K]`, as are the shares, 0 for
  /// tasks that have none.
  public mutating func update(towardMeans average: Tensor, variances: Tensor, shares: Tensor) {
    let distance = average - mean
    variance = variance + shares * (variances - variance + (1 - shares) * distance.squared())
    mean = mean + shares * distance
  }

  /// Targets as a head learns them: `(G − μₖ)/σₖ`, `[B]`.
  public func normalized(_ targets: Tensor, of tasks: Tensor) -> Tensor {
    (targets - mean.gathered(rows: tasks)) / deviation.gathered(rows: tasks)
  }

  /// What a head's answers mean: `σₖ y + μₖ`, `[B]`.
  public func denormalized(_ answers: Tensor, of tasks: Tensor) -> Tensor {
    answers * deviation.gathered(rows: tasks) + mean.gathered(rows: tasks)
  }

  /// Changes a layer with one output for each task, `[features, K]`, so that it means what it meant
  /// under the statistics before: `w ← σw/σ′`, `b ← (σb + μ − μ′)/σ′`.
  ///
  /// - Precondition: The layer has a bias.
  public func preserve(_ head: inout Dense, since before: PopArt) {
    rescale(
      &head, by: before.deviation / deviation, adding: (before.mean - mean) / deviation)
  }

  /// Changes the last layer of one task's own head, all of whose outputs share its scale.
  ///
  /// - Precondition: The layer has a bias.
  public func preserve(_ head: inout Dense, of task: Int, since before: PopArt) {
    func numberOfTask(_ numbers: Tensor) -> Tensor {
      numbers.sliced(axis: 0, from: task, count: 1).reshaped(to: [])
        .broadcast(to: [head.outputs])
    }
    let factor = numberOfTask(before.deviation / deviation)
    let shift = numberOfTask((before.mean - mean) / deviation)
    rescale(&head, by: factor, adding: shift)
  }

  private func rescale(_ head: inout Dense, by factors: Tensor, adding shifts: Tensor) {
    guard let bias = head.bias else {
      preconditionFailure("a layer without a bias cannot keep its outputs under another mean")
    }
    head.weight = head.weight.multiplyingRow(factors)
    head.bias = bias * factors + shifts
  }

  public mutating func visitTensors(_ visitor: inout some TensorVisitor) {
    visitor.visit("mean", &mean)
    visitor.visit("variance", &variance)
  }
}
