import Environments
import Experiments
import Foundation
import MultiTask
import NeuralNetworks
import TestSupport
import Testing
import Tracking

/// Small comparisons.
enum Comparisons {
  static let small = """
    name: several
    dataset: {mmoeSynthetic: {inputs: 6, count: 120}}
    split: {validation: 0.2, test: 0.2}
    architectures: [{hardSharing: {trunk: {mlp: {hidden: [8]}}}}]
    strategies: [uncertainty, {caGrad: {convergence: 0.2}}, caGrad]
    batchSize: 16
    budget: {steps: 30}
    evaluation: {steps: 10}
    logging: {every: 3}
    checkpoint: {seconds: 0}
    """

  static func config(_ overrides: String...) throws -> MultiTaskConfig {
    try .parse(small, name: "x.yaml", overrides: overrides)
  }

  /// The sentence with which a comparison is refused.
  static func refusal(_ overrides: [String]) -> String? {
    do {
      _ = try Comparison(.parse(small, name: "x.yaml", overrides: overrides))
      return nil
    } catch {
      return error is ConfigError ? "\(error)" : "not a ConfigError: \(error)"
    }
  }
}

@Suite struct MultiTaskConfigTests {
  @Test func `what a file leaves out has a default, and the whole tree reads as the same`() throws {
    let config = try Comparisons.config()
    #expect(config.controls == ControlSettings())
    #expect(config.optimizer == .adam(learningRate: 0.001))
    let again = try MultiTaskConfig.parse(config.yaml(), name: "again.yaml")
    #expect(again == config)
    #expect(try again.yaml() == config.yaml())
  }

  @Test func `a file with a data set is a comparison, and one without an agent's experiment`()
    throws
  {
    let catalogue = Samples.catalogue
    guard
      case .multiTask(let config) = try ExperimentFile.parse(
        Comparisons.small, name: "x.yaml", catalogue: catalogue)
    else {
      Issue.record("not a comparison")
      return
    }
    #expect(config.name == "several")
    guard
      case .agent = try ExperimentFile.parse(Samples.dqn, name: "x.yaml", catalogue: catalogue)
    else {
      Issue.record("not an agent's experiment")
      return
    }
  }

  @Test(arguments: [
    ("budgit={steps: 3}", "--set budgit={steps: 3}: unknown key 'budgit'; did you mean 'budget'?"),
    ("strategies=[equall]", "'equall' is not one of"),
    ("strategies=[equall]", "did you mean 'equal'?"),
    ("strategies=[]", "strategies: must name at least one, but is empty"),
    ("strategies=[equal, equal]", "strategies[1]: must not be there twice with equal settings"),
    ("dataset={builtIn: {name: drawnDigts}}", "did you mean 'drawnDigits'?"),
    ("dataset={mmoeSynthetic: {correlation: 2}}", "dataset.mmoeSynthetic.correlation: must lie in"),
    ("dataset={file: {path: /nowhere.h5}}", "dataset: "),
    ("split.test=0.9", "split: must leave examples to learn from: validation + test below 1"),
    ("split.stratifyBy=task0", "split: "),
    ("tasks.only=[task7]", "tasks.only: data set 'mmoeSynthetic': it has no task 'task7'"),
    ("tasks.losses.tusk1=huber", "there is no task 'tusk1'; did you mean 'task1'?"),
    (
      "tasks.losses.task1=crossEntropy",
      "crossEntropy does not fit a task of kind 'regression'; squaredError does"
    ),
    ("budget={epochs: 3, steps: 4}", "budget: must give epochs or steps, not both"),
    ("tuning.learningRates=[0.1, -1]", "tuning.learningRates[1]: must be finite and above 0"),
    ("sampling=proportional", "sampling: proportional needs examples that belong to one task each"),
    ("gradients=losses", "the strategy needs the tasks' gradients"),
    ("strategies=[{static: {weights: [1, 2, 3]}}]", "has 3 numbers for 2 tasks"),
    ("controls.staticWeights=-1", "controls.staticWeights: must lie in 0...1000, but is -1"),
    (
      "architectures=[{hardSharing: {trunk: {leNet: {}}}}]", "trunk"
    ),
  ])
  func `what is wrong is told in one sentence`(override: String, sentence: String) {
    let refusal = Comparisons.refusal([override])
    #expect(refusal?.contains(sentence) == true, "\(refusal ?? "accepted")")
  }

  @Test func `nothing can be chosen without a part that chooses`() {
    for override in ["tuning.learningRates=[0.1]", "earlyStopping.patience=3"] {
      let refusal = Comparisons.refusal(["split.validation=0", override])
      #expect(refusal?.contains("set split.validation above 0") == true, "\(refusal ?? "accepted")")
    }
  }

  @Test func `rates are not tried where the optimizer has a schedule`() {
    let refusal = Comparisons.refusal([
      "tuning.learningRates=[0.1]",
      "optimizer={adam: {learningRate: {linear: {from: 0.1, to: 0, steps: 9}}}}",
    ])
    #expect(refusal?.contains("take the place of a constant rate") == true)
  }

