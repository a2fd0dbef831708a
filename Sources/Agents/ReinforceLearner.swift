package import Autodiff
import Environments
package import NeuralNetworks

extension Reinforce {
  /// Everything that an update changes.
  package struct Learner: Traceable {
    package var networks: ActorCritic
    /// The sum of the gradients of the chunks so far.
    package var gradients: ActorCritic
    package var policyOptimizer: AnyOptimizer
    package var baselineOptimizer: AnyOptimizer

    package init(_ networks: ActorCritic, _ settings: ReinforceSettings) {
      self.networks = networks
      gradients = networks.mapTensors { .zeros($1.shape) }
      policyOptimizer = AnyOptimizer(for: networks.policyParameters, settings.optimizer)
      baselineOptimizer = AnyOptimizer(for: networks.critic, settings.baselineOptimizer)
    }

    package mutating func visitTensors(_ visitor: inout some TensorVisitor) {
      visitor.visit("networks", &networks)
      visitor.visit("gradients", &gradients)
      visitor.visit("policyOptimizer", &policyOptimizer)
      visitor.visit("baselineOptimizer", &baselineOptimizer)
    }
  }

  /// Some steps of a round; rows beyond its end have the weights 0.
  package struct Chunk: Traceable {
    /// `[C, O]`.
    package var observations: Tensor
    /// `[C]` choices, or `[C, W]`.
    package var actions: Tensor
    /// `[C]`.
    package var advantages, returns: Tensor
    /// What each row counts for in the policy's and in the baseline's loss, `[C]`.
    package var policyWeights, baselineWeights: Tensor
    /// `[C, A]`; `nil` where all actions always are allowed.
    package var masks: Tensor?

    package init(count: Int, _ surroundings: Surroundings) {
      observations = .zeros([count, surroundings.observationSize])
      advantages = .zeros([count])
      (returns, policyWeights, baselineWeights) = (advantages, advantages, advantages)
      let isOneChoice = surroundings.actions.choices.count == 1
      actions = .zeros(isOneChoice ? [count] : [count, surroundings.actions.width])
      if surroundings.masked { masks = .ones([count, surroundings.actions.maskSize]) }
    }

    package mutating func visitTensors(_ visitor: inout some TensorVisitor) {
      visitor.visit("observations", &observations)
      visitor.visit("actions", &actions)
      visitor.visit("advantages", &advantages)
      visitor.visit("returns", &returns)
      visitor.visit("policyWeights", &policyWeights)
      visitor.visit("baselineWeights", &baselineWeights)
      visitor.visit("masks", &masks)
    }
  }

  /// Learning rates, single numbers.
  package struct Rates: Traceable {
    package var policy = Tensor(0)
    package var baseline = Tensor(0)

    package init() {}

    package mutating func visitTensors(_ visitor: inout some TensorVisitor) {
      visitor.visit("policy", &policy)
      visitor.visit("baseline", &baseline)
    }
  }

  /// What is measured on a chunk, to be added up; single numbers.
  package struct Measured: Traceable {
    package var policyLoss, baselineLoss, entropy: Tensor

    package mutating func visitTensors(_ visitor: inout some TensorVisitor) {
      visitor.visit("policyLoss", &policyLoss)
      visitor.visit("baselineLoss", &baselineLoss)
      visitor.visit("entropy", &entropy)
    }
  }
}

extension ActorCritic {
  /// All that a policy without a common trunk is made of.
  var policyParameters: Pair<MLP, Tensor?> {
    get { Pair(actor, logDeviation) }
    set { (actor, logDeviation) = (newValue.first, newValue.second) }
  }
}
