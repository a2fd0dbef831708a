import Agents

extension ExperimentConfig {
  /// What can be run, but was hardly meant: a sentence each.
  public var warnings: [String] {
    guard let (steps, key) = stepsBeforeLearning, steps >= budget.steps else { return [] }
    return [
      "nothing will be learned, because budget.steps (\(budget.steps)) ends before learning begins "
        + "(agent.\(agent.name).\(key) asks for \(steps) steps)"
    ]
  }

  /// Environment steps without an update at the start, and the setting that asks for them.
  private var stepsBeforeLearning: (steps: Int, key: String)? {
    func waiting(_ steps: Int) -> (Int, String) { (steps, "replay.learningStarts") }
    return switch agent {
    case .dqn(let settings): waiting(settings.replay.learningStarts)
    case .recurrentDqn(let settings): waiting(settings.replay.learningStarts)
    case .sac(let settings): waiting(settings.replay.learningStarts)
    case .discreteSac(let settings): waiting(settings.replay.learningStarts)
    case .td3(let settings): waiting(settings.replay.learningStarts)
    case .ddpg(let settings): waiting(settings.replay.learningStarts)
    // A segment longer than the budget is refused.
    case .ppo, .a2c, .reinforce: nil
    case .qLearning, .doubleQLearning, .sarsa, .expectedSARSA, .monteCarlo, .random, .own: nil
    }
  }
}
