import Randomness

// Single episodes: run, run again, and gone on with from a saved state.
extension EnvironmentLaws {
  /// An episode under way, and the chance that it and its actions depend on.
  private struct Course {
    var state: E.State
    var random: PCG64
    var actions: RandomStream
  }

  /// A course as it was before a step, and the bytes of its state then.
  private struct Save {
    var step: Int
    var bytes: [UInt8]
    var course: Course
  }

  /// What is compared between two runs of an episode: bits, so that NaN equals itself.
  struct Moment: Equatable {
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
    if let mask = environment.mask(of: state), mask.count == space.erased.maskSize {
      var first = 0
      for (place, count) in space.erased.choices.enumerated() {
        let allowed = (0..<count).filter { mask[first + $0] == 1 }
        if !allowed.isEmpty {
          numbers[place] = Double(allowed[random.integer(below: allowed.count)])
        }
        first += count
      }
    }
    guard let element = space.element(numbers) else {
      preconditionFailure("\(E.Actions.self) does not contain its own \(space.erased)")
    }
    return element
  }

  /// Looks at every step of an episode, then at what its laws say of the whole.
  mutating func checkEpisode(_ seed: UInt64) -> [Moment] {
    var course = start(seed)
    checkState(course.state, "at step 0 of seed \(seed)", goesOn: true)
    var moments: [Moment] = []
    var saved: Save?
    while moments.count < stepsPerEpisode && moments.last?.ending == nil {
      let step = moments.count
      let isSaved = step & (step - 1) == 0  // before steps 0, 1, 2, 4, 8 …
      let save = isSaved ? save(course, step, "before step \(step + 1) of seed \(seed)") : nil
      let moment = advance(&course)
      if let save {
        saved = save
        if (try? SnapshotEncoder.encode(save.course.state)) != save.bytes {
          find(.unchangedByStepping, "the state before step \(step + 1) of seed \(seed) changed")
        }
      }
      let place = "at step \(step + 1) of seed \(seed)"
      checkState(course.state, place, goesOn: moment.ending == nil)
      let reward = Double(bitPattern: moment.reward)
      if !Float(reward).isFinite { find(.rewardFinite, "it was \(reward) \(place)") }
      moments.append(moment)
    }
    checkRerun(seed, moments, .sameStreamSameEpisode)
    if let saved { checkContinuation(from: saved, seed, moments) }
    return moments
  }

  private mutating func save(_ course: Course, _ step: Int, _ place: String) -> Save? {
    do {
      return Save(step: step, bytes: try SnapshotEncoder.encode(course.state), course: course)
    } catch {
      find(.stateSurvivesEncoding, "the state \(place) cannot be encoded: \(error)")
      return nil
    }
  }

  /// Runs an episode again from its beginning.
  mutating func checkRerun(_ seed: UInt64, _ moments: [Moment], _ law: Law) {
    var course = start(seed)
    for (index, moment) in moments.enumerated() where advance(&course) != moment {
      find(law, "seed \(seed) gave something else at step \(index + 1) when run again")
      return
    }
  }

  private mutating func checkContinuation(
    from saved: Save, _ seed: UInt64, _ moments: [Moment]
  ) {
    var course = saved.course
    let place = "saved after step \(saved.step) of seed \(seed)"
    do {
      course.state = try SnapshotDecoder.decode(E.State.self, from: saved.bytes)
      if try SnapshotEncoder.encode(course.state) != saved.bytes {
        find(.stateSurvivesEncoding, "the state \(place) came back changed")
      }
    } catch {
      find(.stateSurvivesEncoding, "the state \(place) cannot be decoded: \(error)")
      return
    }
    for index in saved.step..<moments.count where advance(&course) != moments[index] {
      find(
        .stateSurvivesEncoding, "the state \(place) went on differently at step \(index + 1)")
      return
    }
  }
}

// Single states.
extension EnvironmentLaws {
  private mutating func checkState(_ state: E.State, _ place: String, goesOn: Bool) {
    let bounds = environment.observations
    let features = environment.features(of: state)
    if features.count != bounds.size {
      find(
        .observationSize,
        "there were \(features.count) features \(place) and \(bounds.size) bounds")
    } else if let index = features.indices.first(where: {
      !features[$0].isFinite || features[$0] < bounds.low[$0] || features[$0] > bounds.high[$0]
    }) {
      find(
        .observationInBounds,
        "feature \(index) was \(features[index]) \(place), and its bounds are "
          + "\(bounds.low[index]) and \(bounds.high[index])")
    }
    // Where an episode is over, nothing is allowed any more, and nothing needs to go on.
    guard goesOn else { return }
    checkMask(state, place)
    checkNumbers(state, place)
  }

  private mutating func checkMask(_ state: E.State, _ place: String) {
    guard let mask = environment.mask(of: state) else { return }
    let space = environment.actions.erased
    var isConsistent = mask.count == space.maskSize && !mask.contains { $0 > 1 }
    var first = 0
    for count in space.choices where isConsistent {
      isConsistent = mask[first..<first + count].contains(1)
      first += count
    }
    if !isConsistent {
      find(.masksConsistent, "the mask of \(space.maskSize) actions was \(mask) \(place)")
    }
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
