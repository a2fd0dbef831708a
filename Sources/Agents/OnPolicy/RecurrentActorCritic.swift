package import Autodiff
import Environments
package import NeuralNetworks
package import Randomness

/// The networks of an actor-critic with a memory.
///
/// With `sharedTrunk`, policy and value are each a last layer on common hidden layers and a common
/// memory, as CleanRL's `ppo_atari_lstm.py` has it; otherwise each has a memory of its own, which
/// its hidden layers follow, as in the `RecurrentPPO` of Stable-Baselines3's contributions.
///
/// Shapes: `B` sequences of `T` steps, step after step; `S` numbers of state.
package struct RecurrentActorCritic: Traceable {
  /// The common hidden layers before the memory, `nil` where there are none.
  package var trunk: MLP?
  /// The policy's memory, or the common one.
  package var memory: AnyRecurrentCell
  /// The value's own memory, `nil` where there is but one.
  package var valueMemory: AnyRecurrentCell?
  /// What follows the memories.
  package var heads: ActorCritic

  /// Networks with parameters drawn at random: trunk, memories, policy, value.
  package init(
    _ settings: ActorCriticSettings, _ recurrence: RecurrenceSettings,
    in surroundings: Surroundings,
    using random: inout RandomStream
  ) {
    var (headSettings, seen) = (settings, surroundings)
    headSettings.sharedTrunk = false
    seen.observationSize = recurrence.units
    var inputs = surroundings.observationSize
    if settings.sharedTrunk {
      headSettings.hidden = []
      if let last = settings.hidden.last {
        trunk = MLP(
          sizes: [inputs] + settings.hidden, activation: settings.activation,
          outputActivation: settings.activation, initializer: settings.initializer, using: &random)
        inputs = last
      }
    }
    memory = AnyRecurrentCell(inputs, recurrence, using: &random)
    if !settings.sharedTrunk {
      valueMemory = AnyRecurrentCell(inputs, recurrence, using: &random)
    }
    heads = ActorCritic(headSettings, in: seen, using: &random)
  }

  /// `S`: what both memories keep from step to step.
  package var stateSize: Int { memory.stateSize + (valueMemory?.stateSize ?? 0) }

  /// Goes through sequences of observations.
  ///
  /// - Parameters:
  ///   - observations: `[T·B, observationSize]`, step after step.
  ///   - steps: `T`.
  ///   - state: Before the first step, `[B, S]`.
  ///   - keep: `[T·B]`, 0 where a step is the first one of an episode, else 1; `nil` for all 1.
  package func remembered(
    _ observations: Tensor, steps: Int = 1, from state: Tensor, keep: Tensor? = nil
  ) -> Remembered {
    let x = trunk?(observations) ?? observations
    guard let valueMemory else {
      let common = memory(x, steps: steps, from: state, keep: keep)
      return Remembered(policy: common.outputs, value: common.outputs, state: common.state)
    }
    let states = state.split(axis: 1, into: [memory.stateSize, valueMemory.stateSize])
    let policy = memory(x, steps: steps, from: states[0], keep: keep)
    let value = valueMemory(x, steps: steps, from: states[1], keep: keep)
    return Remembered(
      policy: policy.outputs, value: value.outputs,
      state: concatenated([policy.state, value.state], axis: 1))
  }

  /// What the heads see of the past and the present.
  package struct Remembered {
    /// `[T·B, units]` each.
    package var policy, value: Tensor
    /// After the last step, `[B, S]`.
    package var state: Tensor
  }

  package mutating func visitTensors(_ visitor: inout some TensorVisitor) {
    if var shared = trunk {
      visitor.visit("trunk", &shared)
      trunk = shared
    }
    visitor.visit("memory", &memory)
    if var own = valueMemory {
      visitor.visit("valueMemory", &own)
      valueMemory = own
    }
    visitor.visit("heads", &heads)
  }
}
