import Environments
import Testing

@Suite struct ParallelBatchTests {
  private let corridor = TimeLimit(Corridor(isSlippery: true), maximumSteps: 7)

  @Test(arguments: [2, 3, 5])
  func `threads change nothing of what happens`(threads: Int) throws {
    let one = Stage(EnvironmentBatch(corridor, count: 11))
    let many = Stage(EnvironmentBatch(corridor, count: 11, threads: threads))
    one.batch.keepsFinalStates = true
    many.batch.keepsFinalStates = true
    one.reset(seed: 3)
    many.reset(seed: 3)
    for step in 0..<200 {
      let choices = (0..<11).map { Int32(($0 + step) % 3 == 0 ? 0 : 1) }
      one.choose(choices)
      many.choose(choices)
      #expect(many.observations == one.observations && many.rewards == one.rewards)
      #expect(many.endings == one.endings)
      #expect(many.batch.finishedEpisodes == one.batch.finishedEpisodes)
    }
    #expect(try many.batch.encodedState() == one.batch.encodedState())
  }

  @Test func `a snapshot of one thread goes on with two`() throws {
    let one = Stage(EnvironmentBatch(corridor, count: 6))
    one.reset(seed: 8)
    for _ in 0..<10 { one.choose([1, 1, 1, 1, 1, 1]) }
    let two = Stage(EnvironmentBatch(corridor, count: 6, threads: 2))
    try two.batch.restoreState(one.batch.encodedState())
    for _ in 0..<30 {
      one.choose([1, 0, 1, 1, 1, 1])
      two.choose([1, 0, 1, 1, 1, 1])
      #expect(two.observations == one.observations)
    }
  }

  @Test func `masks and skipped copies are as with one thread`() {
    let one = Stage(EnvironmentBatch(Lamps(), count: 4))
    let two = Stage(EnvironmentBatch(Lamps(), count: 4, threads: 2))
    one.reset(seed: 5)
    two.reset(seed: 5)
    for _ in 0..<12 {
      #expect(one.masks(4) == two.masks(4))
      let choices = (one.masks(4) ?? []).map { Int32($0.firstIndex(of: 1) ?? 0) }
      one.choose(choices)
      two.choose(choices)
    }
  }

  /// Each of them begins and ends threads; a leak of any would run out of them.
  @Test func `many batches come and go`() {
    for index in 0..<400 {
      let stage = Stage(EnvironmentBatch(corridor, count: 4, threads: 3))
      stage.reset(seed: UInt64(index))
      for _ in 0..<index % 3 { stage.choose([1, 1, 1, 1]) }
    }
  }

  @Test func `more threads than copies are no harm, none is refused`() throws {
    let entry = EnvironmentEntry("C", Corridor(), summary: "", maximumSteps: 9)
    let stage = Stage(try entry.makeBatch(count: 2, threads: 8))
    stage.reset(seed: 0)
    stage.choose([1, 1])
    #expect(stage.rewards == [-1, -1])
    let error = #expect(throws: EnvironmentError.self) {
      try entry.makeBatch(count: 2, threads: 0)
    }
    #expect("\(error, default: "")" == "a batch of C needs at least one thread, not 0")
  }
}
