import Environments
import Simulators
import Testing

/// Settings with ranges, in the worlds of classic control.
@Suite struct ContextTests {
  private func frames(
    _ name: String, _ settings: [String: SettingValue], seed: UInt64 = 3
  ) throws -> [Frame] {
    var rollout = try catalogue[name].makeRollout(settings: settings)
    var frames = [rollout.reset(seed: seed)]
    for step in 0..<8 { frames.append(try rollout.step(.number(step.isMultiple(of: 2) ? 1 : 0))) }
    return frames
  }

  @Test(arguments: [
    ("CartPole-v1", "gravity", 7.5), ("Pendulum-v1", "length", 1.25), ("Acrobot-v1", "mass2", 0.8),
    ("MountainCar-v0", "slope", 0.002), ("MountainCarContinuous-v0", "power", 0.002),
  ])
  func `a range of no width is the fixed setting`(name: String, setting: String, value: Double)
    throws
  {
    let fixed = try frames(name, [setting: .number(value)])
    let drawn = try frames(name, [setting: .range(value...value)])
    #expect(drawn.map(\.observation) == fixed.map(\.observation))
    #expect(drawn.map(\.reward) == fixed.map(\.reward))
    #expect(drawn.map { $0.state["state"] } == fixed.map(\.state))
  }

  @Test func `each episode has a value of its own, the same for the same seed`() throws {
    let gravities = try (UInt64(0)..<40).map { seed in
      let frames = try frames("CartPole-v1", ["gravity": .range(8...12)], seed: seed)
      let values = frames.map { $0.state["context"]?["gravity"]?.number ?? -1 }
      #expect(Set(values).count == 1)
      return values[0]
    }
    #expect(Set(gravities).count == 40)
    #expect(gravities.allSatisfy { (8...12).contains($0) })
    #expect((gravities.min() ?? 0) < 8.5 && (gravities.max() ?? 0) > 11.5)
    let again = try frames("CartPole-v1", ["gravity": .range(8...12)], seed: 7)
    #expect(again[0].state["context"]?["gravity"]?.number == gravities[7])
  }

  @Test func `a described state goes on in its context`() throws {
    let settings: [String: SettingValue] = ["gravity": .range(8...12), "force": .range(5...15)]
    let frames = try frames("CartPole-v1", settings)
    var rollout = try catalogue["CartPole-v1"].makeRollout(settings: settings)
    _ = try rollout.reset(state: frames[4].state)
    #expect(try rollout.step(.number(1)).state == frames[5].state)
    let error = #expect(throws: EnvironmentError.self) { try rollout.reset(state: [0, 0, 0, 0]) }
    #expect("\(error, default: "")".contains("it has no context"))
  }

  @Test(arguments: ["CartPole-v1", "Pendulum-v1"])
  func `families obey the laws`(name: String) throws {
    let report = try catalogue[name].checkLaws(
      settings: ["gravity": .range(8...12), "contextVisible": 1])
    #expect(report.findings == [])
  }

  @Test func `what has no sense is refused in a sentence`() {
    func message(_ settings: [String: SettingValue]) -> String {
      do {
        _ = try catalogue["CartPole-v1"].makeBatch(count: 1, settings: settings)
        return ""
      } catch { return "\(error)" }
    }
    #expect(
      message(["gravity": .range(-1...1)])
        == "CartPole-v1's gravity must be at least 0 (m/s²), not from -1.0 to 1.0")
    #expect(
      message(["semiImplicit": .range(0...1)])
        == "CartPole-v1's semiImplicit must be one value, not a range: 0 or 1, not from 0.0 to 1.0")
    #expect(message(["maximumSteps": .range(5...10)]).contains("a whole number"))
    #expect(message(["gravty": .range(5...10)]).contains("did you mean \"gravity\"?"))
    #expect(message(["contextVisible": 1]).contains("no setting has a range"))
    #expect(message(["contextVisible": 2]).contains("must be 0 or 1"))
  }

  @Test func `switches of CartPole are Gymnasium's`() throws {
    let standard = try frames("CartPole-v1", [:])
    let implicit = try frames("CartPole-v1", ["semiImplicit": 1])
    let (before, after) = (
      try #require(implicit[0].state.numbers), try #require(implicit[1].state.numbers)
    )
    #expect(after[0] == before[0] + 0.02 * after[1] && after[2] == before[2] + 0.02 * after[3])
    #expect(after[1] == standard[1].state.numbers?[1])
    #expect(try frames("CartPole-v1", ["suttonBartoReward": 1])[1].reward == 0)
  }
}
