import Autodiff
import Environments
package import Randomness
package import Replay

/// What an agent that learns from stored transitions counts, and what it draws from.
package protocol ReplayCounters: Codable {
  /// Environment steps taken.
  var steps: Int { get set }
  /// Updates made.
  var updates: Int { get set }
  /// The step from which on the next update is recorded.
  var nextRecord: Int { get set }
  /// What actions are drawn from.
  var exploration: RandomStream { get set }
  /// What transitions are drawn from.
  var sampling: RandomStream { get set }
}

/// What an agent that learns from stored transitions does and keeps beside its networks:
/// remembering, drawing batches, and counting what is due.
///
/// How actions are taken is for ``ChoiceExperience`` and ``ContinuousExperience`` to add.
package class Experience<Progress: ReplayCounters> {
  final let surroundings: Surroundings
  private final let timing: LearningTiming
  private final let recordingInterval: Int
  private final let batchSize: Int
  private final let discountFactor: Float
  // One thread at a time, several times a step: the run-time library need not watch over these.
  @exclusivity(unchecked) package final var replay: ReplayBuffer
  @exclusivity(unchecked) package final var progress: Progress
  package final let normalizer: Normalizer?

  /// What an agent with these settings begins with, where the machine's memory holds it.
  ///
  /// - Parameters:
  ///   - recordingInterval: Environment steps from one recording of the metrics to the next.
  ///   - stateSize: Numbers of a network's state that are kept with each transition.
  /// - Throws: `ReplayError`, `SettingsError`.
  init(
    _ settings: some ReplayLearning, _ progress: Progress, in surroundings: Surroundings,
    recordingInterval: Int, prioritization: Prioritization? = nil, stateSize: Int = 0
  ) throws {
    let layout = try ReplayLayout(
      capacity: settings.replay.capacity, environments: surroundings.environments,
      observationSize: surroundings.observationSize, actions: surroundings.actions,
      masked: surroundings.masked, prioritization: prioritization, stateSize: stateSize)
    try layout.check(against: .now())
    replay = try ReplayBuffer(layout: layout)
    normalizer = try Normalizer(for: surroundings, discountFactor: settings.discountFactor)
    self.surroundings = surroundings
    self.progress = progress
    timing = LearningTiming(
      learningStarts: settings.replay.learningStarts, trainFrequency: settings.trainFrequency,
      gradientSteps: settings.gradientSteps)
    batchSize = settings.replay.batchSize
    discountFactor = Float(settings.discountFactor)
    self.recordingInterval = max(1, recordingInterval)
  }

  // MARK: Remembering

  final func begin(_ environment: any BatchedEnvironment) {
    replay.begin(masks: environment.actionMasks)
    normalizer?.note(observations: replay.newestObservations)
  }

  /// Takes note of what these actions led to.
  ///
  /// - Parameter states: In which a network with a memory took them, `[N, S]`.
  final func remember(
    _ environment: any BatchedEnvironment, after actions: ActionRows,
    states: UnsafePointer<Float>? = nil
  ) {
    replay.append(
      actions: actions, rewards: environment.rewards, endings: environment.endings,
      finalObservations: environment.finalObservations, masks: environment.actionMasks,
      finalMasks: environment.finalActionMasks, states: states)
    normalizer?.note(
      observations: replay.newestObservations, rewards: environment.rewards,
      endings: environment.endings)
    progress.steps += surroundings.environments
  }

  // MARK: Learning

  /// How many updates belong to the step just taken.
  final var updatesDue: Int {
    timing.updatesDue(after: progress.steps, stepSize: surroundings.environments)
  }

  /// Draws a batch of transitions of so many steps each, uniformly.
  final func sample(into rows: BatchRows, steps: Int = 1) {
    replay.sample(
      batchSize, discountFactor: discountFactor, steps: steps, using: &progress.sampling,
      into: rows)
    normalizer?.normalize(rows, count: batchSize, steps: steps)
  }

  /// Draws a batch of transitions by their priorities.
  ///
  /// - Parameters:
  ///   - weights: What each transition's loss counts, `[B]`.
  ///   - correction: β.
  final func samplePrioritized(
    into rows: BatchRows, weights: UnsafeMutablePointer<Float>, steps: Int, correction: Double
  ) {
    replay.samplePrioritized(
      batchSize, discountFactor: discountFactor, steps: steps, correction: correction,
      using: &progress.sampling, into: rows, weights: weights)
    normalizer?.normalize(rows, count: batchSize, steps: steps)
  }

  /// Draws a batch of sequences of so many steps.
  final func sampleSequences(into rows: SequenceRows, length: Int) {
    replay.sampleSequences(
      count: batchSize, length: length, discountFactor: discountFactor,
      using: &progress.sampling, into: rows)
    normalizer?.normalize(rows.batch, count: length * batchSize)
  }

  /// Draws a batch of as many transitions of each task, those of the first task first.
  final func sampleTasks(into rows: BatchRows, steps: Int = 1) {
    let (tasks, copies) = (surroundings.tasks.names.count, surroundings.tasks.copies)
    let count = batchSize / tasks
    for task in 0..<tasks {
      replay.sample(
        count, of: task * copies..<(task + 1) * copies, discountFactor: discountFactor,
        steps: steps, using: &progress.sampling, into: rows, at: task * count)
    }
    normalizer?.normalize(rows, count: batchSize, steps: steps)
  }

  /// Refuses to go on after an update one of whose first outputs is not a finite number.
  ///
  /// A loss may still be finite where its gradient is not, and the weights with it.
  ///
  /// - Parameter metrics: What the outputs are; asked for only where one is refused.
  final func check(
    _ update: Plan, outputs: Int, _ metrics: @autoclosure () -> [Metric]
  ) throws(TrainingError) {
    for output in 0..<outputs where !update.output(output)[0].isFinite {
      throw .nonFinite(metric: metrics()[output].name, step: progress.steps)
    }
  }

  /// Whether what was measured is to be recorded now; the next time is then an interval later.
  final func takesRecord() -> Bool {
    guard progress.steps >= progress.nextRecord else { return false }
    progress.nextRecord = nextMultiple(of: recordingInterval, after: progress.steps)
    return true
  }

  final func visitCheckpoint(_ visitor: inout some CheckpointVisitor) throws {
    try visitor.visit("progress", &progress)
    try visitor.visit("replay", &replay)
    if let normalizer { try visitor.visit("normalization", &normalizer.statistics) }
  }
}

/// Counters and random streams.
package struct OffPolicyProgress: ReplayCounters, Equatable {
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

  /// - Parameter seeds: The streams "exploration", "replay" and "noise" are drawn from.
  init(_ seeds: Seeds) {
    (exploration, sampling) = (seeds["exploration"], seeds["replay"])
    noise = seeds["noise"]
  }
}
