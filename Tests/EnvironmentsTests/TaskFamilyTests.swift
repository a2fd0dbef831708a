import Environments
import Randomness
import Testing

/// Several tasks as one batch.
@Suite struct TaskFamilyTests {
  /// A corridor with more features and one action more than `Corridor`, which is forbidden.
  private struct Hall: Environment {
    typealias State = Corridor.State
    let corridor = Corridor(length: 5)
    var actions: Discrete { Discrete(3) }
    var observations: Box { Box(low: [0, 0, -2], high: [1, 1, 2]) }

    func initialState(using random: inout PCG64) -> State {
      corridor.initialState(using: &random)
    }
    func step(from state: State, taking action: Int, using random: inout PCG64) -> Step<State> {
      corridor.step(from: state, taking: action, using: &random)
    }
    func observe(_ state: State, into features: inout OutputSpan<Float>) {
      corridor.observe(state, into: &features)
      features.append(-2)
    }
  }

  private func family(showsTask: Bool = true, copies: Int = 2) throws -> TaskFamily {
    try TaskFamily(
      [
        .init("short", EnvironmentBatch(Corridor(length: 1), count: copies)),
        .init("hall", EnvironmentBatch(Hall(), count: copies)),
      ], showsTask: showsTask)
  }

  @Test func `observations are padded and end with the task's number`() throws {
    let stage = Stage(try family())
    #expect(stage.batch.observationSize == 5)
    var tasks = TaskCopies(names: ["short", "hall"], copies: 2)
    tasks.shownNumbers = 2
    #expect(stage.batch.tasks == tasks)
    stage.reset(seed: 1)
    #expect(
      stage.observations == [
        [0, 1, 0, 1, 0], [0, 1, 0, 1, 0], [0, 1, -2, 0, 1], [0, 1, -2, 0, 1],
      ])
    #expect(stage.batch.observationBounds.high == [1, 1, 2, 1, 1])
    #expect(stage.batch.observationBounds.low == [0, 0, -2, 0, 0])
  }

  @Test func `choices that a task does not have are masked`() throws {
    let stage = Stage(try family())
    stage.reset(seed: 1)
    #expect(stage.batch.actionSpace == .discrete(count: 3))
    #expect(stage.masks(3) == [[1, 1, 0], [1, 1, 0], [1, 1, 1], [1, 1, 1]])
    stage.choose([0, 1, 1, 0])
    #expect(stage.masks(3) == [[1, 1, 0], [1, 1, 0], [1, 1, 1], [1, 1, 1]])
  }

  @Test func `an episode that ends is the task's own, and its last observation is padded`() throws {
    let stage = Stage(try family())
    stage.reset(seed: 1)
    stage.choose([0, 1, 1, 0])
    #expect(
      stage.batch.finishedEpisodes
        == [FinishedEpisode(environment: 1, return: -1, length: 1, ending: .terminated)])
    #expect(stage.endings == [0, 1, 0, 0])
    #expect(stage.rewards == [-1, -1, -1, -1])
    #expect(stage.finalObservations[1] == [1, 1, 0, 1, 0])
    #expect(stage.observations[1] == [0, 1, 0, 1, 0])
    #expect(stage.observations[2] == [0.2, 1, -2, 0, 1])
  }

  @Test func `each task goes on as it would alone`() throws {
    let joined = Stage(
      try TaskFamily(
        [
          .init("slow", EnvironmentBatch(Corridor(isSlippery: true), count: 3)),
          .init("fast", EnvironmentBatch(Corridor(length: 2, isSlippery: true), count: 3)),
        ], showsTask: false))
    let alone = Stage(EnvironmentBatch(Corridor(length: 2, isSlippery: true), count: 3))
    joined.reset(seed: 7)
    alone.reset(seed: 10)
    for step in 0..<40 {
      let choices = (0..<6).map { Int32((step + $0) % 3 == 0 ? 0 : 1) }
      joined.choose(choices)
      alone.choose(Array(choices.suffix(3)))
      #expect(Array(joined.observations.suffix(3)) == alone.observations)
      #expect(Array(joined.endings.suffix(3)) == alone.endings)
    }
  }

  @Test func `a task that is there alone has the seeds that it has among all`() throws {
    func stage(only task: Int?) throws -> Stage {
      Stage(
        try TaskFamily(
          [
            .init("slow", EnvironmentBatch(Corridor(isSlippery: true), count: 3)),
            .init("fast", EnvironmentBatch(Corridor(length: 2, isSlippery: true), count: 3)),
          ], showsTask: true, only: task))
    }
    let (joined, alone) = (try stage(only: nil), try stage(only: 1))
    joined.reset(seed: 7)
    alone.reset(seed: 7)
    for step in 0..<40 {
      let choices = (0..<6).map { Int32((step + $0) % 3 == 0 ? 0 : 1) }
      joined.choose(choices)
      alone.choose(Array(choices.suffix(3)))
      #expect(Array(joined.observations.suffix(3)) == alone.observations)
      #expect(Array(joined.endings.suffix(3)) == alone.endings)
    }
  }

  @Test func `a family goes on exactly from its saved state, and refuses another's`() throws {
    let stage = Stage(try family())
    stage.reset(seed: 3)
    for _ in 0..<3 { stage.choose([0, 1, 1, 0]) }
    let saved = try stage.batch.encodedState()
    stage.choose([1, 1, 1, 1])
    let (observations, masks) = (stage.observations, stage.masks(3))

    let other = Stage(try family())
    other.reset(seed: 8)
    try other.batch.restoreState(saved)
    other.choose([1, 1, 1, 1])
    #expect(other.observations == observations)
    #expect(other.masks(3) == masks)

    let larger = try family(copies: 3)
    #expect(throws: EnvironmentError.self) { try larger.restoreState(saved) }
    #expect(throws: EnvironmentError.self) { try larger.restoreState(Array(saved.dropLast())) }
  }

  /// Moves by the first of its numbers, or by the sum of two.
  private struct Walk: Environment {
    struct State: Codable, Sendable { var place: Float = 0 }
    var width = 1
    var bound: Float = 1
    var actions: Box {
      Box(low: Array([-1, -bound].prefix(width)), high: Array([1, bound].prefix(width)))
    }
    var observations: Box { Box(low: [-9], high: [9]) }

    func initialState(using random: inout PCG64) -> State { State() }
    func step(
      from state: State, taking action: ContinuousAction, using random: inout PCG64
    ) -> Step<State> {
      let move = (0..<width).reduce(Float(0)) { $0 + action[$1] }
      return .transition(to: State(place: state.place + move), reward: Double(move))
    }
    func observe(_ state: State, into features: inout OutputSpan<Float>) {
      features.append(state.place)
    }
  }

  @Test func `a task heeds as many numbers of an action as it has`() throws {
    func family(only task: Int? = nil) throws -> TaskFamily {
      try TaskFamily(
        [
          .init("one", EnvironmentBatch(Walk(), count: 2)),
          .init("two", EnvironmentBatch(Walk(width: 2, bound: 3), count: 2)),
        ], showsTask: false, only: task)
    }
    let stage = Stage(try family())
    #expect(stage.batch.actionSpace == .continuous(low: [-1, -3], high: [1, 3]))
    #expect(stage.batch.tasks.actionWidths == [1, 2])
    stage.reset(seed: 1)
    stage.move([0.5, 3, -0.25, -3, 0.5, 3, 1, -2])
    #expect(stage.observations == [[0.5], [-0.25], [3.5], [-1]])
    let alone = Stage(try family(only: 0))
    alone.reset(seed: 1)
    alone.move([0.5, 3, -0.25, -3])
    #expect(alone.observations == [[0.5], [-0.25]])
    #expect(alone.batch.tasks.actionWidths == [1, 2])
    // Bounds in common must be the same.
    #expect(throws: EnvironmentError.self) {
      try TaskFamily(
        [
          .init("two", EnvironmentBatch(Walk(width: 2, bound: 3), count: 1)),
          .init("narrower", EnvironmentBatch(Walk(width: 2, bound: 2), count: 1)),
        ], showsTask: false)
    }
  }

  @Test func `tasks whose actions no agent can take are refused in words`() throws {
    do {
      _ = try TaskFamily(
        [
          .init("walk", EnvironmentBatch(Corridor(), count: 1)),
          .init("drift", EnvironmentBatch(Drift(), count: 1)),
        ], showsTask: true)
      Issue.record("it was made")
    } catch {
      #expect("\(error)".contains("the task walk takes a whole number from 0 to 1, and drift"))
    }
  }
}
