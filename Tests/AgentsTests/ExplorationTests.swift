import Agents
import Environments
import Randomness
import Testing

@Suite struct ExplorationTests {
  @Test func `schedules have the values of their lines`() {
    let line = ExplorationSchedule.linear(from: 1, to: 0.2, steps: 8)
    #expect((0...10).map { line.epsilon(at: $0, of: 5) }.last == 0.2)
    #expect(line.epsilon(at: 0, of: 5) == 1)
    #expect(abs(line.epsilon(at: 2, of: 5) - 0.8) < 1e-12)
    #expect(line.epsilon(at: 8, of: 5) == 0.2)
    #expect(ExplorationSchedule.constant(0.3).epsilon(at: 7, of: 9) == 0.3)
    let fraction = ExplorationSchedule.linearFraction(from: 1, to: 0.04, fraction: 0.16)
    #expect(fraction.epsilon(at: 8000, of: 50_000) == 0.04)
    #expect(abs(fraction.epsilon(at: 4000, of: 50_000) - 0.52) < 1e-12)
  }

  private func explored(
    _ count: Int, choices: Int, masks: [UInt8]?, epsilon: Double
  ) -> (actions: [Int32], isAnyLeft: Bool) {
    var actions = [Int32](repeating: -9, count: count)
    var random = Seeds(root: 1)["exploration"]
    let isAnyLeft = actions.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return false }
      return RandomActions.explore(
        base, count: count, choices: choices, masks: masks, epsilon: epsilon, using: &random)
    }
    return (actions, isAnyLeft)
  }

  @Test func `epsilon 0 leaves all to the policy, epsilon 1 nothing`() {
    #expect(explored(50, choices: 3, masks: nil, epsilon: 0).actions.allSatisfy { $0 == -1 })
    #expect(explored(50, choices: 3, masks: nil, epsilon: 0).isAnyLeft)
    let all = explored(50, choices: 3, masks: nil, epsilon: 1)
    #expect(!all.isAnyLeft)
    #expect(Set(all.actions) == [0, 1, 2])
  }

  @Test func `each environment explores by itself`() {
    let some = explored(4000, choices: 2, masks: nil, epsilon: 0.25)
    let share = Double(some.actions.count { $0 >= 0 }) / 4000
    #expect(abs(share - 0.25) < 0.03)
    let zeros = some.actions.count { $0 == 0 }
    let ones = some.actions.count { $0 == 1 }
    #expect(abs(zeros - ones) < 120)
  }

  @Test func `only allowed actions are drawn, each as often`() {
    let count = 3000
    let masks = (0..<count).flatMap { _ in [1, 0, 1, 1] as [UInt8] }
    let drawn = explored(count, choices: 4, masks: masks, epsilon: 1).actions
    for action in [0, 2, 3] as [Int32] {
      #expect(abs(drawn.count { $0 == action } - 1000) < 110)
    }
    #expect(!drawn.contains(1))
  }
}
