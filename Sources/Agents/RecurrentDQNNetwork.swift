package import Autodiff
import Environments
package import NeuralNetworks
package import Randomness
import Replay

/// Values of actions by what was seen in the episode so far: hidden layers, a memory, a last layer.
///
/// Hausknecht & Stone (2015), "Deep recurrent Q-learning for partially observable MDPs", section 3,
/// put the memory in place of the last hidden layer.
///
/// Shapes: `B` sequences of `T` steps, step after step; `S` numbers of state.
package struct RecurrentValues: Traceable {
  /// The hidden layers before the memory, `nil` where there are none.
  package var trunk: MLP?
  package var memory: AnyRecurrentCell
  /// `[R, units]` → `[R, A]`.
  package var head: MLP

  /// Parameters drawn at random: hidden layers, memory, values.
  package init(
    _ settings: RecurrentDQNSettings.Network, observationSize: Int, choices: Int,
    using random: inout RandomStream
  ) {
    var inputs = observationSize
    if let last = settings.hidden.last {
      trunk = MLP(
        sizes: [inputs] + settings.hidden, activation: settings.activation,
        outputActivation: settings.activation, initializer: settings.initializer, using: &random)
      inputs = last
    }
    memory = AnyRecurrentCell(inputs, settings.recurrence, using: &random)
    head = MLP(
      sizes: [memory.units, choices], activation: settings.activation,
      initializer: settings.initializer, using: &random)
  }

  /// Goes through sequences.
  ///
  /// - Parameters:
  ///   - observations: `[T·B, observationSize]`.
  ///   - steps: `T`.
  ///   - state: Before the first step, in parts of `[B, units]`.
  ///   - keep: `[T·B]`, 0 where a step is the first one of an episode, else 1; `nil` for all 1.
  /// - Returns: The states after each step, in parts of `[B, units]`; `T` of them.
  package func states(
    _ observations: Tensor, steps: Int, from state: [Tensor], keep: Tensor? = nil
  ) -> [[Tensor]] {
    let (terms, parameters) = (inputTerms(observations), memory.stepParameters)
    let rows = observations.shape[0] / steps
    var (parts, states): ([Tensor], [[Tensor]]) = (state, [])
    for step in 0..<steps {
      if let keep {
        let kept = keep.sliced(axis: 0, from: step * rows, count: rows)
        parts = parts.map { $0.multiplyingColumn(kept) }
      }
      parts = memory.advanced(
        terms.map { $0.sliced(axis: 0, from: step * rows, count: rows) }, from: parts,
        by: parameters)
      states.append(parts)
    }
    return states
  }

  /// The values `[R, A]` of one step, taken from each of `R` states.
  package func values(_ observations: Tensor, from state: [Tensor]) -> Tensor {
    let terms = inputTerms(observations)
    return head(memory.advanced(terms, from: state, by: memory.stepParameters)[0])
  }

  private func inputTerms(_ observations: Tensor) -> [Tensor] {
    memory.inputTerms(trunk?(observations) ?? observations)
  }

  /// A state `[R, S]` in its parts.
  package func parts(_ state: Tensor) -> [Tensor] {
    state.split(
      axis: 1, into: Array(repeating: memory.units, count: memory.stateSize / memory.units))
  }

  package mutating func visitTensors(_ visitor: inout some TensorVisitor) {
    if var shared = trunk {
      visitor.visit("trunk", &shared)
      trunk = shared
    }
    visitor.visit("memory", &memory)
    visitor.visit("head", &head)
  }
}

extension RecurrentDQN {
  /// Sampled sequences of `L` steps, and the learning rate that goes with them.
  package struct Batch: Traceable {
    /// What was seen, `[L·B, observationSize]`, step after step.
    package var observations: Tensor
    /// What was done: `[L·B]` whole numbers.
    package var actions: Tensor
    /// What the actions paid, `[L·B]`.
    package var rewards: Tensor
    /// γ, `[L·B]`, or 0 where the episode terminated.
    package var discounts: Tensor
    /// What was seen next, `[L·B, observationSize]`, of the same episode also at its end.
    package var nextObservations: Tensor
    /// `[L·B]`: 1 where a step is the first one of an episode, else 0.
    package var starts: Tensor
    /// The state before the first step, `[B, S]`.
    package var states: Tensor
    /// A single number.
    package var learningRate = Tensor(0)
    /// `[L·B, A]`: 1 where an action is allowed at the next observation; `nil` allows everything.
    package var nextMasks: Tensor?

    /// Empty sequences, which have the right shapes.
    package init(
      length: Int, count: Int, stateSize: Int, observationSize: Int, maskedChoices: Int? = nil
    ) {
      let column = Tensor.zeros([length * count])
      observations = .zeros([length * count, observationSize])
      nextObservations = observations
      (actions, rewards, discounts, starts) = (column, column, column, column)
      states = .zeros([count, stateSize])
      nextMasks = maskedChoices.map { .zeros([length * count, $0]) }
    }

    package mutating func visitTensors(_ visitor: inout some TensorVisitor) {
      visitor.visit("observations", &observations)
      visitor.visit("actions", &actions)
      visitor.visit("rewards", &rewards)
      visitor.visit("discounts", &discounts)
      visitor.visit("nextObservations", &nextObservations)
      visitor.visit("starts", &starts)
      visitor.visit("states", &states)
      visitor.visit("learningRate", &learningRate)
      visitor.visit("nextMasks", &nextMasks)
    }

    /// Rows of the steps from `first` on, out of rows of all steps.
    func steps(_ rows: Tensor, from first: Int) -> Tensor {
      let place = first * states.shape[0]
      return first == 0 ? rows : rows.sliced(axis: 0, from: place, count: rows.shape[0] - place)
    }
  }

  /// Where a plan reads the next batch from.
  struct Inputs {
    let rows: SequenceRows
    let learningRate: UnsafeMutablePointer<Float>

    /// - Parameter plan: Made with a batch as its inputs.
    init(of plan: Plan, masked: Bool) {
      // In the order in which a batch shows its tensors.
      func input(_ index: Int) -> UnsafeMutablePointer<Float> {
        guard let base = plan.input(index).baseAddress else {
          preconditionFailure("input \(index) of a plan has no memory")
        }
        return base
      }
      let batch = BatchRows(
        observations: input(0), actions: input(1), rewards: input(2), discounts: input(3),
        nextObservations: input(4), nextMasks: masked ? input(8) : nil)
      rows = SequenceRows(batch: batch, starts: input(5), states: input(6))
      learningRate = input(7)
    }
  }
}
