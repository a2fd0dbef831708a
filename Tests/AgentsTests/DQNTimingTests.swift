import Agents
import Autodiff
import Environments
import NeuralNetworks
import Randomness
import Replay
import Testing

/// When a DQN explores, learns and copies its target network.
@Suite struct DQNTimingTests {
  private func training(
    copies: Int = 1, totalSteps: Int = 1000, _ change: (inout DQNSettings) -> Void = { _ in }
  ) throws -> Training<DQN> {
    var settings = DQNSettings.tiny
    change(&settings)
    let environment = EnvironmentBatch(TimeLimit(Chain(), maximumSteps: 20), count: copies)
    return Training(
      try DQN(settings, for: environment, totalSteps: totalSteps), in: environment)
  }

  /// The step counts at which updates were made, one entry each.
  private func updateSteps(_ training: Training<DQN>, batchSteps: Int) throws -> [Int] {
    var found: [Int] = []
    for _ in 0..<batchSteps {
      let before = training.agent.experience.progress.updates
      try training.run(steps: 1)
      let made = training.agent.experience.progress.updates - before
      found += Array(repeating: training.agent.steps, count: made)
    }
    return found
  }

  @Test func `learning begins after learningStarts and comes every trainFrequency steps`() throws {
    let training = try training {
      $0.replay.learningStarts = 20
      $0.trainFrequency = 5
    }
    #expect(try updateSteps(training, batchSteps: 40) == [25, 30, 35, 40])
  }

  @Test func `gradient steps are made together`() throws {
    let training = try training {
      $0.trainFrequency = 8
      $0.gradientSteps = .fixed(3)
    }
    #expect(try updateSteps(training, batchSteps: 17) == [8, 8, 8, 16, 16, 16])
  }

  @Test func `as many gradient steps as steps collected`() throws {
    let training = try training {
      $0.trainFrequency = 4
      $0.gradientSteps = .collected
    }
    #expect(try updateSteps(training, batchSteps: 9) == [4, 4, 4, 4, 8, 8, 8, 8])
  }

  @Test(arguments: [1, 2, 8, 24])
  func `updates keep their rate whatever the number of environments`(copies: Int) throws {
    let training = try training(copies: copies) {
      $0.trainFrequency = 6
      $0.gradientSteps = .fixed(2)
    }
    let made = try updateSteps(training, batchSteps: 240 / copies)
    #expect(made.count == 240 / 6 * 2)
    #expect(training.agent.steps == 240)
    #expect(training.agent.experience.replay.count == 50 / copies * copies)
  }

  @Test(arguments: [1, 2, 8])
  func `the target network is the online network exactly when a copy is due`(copies: Int) throws {
    let training = try training(copies: copies) { $0.targetUpdate = .hard(every: 12) }
    var before = training.agent.variables.value
    for _ in 0..<40 {
      try training.run(steps: 1)
      let now = training.agent.variables.value
      let steps = training.agent.steps
      if steps / 12 > (steps - copies) / 12 {
        #expect(now.target.tensors.map(\.scalars) == now.online.tensors.map(\.scalars))
      } else {
        #expect(now.target.tensors.map(\.scalars) == before.target.tensors.map(\.scalars))
        #expect(now.target.tensors.map(\.scalars) != now.online.tensors.map(\.scalars))
      }
      before = now
    }
  }

  @Test func `a Polyak target moves a share of the way after every update`() throws {
    let training = try training { $0.targetUpdate = .polyak(rate: 0.25) }
    for _ in 0..<10 {
      let before = training.agent.variables.value.target
      try training.run(steps: 1)
      let now = training.agent.variables.value
      for (old, (new, online)) in zip(
        before.tensors, zip(now.target.tensors, now.online.tensors))
      {
        for (index, value) in new.scalars.enumerated() {
          let expected = old.scalars[index] + 0.25 * (online.scalars[index] - old.scalars[index])
          #expect(abs(value - expected) <= 1e-6)
        }
      }
    }
  }

  @Test func `epsilon falls over a share of the run, after the random steps`() throws {
    let training = try training(totalSteps: 100) {
      $0.exploration = .linearFraction(from: 1, to: 0.1, fraction: 0.5)
      $0.randomSteps = 10
    }
    var seen: [Int: Double] = [:]
    for _ in 0..<60 {
      seen[training.agent.steps] = training.agent.epsilon
      try training.run(steps: 1)
    }
    #expect(seen[0] == 1)
    #expect(seen[9] == 1)
    #expect(seen[10].map { abs($0 - 0.82) < 1e-12 } == true)
    #expect(seen[25].map { abs($0 - 0.55) < 1e-12 } == true)
    #expect(seen[50] == 0.1)
    #expect(seen[59] == 0.1)
  }

  @Test func `without exploration the greedy action is taken`() throws {
    let training = try training { $0.exploration = .constant(0) }
    let policy = training.agent.makePolicy(environments: 1)
    for _ in 0..<30 {
      let best =
        if case .discrete(let rows) = policy.actions(
          for: training.agent.experience.replay.newestObservations, masks: nil)
        { rows[0] } else { Int32(-1) }
      try training.run(steps: 1)
      #expect(training.actions.last == [best])
    }
  }

  @Test func `metrics are recorded at the asked interval`() throws {
    let environment = EnvironmentBatch(TimeLimit(Chain(), maximumSteps: 20), count: 1)
    let agent = try DQN(
      .tiny, in: Surroundings(of: environment), totalSteps: 100, recordingInterval: 25,
      seeds: Seeds(root: 1))
    let training = Training(agent, in: environment)
    try training.run(steps: 80)
    #expect(
      training.records.map(\.step) == [1, 25, 50, 75].flatMap { Array(repeating: $0, count: 5) })
    #expect(Set(training.records.map(\.metric)) == Set(DQN.metrics.indices))
  }
}
