import Environments
import Randomness
import Simulators
import Testing

/// The world whose action is several choices at once.
@Suite struct CombinationLockTests {
  /// Each dial the shorter way, and no further.
  private func best(_ state: CombinationLock.State, of lock: CombinationLock) -> [Int] {
    (0..<lock.dials).map { dial in
      state[dial] == 0 ? 1 : 2 * state[dial] > lock.positions ? 2 : 0
    }
  }

  @Test(arguments: [(1, 2), (2, 5), (2, 10), (3, 4)])
  func `the shorter ways earn the closed form, from all states together`(
    dials: Int, positions: Int
  ) throws {
    var lock = CombinationLock()
    (lock.dials, lock.positions) = (dials, positions)
    let states = (0..<dials).reduce(1) { count, _ in count * positions }
    var (total, random) = (0.0, PCG64(seed: 1))
    for number in 0..<states {
      var rest = number
      let offsets = (0..<dials).map { _ in
        defer { rest /= positions }
        return Double(rest % positions)
      }
      var state = try lock.state(from: offsets)
      for _ in 0..<positions {
        let action = MultiDiscreteAction(best(state, of: lock))
        let step = lock.step(from: state, taking: action, using: &random)
        total += step.reward
        state = step.state
        if step.ending != nil { break }
      }
      #expect(lock.numbers(of: state).allSatisfy { $0 == 0 })
    }
    #expect(abs(total / Double(states) - lock.bestReturn) < 1e-9)
  }

  @Test func `the lock opens once all dials are in place, and pays for each that is not`() throws {
    var rollout = try catalogue["CombinationLock-v0"].makeRollout()
    let first = try rollout.reset(state: [2, 9, 0, 5])
    #expect(first.observation == [-0.4, 0.2, 0, 1])
    let second = try rollout.step(.numbers([0, 2, 1, 1]))
    #expect(second.state == [1, 0, 0, 5] && second.reward == -0.5 && !second.terminated)
    _ = try rollout.reset(state: [1, 9, 0, 0])
    let last = try rollout.step(.numbers([0, 2, 1, 1]))
    #expect(last.terminated && last.reward == 0)
    #expect(throws: EnvironmentError.self) { try rollout.reset(state: [0, 0, 0, 10]) }
  }

  @Test func `its settings reach the dynamics and keep the laws`() throws {
    let entry = try catalogue["CombinationLock-v0"]
    #expect(entry.actionSpace == .multiDiscrete(counts: [3, 3, 3, 3]))
    #expect(try entry.checkLaws(measuresSpeed: false).findings == [])
    let settings: [String: SettingValue] = ["dials": 16, "positions": 16]
    #expect(try entry.checkLaws(settings: settings, measuresSpeed: false).findings == [])
    #expect(
      try entry.makeBatch(count: 1, settings: settings).actionSpace
        == .multiDiscrete(counts: Array(repeating: 3, count: 16)))
  }
}
