import Environments
import Randomness
import Testing

/// Each wrapper of observations and rewards against its definition, told by an episode's history.
@Suite struct WrapperTests {
  /// Steps a bare batch and a wrapped one alike, and compares each row with what `observation` makes
  /// of all rows of the episode so far, and each reward with what `reward` makes of a step.
  private func compare(
    _ entry: EnvironmentEntry, _ wrapper: any Wrapper,
    observation: ([[Float]]) -> [Float] = { $0[$0.count - 1] },
    reward: (_ reward: Float, _ before: [Float], _ after: [Float], _ ending: UInt8) -> Float = {
      reward, _, _, _ in reward
    }, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let bare = Stage(try entry.makeBatch(count: 3))
    let wrapped = Stage(try entry.makeBatch(count: 3, wrappers: [wrapper]))
    var actor = Actor()
    bare.reset(seed: 12)
    wrapped.reset(seed: 12)
    var histories = bare.observations.map { [$0] }
    var endings = 0
    for _ in 0..<80 {
      for copy in 0..<3 {
        expectClose(
          wrapped.observations[copy], observation(histories[copy]), sourceLocation: sourceLocation)
      }
      let rows = actor.rows(for: bare.batch)
      bare.act(rows)
      wrapped.act(rows)
      #expect(bare.endings == wrapped.endings, sourceLocation: sourceLocation)
      #expect(bare.batch.finishedEpisodes == wrapped.batch.finishedEpisodes)
      for copy in 0..<3 {
        let before = histories[copy][histories[copy].count - 1]
        let ending = bare.endings[copy]
        let after = ending == 0 ? bare.observations[copy] : bare.finalObservations[copy]
        expectClose(
          [wrapped.rewards[copy]], [reward(bare.rewards[copy], before, after, ending)],
          sourceLocation: sourceLocation)
        histories[copy].append(after)
        guard ending != 0 else { continue }
        endings += 1
        expectClose(
          wrapped.finalObservations[copy], observation(histories[copy]),
          sourceLocation: sourceLocation)
        histories[copy] = [bare.observations[copy]]
      }
    }
    #expect(endings > 5, sourceLocation: sourceLocation)
  }

  private func expectClose(
    _ found: [Float], _ expected: [Float], sourceLocation: SourceLocation
  ) {
    let isClose =
      found.count == expected.count && zip(found, expected).allSatisfy { abs($0 - $1) < 1e-5 }
    #expect(isClose, "\(found), not \(expected)", sourceLocation: sourceLocation)
  }

  @Test func `rewards are clipped, scaled and signed`() throws {
    try compare(
      Wrapped.drift, ClipReward(low: -2, high: -1),
      reward: { reward, _, _, _ in
        max(-2, min(-1, reward))
      })
    try compare(
      Wrapped.drift, ScaleReward(factor: -2, offset: 3),
      reward: { reward, _, _, _ in
        -2 * reward + 3
      })
    try compare(Wrapped.cells, SignReward(), reward: { reward, _, _, _ in reward > 0 ? 1 : 0 })
    try compare(Wrapped.corridor, SignReward(), reward: { _, _, _, _ in -1 })
  }

  @Test func `shaping adds the discounted gain of the potential`() throws {
    func potential(_ row: [Float]) -> Float { 2 * row[0] - 3 * row[1] }
    try compare(
      Wrapped.corridor, ShapeReward(weights: [2, -3], discountFactor: 0.9),
      reward: { reward, before, after, ending in
        reward + 0.9 * (ending == 1 ? 0 : potential(after)) - potential(before)
      })
  }

  /// The theorem itself: discounted shaping sums to minus the first potential.
  @Test func `over a terminated episode shaping adds up to the first potential`() throws {
    let stage = Stage(
      try Wrapped.cells.makeBatch(
        count: 1, wrappers: [ShapeReward(weights: [1, 5], discountFactor: 0.9)]))
    stage.reset(seed: 3)
    let first = stage.observations[0]
    var (sum, discount) = (0.0, 1.0)
    for action: Int32 in first[0] == 0 ? [0, 0, 1] : [0, 1] {
      stage.choose([action])
      let bare = stage.endings[0] == 1 ? 1.0 : 0
      sum += discount * (Double(stage.rewards[0]) - bare)
      discount *= 0.9
    }
    #expect(stage.endings == [1])
    #expect(abs(sum + Double(first[0] + 5 * first[1])) < 1e-5)
  }

  @Test func `frames are stacked from the oldest to the newest`() throws {
    try compare(Wrapped.corridor, FrameStack(count: 3)) { history in
      (0..<3).reversed().flatMap { history[max(0, history.count - 1 - $0)] }
    }
    try compare(Wrapped.drift, FrameStack(count: 4, padding: .zeros)) { history in
      (0..<4).reversed().flatMap { age in
        age < history.count ? history[history.count - 1 - age] : [0, 0, 0]
      }
    }
  }

