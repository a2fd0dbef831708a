package import Autodiff
import Environments
package import NeuralNetworks
import Randomness

/// Everything that an on-policy agent's acting and learning change.
package struct SegmentLearner<Networks: PolicyAndValues>: Traceable {
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

/// Acts with the policy that is being learned and keeps what came of it, until a segment is full.
final class SegmentCollector<Networks: PolicyAndValues> {
  let rows: SegmentRows
  private let surroundings: Surroundings
  private let sampler: ActionSampler
  /// Steps from one drawing of state-dependent noise to the next.
  private let resamplingInterval: Int
  private let appraisal: Plan
  private let finalAppraisal: Plan
  /// What observations and rewards go through on their way into the segment.
  let normalizer: Normalizer?
  @exclusivity(unchecked) var progress = SegmentProgress()

  /// - Throws: `SettingsError` where the normalization does not fit.
  init(
    _ variables: Variables<SegmentLearner<Networks>>, segmentLength: Int, discountFactor: Double,
    exploration: ActorCriticExploration = .independent, in surroundings: Surroundings
  ) throws(SettingsError) {
    try exploration.check(in: surroundings)
    self.surroundings = surroundings
    normalizer = try Normalizer(for: surroundings, discountFactor: discountFactor)
    rows = SegmentRows("segment", in: variables, steps: segmentLength, surroundings)
    sampler = ActionSampler(surroundings, variables, explores: true) { $0.networks }
    resamplingInterval =
      if case .stateDependent(let noise) = exploration, let steps = noise.resampleEvery {
        steps
      } else { segmentLength }
    appraisal = Plan(updating: variables, inputs: NoTensors()) { learner, _ in
      learner.segment.appraise(with: learner.networks)
      return NoTensors()
    }
    let finals = Tensor.zeros([surroundings.environments, surroundings.observationSize])
    finalAppraisal = Plan(updating: variables, inputs: finals) { $0.networks.values($1) }
  }

  var observationRows: UnsafeMutablePointer<Float> {
    rows.observations(at: progress.hasBegun ? progress.position + 1 : 0)
  }

  func begin(_ environment: any BatchedEnvironment) {
    rows.setMasks(environment.actionMasks, at: 0)
    normalizer?.note(observations: observationRows)
    normalizer?.normalize(observations: observationRows, count: surroundings.environments)
    progress.hasBegun = true
  }

  func act(using random: inout RandomStream) -> ActionRows {
    let now = progress.position
    if let noise = sampler.noise, now.isMultiple(of: resamplingInterval) {
      random.fillNormal(noise)
    }
    let actions = sampler.sample(
      for: rows.observations(at: now), allowed: rows.masks(at: now), into: rows.actions(at: now),
      using: &random)
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
    if anyTruncated(environment.endings) { appraiseFinals(of: environment, at: now) }
    progress.position += 1
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
    guard let noise = sampler.noise else { return }
    var numbers = Array(noise)
    try visitor.visit("explorationNoise", &numbers)
    for (place, number) in zip(noise.indices, numbers) { noise[place] = number }
  }

  var isFull: Bool { progress.position == rows.steps }

  /// Writes values, advantages and returns of a full segment.
  func estimate(discountFactor: Double, traceDecay: Double) {
    appraisal.run()
    rows.estimate(discountFactor: discountFactor, traceDecay: traceDecay)
  }

  /// Begins the next segment with the newest observations.
  func beginAgain() {
    rows.beginAgain()
    progress.position = 0
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
