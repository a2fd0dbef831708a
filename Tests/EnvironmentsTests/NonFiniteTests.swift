import Environments
import Randomness
import Testing

@Suite struct NonFiniteTests {
  /// Counts steps and fails where it is told to.
  struct Faulty: Environment {
    var reward = 0.0
    var feature: Float = 0
    var failingStep = 3
    var endsThere = false
    var failsAtOnce = false

    struct State: Codable, Sendable {
      var steps = 0
      var copy = 0
    }

    var actions: Discrete { Discrete(1) }
    var observations: Box { Box(low: [0, -1, 0], high: [100, 1, 1]) }

    func initialState(using random: inout PCG64) -> State {
      State(steps: failsAtOnce ? failingStep : 0)
    }

    func step(from state: State, taking action: Int, using random: inout PCG64) -> Step<State> {
      let next = State(steps: state.steps + 1)
      let fails = next.steps == failingStep
      return Step(
        state: next, reward: fails ? reward : 1, ending: fails && endsThere ? .terminated : nil)
    }

    func observe(_ state: State, into features: inout OutputSpan<Float>) {
      features.append(Float(state.steps))
      features.append(state.steps == failingStep ? feature : 0)
      features.append(1)
    }
  }

  private func finding(_ environment: Faulty, steps: Int) -> NonFiniteNumber? {
    let stage = Stage(EnvironmentBatch(environment, count: 5))
    stage.reset(seed: 0)
    for _ in 0..<steps { stage.choose([0, 0, 0, 0, 0]) }
    return stage.batch.nonFinite
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity, 1e300])
  func `a reward that is not finite is found`(reward: Double) throws {
    #expect(finding(Faulty(reward: reward), steps: 2) == nil)
    let found = try #require(finding(Faulty(reward: reward), steps: 6))
    #expect(found.source == .reward && found.environment == 0 && found.step == 3)
    #expect(!found.value.isFinite)
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity], [false, true])
  func `a feature that is not finite is found`(feature: Float, endsThere: Bool) throws {
    let faulty = Faulty(feature: feature, endsThere: endsThere)
    #expect(finding(faulty, steps: 2) == nil)
    let found = try #require(finding(faulty, steps: 6))
    #expect(found.source == .feature(1) && found.environment == 0 && found.step == 3)
    #expect(found.value.bitPattern == feature.bitPattern)
  }

  @Test func `a first observation that is not finite is found`() throws {
    let found = try #require(finding(Faulty(feature: .nan, failsAtOnce: true), steps: 0))
    #expect(found.source == .feature(1) && found.step == 0)
    #expect(
      "\(found)".contains("feature 1 of the observation of environment 0 was nan at step 0"))
  }

  @Test func `the largest finite numbers are no findings`() {
    let number = Float.greatestFiniteMagnitude
    #expect(finding(Faulty(reward: Double(number), feature: number), steps: 6) == nil)
    #expect(finding(Faulty(reward: -Double(number), feature: -number), steps: 6) == nil)
  }

  @Test func `a reset forgets the finding`() {
    let stage = Stage(EnvironmentBatch(Faulty(reward: .nan), count: 1))
    stage.reset(seed: 0)
    for _ in 0..<3 { stage.choose([0]) }
    #expect(stage.batch.nonFinite != nil)
    stage.reset(seed: 0)
    #expect(stage.batch.nonFinite == nil)
  }
}
