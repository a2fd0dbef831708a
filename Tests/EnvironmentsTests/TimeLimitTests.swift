import Environments
import Randomness
import Testing

@Suite struct TimeLimitTests {
  private func endings(_ length: Int, limit: Int?, steps: Int) -> [Ending?] {
    let environment = TimeLimit(Corridor(length: length), maximumSteps: limit)
    var random = PCG64(seed: 0)
    var state = environment.initialState(using: &random)
    return (0..<steps).map { _ in
      let step = environment.step(from: state, taking: 1, using: &random)
      state = step.state
      return step.ending
    }
  }

  @Test func `the limit truncates at its last step`() {
    #expect(endings(10, limit: 3, steps: 3) == [nil, nil, .truncated])
    #expect(endings(10, limit: 1, steps: 1) == [.truncated])
  }

  @Test func `an end within the limit is a termination`() {
    #expect(endings(2, limit: 3, steps: 2) == [nil, .terminated])
  }

  @Test func `an end at the limit is a termination`() {
    #expect(endings(3, limit: 3, steps: 3) == [nil, nil, .terminated])
  }

  @Test func `no limit never truncates`() {
    #expect(endings(500, limit: nil, steps: 499).allSatisfy { $0 == nil })
  }

  @Test func `the limit shows and masks what its base does`() {
    let limited = TimeLimit(Lamps(), maximumSteps: 2)
    #expect(limited.actions == Lamps().actions && limited.observations == Lamps().observations)
    #expect(TimeLimit<Lamps>.masksActions && !TimeLimit<Corridor>.masksActions)
  }
}
