import Environments

// Estimators of what was gained, as plain loops over columns.
//
// Columns are step-major: the element of step `t` and environment `n` is at `t·N + n`. An estimate
// looks ahead along its own environment only, and no further than the end of an episode:
// * a termination ends the sum of rewards;
// * a truncation ends the look ahead, but not the sum: what would have followed is estimated by the
//   value of the old episode's last observation.
// Pardo et al. (2018), "Time limits in reinforcement learning".

/// What estimators read: the latest `T` steps of `N` environments.
public struct EstimationColumns {
  /// `T`, the number of steps.
  public let steps: Int
  /// `N`, the number of environments.
  public let environments: Int
  /// `[T·N]`.
  public let rewards: UnsafePointer<Float>
  /// `[T·N]`: 0 where the episode goes on, else an `Ending`'s raw value.
  public let endings: UnsafePointer<Float>
  /// `[(T + 1)·N]`: the values of the observations that were acted on, then of the newest ones.
  public let values: UnsafePointer<Float>
  /// `[T·N]`: where an episode was truncated, the value of its last observation.
  public let finalValues: UnsafePointer<Float>

  /// Gathers the columns, which must stay where they are while they are read.
  public init(
    steps: Int, environments: Int, rewards: UnsafePointer<Float>, endings: UnsafePointer<Float>,
    values: UnsafePointer<Float>, finalValues: UnsafePointer<Float>
  ) {
    self.steps = steps
    self.environments = environments
    self.rewards = rewards
    self.endings = endings
    self.values = values
    self.finalValues = finalValues
  }

  /// Whether the episode goes on after a step.
  @inline(__always)
  func goesOn(after place: Int) -> Bool { endings[place] == 0 }

  /// The value of what follows a step, 0 after a termination.
  @inline(__always)
  func nextValue(after place: Int) -> Float {
    switch endings[place] {
    case 0: values[place + environments]
    case Float(Ending.truncated.rawValue): finalValues[place]
    default: 0
    }
  }
}

/// Generalized advantage estimation.
///
/// Eq. 16 of Schulman et al. (2016), "High-dimensional continuous control using generalized
/// advantage estimation".
///
///     δₜ = rₜ + γ·V(sₜ₊₁) - V(sₜ)
///     Aₜ = δₜ + γ·λ·Aₜ₊₁             (0 for Aₜ₊₁ beyond an ending or the last step)
///
/// - Parameters:
///   - columns: What was seen.
///   - discountFactor: γ, in `0...1`.
///   - traceDecay: λ, in `0...1`.
///   - advantages: `[T·N]`, written.
public func estimateAdvantages(
  _ columns: EstimationColumns, discountFactor: Float, traceDecay: Float,
  into advantages: UnsafeMutablePointer<Float>
) {
  let width = columns.environments
  for place in stride(from: columns.steps * width - 1, through: 0, by: -1) {
    let temporalDifference =
      columns.rewards[place] + discountFactor * columns.nextValue(after: place)
      - columns.values[place]
    let isLast = place >= (columns.steps - 1) * width
    let later = isLast || !columns.goesOn(after: place) ? 0 : advantages[place + width]
    advantages[place] = temporalDifference + discountFactor * traceDecay * later
  }
}

/// Returns of `n` steps.
///
/// Eq. 7.1 of Sutton & Barto (2018).
///
/// `Gₜ = rₜ + γ·rₜ₊₁ + … + γⁿ⁻¹·rₜ₊ₙ₋₁ + γⁿ·V(sₜ₊ₙ)`, cut at an ending and at the last step, with the
/// exponent that was really reached.
///
/// - Parameters:
///   - columns: What was seen.
///   - stepCount: `n`, at least 1.
///   - discountFactor: γ, in `0...1`.
///   - returns: `[T·N]`, written.
public func estimateReturns(
  _ columns: EstimationColumns, stepCount: Int, discountFactor: Float,
  into returns: UnsafeMutablePointer<Float>
) {
  precondition(stepCount >= 1, "a return has at least one step, not \(stepCount)")
  let width = columns.environments
  for place in 0..<columns.steps * width {
    var (sum, weight, here): (Float, Float, Int) = (0, 1, place)
    for step in 1...stepCount {
      sum += weight * columns.rewards[here]
      weight *= discountFactor
      let isLast = here >= (columns.steps - 1) * width
      if step == stepCount || isLast || !columns.goesOn(after: here) { break }
      here += width
    }
    returns[place] = sum + weight * columns.nextValue(after: here)
  }
}

/// λ-returns, by `Gₜ = rₜ + γ·((1 - λ)·V(sₜ₊₁) + λ·Gₜ₊₁)`.
///
/// Eq. 12.18 of Sutton & Barto (2018).
///
/// - Parameters:
///   - columns: What was seen.
///   - discountFactor: γ, in `0...1`.
///   - traceDecay: λ, in `0...1`; 1 gives returns until the ending.
///   - returns: `[T·N]`, written.
public func estimateLambdaReturns(
  _ columns: EstimationColumns, discountFactor: Float, traceDecay: Float,
  into returns: UnsafeMutablePointer<Float>
) {
  let width = columns.environments
  for place in stride(from: columns.steps * width - 1, through: 0, by: -1) {
    let next = columns.nextValue(after: place)
    let isLast = place >= (columns.steps - 1) * width
    let later = isLast || !columns.goesOn(after: place) ? next : returns[place + width]
    returns[place] =
      columns.rewards[place] + discountFactor * ((1 - traceDecay) * next + traceDecay * later)
  }
}
