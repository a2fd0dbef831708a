package import Autodiff
import Environments
package import NeuralNetworks
import Randomness

/// What an algorithm with a deterministic actor does with a batch of transitions.
package protocol DeterministicRule {
  associatedtype Settings: DeterministicSettings

  /// The key that stands for the agent in an experiment file.
  static var name: String { get }
  /// What it does, in a sentence, and who found it.
  static var summary: String { get }
  static var source: String { get }
  /// How many critics there are.
  static var criticCount: Int { get }
  /// Whether an update reads normal noise.
  static var hasNoise: Bool { get }

  /// Moves the critics a step; the loss and the mean value are measured on the way.
  static func updateCritics(
    _ learner: inout DeterministicLearner, on batch: DeterministicBatch, _ settings: Settings
  ) -> (loss: Tensor, meanValue: Tensor)

  /// Moves the actor a step, then the target networks; gives the actor's loss.
  static func updateActor(
    _ learner: inout DeterministicLearner, on batch: DeterministicBatch, _ settings: Settings
  ) -> Tensor
}

/// The settings that agents with a deterministic actor have in common.
package protocol DeterministicSettings: ValidatedSettings, OffPolicySettings {
  var exploration: ExplorationNoise { get }
  /// Updates of the critics for each one of the actor and the target networks.
  var policyDelay: Int { get }
}

/// Everything that an update changes.
package struct DeterministicLearner: Traceable {
  /// From observations to actions in `-1...1`.
  package var actor: MLP
  package var critics: Critics
  package var actorTarget: MLP
  package var criticTargets: Critics
  package var actorOptimizer: AnyOptimizer
  package var criticOptimizer: AnyOptimizer

  package init(
    actor: MLP, critics: Critics, actorOptimizer: OptimizerSettings,
    criticOptimizer: OptimizerSettings
  ) {
    (self.actor, self.critics) = (actor, critics)
    (actorTarget, criticTargets) = (actor, critics)
    self.actorOptimizer = AnyOptimizer(for: actor, actorOptimizer)
    self.criticOptimizer = AnyOptimizer(for: critics, criticOptimizer)
  }

  /// Networks with parameters drawn at random.
  init(
    critics count: Int, _ settings: some OffPolicySettings, in surroundings: Surroundings,
    using random: inout RandomStream
  ) {
    let actor = Self.actor(settings.network, in: surroundings, using: &random)
    self.init(
      actor: actor, critics: Critics(count, settings.network, in: surroundings, using: &random),
      actorOptimizer: settings.actorOptimizer, criticOptimizer: settings.criticOptimizer)
  }

  static func actor(
    _ settings: OffPolicyNetworkSettings, in surroundings: Surroundings,
    using random: inout RandomStream
  ) -> MLP {
    MLP(
      sizes: [surroundings.observationSize] + settings.hidden + [surroundings.actions.width],
      activation: settings.activation, outputActivation: .tanh,
      initializer: settings.initializer, using: &random)
  }

  /// Moves the target networks a share of the way.
  package mutating func moveTargets(by rate: Double) {
    criticTargets.move(to: critics, by: rate)
    actorTarget.move(to: actor, by: rate)
  }

  package mutating func visitTensors(_ visitor: inout some TensorVisitor) {
    visitor.visit("actor", &actor)
    visitor.visit("critics", &critics)
    visitor.visit("actorTarget", &actorTarget)
    visitor.visit("criticTargets", &criticTargets)
    visitor.visit("actorOptimizer", &actorOptimizer)
    visitor.visit("criticOptimizer", &criticOptimizer)
  }
}

/// What an update reads.
package struct DeterministicBatch: Traceable {
  package var transitions: Transitions
  /// Standard normal numbers, `[B, D]`, where the algorithm wants them.
  package var noise: Tensor?
  /// Single numbers.
  package var actorRate = Tensor(0)
  package var criticRate = Tensor(0)

  package init(_ transitions: Transitions, noise: Tensor? = nil) {
    (self.transitions, self.noise) = (transitions, noise)
  }

  package mutating func visitTensors(_ visitor: inout some TensorVisitor) {
    visitor.visit("transitions", &transitions)
    visitor.visit("noise", &noise)
    visitor.visit("actorRate", &actorRate)
    visitor.visit("criticRate", &criticRate)
  }
}

extension DeterministicRule {
  /// A batch of `count` empty transitions, which has the right shapes.
  static func batch(count: Int, _ surroundings: Surroundings) -> DeterministicBatch {
    let transitions = Transitions(count: count, surroundings)
    return DeterministicBatch(transitions, noise: hasNoise ? transitions.actions : nil)
  }
}
