import Autodiff
import Environments
package import Randomness
package import Replay

/// What an agent of continuous actions does and keeps beside its networks: acting, remembering,
/// and counting what is due.
///
/// Actions are stored as networks give and see them, from -1 to 1; only the environments get them
/// stretched to their bounds.
package final class Experience {
  let surroundings: Surroundings
  let range: ActionRange
  private let timing: LearningTiming
  private let randomSteps: Int
  private let recordingInterval: Int
  private let batchSize: Int
  private let discountFactor: Float
  package var replay: ReplayBuffer
  package var progress: OffPolicyProgress
  let normalizer: Normalizer?

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
    let layout = try ReplayLayout(
      capacity: settings.replay.capacity, environments: surroundings.environments,
      observationSize: surroundings.observationSize, actions: surroundings.actions, masked: false)
    try layout.check(against: .now())
    replay = try ReplayBuffer(layout: layout)
    normalizer = try Normalizer(for: surroundings, discountFactor: settings.discountFactor)
    self.surroundings = surroundings
    timing = settings.timing
    randomSteps = settings.randomSteps
    batchSize = settings.replay.batchSize
    discountFactor = Float(settings.discountFactor)
    self.recordingInterval = max(1, recordingInterval)
    progress = OffPolicyProgress(
      exploration: seeds["exploration"], sampling: seeds["replay"], noise: seeds["noise"])
    let count = surroundings.environments * range.width
    taken = .allocate(capacity: count)
    taken.initialize(repeating: 0)
    stretched = .allocate(capacity: count)
    stretched.initialize(repeating: 0, count: count)
  }

  deinit {
    taken.deallocate()
    stretched.deallocate()
  }

  // MARK: Acting

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

  // MARK: Remembering

  func begin() {
    replay.begin()
    normalizer?.note(observations: replay.newestObservations)
  }

  func remember(_ environment: any BatchedEnvironment) {
    if let base = taken.baseAddress {
      replay.append(
        actions: .continuous(base), rewards: environment.rewards, endings: environment.endings,
        finalObservations: environment.finalObservations)
    }
    normalizer?.note(
      observations: replay.newestObservations, rewards: environment.rewards,
      endings: environment.endings)
    progress.steps += surroundings.environments
  }

  // MARK: Learning

  /// How many updates belong to the step just taken.
  var updatesDue: Int {
    timing.updatesDue(after: progress.steps, stepSize: surroundings.environments)
  }

  /// Draws a batch of transitions, uniformly.
  func sample(into rows: BatchRows) {
    replay.sample(
      batchSize, discountFactor: discountFactor, using: &progress.sampling, into: rows)
    normalizer?.normalize(rows, count: batchSize)
  }

  /// Draws a batch of as many transitions of each task, those of the first task first.
  func sampleTasks(into rows: BatchRows) {
    let (tasks, copies) = (surroundings.tasks.names.count, surroundings.tasks.copies)
    let count = batchSize / tasks
    for task in 0..<tasks {
      replay.sample(
        count, of: task * copies..<(task + 1) * copies, discountFactor: discountFactor,
        using: &progress.sampling, into: rows, at: task * count)
    }
    normalizer?.normalize(rows, count: batchSize)
  }

  /// Draws standard normal noise.
  func fillNoise(_ numbers: UnsafeMutableBufferPointer<Float>) {
    progress.noise.fillNormal(numbers)
  }

  /// Refuses to go on after an update one of whose first outputs is not a finite number.
  ///
  /// - Parameter metrics: What the outputs are; asked for only where one is refused.
  func check(
    _ update: Plan, outputs: Int, _ metrics: @autoclosure () -> [Metric]
  ) throws(TrainingError) {
    for output in 0..<outputs where !update.output(output)[0].isFinite {
      throw .nonFinite(metric: metrics()[output].name, step: progress.steps)
    }
  }

  /// Whether what was measured is to be recorded now; the next time is then an interval later.
  func takesRecord() -> Bool {
    guard progress.steps >= progress.nextRecord else { return false }
    progress.nextRecord = nextMultiple(of: recordingInterval, after: progress.steps)
    return true
  }

  func visitCheckpoint(_ visitor: inout some CheckpointVisitor) throws {
    try visitor.visit("progress", &progress)
    try visitor.visit("replay", &replay)
    if let normalizer { try visitor.visit("normalization", &normalizer.statistics) }
  }
}

/// Counters and random streams.
package struct OffPolicyProgress: Codable, Equatable {
  /// Environment steps taken.
  package var steps = 0
  /// Updates made.
  package var updates = 0
  /// The step from which on the next update is recorded.
  package var nextRecord = 0
  /// The loss of the actor's last update, where it is not updated each time; `nil` before the first.
  package var actorLoss: Float?
  package var exploration: RandomStream
  package var sampling: RandomStream
  package var noise: RandomStream
}
