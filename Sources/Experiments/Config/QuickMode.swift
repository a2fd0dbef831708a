import Agents

extension ExperimentConfig {
  /// Shrinks budgets so that a run takes a second: to see that everything works, not to learn.
  public mutating func shrinkForTrial() {
    variant += "-quick"
    seeds.runs = min(seeds.runs, 2)
    let copies = environment.copies
    let steps = min(budget.steps, 4000)
    budget.steps = max(copies, steps / copies * copies)
    evaluation.every = min(evaluation.every, budget.steps / 2)
    evaluation.episodes = min(evaluation.episodes, 2)
    evaluation.finalEpisodes = min(evaluation.finalEpisodes, 5)
    logging.every = min(logging.every, 100)
    if case .dqn(var settings) = agent {
      // Learning has to be part of it.
      settings.replay.learningStarts = min(settings.replay.learningStarts, budget.steps / 2)
      agent = .dqn(settings)
    }
  }
}
