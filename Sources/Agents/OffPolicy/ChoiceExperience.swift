import Environments
import Randomness
import Replay

/// What an agent that chooses among discrete actions does and keeps beside its networks.
package final class ChoiceExperience<Progress: ReplayCounters>: Experience<Progress> {
  /// The actions taken last, `[N]`.
  let chosen: UnsafeMutablePointer<Int32>

  override init(
    _ settings: some ReplayLearning, _ progress: Progress, in surroundings: Surroundings,
    recordingInterval: Int, prioritization: Prioritization? = nil, stateSize: Int = 0
  ) throws {
    chosen = .allocate(capacity: surroundings.environments)
    chosen.initialize(repeating: 0, count: surroundings.environments)
    try super.init(
      settings, progress, in: surroundings, recordingInterval: recordingInterval,
      prioritization: prioritization, stateSize: stateSize)
  }

  deinit { chosen.deallocate() }

  /// Draws a random action for each environment with the probability ε; tells whether any
  /// environment is left to a policy.
  func explore(_ epsilon: Double, among choices: Int) -> Bool {
    RandomActions.explore(
      chosen, count: surroundings.environments, choices: choices, masks: replay.newestMasks,
      epsilon: epsilon, using: &progress.exploration)
  }

  /// Takes the best actions where none was drawn at random.
  func choose(by greedy: GreedyPolicy) {
    let best = greedy.best(for: replay.newestObservations, masks: replay.newestMasks)
    for place in 0..<surroundings.environments where chosen[place] == RandomActions.undecided {
      chosen[place] = best[place]
    }
  }

  /// The actions taken last.
  var actions: ActionRows { .discrete(chosen) }

  /// - Parameter states: In which a network with a memory chose, `[N, S]`.
  func remember(_ environment: any BatchedEnvironment, states: UnsafePointer<Float>? = nil) {
    remember(environment, after: actions, states: states)
  }

  /// Whether the target network becomes a copy after the step just taken.
  func isDue(_ update: DQNSettings.TargetUpdate) -> Bool {
    guard case .hard(let every) = update else { return false }
    return LearningTiming.multiples(
      of: every, after: progress.steps, stepSize: surroundings.environments) > 0
  }
}
