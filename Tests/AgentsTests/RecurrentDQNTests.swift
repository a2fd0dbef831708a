import Agents
import Autodiff
import Environments
import NeuralNetworks
import Randomness
import TestSupport
import Testing

/// What a recurrent DQN computes, what it keeps, and that it learns what needs a memory.
@Suite struct RecurrentDQNTests {
  static func settings(_ variant: Int) -> RecurrentDQNSettings {
    var settings = RecurrentDQNSettings()
    settings.network.hidden = variant == 1 ? [] : [6]
    settings.network.recurrence = variant == 1 ? .lstm(.init(units: 4)) : .gru(.init(units: 5))
    settings.optimizer = .adam(learningRate: 0.01)
    settings.replay.capacity = 60
    settings.replay.batchSize = 3
    settings.replay.sequenceLength = 4
    settings.replay.burnIn = variant == 2 ? 0 : 2
    settings.replay.storesStates = variant != 2
    settings.replay.learningStarts = variant == 2 ? 30 : 0
    settings.trainFrequency = 1
    settings.targetUpdate = variant == 1 ? .polyak(rate: 0.05) : .hard(every: 7)
    settings.target = variant == 2 ? .maximum : .double
    settings.exploration = .constant(0.3)
    return settings
  }

  private func agent(
    _ settings: RecurrentDQNSettings, for environment: any BatchedEnvironment,
    totalSteps: Int = 200, seed: UInt64 = 1
  ) throws -> RecurrentDQN {
    try RecurrentDQN(
      settings, in: Surroundings(of: environment), totalSteps: totalSteps, recordingInterval: 1,
      seeds: Seeds(root: seed))
  }

  // MARK: What is computed

  private func random(_ shape: [Int], _ random: inout RandomStream) -> Tensor {
    Tensor(
      shape: shape,
      scalars: (0..<shape.reduce(1, *)).map { _ in random.uniform(in: -1...1) as Float })
  }

  /// One row's way through a sequence, step by step: values at each observation and at what
  /// followed it, with the state reset where an episode begins.
  private func walk(
    _ network: RecurrentValues, _ batch: RecurrentDQN.Batch, row: Int
  ) -> [(values: [Float], next: [Float])] {
    let count = batch.states.shape[0]
    func at(_ tensor: Tensor, _ index: Int) -> Tensor {
      tensor.sliced(axis: 0, from: index, count: 1)
    }
    var state = network.parts(at(batch.states, row))
    return (0..<batch.rewards.count / count).map { step in
      let place = step * count + row
      if batch.starts.scalars[place] == 1 { state = state.map { $0.filled(with: 0) } }
      state = network.states(at(batch.observations, place), steps: 1, from: state)[0]
      let next = network.values(at(batch.nextObservations, place), from: state)
      return (network.head(state[0]).scalars, next.scalars)
    }
  }