  @Test func `every comparison that comes along is valid`() throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../experiments/multitask").standardizedFileURL
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix(".yaml") }
    var comparisons = 0
    for name in names {
      // The others are experiments of agents that learn several tasks.
      let text = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
      guard text.contains("\ndataset:") else { continue }
      comparisons += 1
      let config = try MultiTaskConfig.load(path: folder.appending(path: name).path)
      #expect(config.name + ".yaml" == name)
      #expect(!config.question.isEmpty && config.seeds.runs >= 10, "\(name)")
    }
    #expect(comparisons >= 6)
  }

  @Test func `quick mode shrinks all that takes time`() throws {
    var config = try Comparisons.config(
      "budget={epochs: 100}", "tuning.learningRates=[0.1, 0.01, 0.001]", "seeds.runs=10")
    config.shrinkForTrial()
    #expect(config.name == "several-quick")
    #expect(config.budget.steps == 40 && config.budget.epochs == nil)
    #expect(config.seeds.runs == 2)
    #expect(config.tuning.learningRates.count == 2)
    #expect(config.controls.staticWeights == 2)
    try config.validate()
  }
}

@Suite struct CellTests {
  private func names(_ overrides: [String]) throws -> [String] {
    try Comparison(.parse(Comparisons.small, name: "x.yaml", overrides: overrides)).cells
      .map(\.variant)
  }

  @Test func `equal weighting and the controls stand beside what is compared`() throws {
    #expect(
      try names([]) == [
        "equal-hardSharing", "uncertainty-hardSharing",
        "caGrad-convergence=0.2-hardSharing", "caGrad-hardSharing",
        "single-task0", "single-task1",
        "static-0.1-0.9", "static-0.2-0.8", "static-0.3-0.7", "static-0.4-0.6", "static-0.5-0.5",
        "static-0.6-0.4", "static-0.7-0.3", "static-0.8-0.2", "static-0.9-0.1",
      ])
    #expect(
      try names(["controls={singleTask: false, staticWeights: 0}", "strategies=[equal]"])
        == ["equal-hardSharing"])
  }

  @Test func `larger architectures have a control of their size`() throws {
    let overrides = [
      "architectures=[{hardSharing: {trunk: {mlp: {hidden: [8]}}}}, {mmoe: {}}]",
      "strategies=[equal]", "controls={singleTask: false, staticWeights: 0}",
    ]
    let comparison = try Comparison(
      .parse(Comparisons.small, name: "x.yaml", overrides: overrides))
    #expect(
      comparison.cells.map(\.variant) == ["equal-hardSharing", "equal-mmoe", "matched-mmoe"])
    let counts = try comparison.cells.map {
      try $0.architectures[0].parameterCount(inputShape: [6], outputs: [1, 1])
    }
    #expect(abs(counts[2] - counts[1]) < counts[1] / 20)
    #expect(comparison.cells[2].cell?.role == .parameterMatched)
    #expect(comparison.cells[2].cell?.matchedTo == "mmoe")
  }

  @Test func `a task alone has the same trunk, and nothing of the others`() throws {
    let cell = try Comparison(Comparisons.config("tasks.losses.task0=huber"))
      .cell(named: "single-task1")
    #expect(cell.tasks.only == ["task1"])
    #expect(cell.tasks.losses.isEmpty)
    #expect(cell.cell?.role == .singleTask)
    #expect(cell.architectures == (try Comparisons.config().architectures))
  }

  @Test func `a run's configuration does not depend on what is compared beside it`() throws {
    let one = try Comparison(Comparisons.config()).cell(named: "uncertainty-hardSharing")
    let other = try Comparison(Comparisons.config("strategies=[pcGrad, uncertainty]"))
      .cell(named: "uncertainty-hardSharing")
    #expect(try one.yaml() == other.yaml())
    // And is a comparison of one cell: itself.
    #expect(try Comparison(.parse(one.yaml(), name: "run")).cells == [one])
  }

  @Test func `fixed weightings of several tasks are the same for all, and sum to the tasks`() {
    var controls = ControlSettings()
    #expect(controls.staticCount(tasks: 2) == 9 && controls.staticCount(tasks: 7) == 15)
    let shares = controls.staticShares(tasks: 7)
    #expect(shares == controls.staticShares(tasks: 7))
    for share in shares {
      #expect(share.allSatisfy { $0 > 0 } && abs(share.reduce(0, +) - 1) < 1e-12)
    }
    controls.staticWeights = 3
    #expect(controls.staticShares(tasks: 2) == [[0.25, 0.75], [0.5, 0.5], [0.75, 0.25]])
  }

  @Test func `a cell that is not there is told with the nearest`() throws {
    let comparison = try Comparison(Comparisons.config())
    #expect {
      try comparison.cell(named: "single-task2")
    } throws: {
      "\($0)".contains("there is no cell 'single-task2'; did you mean 'single-task")
    }
  }
}
