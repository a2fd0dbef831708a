import Randomness

/// Checks what every environment promises, by running episodes with random actions.
///
/// Used by tests and by `fledge check`. Passing is no proof, but whatever is reported is real.
public struct EnvironmentLaws<E: Environment> {
  /// The environment, which may be without a time limit.
  public let environment: E
  /// What reports call it.
  public let name: String
  /// The seeds of the episodes.
  public var seeds: Range<UInt64> = 0..<8
  /// The most steps of an episode that are looked at.
  public var stepsPerEpisode = 300

  private var findings: [Law: String] = [:]
  private var steps = 0

  /// Prepares to check an environment.
  public init(_ environment: E, name: String? = nil) {
    self.environment = environment
    self.name = name ?? "\(E.self)"
  }

  /// Runs the episodes and reports what was seen.
  public func check() -> LawReport {
    var checker = self
    for seed in seeds { checker.checkEpisode(seed) }
    for seed in seeds { checker.checkAgain(seed) }
    // A batch writes into rows of fixed size, so it comes after those sizes were seen to be right.
    if checker.findings[.observationSize] == nil && checker.findings[.masksConsistent] == nil {
      checker.checkBatch()
    }
    let findings = Law.allCases.compactMap { law in
      checker.findings[law].map { LawReport.Finding(law: law, evidence: $0) }
    }
    return LawReport(
      environment: name, findings: findings, episodes: seeds.count, steps: checker.steps)
  }

  private mutating func find(_ law: Law, _ evidence: @autoclosure () -> String) {
    if findings[law] == nil { findings[law] = evidence() }
  }
}

// Single episodes.
extension EnvironmentLaws {
  /// An episode under way, and the chance that it and its actions depend on.
  private struct Course {
    var state: E.State
    var random: PCG64
    var actions: RandomStream
  }

  /// What is compared between two runs of an episode: bits, so that NaN equals itself.
  private struct Moment: Equatable {
    var features: [UInt32]
    var reward: UInt64
    var ending: Ending?
  }

  private func start(_ seed: UInt64) -> Course {
    var random = PCG64(seed: seed)
    let state = environment.initialState(using: &random)
    return Course(state: state, random: random, actions: RandomStream(key: seed))
  }

  private func advance(_ course: inout Course) -> Moment {
    let action = randomAction(in: course.state, using: &course.actions)
    let step = environment.step(from: course.state, taking: action, using: &course.random)
    course.state = step.state
    return Moment(
      features: environment.features(of: step.state).map(\.bitPattern),
      reward: step.reward.bitPattern, ending: step.ending)
  }

  /// A random action, allowed if the environment says which are.
  private func randomAction(
    in state: E.State, using random: inout RandomStream
  ) -> E.Actions.Element {
    let space = environment.actions
    var numbers = space.erased.randomAction(using: &random)
    if let mask = environment.mask(of: state), mask.contains(1) {
      let allowed = mask.indices.filter { mask[$0] == 1 }
      numbers = [Double(allowed[random.integer(below: allowed.count)])]
    }
    guard let element = space.element(numbers) else {
      preconditionFailure("\(E.Actions.self) does not contain its own \(space.erased)")
    }
    return element
  }

  private mutating func checkEpisode(_ seed: UInt64) {
    var course = start(seed)
    checkState(course.state, seed, 0)
    var moments: [Moment] = []
    var saved: (step: Int, bytes: [UInt8], course: Course)?
    while moments.count < stepsPerEpisode {
      let step = moments.count
      let looksClosely = step & (step - 1) == 0  // at steps 0, 1, 2, 4, 8 …
      let before = looksClosely ? try? SnapshotEncoder.encode(course.state) : nil
      let origin = course
      let moment = advance(&course)
      if let before {
        saved = (step, before, origin)
        if (try? SnapshotEncoder.encode(origin.state)) != before {
          find(.unchangedByStepping, "the state before step \(step + 1) of seed \(seed) changed")
        }
      } else if looksClosely {
        find(.stateSurvivesEncoding, "the state before step \(step + 1) of seed \(seed) cannot be")
      }
      checkState(course.state, seed, step + 1)
      checkReward(Double(bitPattern: moment.reward), seed, step + 1)
      moments.append(moment)
      if moment.ending != nil { break }
    }
    steps += moments.count
    checkRerun(seed, moments, .sameStreamSameEpisode)
    if let saved { checkContinuation(from: saved, seed, moments) }
  }

  /// Runs an episode twice, after all episodes: the environment may have kept something of them.
  private mutating func checkAgain(_ seed: UInt64) {
    var course = start(seed)
    var moments: [Moment] = []
    while moments.count < stepsPerEpisode {
      moments.append(advance(&course))
      if moments.last?.ending != nil { break }
    }
    checkRerun(seed, moments, .unchangedByStepping)
  }

  private mutating func checkRerun(_ seed: UInt64, _ moments: [Moment], _ law: Law) {
    var course = start(seed)
    for (index, moment) in moments.enumerated() where advance(&course) != moment {
      find(law, "seed \(seed) gave something else at step \(index + 1) when run again")
      return
    }
  }

