import Agents
import Environments
import Randomness
import Testing

/// Always takes one action.
private final class Constant: Policy {
  private let rows: UnsafeMutablePointer<Int32>

  init(_ action: Int32, environments: Int) {
    rows = .allocate(capacity: environments)
    rows.initialize(repeating: action, count: environments)
  }

  deinit { rows.deallocate() }

  func actions(
    for observations: UnsafePointer<Float>, masks: UnsafePointer<UInt8>?
  ) -> ActionRows { .discrete(rows) }
}

/// Counts the steps of each episode, as a policy with a memory does.
private final class Counting: Policy {
  private var seen: [Int] = []
  /// What was counted, whenever an episode began: by environment.
  private(set) var begun: [[Int]]
  private let rows: UnsafeMutablePointer<Int32>

  init(environments: Int) {
    begun = Array(repeating: [], count: environments)
    seen = Array(repeating: 0, count: environments)
    rows = .allocate(capacity: environments)
    rows.initialize(repeating: 1, count: environments)
  }

  deinit { rows.deallocate() }

  func beginEpisode(in environment: Int) {
    begun[environment].append(seen[environment])
    seen[environment] = 0
  }

  func actions(
    for observations: UnsafePointer<Float>, masks: UnsafePointer<UInt8>?
  ) -> ActionRows {
    for place in seen.indices { seen[place] += 1 }
    return .discrete(rows)
  }
}

@Suite struct EvaluationTests {
  @Test func `a policy is told where each episode begins`() {
    let environment = EnvironmentBatch(Chain(length: 5), count: 2)
    let policy = Counting(environments: 2)
    _ = evaluate(policy, in: environment, episodes: 3, seed: 1)
    #expect(policy.begun == [[0, 4, 4, 4], [0, 4, 4, 4]])
    let wrapped = Counting(environments: 2)
    let straying = EpsilonGreedyPolicy(
      wrapped, choices: 2, environments: 2, epsilon: 0, using: Seeds(root: 1)["evaluation"])
    _ = evaluate(straying, in: environment, episodes: 1, seed: 1)
    #expect(wrapped.begun == [[0, 4], [0, 4]])
  }

  @Test func `every copy plays the same number of episodes, with their exact returns`() {
    let environment = EnvironmentBatch(Chain(length: 5), count: 3)
    let episodes = evaluate(
      Constant(1, environments: 3), in: environment, episodes: 4, seed: 1)
    #expect(episodes.map(\.environment) == [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2])
    #expect(episodes.allSatisfy { abs($0.return - 0.6) < 1e-9 && $0.length == 4 })
    #expect(episodes.allSatisfy { $0.ending == .terminated })
  }

  @Test func `copies with short episodes do not play more of them`() throws {
    let environment = EnvironmentBatch(TimeLimit(Noise(), maximumSteps: 50), count: 4)
    let surroundings = Surroundings(
      environments: 4, observationSize: 3, actions: .discrete(count: 3), masked: true)
    func episodes() throws -> [FinishedEpisode] {
      let policy = try RandomPolicy(in: surroundings, using: Seeds(root: 2)["evaluation"])
      return evaluate(policy, in: environment, episodes: 6, seed: 9)
    }
    let played = try episodes()
    #expect(played.count == 24)
    for copy in 0..<4 { #expect(played.count { $0.environment == copy } == 6) }
    #expect(Set(played.map(\.length)).count > 3)
    #expect(try played == episodes())
  }

  @Test func `an episode without an end is cut`() {
    let environment = EnvironmentBatch(Chain(length: 5), count: 2)
    let episodes = evaluate(
      Constant(0, environments: 2), in: environment, episodes: 3, seed: 1, maximumSteps: 10)
    #expect(episodes.count == 2)
    #expect(episodes.allSatisfy { $0.length == 10 && $0.ending == .truncated })
    #expect(episodes.allSatisfy { abs($0.return + 1) < 1e-6 })
  }

  @Test func `an epsilon-greedy policy strays as often as it is told`() {
    let greedy = Constant(1, environments: 1000)
    func share(_ epsilon: Double) -> Double {
      let policy = EpsilonGreedyPolicy(
        greedy, choices: 2, environments: 1000, epsilon: epsilon,
        using: Seeds(root: 1)["evaluation"])
      let nothing: [Float] = [0]
      guard case .discrete(let rows) = policy.actions(for: nothing, masks: nil) else { return -1 }
      return Double((0..<1000).count { rows[$0] == 0 }) / 1000
    }
    #expect(share(0) == 0)
    #expect(abs(share(0.2) - 0.1) < 0.03)
    #expect(abs(share(1) - 0.5) < 0.05)
  }
}
