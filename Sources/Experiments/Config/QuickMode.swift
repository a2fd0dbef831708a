import Agents

extension ExperimentConfig {
  /// What is added to the names of variants whose budget was shrunk.
  static let quickSuffix = "-quick"

  /// Shrinks budgets so that a run takes a second: to see that everything works, not to learn.
  public mutating func shrinkForTrial() {
    variant += Self.quickSuffix
    seeds.runs = min(seeds.runs, 2)
    let copies = environment.copies
    let steps = min(budget.steps, 4000)
    budget.steps = max(copies, steps / copies * copies)
    evaluation.every = min(evaluation.every, budget.steps / 2)
    evaluation.episodes = min(evaluation.episodes, 2)
    evaluation.finalEpisodes = min(evaluation.finalEpisodes, 5)
    logging.every = min(logging.every, 100)
    // Learning has to be part of it.
    let start = budget.steps / 2
    switch agent {
    case .dqn(var settings):
      settings.replay.learningStarts = min(settings.replay.learningStarts, start)
      agent = .dqn(settings)
    case .recurrentDqn(var settings):
      settings.replay.learningStarts = min(settings.replay.learningStarts, start)
      settings.replay.batchSize = min(settings.replay.batchSize, 8)
      agent = .recurrentDqn(settings)
    case .sac(var settings):
      settings.replay.shrinkForTrial(learningStarts: start)
      if settings.tasks != nil {
        // As many rows of each task.
        let count = max(1, environment.tasks.count)
        settings.replay.batchSize = max(count, settings.replay.batchSize / count * count)
      }
      agent = .sac(settings)
    case .discreteSac(var settings):
      settings.replay.shrinkForTrial(learningStarts: start)
      agent = .discreteSac(settings)
    case .td3(var settings):
      settings.replay.shrinkForTrial(learningStarts: start)
      agent = .td3(settings)
    case .ddpg(var settings):
      settings.replay.shrinkForTrial(learningStarts: start)
      agent = .ddpg(settings)
    case .ppo(var settings):
      settings.segmentLength = min(settings.segmentLength, max(1, start / copies))
      let segment = settings.segmentLength * copies
      if !segment.isMultiple(of: settings.minibatchSize) { settings.minibatchSize = segment }
      if settings.network.recurrence != nil {
        let length = min(settings.sequenceLength ?? settings.segmentLength, 32)
        settings.segmentLength = max(length, settings.segmentLength / length * length)
        settings.sequenceLength = length
        settings.minibatchSize = settings.segmentLength * copies
      }
      agent = .ppo(settings)
    case .a2c(var settings):
      settings.segmentLength = min(settings.segmentLength, max(1, start / copies))
      agent = .a2c(settings)
    case .reinforce(var settings):
      settings.episodes = 1
      agent = .reinforce(settings)
    case .qLearning, .doubleQLearning, .sarsa, .expectedSARSA, .monteCarlo, .random, .own: break
    }
  }
}

extension OffPolicyReplaySettings {
  /// Smaller batches as well: an update of these agents takes milliseconds.
  fileprivate mutating func shrinkForTrial(learningStarts: Int) {
    self.learningStarts = min(self.learningStarts, learningStarts)
    batchSize = min(batchSize, 32)
  }
}
