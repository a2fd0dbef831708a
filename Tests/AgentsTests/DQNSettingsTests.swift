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

  @Test(arguments: DQNSwitch.allCases)
  func `every switch is valid and survives encoding`(change: DQNSwitch) throws {
    var settings = DQNSettings()
    change.apply(to: &settings)
    #expect(settings != DQNSettings())
    try settings.validate()
    let data = try JSONEncoder().encode(settings)
    #expect(try JSONDecoder().decode(DQNSettings.self, from: data) == settings)
  }

  @Test func `the weights' correction rises to 1 at the end of the run`() {
    var settings = DQNSettings()
    #expect(settings.correction(at: 10, of: 100) == nil)
    DQNSwitch.prioritized.apply(to: &settings)
    #expect(settings.correction(at: 0, of: 100) == 0.4)
    #expect(settings.correction(at: 50, of: 100).map { abs($0 - 0.7) < 1e-12 } == true)
    #expect(settings.correction(at: 100, of: 100) == 1)
    #expect(settings.correction(at: 101, of: 100) == 1)
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
    #expect(
      problem { $0.network.hidden = Array(repeating: 1, count: 101) }
        .hasPrefix("network.hidden must have 100 layers at most, but is 101"))
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

  @Test func `a switch that cannot be is refused in a sentence with its key`() {
    func categorical(atoms: Int = 51, low: Double = -1, high: Double = 1) -> String {
      problem {
        $0.distribution = .categorical(
          DQNSettings.Distribution.Categorical(atoms: atoms, low: low, high: high))
      }
    }
    #expect(categorical(atoms: 1) == "distribution.categorical.atoms must be 2 or more, but is 1")
    #expect(categorical(low: 1).hasPrefix("distribution.categorical.high must be above low"))
    #expect(categorical(low: 2).contains("above low, which is 2.0"))
    #expect(categorical(high: .infinity).hasPrefix("distribution.categorical.high must"))
    func quantile(_ quantiles: Int, _ delta: Double) -> String {
      problem {
        $0.distribution = .quantile(
          DQNSettings.Distribution.Quantile(quantiles: quantiles, delta: delta))
      }
    }
    #expect(quantile(0, 1).hasPrefix("distribution.quantile.quantiles must be 1 or more"))
    #expect(quantile(5, 0).hasPrefix("distribution.quantile.delta must be finite and above 0"))
    #expect(
      problem {
        $0.distribution = .quantile(DQNSettings.Distribution.Quantile())
        $0.loss = .huber(delta: 1)
      } == "loss must be left out with a distribution, which has a loss of its own, but is huber")
    #expect(problem { $0.returnSteps = 0 } == "returnSteps must be in 1...1000, but is 0")
    #expect(
      problem {
        $0.network.noise = .factorized(deviation: 0)
        $0.exploration = .constant(0)
      }.hasPrefix("network.noise.factorized.deviation must be above 0"))
    #expect(
      problem { $0.network.noise = .factorized(deviation: 0.5) }
        .hasPrefix("exploration must be 0 with network.noise, which explores by itself"))
    func proportional(_ change: (inout DQNSettings.Prioritization.Proportional) -> Void) -> String {
      var rule = DQNSettings.Prioritization.Proportional()
      change(&rule)
      return problem { [rule] in $0.replay.prioritization = .proportional(rule) }
    }
    let path = "replay.prioritization.proportional."
    #expect(proportional { $0.exponent = 2 }.hasPrefix(path + "exponent must be in 0...1"))
    #expect(proportional { $0.correction = -1 }.hasPrefix(path + "correction must be in 0...1"))
    #expect(proportional { $0.offset = 0 }.hasPrefix(path + "offset must be finite"))
  }
}
