import Environments
import Randomness

/// What an agent of continuous actions does and keeps beside its networks.
///
/// Actions are stored as networks give and see them, from -1 to 1; only the environments get them
/// stretched to their bounds.
package final class ContinuousExperience: Experience<OffPolicyProgress> {
  let range: ActionRange
  private let randomSteps: Int
  /// The actions taken last, `[N, D]`, from -1 to 1.
  let taken: UnsafeMutableBufferPointer<Float>
  /// The same as the environments get them, `[N, D]`.
  private let stretched: UnsafeMutablePointer<Float>

  /// - Parameters:
  ///   - agent: The agent's name, for an error's sentence.
  ///   - seeds: The streams "exploration", "replay" and "noise" are drawn from.
  init(
    of agent: String, _ settings: some OffPolicySettings, in surroundings: Surroundings,
    recordingInterval: Int, seeds: Seeds
  ) throws {
    range = try ActionRange(of: surroundings, for: agent)
    randomSteps = settings.randomSteps
    let count = surroundings.environments * range.width
    taken = .allocate(capacity: count)
    taken.initialize(repeating: 0)
    stretched = .allocate(capacity: count)
    stretched.initialize(repeating: 0, count: count)
    try super.init(
      settings, OffPolicyProgress(seeds), in: surroundings, recordingInterval: recordingInterval)
  }

  deinit {
    taken.deallocate()
    stretched.deallocate()
  }

  /// Whether the next action is drawn at random, whatever has been learned.
  var actsAtRandom: Bool { progress.steps < randomSteps }

  /// Whether something that each environment does every so many steps is due before the next one.
  func isDue(every interval: Int) -> Bool {
    (progress.steps / surroundings.environments).isMultiple(of: interval)
  }

  /// Takes these actions, `[N, D]` from -1 to 1, next.
  func take(_ actions: UnsafeBufferPointer<Float>) {
    for place in taken.indices { taken[place] = actions[place] }
  }

  /// Draws the next actions uniformly.
  func takeRandomActions() { progress.exploration.fillUniform(taken, in: -1...1) }

  /// What was taken, as the environments want it.
  func stretchedActions() -> ActionRows {
    guard let base = taken.baseAddress else { return .continuous(stretched) }
    range.stretch(base, count: surroundings.environments, into: stretched)
    return .continuous(stretched)
  }

  func remember(_ environment: any BatchedEnvironment) {
    remember(environment, after: .continuous(taken.baseAddress ?? stretched))
  }

  /// Draws standard normal noise.
  func fillNoise(_ numbers: UnsafeMutableBufferPointer<Float>) {
    progress.noise.fillNormal(numbers)
  }
}
