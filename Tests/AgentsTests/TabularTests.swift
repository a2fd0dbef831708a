import Agents
import Autodiff
import Environments
import NeuralNetworks
import Randomness
import Testing

/// A corridor whose observation is the number of the cell; left is forbidden in the first one.
private struct Cells: Environment {
  struct State: Codable, Sendable { var cell = 0 }
  var actions: Discrete { Discrete(2) }
  var observations: Box { Box(categories: [5]) }
  static var masksActions: Bool { true }
  func initialState(using random: inout PCG64) -> State { State() }
  func step(from state: State, taking action: Int, using random: inout PCG64) -> Step<State> {
    let next = State(cell: max(0, state.cell + (action == 1 ? 1 : -1)))
    return next.cell == 4
      ? .termination(at: next, reward: 1) : .transition(to: next, reward: -0.1)
  }
  func observe(_ state: State, into features: inout OutputSpan<Float>) {
    features.append(Float(state.cell))
  }
  func appendMask(of state: State, to mask: inout OutputSpan<UInt8>) {
    mask.append(state.cell == 0 ? 0 : 1)
    mask.append(1)
  }
}

@Suite struct TabularTests {
  private func world(_ copies: Int) -> any BatchedEnvironment {
    EnvironmentBatch(TimeLimit(Cells(), maximumSteps: 30), count: copies)
  }

  private var settings: TabularSettings {
    var settings = TabularSettings()
    settings.learningRate = .constant(0.2)
    settings.exploration = .constant(0.2)
    settings.discountFactor = 0.9
    return settings
  }

  private func train<Rule: TabularRule>(
    _ rule: Rule.Type, steps: Int, copies: Int = 2
  ) throws -> Training<TabularAgent<Rule>> {
    let environment = world(copies)
    let agent = try TabularAgent<Rule>(
      settings, in: Surroundings(of: environment), totalSteps: 10_000, recordingInterval: 1,
      seeds: Seeds(root: 1))
    let training = Training(agent, in: environment)
    try training.run(steps: steps)
    return training
  }

  /// Off the policy: the values of the best policy, whatever was explored.
  @Test func `Q-learning and double Q-learning find the optimal values`() throws {
    let optimal: [Float] = [0.458, 0.62, 0.8, 1]  // V(c) = -0.1 + 0.9·V(c + 1), V(3) = 1
    let single = try train(QLearning.self, steps: 20_000)
    let double = try train(DoubleQLearning.self, steps: 40_000)
    for cell in 0..<4 {
      #expect(abs(single.agent.table[cell, 1] - optimal[cell]) < 1e-3)
      for table in 0..<2 {
        #expect(abs(double.agent.table[cell, 1, table: table] - optimal[cell]) < 1e-3)
      }
    }
    // Left was never allowed in the first cell.
    #expect(single.agent.table[0, 0] == 0)
    #expect(abs(single.agent.table[1, 0] - (-0.1 + 0.9 * 0.458)) < 1e-3)
  }

  /// On the policy: Bellman's equation with its ε-greedy choice, solved by iteration.
  @Test func `SARSA, its expected form and Monte Carlo find the policy's own values`() throws {
    var values = [[Double]](repeating: [0, 0], count: 5)
    for _ in 0..<500 {
      for cell in 0..<4 {
        for action in 0..<2 {
          let next = max(0, cell + (action == 1 ? 1 : -1))
          let follow =
            next == 0 ? values[0][1] : 0.9 * values[next][1] + 0.1 * values[next][0]
          values[cell][action] = next == 4 ? 1 : -0.1 + 0.9 * follow
        }
      }
    }
    let expected = try train(ExpectedSARSA.self, steps: 20_000)
    for cell in 0..<4 {
      #expect(abs(Double(expected.agent.table[cell, 1]) - values[cell][1]) < 1e-3)
    }
    let sampled = try train(SARSA.self, steps: 20_000)
    let whole = try train(MonteCarlo.self, steps: 20_000)
    for cell in 0..<4 {
      #expect(abs(Double(sampled.agent.table[cell, 1]) - values[cell][1]) < 0.15)
      #expect(abs(Double(whole.agent.table[cell, 1]) - values[cell][1]) < 0.15)
    }
  }

  @Test func `resuming gives the bits of a run never interrupted`() throws {
    func check<Rule: TabularRule>(_ rule: Rule.Type) throws {
      let whole = try train(rule, steps: 90)
      for instant in [0, 1, 37, 60] {
        let first = try train(rule, steps: instant)
        let checkpoint = try Checkpoint(of: &first.agent)
        let environment = world(2)
        try environment.restoreState(first.environment.encodedState())
        var agent = try TabularAgent<Rule>(
          settings, in: Surroundings(of: environment), totalSteps: 10_000, recordingInterval: 1,
          seeds: Seeds(root: 9))
        try checkpoint.restore(&agent)
        let second = Training(resuming: agent, in: environment)
        try second.run(steps: 90 - instant)
        #expect(
          second.agent.variables.buffer.map(\.bitPattern)
            == whole.agent.variables.buffer.map(\.bitPattern))
        #expect(first.actions + second.actions == whole.actions)
        #expect(first.records + second.records == whole.records)
      }
    }
    try check(QLearning.self)
    try check(DoubleQLearning.self)
    try check(SARSA.self)
    try check(ExpectedSARSA.self)
    try check(MonteCarlo.self)
  }

  @Test func `visits make the learning rate a mean`() throws {
    var settings = settings
    (settings.learningRate, settings.visitDecay) = (.constant(1), 1)
    settings.exploration = .constant(1)
    let environment = world(1)
    let agent = try TabularAgent<MonteCarlo>(
      settings, in: Surroundings(of: environment), totalSteps: 100, seeds: Seeds(root: 1))
    let training = Training(agent, in: environment)
    try training.run(steps: 2000)
    // Of the last cell, every second step pays 1: its value is that, whatever came before.
    #expect(abs(training.agent.table[3, 1] - 1) < 1e-5)
  }

  @Test func `amounts and too many states are refused`() throws {
    let amounts = Surroundings(environments: 1, observationSize: 1, actions: .discrete(count: 2))
    #expect(throws: AgentError.needsCategories(agent: "qLearning")) {
      try TabularAgent<QLearning>(settings, in: amounts, totalSteps: 1, seeds: Seeds(root: 1))
    }
    let many = Surroundings(
      environments: 1, observationSize: 3, actions: .discrete(count: 2),
      categories: [1_000_000, 1_000_000, 1_000_000_000])
    #expect(throws: AgentError.tooManyStates(agent: "sarsa")) {
      try TabularAgent<SARSA>(settings, in: many, totalSteps: 1, seeds: Seeds(root: 1))
    }
  }
}
