package import Autodiff
import Environments
import Glibc
import NeuralNetworks
import Randomness

/// Chooses actions from an actor-critic's policy: at random in training, the likeliest in
/// evaluation.
///
/// Shapes: `N` environments, `A` choices or `D` numbers.
final class ActionSampler: Policy {
  private let surroundings: Surroundings
  private let plan: Plan
  /// What observations go through before evaluation; those of training come normalized.
  private let normalizer: Normalizer?
  /// `[N]` choices.
  private let choices: UnsafeMutablePointer<Int32>
  /// `[N, D]`, within the bounds: what the environments get (detail 27).
  private let numbers: UnsafeMutablePointer<Float>

  /// A policy that follows the weights in `variables` as they change.
  init<State: Traceable>(
    _ surroundings: Surroundings, _ variables: Variables<State>, _ normalizer: Normalizer? = nil,
    networks: @escaping (State) -> ActorCritic
  ) {
    self.surroundings = surroundings
    self.normalizer = normalizer
    let count = surroundings.environments
    let rows = Tensor.zeros([count, surroundings.observationSize])
    var inputs = [rows]
    if surroundings.masked, case .discrete(let actions) = surroundings.actions {
      inputs.append(.ones([count, actions]))
    }
    plan = Plan(updating: variables, inputs: inputs) { state, inputs in
      networks(state).policy(inputs[0], allowed: inputs.count > 1 ? inputs[1] : nil).parameters
    }
    let width = count * max(1, surroundings.actions.width)
    choices = .allocate(capacity: width)
    choices.initialize(repeating: 0, count: width)
    numbers = .allocate(capacity: width)
    numbers.initialize(repeating: 0, count: width)
  }

  deinit {
    choices.deallocate()
    numbers.deallocate()
  }

  /// The likeliest actions.
  func actions(
    for observations: UnsafePointer<Float>, masks: UnsafePointer<UInt8>?
  ) -> ActionRows {
    if plan.inputCount > 1, let masks {
      let allowed = plan.input(1)
      for index in allowed.indices { allowed[index] = Float(masks[index]) }
    }
    look(at: observations, through: normalizer)
    switch surroundings.actions {
    case .discrete(let count):
      let probabilities = plan.output(0)
      for environment in 0..<surroundings.environments {
        choices[environment] = Int32(
          likeliest(
            UnsafeBufferPointer(
              rebasing: probabilities[environment * count..<(environment + 1) * count])))
      }
      return .discrete(choices)
    case .continuous(let low, let high):
      clip(plan.output(0), low, high)
      return .continuous(numbers)
    }
  }

  /// Actions drawn at random; what was drawn is also written to `taken`, `[N]` or `[N, D]`, before
  /// numbers are clipped to their bounds.
  ///
  /// - Parameter allowed: `[N, A]`, 1 where a choice is allowed; not read where all always are.
  func sample(
    for observations: UnsafePointer<Float>, allowed: UnsafePointer<Float>,
    into taken: UnsafeMutablePointer<Float>, using random: inout RandomStream
  ) -> ActionRows {
    if plan.inputCount > 1 {
      let row = plan.input(1)
      for index in row.indices { row[index] = allowed[index] }
    }
    look(at: observations)
    switch surroundings.actions {
    case .discrete(let count):
      let probabilities = plan.output(0)
      for environment in 0..<surroundings.environments {
        let choice = draw(
          UnsafeBufferPointer(
            rebasing: probabilities[environment * count..<(environment + 1) * count]),
          random.uniform())
        choices[environment] = Int32(choice)
        taken[environment] = Float(choice)
      }
      return .discrete(choices)
    case .continuous(let low, let high):
      let (means, deviations) = (plan.output(0), plan.output(1))
      for index in means.indices {
        taken[index] = means[index] + expf(deviations[index]) * random.normal()
      }
      clip(UnsafeBufferPointer(start: taken, count: means.count), low, high)
      return .continuous(numbers)
    }
  }

  private func look(
    at observations: UnsafePointer<Float>, through normalizer: Normalizer? = nil
  ) {
    let rows = plan.input(0)
    for index in rows.indices { rows[index] = observations[index] }
    if let normalizer, let base = rows.baseAddress {
      normalizer.normalize(observations: base, count: surroundings.environments)
    }
    plan.run()
  }

  private func clip(_ raw: UnsafeBufferPointer<Float>, _ low: [Float], _ high: [Float]) {
    for environment in 0..<surroundings.environments {
      for index in low.indices {
        let place = environment * low.count + index
        numbers[place] = min(max(raw[place], low[index]), high[index])
      }
    }
  }

  /// The first choice whose share of the whole reaches beyond `share`, which is in `0..<1`.
  private func draw(_ probabilities: UnsafeBufferPointer<Float>, _ share: Float) -> Int {
    var (sum, last): (Float, Int) = (0, 0)
    for (choice, probability) in probabilities.enumerated() where probability > 0 {
      sum += probability
      last = choice
      if share < sum { return choice }
    }
    return last  // rounding left the sum a little below 1
  }

  private func likeliest(_ probabilities: UnsafeBufferPointer<Float>) -> Int {
    var best = 0
    for choice in probabilities.indices where probabilities[choice] > probabilities[best] {
      best = choice
    }
    return best
  }
}

extension ActorCriticSettings {
  /// The policy of saved weights, without an agent.
  ///
  /// - Throws: `NamedTensorsError` if the weights are of other networks.
  package func policy(
    in surroundings: Surroundings, discountFactor: Double,
    weights: [(name: String, tensor: Tensor)]
  ) throws -> any Policy {
    var weights = weights
    let normalizer = try Normalizer(for: surroundings, discountFactor: discountFactor)
    try normalizer?.takeScales(from: &weights)
    var unused = Seeds(root: 0)["initialization"]
    var networks = ActorCritic(self, in: surroundings, using: &unused)
    try load(weights, into: &networks)
    return ActionSampler(surroundings, Variables(networks), normalizer) { $0 }
  }
}
