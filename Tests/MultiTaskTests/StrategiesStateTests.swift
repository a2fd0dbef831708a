import MultiTask
import Randomness
import Testing

/// What strategies keep from step to step.
@Suite struct `The state of strategies` {
  /// A trajectory on fixed, conflicting gradients: all that a strategy answers.
  private func trajectory(
    _ strategy: inout AnyStrategy, _ random: inout RandomStream, steps: Range<Int>
  ) throws -> [[Double]] {
    try steps.map { step in
      let losses = (0..<4).map { 2 / (1 + 0.1 * Double(step * ($0 + 1))) }
      let rows = Examples.conflict.map { row in row.map { $0 + 0.01 * Double(step) } }
      // With one epoch a step, each is past its warm-up in the end.
      let answer = try strategy.combine(
        gradients: rows, losses: losses, step: step, epoch: step, using: &random)
      if strategy.needs.lossesAfterStep {
        let after = (0..<4).map { 2 / (1 + 0.1 * Double((step + 1) * ($0 + 1))) }
        try strategy.observe(
          lossesAfterStep: after, TaskSignals(losses: losses, step: step, epoch: step))
      }
      return answer.direction
    }
  }

  @Test func `all strategies differ on a fixed problem`() throws {
    var answers: [String: [Double]] = [:]
    for strategy in Examples.strategies {
      var strategy = strategy
      if strategy.name == "static" {
        var settings = StaticWeights.Settings()
        settings.weights = [1, 2, 0.5, 1]
        strategy = AnyStrategy(StaticWeights(settings))
      }
      var random = RandomStream(key: 1)
      let directions = try trajectory(&strategy, &random, steps: 0..<8)
      answers[strategy.name] = directions.flatMap { $0 }
    }
    #expect(answers.count == 26)
    for (name, answer) in answers {
      for (other, another) in answers where name < other {
        #expect(!agree(answer, another, to: 1e-6), "\(name) and \(other)")
      }
    }
  }

  @Test(arguments: Examples.strategies)
  func `a strategy survives encoding and goes on bit for bit`(strategy: AnyStrategy) throws {
    var strategy = strategy
    var random = RandomStream(key: 2)
    _ = try trajectory(&strategy, &random, steps: 0..<6)
    let text = try JSONCoding.encode(strategy)
    var restored = try JSONCoding.decode(AnyStrategy.self, text)
    #expect(restored == strategy)
    #expect(text.hasPrefix("{\"\(strategy.name)\":"))
    var again = random
    let expected = try trajectory(&strategy, &random, steps: 6..<12)
    #expect(try trajectory(&restored, &again, steps: 6..<12) == expected)
    #expect(try JSONCoding.encode(restored) == JSONCoding.encode(strategy))
  }

  @Test(arguments: Examples.strategies)
  func `an absent task keeps what was learned of it`(strategy: AnyStrategy) throws {
    // With task 1 absent, another loss of it and another gradient change nothing.
    func weights(whileAbsent losses: [Double]) throws -> [Double] {
      var strategy = strategy
      var random = RandomStream(key: 3)
      var last: [Double] = []
      for step in 0..<8 {
        let isAbsent = step == 3 || step == 4
        let present = isAbsent ? [0, 2] : [0, 1, 2]
        let rows = present.map { Examples.conflict[$0] }
        var signals = TaskSignals(
          losses: present.map { losses[$0] }, tasks: present, taskCount: 3, step: step,
          epoch: step)
        if strategy.needs.signal == .gradients {
          try withRows(rows) { try strategy.transform(&$0, signals, using: &random) }
        }
        signals.gram = GramMatrix(rows: rows)
        last = try strategy.combine(signals, using: &random).weights
        #expect(last.count == present.count)
        if strategy.needs.lossesAfterStep {
          try strategy.observe(lossesAfterStep: signals.losses.map { $0 * 0.9 }, signals)
        }
      }
      return last
    }
    let weights = try weights(whileAbsent: [1, 2, 3])
    #expect(weights.allSatisfy { $0.isFinite })
  }

  @Test func `learned weights of an absent task stay as they are`() throws {
    var strategy = UncertaintyWeights()
    var random = RandomStream(key: 4)
    _ = try strategy.combine(TaskSignals(losses: [1, 4, 2]), using: &random)
    let before = strategy.logVariances
    _ = try strategy.combine(
      TaskSignals(losses: [1, 2], tasks: [0, 2], taskCount: 3), using: &random)
    #expect(strategy.logVariances[1] == before[1])
    #expect(strategy.logVariances[0] != before[0] && strategy.logVariances[2] != before[2])
  }

  private func withRows(_ rows: [[Double]], _ body: (inout GradientRows) throws -> Void) throws {
    let elements = UnsafeMutableBufferPointer<Float>.allocate(
      capacity: rows.count * rows[0].count)
    defer { elements.deallocate() }
    _ = elements.initialize(from: rows.joined().map { Float($0) })
    var gradients = GradientRows(count: rows.count, length: rows[0].count, elements: elements)
    try body(&gradients)
  }
}
