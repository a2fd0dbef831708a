import Agents
import Environments
import Experiments
import Foundation
import NeuralNetworks
import Simulators

/// Whole runs of on-policy agents, as `fledge run` makes them.
extension Benchmark {
  static let onPolicyRuns: [Benchmark] = [
    Benchmark(
      name: "ppo/cartpole",
      summary: "PPO on CartPole-v1, CleanRL's settings, 100,000 steps, end to end with logging.",
      unit: .stepsPerSecond, goal: 260_000
    ) { effort in
      var config = ExperimentConfig()
      config.agent = .ppo(PPOSettings())
      config.environment.copies = 4
      config.budget.steps = 100_000
      config.evaluation.finalEpisodes = 1
      return try stepsPerSecond(of: config, effort)
    },
    Benchmark(
      name: "ppo/pendulum",
      summary: "PPO on Pendulum-v1, RLtools' example, 303,104 steps, end to end with logging.",
      unit: .milliseconds, goal: 270
    ) { effort in
      let config = pendulum
      var measurement = try stepsPerSecond(of: config, effort)
      measurement.values = measurement.values.map { Double(config.budget.steps) * 1000 / $0 }
      return measurement
    },
  ]

  /// Four environments of 1,024 steps, two passes in minibatches of 256, normalized observations.
  private static var pendulum: ExperimentConfig {
    var settings = PPOSettings()
    settings.network.activation = .relu
    settings.optimizer = .adam(learningRate: 1e-3)
    settings.annealLearningRate = false
    settings.segmentLength = 1024
    settings.epochs = 2
    settings.minibatchSize = 256
    settings.discountFactor = 0.9
    settings.clipValues = false
    settings.entropyCoefficient = 0
    var config = ExperimentConfig()
    config.agent = .ppo(settings)
    config.environment.id = "Pendulum-v1"
    config.environment.copies = 4
    config.normalization.observations = true
    config.budget.steps = 303_104
    config.evaluation.finalEpisodes = 1
    return config
  }

  /// Environment steps in a second of one seed, with the making of the run and its file.
  static func stepsPerSecond(
    of experiment: ExperimentConfig, _ effort: Effort
  ) throws -> Measurement {
    var config = experiment
    config.name = "bench"
    let folder = FileManager.default.temporaryDirectory.appending(path: "fledge-\(UUID())").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var values: [Double] = []
    for run in 0..<max(2, effort.repeats / 2) {
      let clock = ContinuousClock()
      let start = clock.now
      let training = try TrainingRun(
        starting: config, seed: UInt64(run), output: folder, command: ["fledge", "bench"],
        catalogue: Simulators.catalogue)
      _ = try training.run(until: StopSignal()) { _ in }
      values.append(Double(config.budget.steps) / ((clock.now - start) / .seconds(1)))
    }
    return Measurement(values: values)
  }
}
