// Estimators for steps that another policy chose. The ratios `π(a|s) / μ(a|s)` of the policy that is
// evaluated to the one that acted come beside the columns.

/// V-trace targets and advantages.
///
/// Eq. 1 and remark 1 of Espeholt et al. (2018), "IMPALA: scalable distributed deep-RL".
///
///     δₜ = min(ρ̄, πₜ/μₜ)·(rₜ + γ·V(sₜ₊₁) - V(sₜ))
///     vₜ = V(sₜ) + δₜ + γ·λ·min(c̄, πₜ/μₜ)·(vₜ₊₁ - V(sₜ₊₁))
///     Aₜ = min(ρ̄, πₜ/μₜ)·(rₜ + γ·vₜ₊₁ - V(sₜ))
///
/// With ratios of 1 and bounds of at least 1, `v` is the λ-return.
///
/// - Parameters:
///   - columns: What was seen.
///   - ratios: `[T·N]`, π/μ of the actions taken.
///   - discountFactor: γ, in `0...1`.
///   - traceDecay: λ, in `0...1`.
///   - valueBound: ρ̄, above 0.
///   - traceBound: c̄, above 0 and at most ρ̄.
///   - targets: `[T·N]`, written: `v`.
///   - advantages: `[T·N]`, written: `A`.
public func estimateVTrace(
  _ columns: EstimationColumns, ratios: UnsafePointer<Float>, discountFactor: Float,
  traceDecay: Float = 1, valueBound: Float = 1, traceBound: Float = 1,
  into targets: UnsafeMutablePointer<Float>, advantages: UnsafeMutablePointer<Float>
) {
  let width = columns.environments
  for place in stride(from: columns.steps * width - 1, through: 0, by: -1) {
    let next = columns.nextValue(after: place)
    let isCut = place >= (columns.steps - 1) * width || !columns.goesOn(after: place)
    let nextTarget = isCut ? next : targets[place + width]
    let weight = min(valueBound, ratios[place])
    let temporalDifference =
      weight * (columns.rewards[place] + discountFactor * next - columns.values[place])
    let trace = discountFactor * traceDecay * min(traceBound, ratios[place])
    targets[place] = columns.values[place] + temporalDifference + trace * (nextTarget - next)
    advantages[place] =
      weight * (columns.rewards[place] + discountFactor * nextTarget - columns.values[place])
  }
}

/// Retrace(λ) targets of action values.
///
/// Eq. 4 of Munos et al. (2016), "Safe and efficient off-policy reinforcement learning".
///
///     cₜ = λ·min(1, πₜ/μₜ)
///     Qᵣₑₜ(sₜ, aₜ) = rₜ + γ·(V(sₜ₊₁) + cₜ₊₁·(Qᵣₑₜ(sₜ₊₁, aₜ₊₁) - Q(sₜ₊₁, aₜ₊₁)))
///
/// where `V` is the mean of `Q` under the policy that is evaluated.
///
/// - Parameters:
///   - columns: What was seen, with `V`.
///   - actionValues: `[T·N]`, `Q` of the actions taken.
///   - ratios: `[T·N]`, π/μ of the actions taken.
///   - discountFactor: γ, in `0...1`.
///   - traceDecay: λ, in `0...1`.
///   - targets: `[T·N]`, written.
public func estimateRetrace(
  _ columns: EstimationColumns, actionValues: UnsafePointer<Float>,
  ratios: UnsafePointer<Float>, discountFactor: Float, traceDecay: Float = 1,
  into targets: UnsafeMutablePointer<Float>
) {
  let width = columns.environments
  for place in stride(from: columns.steps * width - 1, through: 0, by: -1) {
    var later: Float = 0
    let isCut = place >= (columns.steps - 1) * width || !columns.goesOn(after: place)
    if !isCut {
      let next = place + width
      later = traceDecay * min(1, ratios[next]) * (targets[next] - actionValues[next])
    }
    targets[place] =
      columns.rewards[place] + discountFactor * (columns.nextValue(after: place) + later)
  }
}
