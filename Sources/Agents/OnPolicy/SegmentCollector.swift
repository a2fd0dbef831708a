package import Autodiff
import Environments
package import NeuralNetworks
import Randomness

/// Networks that act, and the segment that they fill.
protocol SegmentFilling: Traceable {
  var segment: Segment { get }
  /// What chooses actions while the segment is filled.
  static func sampler(_ surroundings: Surroundings, _ variables: Variables<Self>) -> ActionSampler
  /// The sequences that begin with states of their own; `nil` where networks have no memory.
  static func sequences(in variables: Variables<Self>) -> SequenceStates?
  /// Writes down the values of all observations of a full segment, and the probabilities of the
  /// actions taken.
  mutating func appraise()
  /// The values of observations `[N, observationSize]` that end the present episodes; `[N]`.
  func values(of observations: Tensor) -> Tensor
}

/// Everything that an on-policy agent's acting and learning change.
package struct SegmentLearner<Networks: PolicyAndValues>: SegmentFilling {
  package var networks: Networks
  package var optimizer: AnyOptimizer
  package var segment: Segment

  /// These networks, and an empty segment.
  init(
    _ networks: Networks, _ optimizer: AnyOptimizer, segmentLength: Int,
    in surroundings: Surroundings
  ) {
    self.networks = networks
    self.optimizer = optimizer
    segment = Segment(
      steps: segmentLength, surroundings, policyOutputs: networks.policyOutputCount)
  }

  package mutating func visitTensors(_ visitor: inout some TensorVisitor) {
    visitor.visit("networks", &networks)
    visitor.visit("optimizer", &optimizer)
    visitor.visit("segment", &segment)
  }

  static func sampler(
    _ surroundings: Surroundings, _ variables: Variables<Self>
  ) -> ActionSampler {
    ActionSampler(surroundings, variables, explores: true) { $0.networks }
  }

  static func sequences(in variables: Variables<Self>) -> SequenceStates? { nil }

  mutating func appraise() { segment.appraise(with: networks) }

  func values(of observations: Tensor) -> Tensor { networks.values(observations) }
}

/// What agents with one actor and one critic change.
package typealias OnPolicyLearner = SegmentLearner<ActorCritic>

extension OnPolicyLearner {
  /// Networks drawn at random, and an empty segment.
  init(
    _ network: ActorCriticSettings, _ optimizer: OptimizerSettings,
    exploration: ActorCriticExploration = .independent, segmentLength: Int,
    in surroundings: Surroundings, using random: inout RandomStream
  ) {
    let networks = ActorCritic(network, exploration: exploration, in: surroundings, using: &random)
    self.init(
      networks, AnyOptimizer(for: networks, optimizer), segmentLength: segmentLength,
      in: surroundings)
  }
}

/// How far a segment has come.
struct SegmentProgress: Codable, Equatable {
  /// Steps of each environment in the present segment.
  var position = 0
  /// Whether the first observations have been seen.
  var hasBegun = false
}

/// What an on-policy agent counts, and what it draws from.
protocol SegmentCounters: Codable {
  /// Environment steps taken.
  var steps: Int { get set }
  /// The step from which on the next time of learning is recorded.
  var nextRecord: Int { get set }
  /// What actions are drawn from.
  var exploration: RandomStream { get set }
}

/// What an on-policy agent does beside its algorithm: it acts with the policy that is being learned
/// and keeps what came of it, until a segment is full.
final class SegmentCollector<Learner: SegmentFilling, Counters: SegmentCounters> {
  let rows: SegmentRows
  let surroundings: Surroundings
  private let totalSteps: Int
  private let recordingInterval: Int
  private let sampler: ActionSampler
  /// Steps from one drawing of state-dependent noise to the next.
  private let resamplingInterval: Int
  private let appraisal: Plan
  private let finalAppraisal: Plan
  /// What observations and rewards go through on their way into the segment.
  let normalizer: Normalizer?
  // One thread at a time, several times a step: the run-time library need not watch over these.
  @exclusivity(unchecked) private var progress = SegmentProgress()
  @exclusivity(unchecked) var counters: Counters
  private let sequences: SequenceStates?

  /// - Parameters:
  ///   - totalSteps: Environment steps of the whole run.
  ///   - recordingInterval: Environment steps from one recording of the metrics to the next.
  /// - Throws: `SettingsError` where the normalization does not fit.
  init(
    _ variables: Variables<Learner>, _ counters: Counters, segmentLength: Int,
    discountFactor: Double, exploration: ActorCriticExploration = .independent,
    in surroundings: Surroundings, totalSteps: Int, recordingInterval: Int
  ) throws(SettingsError) {
    try exploration.check(in: surroundings)
    self.surroundings = surroundings
    self.counters = counters
    self.totalSteps = totalSteps
    self.recordingInterval = max(1, recordingInterval)
    normalizer = try Normalizer(for: surroundings, discountFactor: discountFactor)
    rows = SegmentRows("segment", in: variables, steps: segmentLength, surroundings)
    sampler = Learner.sampler(surroundings, variables)
    sequences = Learner.sequences(in: variables)
    resamplingInterval =
      if case .stateDependent(let noise) = exploration, let steps = noise.resampleEvery {
        steps
      } else { segmentLength }
    appraisal = Plan(updating: variables, inputs: NoTensors()) { learner, _ in
      learner.appraise()
      return NoTensors()
    }
    let finals = Tensor.zeros([surroundings.environments, surroundings.observationSize])
    finalAppraisal = Plan(updating: variables, inputs: finals) { $0.values(of: $1) }
  }

