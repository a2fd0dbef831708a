import Environments
import Randomness
import Testing

@Suite struct BatchSnapshotTests {
  @Test func `a restored batch goes on exactly`() throws {
    let environment = TimeLimit(Corridor(length: 4, isSlippery: true), maximumSteps: 11)
    let stage = Stage(EnvironmentBatch(environment, count: 3))
    stage.reset(seed: 1)
    for _ in 0..<16 { stage.choose([1, 1, 1]) }
    let bytes = try stage.batch.encodedState()

    let other = Stage(EnvironmentBatch(environment, count: 3))
    try other.batch.restoreState(bytes)
    #expect(try other.batch.encodedState() == bytes)
    for _ in 0..<50 {
      stage.choose([1, 0, 1])
      other.choose([1, 0, 1])
      #expect(other.observations == stage.observations)
      #expect(other.rewards == stage.rewards && other.endings == stage.endings)
      #expect(other.batch.finishedEpisodes == stage.batch.finishedEpisodes)
    }
    #expect(try other.batch.encodedState() == stage.batch.encodedState())
  }

  @Test func `a restored batch masks as before`() throws {
    let stage = Stage(EnvironmentBatch(Lamps(), count: 2))
    stage.reset(seed: 3)
    let other = Stage(EnvironmentBatch(Lamps(), count: 2))
    try other.batch.restoreState(stage.batch.encodedState())
    #expect(other.masks(4) == stage.masks(4))
  }

  @Test func `what does not fit is refused and changes nothing`() throws {
    let stage = Stage(EnvironmentBatch(Corridor(), count: 2))
    stage.reset(seed: 3)
    stage.choose([1, 1])
    let before = try stage.batch.encodedState()

    let three = Stage(EnvironmentBatch(Corridor(), count: 3))
    three.reset(seed: 0)
    let other = Stage(EnvironmentBatch(Drift(), count: 2))
    other.reset(seed: 0)
    let wrong = [
      (try three.batch.encodedState(), "it holds 3 environments, the batch 2"),
      (try other.batch.encodedState(), "\"position\" is missing at states[0]"),
      ([], "it ends in the middle of a value"), (Array(before.dropLast()), "it ends in the middle"),
      (before + [0], "1 bytes too many"), ([200], "byte 200 begins no value"),
    ]
    for (bytes, reason) in wrong {
      let error = #expect(throws: EnvironmentError.self) { try stage.batch.restoreState(bytes) }
      #expect("\(error, default: "")".contains(reason))
      #expect(try stage.batch.encodedState() == before)
    }
  }

  @Test func `a batch that was never reset has no state`() {
    #expect(throws: EnvironmentError.notStarted(environment: "Corridor")) {
      try EnvironmentBatch(Corridor(), count: 1).encodedState()
    }
  }
}
