import MultiTask
import Randomness

extension MultiTaskConfig {
  /// What may not be meant as the file has it.
  func doubts(of data: PreparedTasks) -> [String] {
    scaleDoubts + epochDoubts(of: data) + turnDoubts(tasks: data.columns.count)
  }

  /// Strategies that a run is too short for.
  private func epochDoubts(of data: PreparedTasks) -> [String] {
    let passes = totalSteps(for: data) / stepsPerEpoch(for: data)
    return strategies.filter { $0.needs.epochs > 0 && passes <= Double($0.needs.epochs) }.map {
      "note: \($0.chosen.name) comes to its own weights after \($0.needs.epochs) passes over the data, "
        + "and a run ends before; make runs longer, or let fewer steps stand for a pass, as "
        + "{\($0.chosen.name): {every: 10}} does"
    }
  }

  /// Strategies that share weights out among the tasks of a step, where a step has one task.
  private func turnDoubts(tasks: Int) -> [String] {
    guard case .bandit = sampling else { return [] }
    let alike = strategies.filter { strategy in
      guard strategy.needs.signal == .losses, var own = try? strategy.make(taskCount: tasks),
        !["equal", "static"].contains(strategy.chosen.name)
      else { return false }
      var random = RandomStream(key: 0)
      return [0.5, 2].allSatisfy { loss in
        let signals = TaskSignals(losses: [loss], tasks: [0], taskCount: tasks)
        return (try? own.combine(signals, using: &random).weights) == [1]
      }
    }
    guard !alike.isEmpty else { return [] }
    let names = alike.map(\.chosen.name).joined(separator: ", ")
    return [
      "note: under a bandit each step is on one task alone, to which the weights of \(names) are 1, "
        + "as those of equal"
    ]
  }

  private var scaleDoubts: [String] {
    let isScaleProblem =
      switch dataset {
      case .gradNormToy: true
      case .builtIn(let settings): settings.name == "gradNormToy"
      default: false
      }
    guard isScaleProblem, normalization.targets else { return [] }
    return [
      "note: labels are standardized, which takes away the scales that gradNormToy is about; set "
        + "normalization.targets to false to keep them"
    ]
  }
}
