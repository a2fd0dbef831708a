import Environments
import Randomness
import Testing

/// Each wrapper of actions, by the actions that the environment takes.
@Suite struct WrapperActionTests {
  /// Steps a wrapped batch, and a bare one with the actions that `taken` makes of the agent's.
  private func compare(
    _ wrapper: any Wrapper, _ taken: ([Float]) -> [Float],
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let bare = Stage(try Wrapped.drift.makeBatch(count: 3))
    let wrapped = Stage(try Wrapped.drift.makeBatch(count: 3, wrappers: [wrapper]))
    bare.reset(seed: 2)
    wrapped.reset(seed: 2)
    var actor = Actor()
    for _ in 0..<40 {
      let rows = actor.rows(for: wrapped.batch)
      wrapped.act(rows)
      bare.act(rows.map(taken))
      for (found, expected) in zip(wrapped.observations.joined(), bare.observations.joined()) {
        #expect(abs(found - expected) < 1e-4, sourceLocation: sourceLocation)
      }
      #expect(wrapped.endings == bare.endings, sourceLocation: sourceLocation)
    }
  }

  @Test func `actions are clipped and rescaled`() throws {
    try compare(ClipAction()) { $0.map { max(-1, min(1, $0)) } }
    try compare(RescaleAction(low: 0, high: 4)) { $0.map { $0 / 2 - 1 } }
    let clipped = try Wrapped.drift.makeBatch(count: 1, wrappers: [ClipAction()])
    #expect(
      clipped.actionSpace
        == .continuous(
          low: [-.infinity, -.infinity, -.infinity], high: [.infinity, .infinity, .infinity]))
    let rescaled = try Wrapped.drift.makeBatch(count: 1, wrappers: [RescaleAction(low: 0, high: 4)])
    #expect(rescaled.actionSpace == .continuous(low: [0, 0, 0], high: [4, 4, 4]))
  }

  @Test func `a choice is a combination of middles, the last number first`() throws {
    let wrapper = DiscretizeAction(bins: [3, 1, 2])
    try compare(wrapper) { row in
      let choice = Int(row[0])
      return [[-2 / 3, 0, 2 / 3][choice / 2], 0, [-0.5, 0.5][choice % 2]]
    }
    let batch = try Wrapped.drift.makeBatch(count: 1, wrappers: [wrapper])
    #expect(batch.actionSpace == .discrete(count: 6))
    let four = try Wrapped.drift.makeBatch(count: 1, wrappers: [DiscretizeAction(bins: 4)])
    #expect(four.actionSpace == .discrete(count: 64))
  }

  @Test func `numbers become a choice each, of middles or from end to end`() throws {
    try compare(DiscretizeAction(bins: [3, 1, 2], multiDiscrete: true)) { row in
      [[-2 / 3, 0, 2 / 3][Int(row[0])], 0, [-0.5, 0.5][Int(row[2])]]
    }
    try compare(DiscretizeAction(bins: [3, 1, 2], multiDiscrete: true, points: .ends)) { row in
      [[-1, 0, 1][Int(row[0])], 0, [-1, 1][Int(row[2])]]
    }
    // As many combinations would be refused.
    let wrapper = DiscretizeAction(bins: 100, multiDiscrete: true)
    let batch = try Wrapped.drift.makeBatch(count: 1, wrappers: [wrapper])
    #expect(batch.actionSpace == .multiDiscrete(counts: [100, 100, 100]))
  }

  @Test func `an action is repeated until the episode ends, and its rewards are added up`() throws {
    let entry = Wrapped.drift
    let bare = Stage(try entry.makeBatch(count: 1))
    let wrapped = Stage(try entry.makeBatch(count: 1, wrappers: [RepeatActions(count: 3)]))
    bare.reset(seed: 2)
    wrapped.reset(seed: 2)
    var actor = Actor()
    var lengths: [Int] = []
    for _ in 0..<30 {
      let rows = actor.rows(for: bare.batch)
      wrapped.act(rows)
      var (sum, steps) = (Float(0), 0)
      repeat {
        bare.act(rows)
        sum += bare.rewards[0]
        steps += 1
      } while steps < 3 && bare.endings[0] == 0
      lengths.append(steps)
      #expect(wrapped.rewards[0] == sum)
      #expect(wrapped.endings == bare.endings)
      #expect(wrapped.observations == bare.observations)
      #expect(wrapped.batch.finishedEpisodes == bare.batch.finishedEpisodes)
      if bare.endings[0] != 0 { #expect(wrapped.finalObservations == bare.finalObservations) }
    }
    // Seven steps an episode: three, three and one.
    #expect(lengths.prefix(6) == [3, 3, 1, 3, 3, 1])
  }

  /// The copies of a batch end at different repetitions.
  @Test func `copies that end early wait for the others`() throws {
    let entry = EnvironmentEntry(
      "Corridor-v0", Corridor(length: 5, isSlippery: true), summary: "", maximumSteps: 12)
    let wrapped = Stage(try entry.makeBatch(count: 16, wrappers: [RepeatActions(count: 8)]))
    wrapped.reset(seed: 2)
    for _ in 0..<40 {
      wrapped.choose(Array(repeating: 1, count: 16))
      for episode in wrapped.batch.finishedEpisodes where wrapped.endings[episode.environment] == 1
      {
        #expect(wrapped.observations[episode.environment][0] == 0)
        #expect(wrapped.finalObservations[episode.environment][0] == 1)
      }
    }
  }

  @Test func `sticky actions repeat with their probability, but never across episodes`() throws {
    // Its state is the sum of its actions, so that the action taken shows.
    let entry = EnvironmentEntry("Sum-v0", Sum(), summary: "", maximumSteps: 20)
    let stage = Stage(
      try entry.makeBatch(count: 50, wrappers: [StickyActions(probability: 0.3)]))
    stage.reset(seed: 6)
    var (random, repeated, possible) = (RandomStream(key: 9), 0, 0)
    var last = [Int?](repeating: nil, count: 50)
    for _ in 0..<200 {
      let before = stage.observations.map { Int($0[0]) }
      let chosen = (0..<50).map { _ in Int32(random.integer(below: 1000)) }
      stage.choose(chosen)
      for copy in 0..<50 {
        let after =
          stage.endings[copy] == 0
          ? stage.observations[copy][0] : stage.finalObservations[copy][0]
        let taken = Int(after) - before[copy]
        if taken != Int(chosen[copy]) {
          #expect(taken == last[copy])
          repeated += 1
        }
        if last[copy] != nil { possible += 1 }
        last[copy] = stage.endings[copy] == 0 ? taken : nil
      }
    }
    #expect(abs(Double(repeated) / Double(possible) - 0.3) < 0.02)
  }

  @Test(arguments: [
    (Wrapped.corridor, ClipAction() as any Wrapper, "a choice and no row of numbers"),
    (Wrapped.corridor, RescaleAction(), "leave it out"),
    (Wrapped.drift, RescaleAction(low: 1, high: 1), "its high must be finite and above low"),
    (Wrapped.drift, DiscretizeAction(bins: [2, 2]), "one for each of the 3 numbers of an action"),
    (Wrapped.drift, DiscretizeAction(bins: 100), "at most 65536 combinations"),
    (Wrapped.drift, DiscretizeAction(bins: [2, 2], multiDiscrete: true), "one for each of the 3"),
    (Wrapped.gears, ClipAction(), "a choice and no row of numbers"),
    (Wrapped.drift, DiscretizeAction(bins: 0), "its bins must be 1 or more, but is 0"),
    (lamps, RepeatActions(), "some actions are forbidden at times"),
    (lamps, StickyActions(), "some actions are forbidden at times"),
    (Wrapped.corridor, StickyActions(probability: 2), "must lie in 0...1, but is 2.0"),
    (Wrapped.corridor, RepeatActions(count: 0), "must lie in 1...10000, but is 0"),
    (Wrapped.corridor, FrameStack(count: 0), "must lie in 1...1000"),
    (Wrapped.corridor, OneHot(), "put discretizeObservation before it"),
    (Wrapped.cells, TimeAware(), "put oneHot before it"),
    (Wrapped.cells, ObservationNoise(), "put oneHot before it"),
    (Wrapped.drift, RescaleObservation(), "put clipObservation before it"),
    (Wrapped.drift, DiscretizeObservation(), "feature 0 lies between -inf and inf"),
    (Wrapped.corridor, DiscretizeObservation(bins: 5000), "at most 16777216 combinations"),
    (Wrapped.corridor, SelectFeatures(indices: [2]), "must be below 2, the number of features"),
    (Wrapped.corridor, SelectFeatures(indices: []), "must be 0 or more"),
    (Wrapped.corridor, ShapeReward(weights: [1]), "a number for each of the 2 features"),
    (Wrapped.corridor, ClipReward(low: 2, high: 1), "must not exceed high, 1.0, but is 2.0"),
    (endless, TimeAware(), "set maximumSteps"),
  ])
  func `what does not fit is refused in a sentence`(
    entry: EnvironmentEntry, wrapper: any Wrapper, words: String
  ) throws {
    let error = #expect(throws: WrapperError.self) {
      _ = try entry.makeBatch(count: 2, wrappers: [ClipReward(), wrapper])
    }
    let sentence = error.map { "\($0)" } ?? ""
    #expect(sentence.contains(words), "\(sentence)")
    #expect(sentence.hasPrefix("wrapper 2 of \(entry.id), \(type(of: wrapper).name), "))
  }

  private static let lamps = EnvironmentEntry("Lamps-v0", Lamps(), summary: "", maximumSteps: 9)
  private static let endless = EnvironmentEntry(
    "Corridor-v0", Corridor(), summary: "", maximumSteps: nil)

  @Test func `masks pass through what leaves actions as they are`() throws {
    let stage = Stage(
      try Self.lamps.makeBatch(count: 2, wrappers: [FrameStack(count: 2), SignReward()]))
    let bare = Stage(try Self.lamps.makeBatch(count: 2))
    bare.reset(seed: 3)
    stage.reset(seed: 3)
    #expect(stage.masks(4) == bare.masks(4))
    #expect(stage.masks(4) != nil)
  }

  @Test func `every wrapper has its own name`() {
    #expect(Set(Wrappers.all.map { $0.name }).count == Wrappers.all.count)
    #expect(Wrappers.all.allSatisfy { !$0.summary.isEmpty && !$0.source.isEmpty })
  }
}

/// A sum of actions.
private struct Sum: Environment {
  struct State: Codable, Sendable { var sum = 0 }
  var actions: Discrete { Discrete(1000) }
  var observations: Box { Box(low: [0], high: [.infinity]) }
  func initialState(using random: inout PCG64) -> State { State() }
  func step(from state: State, taking action: Int, using random: inout PCG64) -> Step<State> {
    .transition(to: State(sum: state.sum + action), reward: 0)
  }
  func observe(_ state: State, into features: inout OutputSpan<Float>) {
    features.append(Float(state.sum))
  }
}
