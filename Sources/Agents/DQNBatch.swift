package import Autodiff
import Environments
import NeuralNetworks
import Replay

extension DQN {
  /// Sampled transitions, and what else an update reads, as a plan takes them.
  package struct Batch: Traceable {
    /// What was seen, `[B, observationSize]`.
    package var observations: Tensor
    /// What was done: `[B]` whole numbers.
    package var actions: Tensor
    /// What the actions paid, `[B]`; over several steps `Σ γⁱ·rᵢ`.
    package var rewards: Tensor
    /// γ to the power of the steps, `[B]`, or 0 where the episode terminated.
    package var discounts: Tensor
    /// What was seen next, `[B, observationSize]`.
    package var nextObservations: Tensor
    /// A single number.
    package var learningRate = Tensor(0)
    /// `[B, A]`: 1 where an action is allowed at the next observation; `nil` allows everything.
    package var nextMasks: Tensor?
    /// What each transition's loss counts, `[B]`; `nil` where all count alike.
    package var weights: Tensor?
    /// Of a noisy network.
    package var noise: Noise?

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
      visitor.visit("weights", &weights)
      visitor.visit("noise", &noise)
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

  /// Draws from the standard normal distribution for one update of a noisy network: independent
  /// ones for the network that learns, for the target network, and for the choice of double-Q.
  ///
  /// Fortunato et al. (2018), eq. 12 and 14. `[noiseCount]` each.
  package struct Noise: Traceable {
    package var online: Tensor
    package var target: Tensor
    package var choice: Tensor?

    package init(online: Tensor, target: Tensor, choice: Tensor? = nil) {
      (self.online, self.target, self.choice) = (online, target, choice)
    }

    package mutating func visitTensors(_ visitor: inout some TensorVisitor) {
      visitor.visit("online", &online)
      visitor.visit("target", &target)
      visitor.visit("choice", &choice)
    }
  }

  /// What is measured during an update.
  package struct Measured: Traceable {
    // Single numbers.
    package var loss: Tensor
    package var gradientNorm: Tensor
    package var meanValue: Tensor
    /// The mean σ, of a noisy network.
    package var deviation: Tensor?
    /// What the transitions' priorities follow from, `[B]`, and their mean; with priorities.
    package var meanPriority: Tensor?
    package var priorities: Tensor?

    package mutating func visitTensors(_ visitor: inout some TensorVisitor) {
      visitor.visit("loss", &loss)
      visitor.visit("gradientNorm", &gradientNorm)
      visitor.visit("meanValue", &meanValue)
      visitor.visit("deviation", &deviation)
      visitor.visit("meanPriority", &meanPriority)
      visitor.visit("priorities", &priorities)
    }
  }
}

extension DQN.Batch {
  /// A batch of empty transitions, which has the right shapes.
  ///
  /// - Parameter noiseCount: Of the network, `ValueNetwork.noiseCount`.
  init(_ settings: DQNSettings, _ surroundings: Surroundings, noiseCount: Int) {
    let count = settings.replay.batchSize
    let rows = Tensor.zeros([count, surroundings.observationSize])
    let column = Tensor.zeros([count])
    self.init(
      observations: rows, actions: column, rewards: column, discounts: column,
      nextObservations: rows)
    if surroundings.masked, case .discrete(let choices) = surroundings.actions {
      nextMasks = .zeros([count, choices])
    }
    if settings.replay.prioritization != .none { weights = column }
    if noiseCount > 0 {
      let noise = Tensor.zeros([noiseCount])
      self.noise = DQN.Noise(
        online: noise, target: noise, choice: settings.target == .double ? noise : nil)
    }
  }

  /// Where a plan reads the next batch from.
  struct Inputs {
    let rows: BatchRows
    let learningRate: UnsafeMutablePointer<Float>
    /// `[B]`, where transitions have priorities.
    let weights: UnsafeMutablePointer<Float>?
    /// Each `[noiseCount]`; none without noise.
    let noise: [UnsafeMutableBufferPointer<Float>]

    /// - Parameters:
    ///   - plan: Made with a batch as its inputs.
    ///   - shapes: That batch.
    init(of plan: Plan, _ shapes: DQN.Batch) {
      var inputs: [String: UnsafeMutableBufferPointer<Float>] = [:]
      var noise: [UnsafeMutableBufferPointer<Float>] = []
      for (index, (name, _)) in shapes.namedTensors.enumerated() {
        inputs[name] = plan.input(index)
        if name.hasPrefix("noise/") { noise.append(plan.input(index)) }
      }
      func base(_ name: String) -> UnsafeMutablePointer<Float> {
        guard let base = inputs[name]?.baseAddress else {
          preconditionFailure("the input '\(name)' of a plan has no memory")
        }
        return base
      }
      rows = BatchRows(
        observations: base("observations"), actions: base("actions"), rewards: base("rewards"),
        discounts: base("discounts"), nextObservations: base("nextObservations"),
        nextMasks: inputs["nextMasks"]?.baseAddress)
      learningRate = base("learningRate")
      weights = inputs["weights"]?.baseAddress
      self.noise = noise
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
