import Experiments
import Foundation
import TestSupport
import Testing
import Tracking

/// Every agent, really killed and resumed, and run beside another seed.
@Suite struct AgentKillTests {
  /// A small experiment for an agent, with all that it keeps in use.
  struct Sample: CustomStringConvertible {
    let agent: String
    /// What sets it apart where an agent has several.
    var switches = ""
    let environment: String
    let settings: String
    var steps = 3000
    var normalizes = false
    var perTask = false

    var description: String { switches.isEmpty ? agent : "\(agent) with \(switches)" }

    var yaml: String {
      """
      name: small
      seeds: {root: 1, runs: 2}
      environment: \(environment)
      agent: \(settings.isEmpty ? agent : "{\(agent): \(settings)}")
      \(normalizes ? "normalization: {observations: true, rewards: true, perTask: \(perTask)}" : "")
      budget: {steps: \(steps)}
      evaluation: {every: \(steps / 3), episodes: 2, finalEpisodes: 3}
      logging: {every: 50}
      checkpoint: {seconds: 0, steps: \(steps / 20)}
      """
    }
  }

  private static let cartPole = "{id: CartPole-v1, copies: 2}"
  private static let pendulum = "{id: Pendulum-v1, copies: 2}"
  private static let lake = "{id: FrozenLake-v1, copies: 2}"
  private static let actorCritic =
    "{network: {hidden: [16]}, replay: {capacity: 2000, batchSize: 16, learningStarts: 100}}"

  static let samples = [
    Sample(
      agent: "dqn", environment: cartPole,
      settings: "{network: {hidden: [16]}, replay: {capacity: 1000, batchSize: 16, "
        + "learningStarts: 100}, trainFrequency: 2}", normalizes: true),
    Sample(
      agent: "dqn", switches: "all of Rainbow", environment: cartPole,
      settings: "{network: {hidden: [16], dueling: true, noise: {factorized: {}}}, target: double, "
        + "distribution: {categorical: {low: 0, high: 100}}, returnSteps: 3, trainFrequency: 4, "
        + "exploration: 0, "
        + "replay: {capacity: 1000, batchSize: 16, learningStarts: 100, "
        + "prioritization: {proportional: {}}}}"),
    Sample(
      agent: "dqn", switches: "quantiles", environment: cartPole,
      settings: "{network: {hidden: [16]}, distribution: {quantile: {quantiles: 8}}, "
        + "replay: {capacity: 1000, batchSize: 16, learningStarts: 100}, trainFrequency: 4}"),
    Sample(
      agent: "dqn", switches: "heads for tasks and a strategy",
      environment: "{id: CartPole-v1, copies: 2, tasks: [{name: short, settings: "
        + "{halfLength: 0.25}}, {name: long}]}",
      settings: "{network: {hidden: [16]}, replay: {capacity: 1000, batchSize: 16, "
        + "learningStarts: 100}, trainFrequency: 4, tasks: {strategy: famo, popArt: {}}}"),
    Sample(
      agent: "recurrentDqn", environment: cartPole,
      settings: "{network: {hidden: [8], recurrence: {lstm: {units: 8}}}, trainFrequency: 8, "
        + "replay: {capacity: 1000, batchSize: 4, sequenceLength: 8, burnIn: 2, "
        + "learningStarts: 100}}"),
    Sample(
      agent: "ppo", environment: cartPole,
      settings: "{network: {hidden: [16]}, segmentLength: 50, minibatchSize: 20}", steps: 6000,
      normalizes: true),
    Sample(
      agent: "ppo", switches: "a memory", environment: cartPole,
      settings: "{network: {hidden: [8], recurrence: {gru: {units: 8}}}, segmentLength: 20, "
        + "minibatchSize: 20}"),
    Sample(
      agent: "ppo", switches: "state-dependent exploration", environment: pendulum,
      settings: "{network: {hidden: [16]}, segmentLength: 50, minibatchSize: 20, "
        + "exploration: {stateDependent: {resampleEvery: 4}}}", steps: 6000),
    Sample(
      agent: "ppo", switches: "heads for tasks and a strategy with memory and chance",
      environment: "{id: CartPole-v1, copies: 4, tasks: [{name: short, settings: "
        + "{halfLength: 0.25}}, {name: long}]}",
      settings: "{network: {hidden: [16]}, segmentLength: 50, minibatchSize: 20, "
        + "tasks: {strategy: gradVac, popArt: {}}}", steps: 6000, normalizes: true, perTask: true),
    Sample(
      agent: "reinforce", environment: cartPole, settings: "{network: {hidden: [16]}}",
      steps: 9000, normalizes: true),
    Sample(
      agent: "a2c", environment: pendulum, settings: "{network: {hidden: [16]}}", steps: 9000,
      normalizes: true),
    Sample(agent: "sac", environment: pendulum, settings: actorCritic, normalizes: true),
    Sample(
      agent: "sac", switches: "heads for tasks, strategies with memory and chance, and scales",
      environment: "{id: Pendulum-v1, copies: 2, tasks: [{name: short, settings: "
        + "{length: 0.6}}, {name: long}]}",
      settings: String(actorCritic.dropLast())
        + ", trainFrequency: 4, tasks: {strategy: famo, actorStrategy: gradVac, popArt: {}}}",
      normalizes: true, perTask: true),
    Sample(agent: "discreteSac", environment: cartPole, settings: actorCritic),
    Sample(agent: "td3", environment: pendulum, settings: actorCritic),
    Sample(
      agent: "ddpg", environment: pendulum,
      settings: String(actorCritic.dropLast()) + ", exploration: {ornsteinUhlenbeck: {}}}"),
    Sample(agent: "qLearning", environment: lake, settings: "{}", steps: 30_000),
    Sample(agent: "doubleQLearning", environment: lake, settings: "{}", steps: 30_000),
    Sample(agent: "sarsa", environment: lake, settings: "{}", steps: 30_000),
    Sample(agent: "expectedSARSA", environment: lake, settings: "{}", steps: 30_000),
    Sample(agent: "monteCarlo", environment: lake, settings: "{}", steps: 30_000),
    Sample(agent: "random", environment: cartPole, settings: "", steps: 30_000),
  ]