  @Test func `observations come late, zeros before`() throws {
    for steps in [1, 3] {
      try compare(Wrapped.drift, DelayObservations(steps: steps)) { history in
        history.count > steps ? history[history.count - 1 - steps] : [0, 0, 0]
      }
    }
  }

  @Test func `the share of the limit is appended`() throws {
    try compare(Wrapped.corridor, TimeAware()) { history in
      history[history.count - 1] + [Float(history.count - 1) / 9]
    }
    let shorter = try Wrapped.corridor.makeBatch(
      count: 1, settings: ["maximumSteps": 2], wrappers: [TimeAware()])
    let stage = Stage(shorter)
    stage.reset(seed: 1)
    stage.choose([0])
    #expect(stage.observations[0][2] == 0.5)
    // One step of the agent is two of the environment.
    let slow = Stage(
      try Wrapped.corridor.makeBatch(count: 1, wrappers: [RepeatActions(count: 2), TimeAware()]))
    slow.reset(seed: 1)
    for _ in 0..<4 { slow.choose([0]) }
    #expect(slow.observations[0][2] == 0.8)
  }

  @Test func `features are selected, rescaled and clipped`() throws {
    try compare(Wrapped.drift, SelectFeatures(indices: [2, 0, 2])) { history in
      let row = history[history.count - 1]
      return [row[2], row[0], row[2]]
    }
    try compare(Wrapped.corridor, RescaleObservation(low: -3, high: 5)) { history in
      history[history.count - 1].map { -3 + 8 * $0 }
    }
    try compare(Wrapped.drift, ClipObservation(low: -0.5, high: 0.25)) { history in
      history[history.count - 1].map { max(-0.5, min(0.25, $0)) }
    }
  }

  @Test func `features become categories and categories become rows with a single one`() throws {
    try compare(Wrapped.corridor, DiscretizeObservation(bins: [3, 2])) { history in
      let row = history[history.count - 1]
      return [2 * min(2, (row[0] * 3).rounded(.down)) + min(1, (row[1] * 2).rounded(.down))]
    }
    try compare(Wrapped.corridor, DiscretizeObservation(bins: 5, flat: false)) { history in
      history[history.count - 1].map { min(4, ($0 * 5).rounded(.down)) }
    }
    try compare(Wrapped.cells, OneHot()) { history in
      let row = history[history.count - 1]
      var shown = [Float](repeating: 0, count: 5)
      shown[Int(row[0])] = 1
      shown[3 + Int(row[1])] = 1
      return shown
    }
    let flat = try Wrapped.corridor.makeBatch(
      count: 1, wrappers: [DiscretizeObservation(bins: [3, 2])])
    #expect(flat.observationBounds.categories == [6])
    let stacked = try Wrapped.cells.makeBatch(
      count: 1, wrappers: [FrameStack(count: 2), SelectFeatures(indices: [3, 0])])
    #expect(stacked.observationBounds.categories == [2, 3])
  }

  @Test func `noise has mean zero and its deviation, also in final observations`() throws {
    let bare = Stage(try Wrapped.drift.makeBatch(count: 20))
    let noisy = Stage(
      try Wrapped.drift.makeBatch(count: 20, wrappers: [ObservationNoise(deviation: 2)]))
    bare.reset(seed: 1)
    noisy.reset(seed: 1)
    var actor = Actor()
    var noise: [Double] = []
    for _ in 0..<70 {
      let rows = actor.rows(for: bare.batch)
      bare.act(rows)
      noisy.act(rows)
      for copy in 0..<20 {
        noise += zip(noisy.observations[copy], bare.observations[copy]).map { Double($0 - $1) }
        guard bare.endings[copy] != 0 else { continue }
        noise += zip(noisy.finalObservations[copy], bare.finalObservations[copy])
          .map { Double($0 - $1) }
      }
    }
    let mean = noise.reduce(0, +) / Double(noise.count)
    let variance = noise.reduce(0) { $0 + $1 * $1 } / Double(noise.count)
    #expect(noise.count > 4500)
    #expect(abs(mean) < 0.12)
    #expect(abs(variance - 4) < 0.3)
    // Float rounding aside, no number comes twice.
    #expect(Set(noise.map { ($0 * 1e4).rounded() }).count > noise.count * 9 / 10)
  }

  @Test func `a number that only a wrapper makes infinite is found`() throws {
    let stage = Stage(
      try Wrapped.drift.makeBatch(count: 2, wrappers: [ScaleReward(factor: 3e38, offset: 0)]))
    stage.reset(seed: 1)
    #expect(stage.batch.nonFinite == nil)
    for _ in 0..<3 { stage.move([1, 1, 1, 1, 1, 1]) }
    #expect(stage.batch.nonFinite?.source == .reward)
  }
}
