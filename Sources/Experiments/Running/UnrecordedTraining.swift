import Agents
package import Environments

extension TrainingRun {
  /// Trains as a run of this configuration and seed does, and plays its evaluation at the end, but
  /// writes nothing: what a run's files cost is measured against it.
  package static func trainUnrecorded(
    _ config: ExperimentConfig, seed: UInt64, catalogue: Catalogue
  ) throws {
    let parts = try Self.parts(config, seed: seed, catalogue: catalogue)
    let (environment, evaluator) = (parts.0, parts.2)
    var agent = parts.1
    environment.reset(seed: environmentSeed(seed), into: agent.observationRows)
    agent.begin(environment)
    var step = 0
    while step < config.budget.steps {
      let actions = agent.act()
      environment.step(actions, into: agent.observationRows)
      if let finding = environment.nonFinite { throw finding }
      agent.remember(environment)
      step += environment.count
      try agent.learn { _, _ in }
    }
    _ = try evaluator.evaluate(
      episodes: config.evaluation.finalEpisodes, seed: Evaluator.seed(of: seed, at: step),
      makePolicy: agent.makePolicy(environments:))
  }
}
