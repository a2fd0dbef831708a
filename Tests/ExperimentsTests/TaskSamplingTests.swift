import Environments
import Experiments
import Foundation
import HDF5Store
import TestSupport
import Testing
import Tracking

/// Comparisons in which a bandit draws the task of each step.
@Suite struct TaskSamplingTests {
  private static let overrides = [
    "dataset={mmoeSynthetic: {inputs: 6, count: 240, shares: [3, 1]}}", "sampling=bandit",
    "strategies=[uncertainty, dwa, famo]", "controls.staticWeights=1", "budget.steps=90",
    "logging.every=1",
  ]

  private func config(_ more: String...) throws -> MultiTaskConfig {
    try .parse(Comparisons.small, name: "x.yaml", overrides: Self.overrides + more)
  }

  /// Runs the candidates and the tasks alone with seed 1, by as many commands as it takes if each is
  /// stopped at once; their folders, by cell.
  private func run(
    _ config: MultiTaskConfig, in output: URL, width: Int = 1, stoppingAtOnce: Bool = false
  ) throws -> (folders: [String: RunFolder], commands: Int) {
    let comparison = try Comparison(config)
    let cells = comparison.cells.filter { $0.cell?.role != .staticWeights }
    for command in 0..<100 {
      let list = try comparison.jobs(
        cells: cells, seeds: [1], output: output.path, command: ["test"])
      if list.jobs.isEmpty {
        let folders = list.finished.map { RunFolder(path: $0) }
        return (
          Dictionary(
            uniqueKeysWithValues: folders.map { folder in
              (String(folder.path.split(separator: "/").dropLast().last ?? ""), folder)
            }), command
        )
      }
      let stop = StopSignal()
      let outcomes = ExperimentRunner(jobs: list.jobs, width: width).run(until: stop) { _ in
        if stoppingAtOnce { stop.request() }
      }
      for outcome in outcomes {
        if case .failed(let sentence) = outcome.outcome { Issue.record("\(sentence)") }
      }
    }
    throw NeverDone()
  }

  private struct NeverDone: Error {}

  /// Of a run, every number as bits, for which even two not-a-numbers are equal.
  private func bits(_ folder: RunFolder) throws -> [[UInt32]] {
    let reader = try RunReader(folder)
    return try reader.metrics.map { try reader.series($0.name).values.map(\.bitPattern) }
      + (try #require(try reader.finalWeights()).map { $0.scalars.map(\.bitPattern) })
  }

  @Test func `strategies that share weights out have none to share in turns`() throws {
    let account = try Comparison(config("strategies=[uncertainty, dwa, famo]")).account
    #expect(account.contains("weights of dwa, famo are 1"))
    let plain = try Comparison(config("strategies=[famo]", "sampling=uniform")).account
    #expect(!plain.contains("are 1"))
  }

  @Test func `each step is on one task, drawn as the run's file says`() throws {
    try withTemporaryDirectory { output in
      let folders = try run(config(), in: output, width: 2).folders
      let reader = try RunReader(#require(folders["uncertainty-hardSharing"]))
      let chances = try reader.series("training/probabilities").values
      let (losses, weights) = (
        try reader.series("training/loss").values, try reader.series("training/weights").values
      )
      #expect(chances.count == 90 * 2 && chances[0] == 0.5 && chances[1] == 0.5)
      for step in 0..<90 {
        let pair = 2 * step..<2 * step + 2
        #expect(abs(chances[pair].reduce(0, +) - 1) < 1e-6)
        #expect(losses[pair].count { $0.isNaN } == 1)
        for place in pair { #expect((weights[place] == 0) == losses[place].isNaN) }
      }
      #expect(Set(chances).count > 20)
      #expect(reader.multitask?.cell.sampling == "bandit")
      // A task alone has nothing to draw.
      let alone = try RunReader(#require(folders["single-task0"]))
      #expect(!alone.metrics.contains { $0.name == "training/probabilities" })
    }
  }

  @Test func `neither the number of jobs nor stops change a bit`() throws {
    try withTemporaryDirectory { output in
      let whole = try run(config(), in: output.appending(path: "whole"))
      // Equal weighting, three strategies, two tasks alone.
      #expect(whole.folders.count == 6 && whole.commands == 1)
      let others = try [
        run(config(), in: output.appending(path: "jobs"), width: 3),
        run(config(), in: output.appending(path: "stopped"), stoppingAtOnce: true),
      ]
      #expect(others[1].commands > 20)
      for other in others {
        #expect(Set(other.folders.keys) == Set(whole.folders.keys))
        for (name, folder) in other.folders {
          #expect(try bits(folder) == bits(#require(whole.folders[name])), "\(name)")
        }
      }
    }
  }

  @Test func `a task alone learns from its share of the examples`() throws {
    let comparison = try Comparison(config("budget={epochs: 8}", "evaluation={epochs: 2}"))
    for name in ["single-task0", "single-task1"] {
      let cell = try comparison.cell(named: name)
      // Of 144 training examples, 9 steps of 16 an epoch, every other one of a task.
      #expect(cell.batchSize == 16 && cell.budget.steps == 36 && cell.evaluation.steps == 9)
    }
  }

  @Test(arguments: [
    (
      "strategies=[caGrad]",
      "sampling: bandit takes each step on one task alone, but strategy caGrad weighs the "
        + "gradients of several"
    ),
    ("dataset={mmoeSynthetic: {inputs: 6}}", "sampling: bandit needs examples that belong to one"),
    ("sampling={bandit: {exploration: 0}}", "sampling.bandit.exploration: must be above 0"),
    ("dataset={mmoeSynthetic: {shares: [1]}}", "dataset.mmoeSynthetic.shares: must be two"),
    ("dataset={mmoeSynthetic: {shares: [1, 0]}}", "dataset.mmoeSynthetic.shares[1]: must be"),
  ])
  func `what a bandit cannot draw for is refused`(override: String, sentence: String) {
    let refusal = Comparisons.refusal(Self.overrides + [override])
    #expect(refusal?.contains(sentence) == true, "\(refusal ?? "accepted")")
  }
}
