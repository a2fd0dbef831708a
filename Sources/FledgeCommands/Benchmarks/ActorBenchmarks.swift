import Agents
import Environments
import NeuralNetworks
import Randomness
import Simulators

/// Agents of continuous actions: steps of Pendulum-v1, each with its update.
extension Benchmark {
  static let actors: [Benchmark] = [
    Benchmark(
      name: "sac/pendulum-64",
      summary: "SAC on Pendulum-v1, 64-64, batch 100, 10,000 steps, an update with each.",
      unit: .stepsPerSecond, goal: 9_500
    ) { effort in
      try stepsPerSecond(10_000, effort) { try SAC(small(100, [64, 64]), in: $0, seeds: $1) }
    },
    Benchmark(
      name: "td3/pendulum-64",
      summary: "TD3 in the same setting, the actor with every second update.",
      unit: .stepsPerSecond, goal: 12_200
    ) { effort in
      var settings = TD3Settings()
      settings.network.hidden = [64, 64]
      settings.replay.batchSize = 100
      settings.replay.capacity = 10_000
      return try stepsPerSecond(10_000, effort) {
        try DeterministicAgent<TD3>(settings, in: $0, seeds: $1)
      }
    },
    Benchmark(
      name: "sac/256",
      summary: "SAC on Pendulum-v1, 256-256, batch 256: a step with its update.",
      unit: .milliseconds, goal: 3.4
    ) { effort in
      var measurement = try stepsPerSecond(400, effort) {
        try SAC(small(256, [256, 256]), in: $0, seeds: $1)
      }
      measurement.values = measurement.values.map { 1000 / $0 }
      return measurement
    },
  ]

  /// RLtools' setting: Adam with a rate of 0.001 for everything, 100 random steps.
  private static func small(_ batchSize: Int, _ hidden: [Int]) -> SACSettings {
    var settings = SACSettings()
    settings.network.hidden = hidden
    settings.replay.batchSize = batchSize
    settings.replay.capacity = 10_000
    settings.actorOptimizer = .adam(learningRate: 1e-3)
    settings.criticOptimizer = .adam(learningRate: 1e-3)
    var automatic = SACSettings.AutomaticTemperature()
    automatic.optimizer = .adam(learningRate: 1e-3)
    settings.temperature = .automatic(automatic)
    return settings
  }

  /// Environment steps in a second, from the making of the agent to its last step.
  private static func stepsPerSecond<A: Agent>(
    _ steps: Int, _ effort: Effort, _ make: (Surroundings, Seeds) throws -> A
  ) throws -> Measurement {
    var values: [Double] = []
    for run in 0..<max(2, effort.repeats / 2) {
      let clock = ContinuousClock()
      let start = clock.now
      let environment = try Simulators.catalogue["Pendulum-v1"].makeBatch(count: 1)
      var agent = try make(Surroundings(of: environment), Seeds(root: UInt64(run)))
      environment.reset(seed: UInt64(run), into: agent.observationRows)
      agent.begin(environment)
      for _ in 0..<steps {
        environment.step(agent.act(), into: agent.observationRows)
        agent.remember(environment)
        try agent.learn { _, _ in }
      }
      values.append(Double(steps) / ((clock.now - start) / .seconds(1)))
    }
    return Measurement(values: values)
  }
}
