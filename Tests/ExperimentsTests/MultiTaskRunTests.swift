import Experiments
import Foundation
import HDF5Store
import TestSupport
import Testing
import Tracking

@Suite struct MultiTaskRunTests {
  /// Runs cells of a comparison with seed 1, and gives their folders.
  private func run(
    _ cells: [String], of config: MultiTaskConfig, in output: URL, width: Int = 1
  ) throws -> [RunFolder] {
    let comparison = try Comparison(config)
    let list = try comparison.jobs(
      cells: cells.map { try comparison.cell(named: $0) }, seeds: [1], output: output.path,
      command: ["test"])
    let outcomes = ExperimentRunner(jobs: list.jobs, width: width)
      .run(until: StopSignal()) { _ in }
    return outcomes.map { outcome in
      guard case .finished = outcome.outcome else {
        Issue.record("\(outcome)")
        return RunFolder(path: outcome.folder)
      }
      return RunFolder(path: outcome.folder)
    }
  }

  @Test func `equal weighting is the fixed weighting of equal shares, bit for bit`() throws {
    try withTemporaryDirectory { output in
      let folders = try run(
        ["equal-hardSharing", "static-0.5-0.5"], of: Comparisons.config(), in: output)
      try expectSame(folders[0], folders[1])
      #expect(try RunReader(folders[1]).multitask?.cell.weights == [1, 1])
    }
  }

  @Test func `a task alone begins with the same trunk, and is judged by the same examples`() throws
  {
    try withTemporaryDirectory { output in
      let config = try Comparisons.config("budget.steps=1", "optimizer.adam.learningRate=1e-30")
      let folders = try run(
        ["equal-hardSharing", "single-task0"], of: config, in: output, width: 2)
      let readers = try folders.map(RunReader.init)
      let trunks = try readers.map { reader in
        try zip(reader.weightArrays, #require(try reader.finalWeights()))
          .filter { $0.0.name.hasPrefix("shared/") }.map(\.1.scalars)
      }
      #expect(!trunks[0].isEmpty && trunks[0] == trunks[1])
      let tasks = readers.compactMap(\.multitask?.tasks[0])
      #expect(tasks[0] == tasks[1])
      #expect(readers[1].multitask?.cell.role == .singleTask)
      #expect(readers[1].multitask?.cell.task == "task0")
    }
  }

  @Test func `what is selected is the test score where validation was best`() throws {
    try withTemporaryDirectory { output in
      let config = try Comparisons.config("optimizer.adam.learningRate=0.05", "budget.steps=200")
      let reader = try RunReader(run(["equal-hardSharing"], of: config, in: output)[0])
      let tasks = try #require(reader.multitask?.tasks)
      let errors = try tasks.map {
        try reader.series("validation/\($0.name)/\($0.scores[0].name)").values.map(Double.init)
      }
      #expect(errors[0].count == 20)
      let sums = errors[0].indices.map { index in
        zip(tasks, errors).reduce(0) { $0 + $1.1[index] / ($1.0.scores[0].trivial ?? 1) }
      }
      let best = try #require(sums.indices.min { sums[$0] < sums[$1] })
      for task in tasks {
        let name = "\(task.name)/\(task.scores[1].name)"
        let chosen = try reader.series("selected/" + name).values
        #expect(chosen == [try reader.series("test/" + name).values[best]])
      }
    }
  }

  @Test func `every rate is tried, and the best is taken by all seeds`() throws {
    try withTemporaryDirectory { output in
      let config = try Comparisons.config("tuning.learningRates=[1e-6, 0.01, 1e30]")
      let folder = try run(["uncertainty-hardSharing"], of: config, in: output)[0]
      let cell = try #require(try RunReader(folder).multitask?.cell)
      #expect(cell.trials.map(\.learningRate) == [1e-6, 0.01, 1e30])
      #expect(cell.trials[1].score < cell.trials[0].score)
      #expect(cell.learningRate == 0.01)
      let rates = try RunReader(folder).series("training/learningRate").values
      #expect(rates.allSatisfy { $0 == 0.01 })
    }
  }

  @Test func `inner products of gradients are kept where a strategy needs them`() throws {
    try withTemporaryDirectory { output in
      let folders = try run(
        ["uncertainty-hardSharing", "caGrad-hardSharing"], of: Comparisons.config(), in: output)
      let readers = try folders.map(RunReader.init)
      #expect(readers.map(\.multitask?.cell.gradients) == ["none", "exact"])
      #expect(!readers[0].metrics.contains { $0.name == "training/gram" })
      #expect(try readers[1].series("training/gram").values.count == 10 * 4)
    }
  }

  @Test func `a comparison given again leaves finished runs, and refuses others of that name`()
    throws
  {
    try withTemporaryDirectory { output in
      let config = try Comparisons.config()
      let folder = try run(["equal-hardSharing"], of: config, in: output)[0]
      let comparison = try Comparison(config)
      let cell = try comparison.cell(named: "equal-hardSharing")
      let again = try comparison.jobs(
        cells: [cell], seeds: [1, 2], output: output.path, command: [])
      #expect(again.finished == [folder.path] && again.jobs.map(\.seed) == [2])
      let other = try Comparison(Comparisons.config("batchSize=8"))
      #expect {
        try other.jobs(
          cells: [other.cell(named: "equal-hardSharing")], seeds: [1], output: output.path,
          command: [])
      } throws: {
        "\($0)".contains("has another configuration ('batchSize: 8' was asked for")
      }
    }
  }
}
