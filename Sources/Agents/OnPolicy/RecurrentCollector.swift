import Autodiff
import Environments
import NeuralNetworks
import Randomness

/// Acts with the policy with a memory that is being learned and keeps what came of it, until a
/// segment is full: a `SegmentCollector` that also keeps states.
final class RecurrentCollector {
  let rows: SegmentRows
  private let surroundings: Surroundings
  private let cut: SequenceCut
  private let sampler: RecurrentSampler
  private let appraisal: Plan
  private let finalAppraisal: Plan
  /// What is remembered now `[N, S]`, and what was at the first step of each sequence `[count, S]`.
  private let state, firstStates: UnsafeMutablePointer<Float>
  /// `N·S`.
  private let stateCount: Int
  /// What observations and rewards go through on their way into the segment.
  let normalizer: Normalizer?
  var progress = SegmentProgress()

  /// - Throws: `SettingsError` where the normalization does not fit.
  init(
    _ variables: Variables<RecurrentLearner>, _ cut: SequenceCut, discountFactor: Double,
    in surroundings: Surroundings
  ) throws(SettingsError) {
    self.surroundings = surroundings
    self.cut = cut
    normalizer = try Normalizer(for: surroundings, discountFactor: discountFactor)
    rows = SegmentRows(
      "segment", in: variables, steps: cut.length * cut.perEnvironment, surroundings)
    (state, firstStates) = (variables.numbers("state"), variables.numbers("firstStates"))
    stateCount = variables.value.state.count
    sampler = RecurrentSampler(surroundings, variables, state: state) { $0.networks }
    appraisal = Plan(updating: variables, inputs: NoTensors()) { learner, _ in
      learner.appraise(cut)
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
    keepState()
    progress.hasBegun = true
  }

  func act(using random: inout RandomStream) -> ActionRows {
    let now = progress.position
    return sampler.sample(
      for: rows.observations(at: now), allowed: rows.masks(at: now), into: rows.actions(at: now),
      using: &random)
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
    // The last observation belongs to the old episode, so it is looked at with the old state.
    if environment.finishedEpisodes.contains(where: { $0.ending == .truncated }) {
      appraiseFinals(of: environment, at: now)
    }
    for episode in environment.finishedEpisodes {
      sampler.beginEpisode(in: episode.environment)
    }
    progress.position += 1
    if !isFull, progress.position.isMultiple(of: cut.length) { keepState() }
  }

  /// Writes down with which states the sequence begins that begins now.
  private func keepState() {
    let first = progress.position / cut.length * stateCount
    for place in 0..<stateCount { firstStates[first + place] = state[place] }
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

  var isFull: Bool { progress.position == rows.steps }

  /// Writes values, advantages and returns of a full segment.
  func estimate(discountFactor: Double, traceDecay: Double) {
    appraisal.run()
    rows.estimate(discountFactor: discountFactor, traceDecay: traceDecay)
  }

  /// Begins the next segment with the newest observations and states.
  func beginAgain() {
    rows.beginAgain()
    progress.position = 0
    keepState()
  }
}

extension Variables {
  /// Where the numbers of the tensor of this name lie.
  func numbers(_ name: String) -> UnsafeMutablePointer<Float> {
    guard let place = layout.first(where: { $0.name == name }), let base = buffer.baseAddress
    else { preconditionFailure("the variables have no tensor '\(name)'") }
    return base + place.offset
  }
}