  var observationRows: UnsafeMutablePointer<Float> {
    rows.observations(at: progress.hasBegun ? progress.position + 1 : 0)
  }

  func begin(_ environment: any BatchedEnvironment) {
    rows.setMasks(environment.actionMasks, at: 0)
    normalizer?.note(observations: observationRows)
    normalizer?.normalize(observations: observationRows, count: surroundings.environments)
    sequences?.keepState(at: 0)
    progress.hasBegun = true
  }

  func act() -> ActionRows {
    let now = progress.position
    if let noise = sampler.noise, now.isMultiple(of: resamplingInterval) {
      counters.exploration.fillNormal(noise)
    }
    let actions = sampler.sample(
      for: rows.observations(at: now), allowed: rows.masks(at: now), into: rows.actions(at: now),
      using: &counters.exploration)
    if let outputs = sampler.policyOutputs { rows.setPolicyOutputs(outputs, at: now) }
    return actions
  }

  func remember(_ environment: any BatchedEnvironment) {
    let now = progress.position
    rows.setOutcome(environment, at: now)
    rows.setMasks(environment.actionMasks, at: now + 1)
    if let normalizer {
      let shown = rows.observations(at: now + 1)
      normalizer.note(
        observations: shown, rewards: environment.rewards, endings: environment.endings)
      normalizer.normalize(observations: shown, count: surroundings.environments)
      normalizer.normalize(
        rewards: rows.rewards + now * surroundings.environments, count: surroundings.environments)
    }
    // The last observation belongs to the old episode: a memory is to look at it with the old state.
    if anyTruncated(environment.endings) { appraiseFinals(of: environment, at: now) }
    if let sequences {
      for copy in 0..<surroundings.environments where environment.endings[copy] != 0 {
        sampler.beginEpisode(in: copy)
      }
      if now + 1 < rows.steps { sequences.keepState(at: now + 1) }
    }
    progress.position += 1
    counters.steps += surroundings.environments
  }

  private func anyTruncated(_ endings: UnsafePointer<UInt8>) -> Bool {
    for copy in 0..<surroundings.environments where endings[copy] == Ending.truncated.rawValue {
      return true
    }
    return false
  }

  /// Estimates what would have followed where episodes were cut short.
  private func appraiseFinals(of environment: any BatchedEnvironment, at index: Int) {
    let finals = finalAppraisal.input(0)
    for place in finals.indices { finals[place] = environment.finalObservations[place] }
    if let base = finals.baseAddress {
      normalizer?.normalize(observations: base, count: surroundings.environments)
    }
    finalAppraisal.run()
    let values = finalAppraisal.output(0)
    for copy in values.indices
    where environment.endings[copy] == Ending.truncated.rawValue {
      rows.finalValues[index * surroundings.environments + copy] = values[copy]
    }
  }

  /// Shows what changes here, besides the segment itself.
  func visitCheckpoint(_ visitor: inout some CheckpointVisitor) throws {
    try visitor.visit("collector", &progress)
    if let noise = sampler.noise {
      var numbers = Array(noise)
      try visitor.visit("explorationNoise", &numbers)
      for (place, number) in zip(noise.indices, numbers) { noise[place] = number }
    }
    try visitor.visit("progress", &counters)
    if let normalizer { try visitor.visit("normalization", &normalizer.statistics) }
  }

  var isFull: Bool { progress.position == rows.steps }

  /// Writes values, advantages and returns of a full segment.
  func estimate(discountFactor: Double, traceDecay: Double) {
    appraisal.run()
    rows.estimate(discountFactor: discountFactor, traceDecay: traceDecay)
  }

  /// The share of the run that was left after so many environment steps, from 1 to 0.
  func shareLeft(after steps: Int) -> Double {
    max(0, 1 - Double(steps) / Double(max(1, totalSteps)))
  }

  /// Refuses to go on after an update whose outputs in these places, and metrics of these numbers,
  /// are not finite.
  func check(
    _ update: Plan, outputs: some Sequence<Int>, _ metrics: @autoclosure () -> [Metric]
  ) throws(TrainingError) {
    for output in outputs where !update.output(output)[0].isFinite {
      throw .nonFinite(metric: metrics()[output].name, step: counters.steps)
    }
  }

  /// Whether what was measured is to be recorded now; the next time is then an interval later.
  func takesRecord() -> Bool {
    guard counters.steps >= counters.nextRecord else { return false }
    counters.nextRecord = nextMultiple(of: recordingInterval, after: counters.steps)
    return true
  }

  /// Begins the next segment with the newest observations, and states.
  func beginAgain() {
    rows.beginAgain()
    progress.position = 0
    sequences?.keepState(at: 0)
  }
}

extension SegmentRows {
  /// Writes advantages and returns of a full segment whose values are known.
  func estimate(discountFactor: Double, traceDecay: Double) {
    estimateAdvantages(
      columns, discountFactor: Float(discountFactor), traceDecay: Float(traceDecay),
      into: advantages)
    for place in 0..<steps * environments { returns[place] = advantages[place] + values[place] }
  }
}
