import Environments
import Randomness
import Testing

/// What every wrapper promises, whatever it does.
@Suite struct WrapperLawTests {
  @Test(arguments: Wrapped.cases)
  func `a saved batch goes on as if nothing had happened`(each: Wrapped.Case) throws {
    for stop in [0, 1, 5, 23] {
      let one = Stage(try each.makeBatch(count: 3))
      var actor = Actor()
      one.reset(seed: 8)
      for _ in 0..<stop { one.act(actor.rows(for: one.batch)) }
      let other = Stage(try each.makeBatch(count: 3))
      other.reset(seed: 99)
      other.act(actor.rows(for: other.batch))
      let saved = try one.batch.encodedState()
      try other.batch.restoreState(saved)
      #expect(try other.batch.encodedState() == saved)
      for _ in 0..<30 {
        let rows = actor.rows(for: one.batch)
        one.act(rows)
        other.act(rows)
        #expect(Sight(one) == Sight(other), "\(each)")
      }
    }
  }

  /// Skipping, and that no copy feels how many others there are.
  @Test(arguments: Wrapped.cases)
  func `copies of a batch are as if each were alone`(each: Wrapped.Case) throws {
    let together = Stage(try each.makeBatch(count: 3))
    let alone = try (0..<3).map { _ in Stage(try each.makeBatch(count: 1)) }
    var (actor, random) = (Actor(), RandomStream(key: 1))
    together.reset(seed: 40)
    for copy in 0..<3 {
      alone[copy].reset(seed: 40 + UInt64(copy))
      #expect(alone[copy].observations[0] == together.observations[copy])
    }
    for step in 0..<60 {
      let rows = actor.rows(for: together.batch)
      let skipped = (0..<3).map { _ in UInt8(random.integer(below: 2)) }
      let isWhole = step % 4 == 0
      let before = together.observations
      together.act(rows, skipping: isWhole ? nil : skipped)
      let sight = Sight(together)
      for copy in 0..<3 {
        if isWhole || skipped[copy] == 0 {
          alone[copy].act([rows[copy]])
          #expect(sight.of(copy) == Sight(alone[copy]), "\(each) step \(step) copy \(copy)")
        } else {
          #expect(sight.observations[copy] == before[copy], "\(each)")
          #expect(sight.rewards[copy] == 0 && sight.endings[copy] == 0, "\(each)")
        }
      }
    }
  }

  @Test(arguments: Wrapped.cases)
  func `what is shown lies within the bounds that are told`(each: Wrapped.Case) throws {
    let stage = Stage(try each.makeBatch(count: 4))
    let bounds = stage.batch.observationBounds
    #expect(bounds.size == stage.batch.observationSize)
    var actor = Actor()
    stage.reset(seed: 5)
    for _ in 0..<60 {
      for row in stage.observations + Sight(stage).finals where !row.isEmpty {
        for (index, number) in row.enumerated() {
          #expect(number >= bounds.low[index] && number <= bounds.high[index], "\(each)")
          if bounds.categories != nil { #expect(number == number.rounded()) }
        }
      }
      stage.act(actor.rows(for: stage.batch))
    }
  }

  /// The bare environment's returns and lengths, though rewards and steps are others.
  @Test(arguments: Wrapped.cases)
  func `finished episodes are the environment's own`(each: Wrapped.Case) throws {
    let stage = Stage(try each.makeBatch(count: 2))
    var actor = Actor()
    stage.reset(seed: 5)
    var steps = 0
    for _ in 0..<60 {
      stage.act(actor.rows(for: stage.batch))
      steps += 1
      for episode in stage.batch.finishedEpisodes {
        let length = Double(episode.length)
        switch each.entry.id {
        case "Corridor-v0":
          #expect(episode.return == -2.5 * length, "\(each)")
          #expect(episode.length <= 9)
          if episode.ending == .truncated { #expect(episode.length == 9) }
        case "Drift-v0", "Gears-v0": #expect(episode.length == 7)
        default: #expect(episode.return == (episode.ending == .terminated ? 1 : 0))
        }
        #expect(stage.endings[episode.environment] == episode.ending.rawValue)
      }
    }
    #expect(stage.batch.runningEpisode(of: 1).length < 9)
  }

  @Test func `wrappers inside shift no stream of the environment`() throws {
    let bare = Stage(try Wrapped.corridor.makeBatch(count: 2))
    let noisy = Stage(
      try Wrapped.corridor.makeBatch(
        count: 2, wrappers: [ObservationNoise(deviation: 0), StickyActions(probability: 0)]))
    bare.reset(seed: 4)
    noisy.reset(seed: 4)
    var actor = Actor()
    for _ in 0..<50 {
      let rows = actor.rows(for: bare.batch)
      bare.act(rows)
      noisy.act(rows)
      #expect(Sight(bare) == Sight(noisy))
    }
  }

  @Test func `a state of other settings is refused and changes nothing`() throws {
    let stage = Stage(
      try Wrapped.corridor.makeBatch(count: 2, wrappers: [DelayObservations(steps: 2)]))
    stage.reset(seed: 1)
    let before = try stage.batch.encodedState()
    for wrappers: [any Wrapper] in [
      [DelayObservations(steps: 3)], [FrameStack(count: 1)], [ObservationNoise()], [],
    ] {
      let other = Stage(try Wrapped.corridor.makeBatch(count: 2, wrappers: wrappers))
      other.reset(seed: 2)
      let bytes = try other.batch.encodedState()
      #expect(throws: EnvironmentError.self) { try stage.batch.restoreState(bytes) }
      #expect(throws: EnvironmentError.self) {
        try stage.batch.restoreState(Array(bytes.prefix(bytes.count / 2)))
      }
      #expect(try stage.batch.encodedState() == before)
    }
  }
}