  @Test(arguments: [0, 1, 2])
  func `an update's loss is that of walking through each sequence alone`(variant: Int) throws {
    var settings = Self.settings(variant)
    settings.loss = .squared
    settings.targetUpdate = .hard(every: 1000)
    var stream = Seeds(root: UInt64(variant))["batch"]
    let (length, count) = (settings.replay.burnIn + settings.replay.sequenceLength, 3)
    let online = RecurrentValues(
      settings.network, observationSize: 2, choices: 3, using: &stream)
    let target = RecurrentValues(
      settings.network, observationSize: 2, choices: 3, using: &stream)
    var batch = RecurrentDQN.Batch(
      length: length, count: count, stateSize: online.memory.stateSize, observationSize: 2,
      maskedChoices: 3)
    batch.observations = random([length * count, 2], &stream)
    batch.nextObservations = random([length * count, 2], &stream)
    batch.rewards = random([length * count], &stream)
    batch.states = random([count, online.memory.stateSize], &stream)
    func numbers(_ count: Int, _ number: () -> Float) -> Tensor {
      Tensor((0..<count).map { _ in number() })
    }
    batch.actions = numbers(length * count) { Float(stream.integer(below: 3)) }
    batch.discounts = numbers(length * count) { stream.chance(0.2) ? 0 : 0.9 }
    batch.starts = numbers(length * count) { stream.chance(0.3) ? 1 : 0 }
    let masks: [[Float]] = [[1, 1, 1], [1, 0, 1], [0, 1, 0]]
    batch.nextMasks = Tensor(
      shape: [length * count, 3],
      scalars: (0..<length * count).flatMap { _ in masks[stream.integer(below: 3)] })

    var learner = RecurrentDQN.Learner(online, settings.optimizer, environments: 1)
    learner.target = target
    let plan = Plan(updating: Variables(learner), inputs: batch) { learner, batch in
      RecurrentDQN.update(&learner, on: batch, settings)
    }
    for (index, tensor) in batch.tensors.enumerated() {
      for (place, number) in tensor.scalars.enumerated() { plan.input(index)[place] = number }
    }
    plan.run()
    let loss = Double(plan.output(0)[0])

    var (sum, steps) = (0.0, 0)
    for row in 0..<count {
      let (own, others) = (walk(online, batch, row: row), walk(target, batch, row: row))
      for step in settings.replay.burnIn..<length {
        let place = step * count + row
        let allowed = (0..<3).filter { batch.nextMasks?.scalars[3 * place + $0] == 1 }
        let chooser = settings.target == .double ? own[step].next : others[step].next
        let best = try #require(allowed.max { chooser[$0] < chooser[$1] })
        let goal =
          batch.rewards.scalars[place] + batch.discounts.scalars[place] * others[step].next[best]
        let value = own[step].values[Int(batch.actions.scalars[place])]
        sum += Double((goal - value) * (goal - value))
        steps += 1
      }
    }
    #expect(abs(loss - sum / Double(steps)) < 1e-5)
  }

