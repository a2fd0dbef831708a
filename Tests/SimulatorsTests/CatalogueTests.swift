import Environments
import Simulators
import Testing

@Suite struct CatalogueTests {
  @Test(arguments: catalogue.entries.map(\.id))
  func `every world obeys the laws`(id: String) throws {
    let report = try catalogue[id].checkLaws(measuresSpeed: false)
    #expect(report.findings == [])
    #expect(report.episodes >= 8 && report.steps >= report.episodes)
    #expect(report.speed == nil)
    #expect(report.description.contains("\(id) obeys all"))
  }

  @Test func `a check measures how fast the world is`() throws {
    let report = try catalogue["CartPole-v1"].checkLaws()
    #expect((report.speed?.median ?? 0) > 0)
    #expect(report.description.contains("million steps per second"))
  }

  @Test func `limits and thresholds are Gymnasium's`() {
    let table = catalogue.entries.filter { $0.group == "Classic control" }.map {
      "\($0.id) \($0.maximumSteps ?? 0) \($0.rewardThreshold ?? 0)"
    }
    #expect(
      table == [
        "CartPole-v1 500 475.0", "CartPole-v0 200 195.0", "MountainCar-v0 200 -110.0",
        "MountainCarContinuous-v0 999 90.0", "Acrobot-v1 500 -100.0", "Pendulum-v1 200 0.0",
      ])
  }

  @Test func `spaces are Gymnasium's`() throws {
    #expect(try catalogue["CartPole-v1"].actionSpace == .discrete(count: 2))
    #expect(
      try catalogue["CartPole-v1"].observationBounds.high == [
        4.8, .infinity, 0.41887903, .infinity,
      ])
    #expect(try catalogue["MountainCar-v0"].actionSpace == .discrete(count: 3))
    #expect(
      try catalogue["MountainCar-v0"].observationBounds
        == Box(low: [-1.2, -0.07], high: [0.6, 0.07]))
    #expect(
      try catalogue["MountainCarContinuous-v0"].actionSpace == .continuous(low: [-1], high: [1]))
    #expect(try catalogue["Acrobot-v1"].actionSpace == .discrete(count: 3))
    #expect(
      try catalogue["Acrobot-v1"].observationBounds
        == Box(symmetric: [1, 1, 1, 1, 12.566371, 28.274334]))
    #expect(try catalogue["Pendulum-v1"].actionSpace == .continuous(low: [-2], high: [2]))
    #expect(try catalogue["Pendulum-v1"].observationBounds == Box(symmetric: [1, 1, 8]))
  }

  /// Whatever a setting may be, it must reach the dynamics: every one of them changes an episode.
  @Test(arguments: catalogue.entries.filter { $0.group == "Classic control" }.map(\.id))
  func `every setting changes what happens`(id: String) throws {
    let entry = try catalogue[id]
    func course(_ settings: [String: SettingValue]) throws -> [Frame] {
      var rollout = try entry.makeRollout(settings: settings)
      var frames = [rollout.reset(seed: 3)]
      let discrete = entry.actionSpace.width == 1 && id != "Pendulum-v1" && !id.contains("Cont")
      while frames.count < 1200, let last = frames.last, !last.terminated, !last.truncated {
        // Push in the direction of the motion, so that hills are climbed and limits reached.
        let numbers = try #require(last.state.numbers)
        let forward = numbers[numbers.count / 2] >= 0
        let strong = entry.actionSpace == .discrete(count: 2) ? 1.0 : 2
        frames.append(
          try rollout.step(.number(discrete ? (forward ? strong : 0) : forward ? 2 : -2)))
      }
      return frames
    }
    let standard = try course([:])
    #expect(entry.settings.contains { $0.name == "maximumSteps" })
    for setting in entry.settings {
      guard case .number(let usual) = setting.standard else { continue }
      let value =
        switch setting.name {
        case "maximumSteps": 5.0
        case "goalVelocity": 1.0
        case "positionLimit", "angleLimit", "speedLimit", "speedLimit1", "speedLimit2": usual / 20
        case "leftEnd": -0.62
        case "torqueNoise": 0.5
        case "goalHeight": -1.5
        default: setting.allowed == .whole(0...1) ? 1 - usual : usual * 0.75
        }
      #expect(setting.allowed.contains(setting.standard))
      #expect(try course([setting.name: .number(value)]) != standard, "\(setting.name)")
    }
  }
}
