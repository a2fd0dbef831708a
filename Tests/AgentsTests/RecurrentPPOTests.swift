import Agents
import Autodiff
import Environments
import NeuralNetworks
import Randomness
import TestSupport
import Testing

/// What recurrent PPO keeps, what it computes anew, and that it learns what needs a memory.
@Suite struct RecurrentPPOTests {
  static func settings(
    _ recurrence: RecurrenceSettings, sharedTrunk: Bool = false
  ) -> PPOSettings {
    var settings = PPOSettings()
    settings.network.hidden = [6]
    settings.network.recurrence = recurrence
    settings.network.sharedTrunk = sharedTrunk
    (settings.segmentLength, settings.sequenceLength) = (10, 5)
    (settings.minibatchSize, settings.epochs) = (10, 2)
    settings.optimizer = .adam(learningRate: 0.01)
    return settings
  }

  static let kinds: [PPOSettings] = [
    settings(.gru(.init(units: 5))), settings(.lstm(.init(units: 4)), sharedTrunk: true),
  ]

  private func masked(_ copies: Int) -> any BatchedEnvironment {
    EnvironmentBatch(TimeLimit(Noise(), maximumSteps: 7), count: copies)
  }

  private func numbers(_ copies: Int) -> any BatchedEnvironment {
    EnvironmentBatch(TimeLimit(Drift(), maximumSteps: 7), count: copies)
  }

  private func agent(
    _ settings: PPOSettings, for world: any BatchedEnvironment, totalSteps: Int = 400,
    seed: UInt64 = 1
  ) throws -> RecurrentPPO {
    try RecurrentPPO(
      settings, in: Surroundings(of: world), totalSteps: totalSteps, recordingInterval: 1,
      seeds: Seeds(root: seed))
  }

  // MARK: Keeping

  @Test(arguments: kinds, [false, true])
  func `resuming gives the bits of a run never interrupted`(
    settings: PPOSettings, continuous: Bool
  ) throws {
    func world() -> any BatchedEnvironment { continuous ? numbers(2) : masked(2) }
    var random = Seeds(root: 4)["interruption"]
    // In the middle of a segment, and at random.
    let instants = [13, 20, random.integer(below: 50), random.integer(below: 50)]
    try expectExactResumption(at: instants, of: 50, in: world, learner: \.variables) {
      try agent(settings, for: $0, seed: $1)
    }
  }

  // MARK: What is computed anew

  /// Goes along with an agent, one environment and one step at a time.
  private struct Shadow {
    let networks: RecurrentActorCritic
    var states: [Tensor]
    var values: [Float] = []
    var logProbabilities: [Float] = []
    var finalValues: [Float] = []

    init(_ networks: RecurrentActorCritic, environments: Int) {
      self.networks = networks
      states = Array(repeating: .zeros([1, networks.stateSize]), count: environments)
    }

    mutating func look(_ copy: Int, _ row: Tensor, allowed: Tensor, action: Float) {
      let seen = networks.remembered(row, from: states[copy])
      values.append(networks.heads.values(seen.value).scalars[0])
      let policy = networks.heads.policy(seen.policy, allowed: allowed)
      logProbabilities.append(policy.logProbability(of: Tensor([action])).scalars[0])
      states[copy] = seen.state
    }

    mutating func finish(_ copy: Int, _ ending: UInt8, last: Tensor) {
      let seen = networks.remembered(last, from: states[copy])
      finalValues.append(
        ending == Ending.truncated.rawValue ? networks.heads.values(seen.value).scalars[0] : 0)
      if ending != 0 { states[copy] = .zeros([1, networks.stateSize]) }
    }
  }

