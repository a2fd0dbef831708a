import Agents
import Foundation
import NeuralNetworks
import Testing

@Suite struct DQNSettingsTests {
  @Test func `defaults are valid and those of CleanRL`() throws {
    let settings = DQNSettings()
    try settings.validate()
    #expect(settings.network.hidden == [120, 84])
    #expect(settings.network.initializer == .torchDefault)
    #expect(settings.optimizer == .adam(learningRate: 2.5e-4))
    #expect(settings.targetUpdate == .hard(every: 500))
    #expect(settings.loss == .squared)
    #expect(settings.maximumGradientNorm == nil)
    #expect(settings.replay.learningStarts == 10_000)
    #expect(settings.exploration.epsilon(at: 0, of: 500_000) == 1)
    #expect(settings.exploration.epsilon(at: 250_000, of: 500_000) == 0.05)
  }

  @Test func `settings survive encoding, also those of rl-zoo's CartPole`() throws {
    var settings = DQNSettings()
    settings.network.hidden = [256, 256]
    settings.optimizer = .adam(learningRate: 2.3e-3)
    settings.replay.capacity = 100_000
    settings.replay.batchSize = 64
    settings.replay.learningStarts = 1000
    settings.randomSteps = 1000
    settings.targetUpdate = .hard(every: 10)
    settings.trainFrequency = 256
    settings.gradientSteps = .fixed(128)
    settings.exploration = .linearFraction(from: 1, to: 0.04, fraction: 0.16)
    settings.loss = .huber(delta: 1)
    settings.maximumGradientNorm = 10
    try settings.validate()
    let data = try JSONEncoder().encode(settings)
    #expect(try JSONDecoder().decode(DQNSettings.self, from: data) == settings)
    settings.gradientSteps = .collected
    settings.targetUpdate = .polyak(rate: 0.01)
    settings.target = .double
    let other = try JSONEncoder().encode(settings)
    #expect(try JSONDecoder().decode(DQNSettings.self, from: other) == settings)
  }

  @Test func `gradientSteps reads a bare number`() throws {
    let steps = try JSONDecoder().decode(
      [DQNSettings.GradientSteps].self, from: Data("[128, \"collected\"]".utf8))
    #expect(steps == [.fixed(128), .collected])
  }

  private func problem(_ change: (inout DQNSettings) -> Void) -> String {
    var settings = DQNSettings()
    change(&settings)
    do {
      try settings.validate()
      return "none"
    } catch {
      return error.description
    }
  }

  @Test func `a value that cannot be is refused in a sentence with its key`() {
    #expect(problem { $0.discountFactor = 1.5 } == "discountFactor must be in 0...1, but is 1.5")
    #expect(problem { $0.replay.batchSize = 0 }.hasPrefix("replay.batchSize must be 1 or more"))
    #expect(problem { $0.replay.capacity = 0 }.hasPrefix("replay.capacity must be"))
    #expect(problem { $0.network.hidden = [8, 0] }.hasPrefix("network.hidden must be"))
    #expect(problem { $0.trainFrequency = 0 }.hasPrefix("trainFrequency must be"))
    #expect(problem { $0.targetUpdate = .hard(every: 0) }.hasPrefix("targetUpdate.hard.every must"))
    #expect(
      problem { $0.targetUpdate = .polyak(rate: 2) }.hasPrefix("targetUpdate.polyak.rate must"))
    #expect(problem { $0.gradientSteps = .fixed(0) }.hasPrefix("gradientSteps.fixed.count must"))
    #expect(problem { $0.loss = .huber(delta: 0) }.hasPrefix("loss.huber.delta must"))
    #expect(problem { $0.maximumGradientNorm = -1 }.hasPrefix("maximumGradientNorm must"))
    #expect(problem { $0.randomSteps = -1 }.hasPrefix("randomSteps must"))
    #expect(
      problem { $0.exploration = .constant(2) }.hasPrefix("exploration.constant.epsilon must"))
    #expect(
      problem { $0.exploration = .linearFraction(from: 1, to: 0, fraction: 0) }
        .hasPrefix("exploration.linearFraction.fraction must"))
  }
}