  private mutating func checkContinuation(
    from saved: (step: Int, bytes: [UInt8], course: Course), _ seed: UInt64, _ moments: [Moment]
  ) {
    var course = saved.course
    do {
      course.state = try SnapshotDecoder.decode(E.State.self, from: saved.bytes)
      if try SnapshotEncoder.encode(course.state) != saved.bytes {
        find(
          .stateSurvivesEncoding, "after step \(saved.step) of seed \(seed) it came back changed")
      }
    } catch {
      find(.stateSurvivesEncoding, "after step \(saved.step) of seed \(seed) \(error)")
    }
    for index in saved.step..<moments.count where advance(&course) != moments[index] {
      find(
        .stateSurvivesEncoding,
        "seed \(seed), saved after step \(saved.step), went on differently at step \(index + 1)")
      return
    }
  }

  private mutating func checkReward(_ reward: Double, _ seed: UInt64, _ step: Int) {
    if !Float(reward).isFinite {
      find(.rewardFinite, "it was \(reward) at step \(step) of seed \(seed)")
    }
  }

  private mutating func checkState(_ state: E.State, _ seed: UInt64, _ step: Int) {
    let place = "at step \(step) of seed \(seed)"
    let bounds = environment.observations
    let features = environment.features(of: state)
    if features.count != bounds.size {
      find(
        .observationSize, "there were \(features.count) features \(place) and \(bounds.size) bounds"
      )
    } else if let index = features.indices.first(where: {
      !features[$0].isFinite || features[$0] < bounds.low[$0] || features[$0] > bounds.high[$0]
    }) {
      find(
        .observationInBounds,
        "feature \(index) was \(features[index]) \(place), and its bounds are "
          + "\(bounds.low[index]) and \(bounds.high[index])")
    }
    if let mask = environment.mask(of: state),
      case .discrete(let count) = environment.actions.erased,
      mask.count != count || !mask.contains(1) || mask.contains(where: { $0 > 1 })
    {
      find(.masksConsistent, "the mask of \(count) actions was \(mask) \(place)")
    }
    checkNumbers(state, place)
  }

  private mutating func checkNumbers(_ state: E.State, _ place: String) {
    let numbers = environment.numbers(of: state)
    guard !numbers.isEmpty else { return }
    do {
      let back = environment.numbers(of: try environment.state(from: numbers))
      if back != numbers { find(.numbersMakeStates, "\(numbers) became \(back) \(place)") }
    } catch {
      find(.numbersMakeStates, "\(numbers) was refused \(place): \(error)")
    }
  }
}

// A batch of episodes.
extension EnvironmentLaws {
  private mutating func checkBatch() {
    let (count, batchSteps) = (4, 400)
    let batch = EnvironmentBatch(environment, count: count)
    var random = RandomStream(key: 2)
    let table = ActionTable(
      of: batch.actionSpace, batches: batchSteps, count: count, using: &random)
    let observations = UnsafeMutablePointer<Float>.allocate(
      capacity: count * batch.observationSize)
    defer { observations.deallocate() }
    batch.reset(seed: 0, into: observations)

    var (length, reward, scale) = (0, 0.0, 1.0)
    for index in 0..<batchSteps {
      step(batch, table.rows(ofBatch: index), &random, into: observations)
      for copy in 0..<count {
        reward += Double(batch.rewards[copy])
        scale += Double(abs(batch.rewards[copy]))
      }
      for episode in batch.finishedEpisodes {
        length += episode.length
        reward -= episode.return
        checkEnding(episode)
      }
    }
    for copy in 0..<count {
      length += batch.copies.lengths[copy]
      reward -= batch.copies.returns[copy]
    }
    if length != count * batchSteps {
      find(.episodesAddUp, "\(count * batchSteps) steps made episodes of \(length) steps")
    }
    if abs(reward) > 1e-6 * scale {
      find(.episodesAddUp, "returns and rewards differ by \(reward)")
    }
  }

  /// Steps a batch with these rows, or with random allowed actions where some are forbidden.
  private func step(
    _ batch: EnvironmentBatch<E>, _ rows: ActionRows, _ random: inout RandomStream,
    into observations: UnsafeMutablePointer<Float>
  ) {
    guard let masks = batch.actionMasks, case .discrete(let actions) = batch.actionSpace else {
      return batch.step(rows, into: observations)
    }
    let choices = (0..<batch.count).map { copy in
      let allowed = (0..<actions).filter { masks[copy * actions + $0] == 1 }
      return Int32(allowed[random.integer(below: allowed.count)])
    }
    choices.withUnsafeBufferPointer { choices in
      if let base = choices.baseAddress { batch.step(.discrete(base), into: observations) }
    }
  }

  private mutating func checkEnding(_ episode: FinishedEpisode) {
    guard let limited = environment as? any Limited else {
      if episode.ending == .truncated {
        find(.onlyLimitTruncates, "an episode was truncated after \(episode.length) steps")
      }
      return
    }
    if let limit = limited.maximumSteps,
      episode.length > limit || (episode.ending == .truncated && episode.length < limit)
    {
      find(
        .onlyLimitTruncates,
        "an episode of \(episode.length) steps was \(episode.ending), the limit is \(limit)")
    }
  }
}

/// An environment that truncates.
private protocol Limited {
  var maximumSteps: Int? { get }
}

extension TimeLimit: Limited {}
