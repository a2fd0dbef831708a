package import Autodiff
import NeuralNetworks

/// Deep deterministic policy gradients.
///
/// Lillicrap et al. (2016), "Continuous control with deep reinforcement learning", Algorithm 1: an
/// actor that climbs its critic's slope. Endings follow Pardo et al. (2018): only a termination ends
/// the sum of rewards.
///
/// Actions are numbers from -1 to 1 throughout. Shapes: `B` batch, `D` numbers in an action.
package enum DDPG: DeterministicRule {
  package static let name = "ddpg"
  package static let summary =
    "Deep deterministic policy gradients: an actor that climbs its critic's slope."
  package static let source = "Lillicrap et al. (2016)"
  package static let criticCount = 1
  package static let hasNoise = false

  /// `y = r + γ·Q⁻(s′, μ⁻(s′))`, `[B]`.
  ///
  /// - Parameter values: Of the target critic, `[B]`.
  package static func targets(_ batch: Transitions, values: Tensor) -> Tensor {
    batch.rewards + batch.discounts * values
  }

  /// The mean squared error of the critic's values `[B]`.
  package static func criticLoss(values: Tensor, targets: Tensor) -> Tensor {
    squaredError(values, targets)
  }

  /// `-mean Q(s, μ(s))`, whose slope is the policy gradient: equation 6.
  package static func actorLoss(values: Tensor) -> Tensor { -values.mean() }

  package static func updateCritics(
    _ learner: inout DeterministicLearner, on batch: DeterministicBatch, _ settings: DDPGSettings
  ) -> (loss: Tensor, meanValue: Tensor) {
    let transitions = batch.transitions
    let next = learner.actorTarget(transitions.nextObservations)
    let targets = targets(
      transitions, values: learner.criticTargets.values(transitions.nextObservations, next)[0]
    ).withoutGradient()
    let values = learner.critics.values(transitions.observations, transitions.actions)[0]
    let loss = criticLoss(values: values, targets: targets)
    learner.criticOptimizer.update(
      &learner.critics, along: gradient(of: loss, withRespectTo: learner.critics),
      learningRate: batch.criticRate)
    return (loss, values.mean())
  }

  package static func updateActor(
    _ learner: inout DeterministicLearner, on batch: DeterministicBatch, _ settings: DDPGSettings
  ) -> Tensor {
    let observations = batch.transitions.observations
    let values = learner.critics.values(observations, learner.actor(observations))[0]
    let loss = actorLoss(values: values)
    learner.actorOptimizer.update(
      &learner.actor, along: gradient(of: loss, withRespectTo: learner.actor),
      learningRate: batch.actorRate)
    learner.moveTargets(by: settings.targetRate)
    return loss
  }
}
