package import Autodiff
package import NeuralNetworks

/// Everything that an update of a soft actor-critic changes.
package struct SoftLearner<Actor: Traceable, Critics: Traceable>: Traceable {
  package var actor: Actor
  package var critics: Critics
  package var targets: Critics
  package var temperature: EntropyTemperature
  package var actorOptimizer: AnyOptimizer
  package var criticOptimizer: AnyOptimizer

  /// Target networks begin as copies of the critics.
  package init(actor: Actor, critics: Critics, _ settings: some SoftSettings) {
    (self.actor, self.critics, targets) = (actor, critics, critics)
    actorOptimizer = AnyOptimizer(for: actor, settings.actorOptimizer)
    criticOptimizer = AnyOptimizer(for: critics, settings.criticOptimizer)
    temperature = EntropyTemperature(settings.temperature)
  }

  package mutating func visitTensors(_ visitor: inout some TensorVisitor) {
    visitor.visit("actor", &actor)
    visitor.visit("critics", &critics)
    visitor.visit("targets", &targets)
    visitor.visit("temperature", &temperature)
    visitor.visit("actorOptimizer", &actorOptimizer)
    visitor.visit("criticOptimizer", &criticOptimizer)
  }
}

/// The settings that soft actor-critics have in common.
package protocol SoftSettings: OffPolicySettings {
  var temperature: SACSettings.Temperature { get }
}

extension SACSettings: SoftSettings {}
extension DiscreteSACSettings: SoftSettings {}
