import Environments
import Randomness
import Testing

@Suite struct EnvironmentBatchTests {
  @Test func `an ended episode gives way to the next one within the step`() {
    let stage = Stage(EnvironmentBatch(Corridor(), count: 2))
    stage.reset(seed: 0)
    #expect(stage.observations == [[0, 1], [0, 1]])
    stage.choose([1, 0])
    stage.choose([1, 1])
    #expect(stage.observations == [[2 / 3, 1], [1 / 3, 1]])
    #expect(stage.endings == [0, 0])
    #expect(stage.batch.finishedEpisodes == [])

    stage.choose([1, 1])
    #expect(stage.observations == [[0, 1], [2 / 3, 1]])
    #expect(stage.finalObservations[0] == [1, 1])
    #expect(stage.rewards == [-1, -1])
    #expect(stage.endings == [Ending.terminated.rawValue, 0])
    #expect(
      stage.batch.finishedEpisodes == [
        FinishedEpisode(environment: 0, return: -3, length: 3, ending: .terminated)
      ])

    stage.choose([0, 1])
    #expect(stage.endings == [0, 1])
    #expect(
      stage.batch.finishedEpisodes == [
        FinishedEpisode(environment: 1, return: -4, length: 4, ending: .terminated)
      ])
    stage.choose([0, 0])
    #expect(stage.batch.finishedEpisodes == [])
  }

  @Test func `a cut episode keeps its last observation`() {
    let stage = Stage(EnvironmentBatch(TimeLimit(Corridor(), maximumSteps: 2), count: 1))
    stage.reset(seed: 0)
    stage.choose([1])
    stage.choose([1])
    #expect(stage.endings == [Ending.truncated.rawValue])
    #expect(stage.finalObservations == [[2 / 3, 1]])
    #expect(stage.observations == [[0, 1]])
    #expect(
      stage.batch.finishedEpisodes == [
        FinishedEpisode(environment: 0, return: -2, length: 2, ending: .truncated)
      ])
  }

  @Test func `copy i shows what one environment with seed + i shows`() throws {
    let environment = TimeLimit(Drift(), maximumSteps: 7)
    let stage = Stage(EnvironmentBatch(environment, count: 3))
    stage.reset(seed: 40)
    var randoms = (0..<3).map { PCG64(seed: 40 + $0) }
    var states = randoms.indices.map { environment.initialState(using: &randoms[$0]) }
    var actions = RandomStream(key: 1)
    for _ in 0..<30 {
      let row = (0..<9).map { _ in actions.uniform(in: -1...1) as Float }
      stage.move(row)
      for copy in 0..<3 {
        let action = ContinuousAction(Array(row[3 * copy..<3 * copy + 3]))
        let step = environment.step(from: states[copy], taking: action, using: &randoms[copy])
        #expect(stage.rewards[copy] == Float(step.reward))
        // The stream goes on over the episodes, as in Gymnasium after a reset without a seed.
        states[copy] =
          step.ending == nil ? step.state : environment.initialState(using: &randoms[copy])
        #expect(stage.observations[copy] == states[copy].base.place.map(Float.init))
      }
    }
  }

  @Test func `a reset begins anew whatever went before`() {
    let stage = Stage(EnvironmentBatch(Corridor(isSlippery: true), count: 4))
    func course() -> [[[Float]]] {
      stage.reset(seed: 9)
      return (0..<20).map { _ in
        stage.choose([1, 1, 1, 1])
        return stage.observations
      }
    }
    let first = course()
    stage.choose([1, 1, 1, 1])
    #expect(course() == first)
    stage.reset(seed: 9)
    #expect(stage.endings == [0, 0, 0, 0] && stage.rewards == [0, 0, 0, 0])
    #expect(stage.batch.finishedEpisodes == [])
  }

  @Test func `masks belong to the observation just written`() {
    let stage = Stage(EnvironmentBatch(Lamps(), count: 2))
    stage.reset(seed: 5)
    for _ in 0..<12 {
      let masks = stage.masks(4) ?? []
      for (mask, observation) in zip(masks, stage.observations) {
        #expect(Float(mask.count { $0 == 0 }) == observation[0])
      }
      stage.choose(masks.map { Int32($0.firstIndex(of: 1) ?? 0) })
    }
    #expect(Stage(EnvironmentBatch(Corridor(), count: 1)).masks(2) == nil)
  }

  @Test func `a batch describes its environment`() {
    let batch: any BatchedEnvironment = EnvironmentBatch(Drift(dimensions: 2), count: 5)
    #expect(batch.count == 5 && batch.observationSize == 2)
    #expect(batch.actionSpace == .continuous(low: [-1, -1], high: [1, 1]))
    #expect(batch.observationBounds == Box(symmetric: [.infinity, .infinity]))
  }

  /// The catalogue's batches and a user's own are the same thing, states with arrays included.
  @Test func `states that own memory are released`() {
    for _ in 0..<3 {
      let stage = Stage(EnvironmentBatch(TimeLimit(Drift(), maximumSteps: 3), count: 2))
      stage.reset(seed: 1)
      for _ in 0..<10 { stage.move([Float](repeating: 0.1, count: 6)) }
      stage.reset(seed: 2)
    }
  }

  @Test func `the mask of a truncated episode's last state is kept apart`() throws {
    let stage = Stage(EnvironmentBatch(TimeLimit(Lamps(), maximumSteps: 2), count: 1))
    stage.reset(seed: 1)
    func allowed(_ masks: UnsafePointer<UInt8>?) throws -> [Int32] {
      let masks = try #require(masks)
      return (0..<4).filter { masks[$0] == 1 }.map(Int32.init)
    }
    let atFirst = try allowed(stage.batch.actionMasks)
    stage.choose([atFirst[0]])
    stage.choose([atFirst[1]])
    #expect(stage.endings == [2])
    #expect(try allowed(stage.batch.finalActionMasks) == [atFirst[2]])
    #expect(try allowed(stage.batch.actionMasks).count == 3)
  }
}
