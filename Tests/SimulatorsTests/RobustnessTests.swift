import Environments
import Simulators
import Testing

/// What users may ask of worlds that nobody would ask in earnest.
@Suite struct RobustnessTests {
  private func refusal(_ body: () throws -> Void) -> String {
    do {
      try body()
      return "nothing was refused"
    } catch { return "\(error)" }
  }

  @Test func `ranges that could contradict one another are refused before anything is drawn`()
    throws
  {
    let car = try catalogue["MountainCar-v0"]
    let sentence = refusal {
      _ = try car.makeBatch(
        count: 1, settings: ["startLow": .range(-0.6 ... -0.3), "startHigh": .range(-0.5 ... -0.2)])
    }
    #expect(sentence.hasPrefix("MountainCar-v0 cannot be made so"), "\(sentence)")
  }

  @Test func `a setting of whole numbers says that it takes no range`() throws {
    let sentence = refusal {
      _ = try catalogue["MiniGrid-DoorKey-8x8-v0"].makeBatch(
        count: 1, settings: ["size": .range(5...7)])
    }
    #expect(sentence.contains("size must be one value, not a range"), "\(sentence)")
  }

  @Test func `a family of worlds with categories keeps them`() throws {
    let lake = try catalogue["FrozenLake-v1"]
    let family = try lake.makeBatch(count: 2, settings: ["successRate": .range(0.3...0.9)])
    #expect(family.observationBounds.categories == [16])
    let visible = try lake.makeBatch(
      count: 2, settings: ["successRate": .range(0.3...0.9), "contextVisible": 1])
    #expect(visible.observationBounds.categories == nil && visible.observationSize == 2)
  }

  @Test(arguments: [
    ("Acrobot-v1", [0, 0, 1e20, 1e20]), ("Acrobot-v1", [1e20, 0, 0, 0]),
    ("Acrobot-v1", [0, 0, 1e308, 1e308]), ("CartPole-v1", [0, 1e308, 0, 1e308]),
    ("MountainCar-v0", [1e308, -1e308]), ("Pendulum-v1", [1e308, 1e308]),
  ])
  func `a state of huge numbers ends in a step or in a sentence`(id: String, state: [Double]) throws
  {
    var rollout = try catalogue[id].makeRollout()
    do {
      _ = try rollout.reset(state: state)
      for _ in 0..<3 {
        let frame = try rollout.step(.number(0))
        #expect(frame.observation.allSatisfy(\.isFinite) && frame.reward.isFinite)
        if frame.terminated { break }
      }
    } catch {
      #expect("\(error)".contains("begin in a state of smaller numbers"), "\(error)")
    }
  }

  @Test(arguments: [
    ("Catch-v0", [9, 0, 0]), ("DeepSea-v0", [10, 0]), ("DiscountingChain-v0", [100, 0]),
  ])
  func `an episode that begins at its end is over with the first step`(
    id: String, state: [Double]
  ) throws {
    var rollout = try catalogue[id].makeRollout()
    _ = try rollout.reset(state: state)
    let frame = try rollout.step(.number(0))
    #expect(frame.terminated && frame.reward == 0)
  }

  @Test func `stacks of stacks are refused before they fill the memory`() throws {
    let stacks: [any Wrapper] = Array(repeating: FrameStack(count: 1000), count: 3)
    let sentence = refusal {
      _ = try catalogue["CartPole-v1"].makeBatch(count: 1, wrappers: stacks)
    }
    #expect(
      sentence.hasPrefix("wrapper 3 of CartPole-v1, frameStack, cannot be made: its count makes"))
    #expect(sentence.contains("stack fewer"))
  }
}
