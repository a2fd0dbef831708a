package import Autodiff
import Environments
import NeuralNetworks
import Replay

extension DQN {
  /// Sampled transitions, and the learning rate that goes with them, as a plan takes them.
  package struct Batch: Traceable {
    /// What was seen, `[B, observationSize]`.
    package var observations: Tensor
    /// What was done: `[B]` whole numbers.
    package var actions: Tensor
    /// What the actions paid, `[B]`.
    package var rewards: Tensor
    /// γ, `[B]`, or 0 where the episode terminated.
    package var discounts: Tensor
    /// What was seen next, `[B, observationSize]`.
    package var nextObservations: Tensor
    /// A single number.
    package var learningRate = Tensor(0)
    /// `[B, A]`: 1 where an action is allowed at the next observation; `nil` allows everything.
    package var nextMasks: Tensor?

    package init(
      observations: Tensor, actions: Tensor, rewards: Tensor, discounts: Tensor,
      nextObservations: Tensor, nextMasks: Tensor? = nil
    ) {
      (self.observations, self.actions, self.rewards) = (observations, actions, rewards)
      (self.discounts, self.nextObservations) = (discounts, nextObservations)
      self.nextMasks = nextMasks
    }

    package mutating func visitTensors(_ visitor: inout some TensorVisitor) {
      visitor.visit("observations", &observations)
      visitor.visit("actions", &actions)
      visitor.visit("rewards", &rewards)
      visitor.visit("discounts", &discounts)
      visitor.visit("nextObservations", &nextObservations)
      visitor.visit("learningRate", &learningRate)
      visitor.visit("nextMasks", &nextMasks)
    }

    /// The values of the next observations `[B, A]`, the lowest number in place of forbidden
    /// actions.
    ///
    /// Not minus infinity, because times a discount of 0 that is no number.
    package func allowed(_ values: Tensor) -> Tensor {
      guard let nextMasks else { return values }
      let lowest = Tensor.filled(with: -.greatestFiniteMagnitude, shape: values.shape)
      return select(nextMasks, values, lowest)
    }
  }

  /// What is measured during an update; single numbers.
  package struct Measured: Traceable {
    package var loss: Tensor
    package var gradientNorm: Tensor
    package var meanValue: Tensor

    package mutating func visitTensors(_ visitor: inout some TensorVisitor) {
      visitor.visit("loss", &loss)
      visitor.visit("gradientNorm", &gradientNorm)
      visitor.visit("meanValue", &meanValue)
    }
  }
}

extension DQN.Batch {
  /// A batch of `count` empty transitions, which has the right shapes.
  init(count: Int, _ surroundings: Surroundings) {
    let rows = Tensor.zeros([count, surroundings.observationSize])
    let column = Tensor.zeros([count])
    self.init(
      observations: rows, actions: column, rewards: column, discounts: column,
      nextObservations: rows)
    if surroundings.masked, case .discrete(let choices) = surroundings.actions {
      nextMasks = .zeros([count, choices])
    }
  }

  /// Where a plan reads the next batch from.
  struct Inputs {
    let rows: BatchRows
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
      self.rows = BatchRows(
        observations: input(0), actions: input(1), rewards: input(2), discounts: input(3),
        nextObservations: input(4), nextMasks: masked ? input(6) : nil)
      learningRate = input(5)
    }
  }
}

extension Traceable {
  /// Moves every tensor a share of the way to another's: `θ ← θ + rate·(other − θ)`.
  mutating func move(to other: Self, by rate: Double) {
    self = replacingTensors(
      with: zip(tensors, other.tensors).map { own, goal in own + rate * (goal - own) })
  }
}