  @Test(arguments: kinds)
  func `what is computed anew from a segment is what the networks said when they acted`(
    settings: PPOSettings
  ) throws {
    var settings = settings
    var still = SGD.Settings()
    still.learningRate = .constant(0)  // so that the networks stay
    settings.optimizer = .sgd(still)
    let world = masked(3)
    settings.minibatchSize = 15
    let agent = try RecurrentPPO(
      settings, in: Surroundings(of: world), totalSteps: 30, recordingInterval: 1,
      seeds: Seeds(root: 2))
    world.reset(seed: 5, into: agent.observationRows)
    func shown() -> [Float] {
      Array(UnsafeBufferPointer(start: agent.observationRows, count: 9))
    }
    var seen = shown()
    agent.begin(world)
    var shadow = Shadow(agent.variables.value.networks, environments: 3)
    var endings = 0
    for step in 1...30 {
      let allowed = Array(UnsafeBufferPointer(start: world.actionMasks, count: 9)).map { Float($0) }
      guard case .discrete(let actions) = agent.act() else { return }
      for copy in 0..<3 {
        let place = 3 * copy..<3 * copy + 3
        shadow.look(
          copy, Tensor(shape: [1, 3], scalars: Array(seen[place])),
          allowed: Tensor(shape: [1, 3], scalars: Array(allowed[place])),
          action: Float(actions[copy]))
      }
      world.step(.discrete(actions), into: agent.observationRows)
      seen = shown()
      for copy in 0..<3 {
        let last = (0..<3).map { world.finalObservations[3 * copy + $0] }
        shadow.finish(copy, world.endings[copy], last: Tensor(shape: [1, 3], scalars: last))
        endings += world.endings[copy] == 0 ? 0 : 1
      }
      agent.remember(world)
      var divergence: Float = 1
      try agent.learn { metric, value in if metric == 3 { divergence = value } }
      guard step.isMultiple(of: 10) else { continue }
      let segment = agent.variables.value.segment
      expectClose(
        segment.logProbabilities.scalars, shadow.logProbabilities, relative: 1e-5, "log p:")
      expectClose(Array(segment.values.scalars.prefix(30)), shadow.values, relative: 1e-5, "v:")
      let truncated = zip(segment.endings.scalars, segment.finalValues.scalars).map {
        $0 == Float(Ending.truncated.rawValue) ? $1 : 0
      }
      expectClose(truncated, shadow.finalValues, relative: 1e-5, "final values:")
      // The same again in minibatches of sequences: nothing moved, so nothing may differ.
      #expect(abs(divergence) < 1e-6)
      (shadow.values, shadow.logProbabilities, shadow.finalValues) = ([], [], [])
    }
    #expect(endings > 8)
  }

  @Test(arguments: kinds)
  func `an update follows the gradient through time, sequence by sequence`(
    settings: PPOSettings
  ) throws {
    var settings = settings
    (settings.optimizer, settings.maximumGradientNorm) = (.sgd(SGD.Settings()), nil)
    let training = Training(try agent(settings, for: masked(2)), in: masked(2))
    try training.run(steps: 39)
    let before = training.agent.variables.value
    // The second sequence of the first environment, and the first one of the second.
    let cut = SequenceCut(length: 5, segmentLength: 10, environments: 2)
    var inputs = SequenceInputs(sequences: 2, steps: 5)
    inputs.sequences = Tensor([2, 1])
    let places = (0..<5).flatMap { step in [2, 1].map { cut.place(step: step, of: $0) } }
    #expect(places == [10, 1, 12, 3, 14, 5, 16, 7, 18, 9])
    inputs.minibatch.rows = Tensor(places.map { Float($0) })
    inputs.minibatch.clipRange = Tensor(0.2)
    inputs.minibatch.learningRate = Tensor(0.5)

    let slope = gradient { (networks: RecurrentActorCritic) in
      var (policies, values): ([Tensor], [Tensor]) = ([], [])
      var states = [2, 1].map { before.firstStates.sliced(axis: 0, from: $0, count: 1) }
      for (index, place) in places.enumerated() {
        let sequence = index % 2
        let isFirst = index >= 2 && before.segment.endings.scalars[places[index - 2]] != 0
        if isFirst { states[sequence] = .zeros(states[sequence].shape) }
        let row = before.segment.observations.sliced(axis: 0, from: place, count: 1)
        let seen = networks.remembered(row, from: states[sequence])
        states[sequence] = seen.state
        policies.append(seen.policy)
        values.append(networks.heads.values(seen.value))
      }
      let batch = Minibatch(of: before.segment, rows: inputs.minibatch.rows)
      return PPO.objective(
        networks.heads.policy(concatenated(policies, axis: 0), allowed: batch.masks),
        values: concatenated(values, axis: 0), batch, inputs.minibatch, settings
      ).loss
    }(before.networks)

    let variables = Variables(before)
    let plan = Plan(updating: variables, inputs: inputs) { learner, inputs in
      RecurrentPPO.update(&learner, inputs, steps: 5, settings)
    }
    for (index, tensor) in inputs.tensors.enumerated() {
      _ = plan.input(index).update(fromContentsOf: tensor.scalars)
    }
    plan.run()
    for (index, parameter) in variables.value.networks.namedTensors.enumerated() {
      let old = before.networks.tensors[index].scalars
      let expected = zip(old, slope.tensors[index].scalars).map { $0 - 0.5 * $1 }
      expectClose(parameter.tensor.scalars, expected, relative: 1e-5, "\(parameter.name):")
    }
  }

