import Environments
import Randomness

/// Worlds and wrappers that fit together, for what every wrapper promises.
enum Wrapped {
  /// Chance, terminations and truncations, rewards of -2.5.
  static let corridor = EnvironmentEntry(
    "Corridor-v0", Corridor(length: 4, price: -2.5, isSlippery: true), summary: "",
    maximumSteps: 9)
  /// Actions of three numbers, truncations only.
  static let drift = EnvironmentEntry("Drift-v0", Drift(), summary: "", maximumSteps: 7)
  /// Two choices at once, of three and two actions.
  static let gears = EnvironmentEntry("Gears-v0", Gears(), summary: "", maximumSteps: 7)
  /// Categories as features.
  static let cells = EnvironmentEntry("Cells-v0", Cells(), summary: "", maximumSteps: 8)

  struct Case: Sendable, CustomStringConvertible {
    var entry: EnvironmentEntry
    var wrappers: [any Wrapper]

    init(_ entry: EnvironmentEntry, _ wrappers: any Wrapper...) {
      self.entry = entry
      self.wrappers = wrappers
    }

    var description: String {
      entry.id + wrappers.map { " " + type(of: $0).name }.joined()
    }

    func makeBatch(count: Int) throws -> any BatchedEnvironment {
      try entry.makeBatch(count: count, wrappers: wrappers)
    }
  }

  static let cases = [
    Case(corridor, ClipReward(low: -1, high: 2)), Case(corridor, ScaleReward(factor: 2, offset: 3)),
    Case(corridor, SignReward()), Case(corridor, ShapeReward(weights: [2, -1])),
    Case(drift, ClipAction()), Case(drift, RescaleAction(low: 0, high: 4)),
    Case(drift, DiscretizeAction(bins: [3, 1, 2])), Case(drift, StickyActions(probability: 0.5)),
    Case(drift, DiscretizeAction(bins: [3, 1, 2], multiDiscrete: true, points: .ends)),
    Case(gears, StickyActions(probability: 0.5)), Case(gears, RepeatActions(count: 3)),
    Case(corridor, StickyActions(probability: 0.5)), Case(corridor, RepeatActions(count: 3)),
    Case(drift, RepeatActions(count: 3)), Case(corridor, FrameStack(count: 3)),
    Case(drift, FrameStack(count: 2, padding: .zeros)), Case(drift, DelayObservations(steps: 2)),
    Case(corridor, TimeAware()), Case(drift, SelectFeatures(indices: [2, 0])),
    Case(cells, OneHot()), Case(corridor, RescaleObservation(low: -3, high: 1)),
    Case(drift, ClipObservation(low: -0.5, high: 0.25)),
    Case(corridor, DiscretizeObservation(bins: [3, 2])),
    Case(corridor, DiscretizeObservation(bins: 3, flat: false)),
    Case(drift, ObservationNoise(deviation: 0.5)),
    // Several, in orders that matter.
    Case(corridor, FrameStack(count: 2), RepeatActions(count: 2), TimeAware()),
    Case(
      corridor, ObservationNoise(), ObservationNoise(), RepeatActions(count: 2),
      DelayObservations(steps: 1)),
    Case(corridor, ShapeReward(weights: [1, 1]), StickyActions(), RepeatActions(count: 4)),
    Case(cells, StickyActions(), FrameStack(count: 2), OneHot()),
    Case(
      drift, StickyActions(), ClipObservation(low: -1, high: 1), DiscretizeObservation(bins: 4),
      OneHot(), DiscretizeAction(bins: 2)),
  ]
}

/// A walk over three times two cells, told as two categories; the last corner is the goal.
struct Cells: Environment {
  struct State: Codable, Sendable {
    var x = 0
    var y = 0
  }

  var actions: Discrete { Discrete(2) }
  var observations: Box { Box(categories: [3, 2]) }

  func initialState(using random: inout PCG64) -> State { State(x: random.integer(below: 2)) }

  func step(from state: State, taking action: Int, using random: inout PCG64) -> Step<State> {
    var next = state
    if action == 0 { next.x = (next.x + 1) % 3 } else { next.y = 1 - next.y }
    return next.x == 2 && next.y == 1
      ? .termination(at: next, reward: 1) : .transition(to: next, reward: 0)
  }

  func observe(_ state: State, into features: inout OutputSpan<Float>) {
    features.append(Float(state.x))
    features.append(Float(state.y))
  }
}

/// All that a batch tells after a step, row by row.
struct Sight: Equatable {
  var observations: [[Float]]
  var rewards: [Float]
  var endings: [UInt8]
  /// Only of ended episodes.
  var finals: [[Float]]
  var finished: [FinishedEpisode]

  init(_ stage: Stage) {
    observations = stage.observations
    rewards = stage.rewards
    endings = stage.endings
    finals = zip(stage.finalObservations, stage.endings).map { $1 == 0 ? [] : $0 }
    finished = stage.batch.finishedEpisodes.sorted { $0.environment < $1.environment }
  }

  /// What it tells of one copy.
  func of(_ copy: Int) -> Sight {
    var part = self
    part.observations = [observations[copy]]
    part.rewards = [rewards[copy]]
    part.endings = [endings[copy]]
    part.finals = [finals[copy]]
    part.finished = finished.filter { $0.environment == copy }.map {
      var episode = $0
      episode.environment = 0
      return episode
    }
    return part
  }
}

/// Random actions for a batch: rows of numbers, choices as whole ones.
struct Actor {
  var random = RandomStream(key: 3)

  mutating func rows(for batch: any BatchedEnvironment) -> [[Float]] {
    (0..<batch.count).map { _ in
      switch batch.actionSpace {
      case .discrete(let count): [Float(random.integer(below: count))]
      case .multiDiscrete(let counts): counts.map { Float(random.integer(below: $0)) }
      case .continuous(let low, let high):
        zip(low, high).map {
          random.uniform(in: max($0, -3)...min($1, 3))
        }
      }
    }
  }
}

extension Stage {
  /// Takes rows of an `Actor`; skips the copies that are told.
  func act(_ rows: [[Float]], skipping skipped: [UInt8]? = nil) {
    switch batch.actionSpace {
    case .discrete, .multiDiscrete:
      choose(rows.flatMap { $0.map { Int32($0) } }, skipping: skipped)
    case .continuous: move(rows.flatMap { $0 }, skipping: skipped)
    }
  }
}
