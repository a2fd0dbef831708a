import Agents
import Environments
import NeuralNetworks
import Randomness
import Testing

/// Policies that are distributions draw their actions when they are told to.
@Suite struct StochasticPolicyTests {
  private func choices(of policy: any Policy, _ environments: Int) -> [Int32] {
    let observations = [Float](repeating: 0.1, count: environments * 4)
    return observations.withUnsafeBufferPointer { rows in
      guard let base = rows.baseAddress,
        case .discrete(let actions) = policy.actions(for: base, masks: nil)
      else { return [] }
      return Array(UnsafeBufferPointer(start: actions, count: environments))
    }
  }

  @Test(arguments: [false, true])
  func `a policy takes the likeliest action until it is told to draw`(remembers: Bool) throws {
    let count = 2000
    let surroundings = Surroundings(
      environments: 8, observationSize: 4, actions: .discrete(count: 2))
    var settings = PPOSettings()
    settings.segmentLength = 16
    let agent: any Agent
    if remembers {
      settings.network.recurrence = .gru(RecurrenceSettings.Cell(units: 8))
      agent = try RecurrentPPO(settings, in: surroundings, totalSteps: 1000, seeds: Seeds(root: 1))
    } else {
      agent = try PPO(settings, in: surroundings, totalSteps: 1000, seeds: Seeds(root: 1))
    }
    func policy() throws -> any StochasticPolicy {
      try #require(agent.makePolicy(environments: count) as? any StochasticPolicy)
    }
    #expect(Set(choices(of: try policy(), count)).count == 1)

    let (one, same, other) = (try policy(), try policy(), try policy())
    one.draw(using: Seeds(root: 5)["policy"])
    same.draw(using: Seeds(root: 5)["policy"])
    other.draw(using: Seeds(root: 6)["policy"])
    let drawn = choices(of: one, count)
    #expect(drawn == choices(of: same, count) && drawn != choices(of: other, count))
    // The policy begins nearly undecided.
    #expect(abs(drawn.reduce(0, +) - 1000) < 120)
    #expect(drawn != choices(of: one, count))
  }
}