  @Test func `every agent is among those that are killed`() {
    #expect(Set(Self.samples.map(\.agent)) == Set(AgentSummary.all.map(\.id)))
  }

  @Test(arguments: samples)
  func `killed five times and resumed, it ends like one that never stopped`(sample: Sample) throws {
    try SampleFolder.with(sample.yaml) { place in
      let start = Date()
      let answer = try place.start(["--jobs", "1"], in: "whole").wait()
      #expect(answer.status == 0, "\(answer)")
      let duration = Date().timeIntervalSince(start)
      let both = try place.start(["--jobs", "2"], in: "both").wait()
      #expect(both.status == 0, "\(both)")
      for seed in [1, 2] {
        try expectEqualRuns(place.run(seed, in: "both"), place.run(seed, in: "whole"), "2 jobs")
      }

      let folder = place.run(1, in: "killed")
      for _ in 0..<5 {
        let process =
          folder.hasRun
          ? try CommandLineTool.start(["resume", "--quiet", folder.path])
          : try place.start(["--seed", "1"], in: "killed")
        usleep(UInt32(Double.random(in: 0.02..<0.02 + 0.3 * duration) * 1e6))
        // It may have come to its end before.
        let killed = try process.stop(SIGKILL)
        #expect([nil, 0, 1].contains(killed.status), "\(killed)")
      }
      if !folder.hasRun {
        #expect(try place.start(["--seed", "1"], in: "killed").wait().status == 0)
      }
      if try RunReader(folder).status != .finished {
        let resumed = try CommandLineTool.run("resume", "--quiet", folder.path)
        #expect(resumed.status == 0, "\(resumed)")
      }
      #expect(try RunReader(folder).status == .finished)
      try expectEqualRuns(folder, place.run(1, in: "whole"), "killed")
    }
  }
}
