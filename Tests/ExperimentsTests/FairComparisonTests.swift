import Datasets
import Experiments
import Foundation
import Randomness
import TestSupport
import Testing
import Tracking

/// What makes the cells and seeds of a comparison comparable.
@Suite struct FairComparisonTests {
  /// Two tasks on 120 examples: a class and a number.
  private func examples() -> Dataset {
    var random = Seeds(root: 3)["examples"]
    let inputs = (0..<240).map { _ -> Float in random.uniform(in: -1...1) }
    return Dataset(
      name: "pair", inputShape: [2], inputs: inputs,
      tasks: [
        TaskColumn(
          name: "sign", kind: .binary, labels: (0..<120).map { inputs[2 * $0] > 0 ? 1 : 0 }),
        TaskColumn(
          name: "sum", kind: .regression(width: 1),
          labels: (0..<120).map { inputs[2 * $0] + inputs[2 * $0 + 1] }),
      ])
  }

  private func config(_ data: Dataset, in folder: URL, _ overrides: String...) throws
    -> MultiTaskConfig
  {
    let path = folder.path + "/\(data.name).h5"
    if !FileManager.default.fileExists(atPath: path) { try DatasetFile.write(data, to: path) }
    return try .parse(
      Comparisons.small, name: "x.yaml",
      overrides: ["dataset={file: {path: '\(path)'}}"] + overrides)
  }

