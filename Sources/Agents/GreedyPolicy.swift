import Autodiff
import Environments

/// Chooses the allowed action of the largest value; the first of equals.
final class GreedyPolicy: Policy {
  /// How many actions there are.
  let choices: Int
  private let environments: Int
  private let plan: Plan
  private let normalizer: Normalizer?
  private let observations: UnsafeMutableBufferPointer<Float>
  private let chosen: UnsafeMutablePointer<Int32>

  /// A policy that follows the weights in `variables` as they change.
  ///
  /// - Parameters:
  ///   - normalizer: What observations go through first, if anything; it stays the caller's to update.
  ///   - values: `[N, observationSize]` → `[N, choices]`.
  init<Weights: Traceable>(
    _ surroundings: Surroundings, _ variables: Variables<Weights>,
    _ normalizer: Normalizer? = nil, values: @escaping (Weights, Tensor) -> Tensor
  ) {
    environments = surroundings.environments
    self.normalizer = normalizer
    let rows = Tensor.zeros([environments, surroundings.observationSize])
    plan = Plan(updating: variables, inputs: rows) { weights, rows in values(weights, rows) }
    observations = plan.input(0)
    choices = plan.output(0).count / max(1, environments)
    chosen = .allocate(capacity: environments)
    chosen.initialize(repeating: 0, count: environments)
  }

  deinit { chosen.deallocate() }

  func actions(
    for observations: UnsafePointer<Float>, masks: UnsafePointer<UInt8>?
  ) -> ActionRows {
    .discrete(best(for: observations, masks: masks))
  }

  /// `[N]` actions, valid until the next call.
  func best(
    for rows: UnsafePointer<Float>, masks: UnsafePointer<UInt8>?
  ) -> UnsafePointer<Int32> {
    for index in observations.indices { observations[index] = rows[index] }
    if let normalizer, let base = observations.baseAddress {
      normalizer.normalize(observations: base, count: environments)
    }
    plan.run()
    let values = plan.output(0)
    for environment in 0..<environments {
      var best = -1
      var bestValue = -Float.infinity
      for action in 0..<choices {
        let place = environment * choices + action
        if let masks, masks[place] == 0 { continue }
        if best < 0 || values[place] > bestValue {
          best = action
          bestValue = values[place]
        }
      }
      chosen[environment] = Int32(max(0, best))
    }
    return UnsafePointer(chosen)
  }
}
