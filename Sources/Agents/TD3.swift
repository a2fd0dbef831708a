package import Autodiff
import NeuralNetworks

/// Twin delayed deep deterministic policy gradients.
///
/// Fujimoto, van Hoof & Meger (2018), "Addressing function approximation error in actor-critic
/// methods", Algorithm 1: of two critics the smaller value is believed, the target's actions are
/// blurred, and the actor and the target networks follow every few updates of the critics. Endings
/// follow Pardo et al. (2018): only a termination ends the sum of rewards.
///
/// Actions are numbers from -1 to 1 throughout. Shapes: `B` batch, `D` numbers in an action.
package enum TD3: DeterministicRule {
  package static let name = "td3"
  package static let summary =
    "Twin delayed policy gradients: two critics, blurred targets, an actor that follows later."
  package static let source = "Fujimoto, van Hoof & Meger (2018)"
  package static let criticCount = 2
  package static let hasNoise = true

  /// `clip(a + clip(σ·ε, -c, c), -1, 1)`: the target's actions, blurred; section 5.3.
  ///
  /// - Parameters:
  ///   - actions: `[B, D]`.
  ///   - noise: Standard normal, `[B, D]`.
  package static func smoothed(
    _ actions: Tensor, noise: Tensor, _ smoothing: TD3Settings.Smoothing
  ) -> Tensor {
    let noise = (smoothing.deviation * noise).clamped(to: -smoothing.limit...smoothing.limit)
    return (actions + noise).clamped(to: -1...1)
  }

  /// `y = r + γ·min Q⁻(s′, a′)`, `[B]`.
  ///
  /// - Parameter values: The smaller value of the target critics, `[B]`.
  package static func targets(_ batch: Transitions, values: Tensor) -> Tensor {
    batch.rewards + batch.discounts * values
  }

  /// The mean squared error of each critic's values `[B]`, all added up.
  package static func criticLoss(values: [Tensor], targets: Tensor) -> Tensor {
    values.map { squaredError($0, targets) }.reduce(Tensor(0), +)
  }

  /// `-mean Q₁(s, μ(s))`.
  package static func actorLoss(values: Tensor) -> Tensor { -values.mean() }

  package static func updateCritics(
    _ learner: inout DeterministicLearner, on batch: DeterministicBatch, _ settings: TD3Settings
  ) -> (loss: Tensor, meanValue: Tensor) {
    let transitions = batch.transitions
    var next = learner.actorTarget(transitions.nextObservations)
    if let noise = batch.noise { next = smoothed(next, noise: noise, settings.smoothing) }
    let targets = targets(
      transitions, values: learner.criticTargets.smallest(transitions.nextObservations, next)
    ).withoutGradient()
    let values = learner.critics.values(transitions.observations, transitions.actions)
    let loss = criticLoss(values: values, targets: targets)
    learner.criticOptimizer.update(
      &learner.critics, along: gradient(of: loss, withRespectTo: learner.critics),
      learningRate: batch.criticRate)
    return (loss, values[0].mean())
  }

  package static func updateActor(
    _ learner: inout DeterministicLearner, on batch: DeterministicBatch, _ settings: TD3Settings
  ) -> Tensor {
    let observations = batch.transitions.observations
    let values = learner.critics.values(observations, learner.actor(observations))
    let loss = actorLoss(values: values[0])
    learner.actorOptimizer.update(
      &learner.actor, along: gradient(of: loss, withRespectTo: learner.actor),
      learningRate: batch.actorRate)
    learner.moveTargets(by: settings.targetRate)
    return loss
  }
}