  @Test func `no gradient flows into the burn-in`() throws {
    var settings = Self.settings(0)
    settings.replay.burnIn = 2
    settings.replay.sequenceLength = 1
    var stream = Seeds(root: 8)["batch"]
    let network = RecurrentValues(
      settings.network, observationSize: 1, choices: 2, using: &stream)
    var batch = RecurrentDQN.Batch(
      length: 3, count: 1, stateSize: network.memory.stateSize, observationSize: 1)
    batch.observations = random([3, 1], &stream)
    // What burn-in hands on is a constant, so a batch that begins there has the same gradient.
    let early = network.states(
      batch.observations.sliced(axis: 0, from: 0, count: 2), steps: 2,
      from: network.parts(batch.states))
    var late = RecurrentDQN.Batch(
      length: 1, count: 1, stateSize: network.memory.stateSize, observationSize: 1)
    late.observations = batch.observations.sliced(axis: 0, from: 2, count: 1)
    late.states = concatenated(early[1], axis: 1)
    let (whole, rest) = (batch, late)
    let first = gradient { (network: RecurrentValues) in
      RecurrentDQN.states(network, whole, burnIn: 2)[0].mean()
    }(network)
    let second = gradient { (network: RecurrentValues) in
      RecurrentDQN.states(network, rest, burnIn: 0)[0].mean()
    }(network)
    #expect(first.tensors.contains { $0.scalars.contains { $0 != 0 } })
    for (left, right) in zip(first.tensors, second.tensors) {
      for (one, other) in zip(left.scalars, right.scalars) { #expect(abs(one - other) < 1e-6) }
    }
  }

  // MARK: What is kept

  @Test(arguments: [1, 3], [0, 1, 2])
  func `resuming at any step gives the bits of a run never interrupted`(
    copies: Int, variant: Int
  ) throws {
    func environment() -> any BatchedEnvironment {
      EnvironmentBatch(TimeLimit(Noise(), maximumSteps: 7), count: copies)
    }
    let settings = Self.settings(variant)
    var random = Seeds(root: UInt64(10 * copies + variant))["interruption"]
    let instants = [random.integer(below: 80), random.integer(below: 80)]
    let whole = try expectExactResumption(
      at: instants, of: 80, in: environment, learner: \.variables,
      make: { try agent(settings, for: $0, seed: $1) },
      compare: { #expect($0.experience.progress == $1.experience.progress) })
    #expect(whole.agent.experience.progress.updates > 0)
  }

  @Test func `evaluating in between changes nothing, and weights make the same policy`() throws {
    func world(_ count: Int) -> any BatchedEnvironment {
      EnvironmentBatch(TimeLimit(Noise(), maximumSteps: 7), count: count)
    }
    func run(evaluating: Bool) throws -> Training<RecurrentDQN> {
      let training = Training(try agent(Self.settings(0), for: world(2)), in: world(2))
      for _ in 0..<8 {
        try training.run(steps: 10)
        guard evaluating else { continue }
        _ = evaluate(training.agent.makePolicy(environments: 3), in: world(3), episodes: 2, seed: 5)
      }
      return training
    }
    let (plain, evaluated) = (try run(evaluating: false), try run(evaluating: true))
    #expect(plain.actions == evaluated.actions)
    let saved = try RecurrentDQN.policy(
      Self.settings(0), in: Surroundings(of: world(2)), weights: plain.agent.weights)
    func play(_ policy: any Policy) -> [FinishedEpisode] {
      evaluate(policy, in: world(2), episodes: 3, seed: 5)
    }
    let policy = plain.agent.makePolicy(environments: 2)
    let once = play(policy)
    #expect(play(saved) == once)
    // Nothing of the episodes before is remembered.
    #expect(play(policy) == once)
  }

  @Test func `what does not fit is refused in a sentence`() {
    func message(_ settings: RecurrentDQNSettings, _ actions: ActionSpace) -> String {
      do {
        _ = try RecurrentDQN(
          settings, in: Surroundings(environments: 20, observationSize: 3, actions: actions),
          totalSteps: 10, seeds: Seeds(root: 1))
        return ""
      } catch { return "\(error)" }
    }
    #expect(
      message(Self.settings(0), .discrete(count: 2)).contains(
        "must hold 6 steps (burnIn and sequenceLength) of each of 20 environments"))
    var settings = Self.settings(0)
    settings.replay.capacity = 1000
    #expect(
      message(settings, .continuous(low: [-1], high: [1])).contains(
        "recurrentDqn chooses among discrete actions"))
  }

  // MARK: Learning

  @Test func `it names what was shown at the beginning, which DQN cannot`() throws {
    var settings = RecurrentDQNSettings()
    settings.network.hidden = []
    settings.network.recurrence = .gru(.init(units: 16))
    settings.optimizer = .adam(learningRate: 0.005)
    settings.replay.capacity = 4000
    settings.replay.sequenceLength = 8
    settings.replay.learningStarts = 200
    settings.targetUpdate = .hard(every: 200)
    let environment = EnvironmentBatch(Recall(length: 4), count: 8)
    let recurrent = Training(
      try agent(settings, for: environment, totalSteps: 8000), in: environment)
    try recurrent.run(steps: 1000)
    func played(_ policy: any Policy) -> Double {
      let episodes = evaluate(
        policy, in: EnvironmentBatch(Recall(length: 4), count: 10), episodes: 10, seed: 3)
      return episodes.reduce(0) { $0 + $1.return } / Double(episodes.count)
    }
    #expect(played(recurrent.agent.makePolicy(environments: 10)) == 1)

    var plain = DQNSettings.tiny
    plain.replay.capacity = 4000
    plain.replay.batchSize = 32
    let other = EnvironmentBatch(Recall(length: 4), count: 8)
    let forgetful = Training(try DQN(plain, for: other, totalSteps: 8000), in: other)
    try forgetful.run(steps: 1000)
    #expect(abs(played(forgetful.agent.makePolicy(environments: 10))) < 0.5)
  }
}
