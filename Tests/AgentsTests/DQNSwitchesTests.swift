import Agents
import Autodiff
import Environments
import NeuralNetworks
import Randomness
import TestSupport
import Testing

/// What every switch of a DQN has to do: learn exact values, heed masks, be one plan.
@Suite struct DQNSwitchesTests {
  private func settings(_ change: DQNSwitch, _ more: (inout DQNSettings) -> Void = { _ in })
    -> DQNSettings
  {
    var settings = DQNSettings.small
    change.apply(to: &settings)
    more(&settings)
    return settings
  }

  /// The values that an agent gives to the actions at an observation.
  private func values(of agent: DQN, at observation: [Float]) -> [Float] {
    let rows = Tensor(shape: [1, observation.count], scalars: observation)
    return agent.settings.estimate.values(agent.variables.value.online(rows)).scalars
  }

  @Test(arguments: DQNSwitch.allCases.filter { $0 != .nStep && $0 != .rainbow })
  func `two cells have their closed-form values`(change: DQNSwitch) throws {
    // From the second cell, right pays 0.9 and ends; everything else costs 0.1 and goes on.
    let environment = EnvironmentBatch(TimeLimit(Chain(length: 3), maximumSteps: 20), count: 1)
    let training = Training(try DQN(settings(change), for: environment), in: environment)
    try training.run(steps: 1500)
    let first: Float = -0.1 + 0.9 * 0.9
    let left = -0.1 + 0.9 * first
    let near = values(of: training.agent, at: [0, 1, 0])
    let far = values(of: training.agent, at: [1, 0, 0])
    #expect(abs(near[1] - 0.9) < 0.05)
    #expect(abs(far[1] - first) < 0.05)
    // Going left is worth a step more, where it is still tried.
    if change != .noisy { #expect(abs(far[0] - left) < 0.08 && abs(near[0] - left) < 0.08) }
  }

  @Test(arguments: [DQNSwitch.nStep, .rainbow])
  func `returns of several steps have the value of one step`(change: DQNSwitch) throws {
    // Far from the prize each step costs 0.1 for ever. With γ = ½ that is worth -0.2, also through
    // a time limit.
    let environment = EnvironmentBatch(TimeLimit(Chain(length: 99), maximumSteps: 4), count: 2)
    let agent = try DQN(
      settings(change) {
        $0.discountFactor = 0.5
        $0.optimizer = .adam(learningRate: 0.003)
      }, for: environment)
    let training = Training(agent, in: environment)
    try training.run(steps: 1000)
    var start = [Float](repeating: 0, count: 99)
    start[0] = 1
    for value in values(of: training.agent, at: start) { #expect(abs(value + 0.2) < 0.05) }
  }

  @Test(arguments: DQNSwitch.allCases)
  func `masked actions are excluded from what is done and learned`(change: DQNSwitch) throws {
    // `Noise` ends the process where a forbidden action is taken.
    let environment = EnvironmentBatch(TimeLimit(Noise(), maximumSteps: 7), count: 2)
    let training = Training(try DQN(settings(change), for: environment), in: environment)
    try training.run(steps: 150)
    #expect(training.agent.experience.progress.updates > 0)
    #expect(Set(training.actions.flatMap { $0 }) == [0, 1, 2])
  }

  @Test(arguments: DQNSwitch.allCases)
  func `what is recorded are the metrics of the settings`(change: DQNSwitch) throws {
    let settings = settings(change)
    let environment = EnvironmentBatch(TimeLimit(Chain(), maximumSteps: 20), count: 1)
    let training = Training(try DQN(settings, for: environment), in: environment)
    try training.run(steps: 110)
    let metrics = DQN.metrics(of: settings)
    #expect(Set(training.records.map(\.metric)) == Set(metrics.indices))
    #expect(training.records.allSatisfy { $0.value.isFinite })
    #expect(Array(metrics.map(\.name).prefix(5)) == DQN.metrics.map(\.name))
    let names = metrics.map(\.name).dropFirst(5)
    switch change {
    case .noisy: #expect(names == ["exploration/noise"])
    case .prioritized: #expect(names == ["priority/mean", "priority/correction"])
    case .rainbow:
      #expect(names == ["exploration/noise", "priority/mean", "priority/correction"])
    default: #expect(names.isEmpty)
    }
    for record in training.records where metrics[record.metric].name == "priority/correction" {
      #expect(record.value == Float(0.4 + 0.6 * Double(record.step) / 1000))
    }
  }

  @Test func `a noisy network acts differently at one observation, its policy does not`() throws {
    let environment = EnvironmentBatch(TimeLimit(Chain(), maximumSteps: 20), count: 1)
    let agent = try DQN(
      settings(.noisy) { $0.replay.learningStarts = 1000 }, for: environment)
    let policy = agent.makePolicy(environments: 1)
    let training = Training(agent, in: environment)
    var chosen: Set<Int32> = []
    for _ in 0..<40 {
      if case .discrete(let rows) = policy.actions(for: [1, 0, 0, 0, 0], masks: nil) {
        chosen.insert(rows[0])
      }
      try training.run(steps: 1)
    }
    #expect(chosen.count == 1)
    #expect(Set(training.actions.flatMap { $0 }) == [0, 1])
  }

  @Test(arguments: DQNSwitch.allCases, [false, true])
  func `an update as a plan is what the interpreter computes`(
    change: DQNSwitch, masked: Bool
  ) throws {
    var settings = DQNSettings()
    settings.network.hidden = [6, 5]
    settings.maximumGradientNorm = 1
    settings.targetUpdate = .polyak(rate: 0.1)
    change.apply(to: &settings)
    let (count, inputs, actions) = (9, 3, 4)
    var random = Seeds(root: 1)["networks"]
    func network() -> ValueNetwork {
      ValueNetwork(
        settings.network, inputs: inputs, actions: actions, width: settings.estimate.width,
        using: &random)
    }
    let learner = DQN.Learner(
      online: network(), target: network(), optimizer: .adam(learningRate: 0.01))
    func numbers(_ shape: [Int], _ range: ClosedRange<Float> = -1...1) -> Tensor {
      let scalars = (0..<shape.reduce(1, *)).map { _ in random.uniform(in: range) }
      return Tensor(shape: shape, scalars: scalars)
    }
    var batch = DQN.Batch(
      observations: numbers([count, inputs]),
      actions: Tensor((0..<count).map { Float($0 % actions) }), rewards: numbers([count]),
      discounts: numbers([count], 0...1), nextObservations: numbers([count, inputs]))
    batch.learningRate = Tensor(0.01)
    if masked {
      batch.nextMasks = Tensor(
        shape: [count, actions], scalars: (0..<count * actions).map { $0 % 3 == 0 ? 0 : 1 })
    }
    if settings.replay.prioritization != .none { batch.weights = numbers([count], 0.1...1) }
    let noise = learner.online.noiseCount
    if noise > 0 {
      batch.noise = DQN.Noise(
        online: numbers([noise]), target: numbers([noise]),
        choice: settings.target == .double ? numbers([noise]) : nil)
    }
    expectEnginesAgree(updating: learner, on: batch, relative: 2e-4) { learner, batch in
      DQN.update(&learner, on: batch, settings)
    }
  }

  @Test func `weights multiply the losses and leave the priorities`() {
    let learner = DQN.Learner(
      online: line([1, 2]), target: line([0, 0]), optimizer: .sgd(SGD.Settings()))
    /// The loss, the mean priority and the priorities.
    func measured(_ weights: [Float]) -> [[Float]] {
      var batch = DQN.Batch(
        observations: Tensor(shape: [2, 1], scalars: [1, 2]), actions: Tensor([0, 1]),
        rewards: Tensor([0, 1]), discounts: Tensor([0, 0]),
        nextObservations: .zeros([2, 1]))
      batch.weights = Tensor(weights)
      var settings = DQNSettings()
      DQNSwitch.prioritized.apply(to: &settings)
      let plan = Plan(updating: Variables(learner), inputs: batch) { learner, batch in
        DQN.update(&learner, on: batch, settings)
      }
      for (index, tensor) in batch.tensors.enumerated() {
        _ = plan.input(index).update(fromContentsOf: tensor.scalars)
      }
      plan.run()
      return [0, 3, 4].map { Array(plan.output($0)) }
    }
    // Q(1, 0) = 1 and Q(2, 1) = 4, targets 0 and 1: errors 1 and 3.
    #expect(measured([1, 1]) == [[5], [2], [1, 3]])
    #expect(measured([1, 0.5]) == [[2.75], [2], [1, 3]])
  }

  private func line(_ weights: [Float]) -> ValueNetwork {
    ValueNetwork(
      MLP(
        layers: [Dense(weight: Tensor(shape: [1, 2], scalars: weights), bias: Tensor([0, 0]))],
        activation: .relu))
  }
}