  // MARK: Learning

  @Test func `a memory learns what a network without one cannot`() throws {
    var settings = PPOSettings()
    settings.network.hidden = [16]
    (settings.segmentLength, settings.minibatchSize) = (12, 48)
    settings.optimizer = .adam(learningRate: 0.005)
    func mean(_ agent: some Agent) throws -> Double {
      let training = Training(agent, in: EnvironmentBatch(Recall(length: 3), count: 16))
      try training.run(steps: 600)
      let test = EnvironmentBatch(Recall(length: 3), count: 10)
      let episodes = evaluate(
        training.agent.makePolicy(environments: 10), in: test, episodes: 10, seed: 3)
      return episodes.reduce(0) { $0 + $1.return } / Double(episodes.count)
    }
    let surroundings = Surroundings(of: EnvironmentBatch(Recall(length: 3), count: 16))
    let plain = try PPO(settings, in: surroundings, totalSteps: 9600, seeds: Seeds(root: 1))
    #expect(abs(try mean(plain)) < 0.5)
    for recurrence in [RecurrenceSettings.gru(.init(units: 8)), .lstm(.init(units: 8))] {
      settings.network.recurrence = recurrence
      let agent = try RecurrentPPO(
        settings, in: surroundings, totalSteps: 9600, seeds: Seeds(root: 1))
      #expect(try mean(agent) == 1, "\(recurrence)")
    }
  }

  // MARK: Settings

  @Test func `sequences that do not divide a segment or a minibatch are refused`() throws {
    func refused(_ change: (inout PPOSettings) -> Void) throws -> String {
      var settings = Self.kinds[0]
      change(&settings)
      return try #require(throws: SettingsError.self) {
        try agent(settings, for: masked(2))
      }.path
    }
    #expect(try refused { $0.sequenceLength = 4 } == "sequenceLength")
    #expect(try refused { $0.sequenceLength = 0 } == "sequenceLength")
    #expect(try refused { $0.minibatchSize = 4 } == "minibatchSize")
    #expect(try refused { $0.minibatchSize = 15 } == "minibatchSize")
    #expect(try refused { $0.network.recurrence = .gru(.init(units: 0)) }.hasPrefix("network"))
    var plain = Self.kinds[0]
    plain.network.recurrence = nil
    #expect(throws: SettingsError.self) { try plain.validate() }
    var a2c = A2CSettings()
    a2c.network.recurrence = .gru(.init())
    #expect(throws: SettingsError.self) { try a2c.validate() }
  }
}