  private func records(
    _ cell: String, of config: MultiTaskConfig, seeds: [UInt64] = [1], in output: URL
  ) throws -> [TaskRecord] {
    let comparison = try Comparison(config)
    let list = try comparison.jobs(
      cells: [comparison.cell(named: cell)], seeds: seeds, output: output.path, command: [])
    let outcomes = ExperimentRunner(jobs: list.jobs, width: 1).run(until: StopSignal()) { _ in }
    return try outcomes.map { try #require(RunReader(RunFolder(path: $0.folder)).multitask) }
  }

  private func refusal(_ config: MultiTaskConfig) -> String {
    do {
      _ = try Comparison(config)
      return ""
    } catch { return "\(error)" }
  }

  @Test func `labels of the test part have no say in what is chosen`() throws {
    try withTemporaryDirectory { folder in
      var (data, other) = (examples(), examples())
      let parts = DatasetSplit(training: Array(0..<90), test: Array(90..<120))
      (data.givenSplit, other.givenSplit, other.name) = (parts, parts, "other")
      for row in parts.test { other.tasks[1].labels[row] = row == 90 ? 50 : 49 }
      let scores = try [data, other].map { data in
        let config = try config(
          data, in: folder, "name=\(data.name)", "tuning.learningRates=[0.01]")
        return try records("equal-hardSharing", of: config, in: folder)[0].cell.trials.map(\.score)
      }
      #expect(scores[0] == scores[1])
    }
  }

  @Test func `every seed and every trial is judged by the same examples`() throws {
    try withTemporaryDirectory { folder in
      let data = examples()
      let config = try config(data, in: folder, "budget.steps=1")
      let records = try records("equal-hardSharing", of: config, seeds: [1, 2, 3], in: folder)
      let settings = SplitSettings(validation: 0.2, test: 0.2)
      let parts = try [1, 2].map {
        try data.split(settings, seeds: Seeds(root: $0), testSeeds: Seeds(root: 0))
      }
      #expect(parts[0].test == parts[1].test && parts[0].validation != parts[1].validation)
      let shares = try #require(records.first).tasks[0].scores.map(\.count)
      #expect(shares == [nil, 24, nil, nil])
      // A share of class 1 that differs between parts would show in the accuracy of a constant.
      let accuracies = Set(records.map { $0.tasks[0].scores[1].trivial })
      #expect(accuracies.count == 1)
    }
  }

  @Test func `a task that a part cannot judge is refused, for whichever seed`() throws {
    try withTemporaryDirectory { folder in
      var data = examples()
      let parts = DatasetSplit(
        training: Array(0..<90), validation: Array(90..<100), test: Array(100..<120))
      data.givenSplit = parts
      for row in parts.validation { data.tasks[0].labels[row] = 1 }
      let one = try refusal(config(data, in: folder))
      #expect(one.contains("with seed 1, 'auc' of task 'sign' is not defined on the validation"))
      #expect(one.contains("whose 10 labels are all alike"))
      // Two rows of class 1 outside the test part: some seed's validation part has none of them.
      data.name = "rare"
      data.givenSplit = DatasetSplit(training: Array(0..<100), test: Array(100..<120))
      data.tasks[0].labels = (0..<120).map { [0, 1, 100].contains($0) ? 1 : 0 }
      let several = try refusal(config(data, in: folder, "seeds.runs=40"))
      #expect(several.contains("'auc' of task 'sign' is not defined on the validation part"))
    }
  }

  @Test func `a rate for which a strategy has no answer is a bad rate`() throws {
    try withTemporaryDirectory { folder in
      // FAMO takes the logarithm of what a loss is above its least; nothing is above this.
      let config = try Comparisons.config(
        "strategies=[{famo: {leastLosses: [1e6, 1e6]}}]", "tuning.learningRates=[0.1, 0.01]")
      let comparison = try Comparison(config)
      let cell = try #require(comparison.cells.first { $0.variant.hasPrefix("famo") })
      let list = try comparison.jobs(
        cells: [cell], seeds: [1], output: folder.path, command: [])
      let outcome = ExperimentRunner(jobs: list.jobs, width: 1).run(until: StopSignal()) { _ in }[0]
      #expect("\(outcome)".contains("failed numerically with every learning rate"))
    }
  }

  @Test func `a task alone takes as many steps, of as many of its examples`() throws {
    try withTemporaryDirectory { folder in
      var data = examples()
      for row in 0..<120 { data.tasks[row % 4 == 0 ? 1 : 0].labels[row] = .nan }
      let config = try config(
        data, in: folder, "sampling=proportional", "budget={epochs: 5}", "evaluation={epochs: 2}")
      let comparison = try Comparison(config)
      let cells = try ["single-sign", "single-sum"].map { try comparison.cell(named: $0) }
      // Of 72 training examples: 18 and 54, so 4 and 12 in a step of 16; 4.5 steps an epoch.
      #expect(cells.map(\.batchSize) == [4, 12])
      #expect(cells.allSatisfy { $0.budget.steps == 23 && $0.budget.epochs == nil })
      #expect(cells.allSatisfy { $0.evaluation.steps == 9 })
    }
  }

  @Test func `a strategy that does not go with one architecture is left out there`() throws {
    let config = try Comparisons.config(
      "architectures=[{hardSharing: {trunk: {mlp: {hidden: [8]}}}}, {independent: {}}]",
      "strategies=[equal, nashMTL]", "controls={singleTask: false, staticWeights: 0}")
    let comparison = try Comparison(config)
    let names = comparison.cells.map(\.variant)
    #expect(names.contains("nashMTL-hardSharing") && names.contains("equal-independent"))
    #expect(!names.contains("nashMTL-independent"))
    #expect(comparison.account.contains("left out: nashMTL-independent: "))
  }

  @Test func `a problem of scales is told when its labels lose them`() throws {
    let toy = "dataset={gradNormToy: {count: 50}}"
    #expect(try Comparison(Comparisons.config(toy)).account.contains("normalization.targets"))
    let kept = try Comparisons.config(toy, "normalization.targets=false")
    #expect(try !Comparison(kept).account.contains("normalization.targets"))
  }

  @Test func `a run that ends before a strategy comes to its own weights is told of`() throws {
    func account(_ strategies: String, _ epochs: Int) throws -> String {
      try Comparison(
        Comparisons.config("strategies=[\(strategies)]", "budget={epochs: \(epochs)}")
      ).account
    }
    let short = try account("stch, dwa", 3)
    #expect(short.contains("stch comes to its own weights after 4 passes"))
    #expect(!short.contains("dwa comes"))
    #expect(try !account("stch", 5).contains("comes to its own"))
    #expect(try !account("{stch: {every: 2}}", 3).contains("comes to its own"))
  }
}
