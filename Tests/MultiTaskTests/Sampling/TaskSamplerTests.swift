import Foundation
import MultiTask
import NeuralNetworks
import Randomness
import Testing

@Suite struct `A sampler of tasks` {
  func temperature(_ value: Double) -> TaskSamplingSettings {
    var settings = TaskSamplingSettings.Temperature()
    settings.temperature = value
    return .temperature(settings)
  }

  @Test func `has probabilities of a closed form`() {
    let sizes = [1000, 10, 90]
    #expect(TaskSampler(.uniform, sizes: sizes).probabilities == Array(repeating: 1 / 3, count: 3))
    let proportional = TaskSampler(.proportional, sizes: sizes).probabilities
    for (found, size) in zip(proportional, sizes) {
      #expect(abs(found - Double(size) / 1100) < 1e-12)
    }
    // Square roots of 400 and 100 are 20 and 10.
    let halved = TaskSampler(temperature(2), sizes: [400, 100]).probabilities
    #expect(abs(halved[0] - 2.0 / 3) < 1e-12 && abs(halved[1] - 1.0 / 3) < 1e-12)
    let cold = TaskSampler(temperature(1), sizes: sizes).probabilities
    for (found, wanted) in zip(cold, proportional) { #expect(abs(found - wanted) < 1e-12) }
  }

  @Test func `stays in range at extreme temperatures`() {
    let sizes = [1, 1_000_000_000]
    let cold = TaskSampler(temperature(1e-3), sizes: sizes).probabilities
    #expect(cold == [0, 1])
    let hot = TaskSampler(temperature(1e9), sizes: sizes).probabilities
    #expect(abs(hot[0] - 0.5) < 1e-6)
  }

  @Test func `draws tasks as often as they are likely`() {
    var sampler = TaskSampler(.proportional, sizes: [7, 2, 1])
    var random = Seeds(root: 1)["tasks"]
    var counts = [0, 0, 0]
    for _ in 0..<20_000 { counts[sampler.next(using: &random)] += 1 }
    for (count, share) in zip(counts, [0.7, 0.2, 0.1]) {
      let error = (20_000 * share * (1 - share)).squareRoot()
      #expect(abs(Double(count) - 20_000 * share) < 4 * error)
    }
  }

  @Test func `never draws a task of no probability`() {
    var sampler = TaskSampler(temperature(1e-3), sizes: [1, 1_000_000, 1])
    var random = Seeds(root: 3)["tasks"]
    for _ in 0..<1000 { #expect(sampler.next(using: &random) == 1) }
  }

  @Test func `as a bandit finds the task with most progress`() {
    var sampler = TaskSampler(.bandit(ProgressBandit.Settings()), sizes: [5, 5, 5, 5])
    var random = Seeds(root: 1)["tasks"]
    for _ in 0..<3000 {
      let task = sampler.next(using: &random)
      let noise: Double = random.normal()
      sampler.observe(progress: (task == 2 ? 1 : 0) + 0.5 * noise, of: task)
    }
    #expect(sampler.probabilities[2] > 0.8)
    #expect(sampler.probabilities.allSatisfy { $0 >= 0.05 / 4 })
  }

  @Test func `as a bandit turns to another task when progress ends`() {
    var settings = ProgressBandit.Settings()
    settings.exploration = 0.2
    var sampler = TaskSampler(.bandit(settings), sizes: [5, 5, 5])
    var random = Seeds(root: 2)["tasks"]
    for step in 0..<8000 {
      let task = sampler.next(using: &random)
      let best = step < 3000 ? 0 : 1
      sampler.observe(progress: task == best ? 1 : 0.1, of: task)
    }
    #expect(sampler.probabilities[1] > 0.6)
  }

  @Test func `as a bandit does not care for the scale of progress`() {
    func probabilities(scale: Double, shift: Double) -> [Double] {
      var bandit = ProgressBandit(taskCount: 3)
      for step in 0..<300 {
        bandit.observe(progress: scale * Double(step % 3 * (step % 7)) + shift, of: step % 3)
      }
      return bandit.probabilities
    }
    let plain = probabilities(scale: 1, shift: 0)
    for (found, wanted) in zip(probabilities(scale: 1024, shift: 0), plain) {
      #expect(abs(found - wanted) < 1e-9)
    }
    for (found, wanted) in zip(probabilities(scale: 0.5, shift: -4), plain) {
      #expect(abs(found - wanted) < 1e-9)
    }
    #expect(plain[2] > plain[0])
  }

  @Test func `as a bandit outlives numbers that are not finite`() {
    var bandit = ProgressBandit(taskCount: 2)
    for step in 0..<100 {
      bandit.observe(progress: step % 2 == 0 ? .nan : .infinity, of: step % 2)
    }
    #expect(bandit.probabilities.allSatisfy { $0 > 0 && $0 < 1 })
  }

  @Test(arguments: [
    TaskSamplingSettings.uniform, .proportional, .bandit(ProgressBandit.Settings()),
  ]) func `survives encoding`(settings: TaskSamplingSettings) throws {
    var sampler = TaskSampler(settings, sizes: [3, 2, 1])
    var random = Seeds(root: 1)["tasks"]
    func go(_ sampler: inout TaskSampler, _ random: inout RandomStream) -> [Int] {
      (0..<500).map { step in
        let task = sampler.next(using: &random)
        sampler.observe(progress: Double(task) / Double(step + 1), of: task)
        return task
      }
    }
    _ = go(&sampler, &random)
    let data = try JSONEncoder().encode(sampler)
    var copy = try JSONDecoder().decode(TaskSampler.self, from: data)
    var sameRandom = random
    #expect(go(&sampler, &random) == go(&copy, &sameRandom))
    #expect(copy == sampler)
  }

  @Test func `is chosen by name, and refuses settings without meaning`() throws {
    let text = #"{"temperature": {"temperature": 3}}"#
    let settings = try JSONDecoder().decode(TaskSamplingSettings.self, from: Data(text.utf8))
    #expect(settings == temperature(3))
    #expect(throws: SettingsError.self) { try temperature(0).validate() }
    var bandit = ProgressBandit.Settings()
    bandit.exploration = 0
    #expect(throws: SettingsError.self) { try TaskSamplingSettings.bandit(bandit).validate() }
  }
}
