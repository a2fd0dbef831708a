import MultiTask
import NeuralNetworks
import Randomness

/// What strategies make of the Gram matrix of 50 tasks.
extension Benchmark {
  static let solvers: [Benchmark] =
    StrategySettings.alternatives
    .map(\.standard)
    .filter { $0.needs.signal == .gram }
    .map { choice in
      Benchmark(
        name: "multitask/solver-50/\(choice.account.name)",
        summary: "The weights of 50 tasks from a random Gram matrix, of 200 parameters.",
        unit: .milliseconds, goal: 1
      ) { effort in try measure(choice, parameters: 200, effort) }
    } + [
      Benchmark(
        name: "multitask/solver-50-dependent/upGrad",
        summary: "The same of gradients that are nearly dependent, of 45 parameters.",
        unit: .milliseconds, goal: 1
      ) { effort in try measure(StrategySettings(UPGrad()), parameters: 45, effort) },
      Benchmark(
        name: "multitask/solver-50-opposed/upGrad",
        summary: "The same of pairs of gradients that nearly cancel, of 50 parameters.",
        unit: .milliseconds, goal: 1
      ) { effort in
        try measure(StrategySettings(UPGrad()), parameters: 50, inOpposedPairs: true, effort)
      },
    ]

  private static func measure(
    _ choice: StrategySettings, parameters: Int, inOpposedPairs: Bool = false, _ effort: Effort
  ) throws -> Measurement {
    let count = 50
    var random = Seeds(root: 1)["benchmark"]
    var rows = (0..<count).map { _ in (0..<parameters).map { _ in random.normal() as Double } }
    if inOpposedPairs {
      for row in stride(from: 1, to: count, by: 2) {
        rows[row] = zip(rows[row - 1], rows[row]).map { 0.1 * $1 - $0 }
      }
    }
    let losses = (0..<count).map { _ in random.uniform(in: 0.5...2.0) as Double }
    let signals = TaskSignals(losses: losses, gram: GramMatrix(rows: rows))
    var strategy = try choice.make(taskCount: count)
    _ = try strategy.combine(signals, using: &random)
    // It has an answer once, so it has one each time.
    var measurement = effort.microseconds(of: {
      _ = try? strategy.combine(signals, using: &random)
    })
    measurement.values = measurement.values.map { $0 / 1000 }
    return measurement
  }
}
