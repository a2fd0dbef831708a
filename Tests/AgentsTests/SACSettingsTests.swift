import Agents
import Foundation
import NeuralNetworks
import Testing

@Suite struct SACSettingsTests {
  @Test func `defaults are valid and those of Stable-Baselines3`() throws {
    let settings = SACSettings()
    try settings.validate()
    #expect(settings.network.hidden == [256, 256])
    #expect(settings.actorOptimizer == .adam(learningRate: 3e-4))
    #expect(settings.replay.capacity == 1_000_000 && settings.replay.batchSize == 256)
    #expect(settings.targetRate == 0.005)
    let twin = TD3Settings()
    try twin.validate()
    #expect(twin.network.hidden == [400, 300] && twin.policyDelay == 2)
    #expect(twin.smoothing.deviation == 0.2 && twin.smoothing.limit == 0.5)
    try DDPGSettings().validate()
  }

  @Test func `settings survive encoding, also those of rl-zoo's MountainCarContinuous`() throws {
    var settings = SACSettings()
    settings.network.hidden = [64, 64]
    settings.temperature = .fixed(0.1)
    settings.trainFrequency = 32
    settings.gradientSteps = .collected
    settings.discountFactor = 0.9999
    settings.targetRate = 0.01
    var smooth = SACSettings.Exploration.StateDependent()
    (smooth.logDeviation, smooth.resampleEvery) = (-3.67, 32)
    settings.exploration = .stateDependent(smooth)
    try settings.validate()
    let data = try JSONEncoder().encode(settings)
    #expect(try JSONDecoder().decode(SACSettings.self, from: data) == settings)

    var twin = TD3Settings()
    twin.exploration = .ornsteinUhlenbeck(ExplorationNoise.OrnsteinUhlenbeck())
    let other = try JSONEncoder().encode(twin)
    #expect(try JSONDecoder().decode(TD3Settings.self, from: other) == twin)
  }

  @Test func `a bare number is a temperature that does not change`() throws {
    let temperatures = try JSONDecoder().decode(
      [SACSettings.Temperature].self, from: Data("[0.2, \"automatic\"]".utf8))
    #expect(temperatures == [.fixed(0.2), .automatic(SACSettings.AutomaticTemperature())])
  }

  private func problem<Settings: ValidatedSettings>(
    _ type: Settings.Type, _ change: (inout Settings) -> Void
  ) -> String {
    var settings = Settings()
    change(&settings)
    do {
      try settings.validate()
      return "none"
    } catch {
      return error.description
    }
  }

  @Test func `a value that cannot be is refused in a sentence with its key`() {
    #expect(
      problem(SACSettings.self) { $0.discountFactor = 1.5 }
        == "discountFactor must be in 0...1, but is 1.5")
    #expect(problem(SACSettings.self) { $0.targetRate = 0 }.hasPrefix("targetRate must be"))
    #expect(
      problem(SACSettings.self) { $0.temperature = .fixed(-1) }
        .hasPrefix("temperature.fixed.value must be"))
    #expect(
      problem(SACSettings.self) { $0.replay.batchSize = 0 }.hasPrefix("replay.batchSize must be"))
    #expect(
      problem(SACSettings.self) { $0.network.hidden = [0] }.hasPrefix("network.hidden must be"))
    #expect(
      problem(SACSettings.self) {
        var smooth = SACSettings.Exploration.StateDependent()
        smooth.resampleEvery = 0
        $0.exploration = .stateDependent(smooth)
      }.hasPrefix("exploration.stateDependent.resampleEvery must be"))
    #expect(problem(TD3Settings.self) { $0.policyDelay = 0 }.hasPrefix("policyDelay must be"))
    #expect(
      problem(TD3Settings.self) { $0.smoothing.limit = -1 }.hasPrefix("smoothing.limit must be"))
    #expect(problem(DDPGSettings.self) { $0.randomSteps = -1 }.hasPrefix("randomSteps must be"))
  }
}
