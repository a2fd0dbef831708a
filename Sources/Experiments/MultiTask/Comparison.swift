import Autodiff
import Datasets
public import Environments
import Foundation
import MultiTask
import NeuralNetworks
import Randomness
import Replay
import Spelling
import Tracking

/// A comparison whose examples, networks and strategies have been seen to fit together.
public struct Comparison: Sendable {
  /// What the file says.
  public let config: MultiTaskConfig
  /// What is run with every seed: the configurations that are compared, then the controls.
  public let cells: [MultiTaskConfig]
  /// What a summary says: the examples, the tasks, and of each cell how it learns.
  public let account: String
  let work: SharedWork
  let catalogue: Catalogue

  /// Reads the examples, and makes every cell's network and strategy once.
  ///
  /// - Parameters:
  ///   - config: What is compared.
  ///   - catalogue: With which the file was read: runs that are there are read with it too.
  ///   - work: What runs of one comparison share, such as its data.
  /// - Throws: `ConfigError` and the like: one sentence with the remedy.
  public init(
    _ config: MultiTaskConfig, catalogue: Catalogue = Catalogue([]),
    sharing work: SharedWork = SharedWork()
  ) throws {
    (self.config, self.catalogue, self.work) = (config, catalogue, work)
    let examples = try config.examples(sharing: work)
    let tasks = try Self.naming("tasks.only") { try examples.keeping(config.tasks.only) }
    try examples.requireUsableNames()
    let columns = tasks.tasks
    let losses = try config.losses(for: columns)
    try config.requireRate()
    let outputs = columns.map(\.kind.outputWidth)
    var lines = [
      "\(examples.name): \(examples.count) examples of \(examples.inputSize) numbers",
      "tasks: "
        + zip(columns, losses).map { "\($0.name) (\($0.kind), \($1.chosen.name))" }
        .joined(separator: ", "),
    ]
    let prepared = try Self.naming("split") {
      try PreparedTasks(config, of: examples, seeds: Seeds(root: config.seeds.root))
    }
    try config.requireScores(of: columns, in: examples)
    try config.requireRows(of: prepared)
    let planned = try config.cells(
      in: CellSurroundings(
        tasks: columns.map(\.name), alone: SingleTaskBudget(config, for: prepared),
        inputShape: examples.inputShape, outputs: outputs))
    let split = prepared.split
    lines.append(
      "parts: \(split.training.count) training, \(split.validation.count) validation, "
        + "\(split.test.count) test")
    let (cells, accounts) = try Self.usable(planned, examples, prepared)
    self.cells = cells
    account = (lines + config.doubts(of: prepared) + accounts).joined(separator: "\n")
  }

  /// Makes each cell's learner, which is the one sure way to know that it can be made; those that
  /// can, with a line for each way in which several cells learn.
  ///
  /// A strategy and an architecture that do not go together, though each does with others, are
  /// left out with a line that says so.
  private static func usable(
    _ planned: [MultiTaskConfig], _ examples: Dataset, _ prepared: PreparedTasks
  ) throws -> (cells: [MultiTaskConfig], account: [String]) {
    var ways: [(way: String, cells: [String])] = []
    var (cells, unfit) = ([MultiTaskConfig](), [(cell: MultiTaskConfig, problem: String)]())
    for cell in planned {
      do {
        let seeds = Seeds(root: cell.seeds.root)
        let data =
          cell.cell?.role == .singleTask
          ? try PreparedTasks(cell, of: examples, seeds: seeds) : prepared
        try cell.requireMemory(for: data, examples)
        let rows = try TaskBatches.rows(of: cell, for: data)
        let learner = try cell.makeLearner(for: data, rows: rows, seeds: seeds)
        let way = cell.account(of: learner)
        if let index = ways.firstIndex(where: { $0.way == way }) {
          ways[index].cells.append(cell.variant)
        } else {
          ways.append((way, [cell.variant]))
        }
        cells.append(cell)
      } catch let error as ConfigError {
        throw error
      } catch {
        unfit.append((cell, "\(error)"))
      }
    }
    let candidates = cells.compactMap(\.cell).filter { $0.role == .candidate }
    for (cell, problem) in unfit {
      guard let place = cell.cell, place.role == .candidate,
        candidates.contains(where: { $0.architecture == place.architecture }),
        candidates.contains(where: { $0.strategy == place.strategy })
      else { throw ConfigError(path: cell.variant, problem: problem) }
    }
    return (
      cells,
      ways.map { "\($0.way): \(short($0.cells))" }
        + unfit.map { "left out: \($0.cell.variant): \($0.problem)" }
    )
  }

  private static func short(_ names: [String]) -> String {
    names.count > 6
      ? names.prefix(4).joined(separator: ", ") + " and \(names.count - 4) more"
      : names.joined(separator: ", ")
  }

  private static func naming<T>(_ path: String, _ body: () throws -> T) throws -> T {
    do { return try body() } catch let error as ConfigError { throw error } catch {
      throw ConfigError(path: path, problem: "\(error)")
    }
  }

  /// The cell of this name.
  public func cell(named name: String) throws -> MultiTaskConfig {
    guard let cell = cells.first(where: { $0.variant == name }) else {
      let names = cells.map(\.variant)
      let nearest = nearestName(to: name, among: names).map { "did you mean '\($0)'?" }
      throw ConfigError(
        path: "--cell",
        problem: "there is no cell '\(name)'; "
          + (nearest ?? "there are \(names.joined(separator: ", "))"))
    }
    return cell
  }

  /// The cell that a run claims to be of.
  func cell(like run: MultiTaskConfig) throws -> MultiTaskConfig { try cell(named: run.variant) }
}

extension MultiTaskConfig {
  /// The examples, read once a process.
  func examples(sharing work: SharedWork) throws -> Dataset {
    try work.datasets.value(for: YAMLText.inline(ConfigEncoder.encode(dataset))) {
      do { return try dataset.load() } catch {
        throw ConfigError(path: "dataset", problem: "\(error)" + placesTried)
      }
    }
  }

  /// Where a relative path was looked for in vain.
  private var placesTried: String {
    guard let path = dataset.path, !path.hasPrefix("/"),
      !FileManager.default.fileExists(atPath: path)
    else { return "" }
    return " (It was looked for beside the experiment file and in "
      + "\(FileManager.default.currentDirectoryPath), where the program runs.)"
  }

  /// What a run's file says of the examples.
  func recordedExamples(sharing work: SharedWork) throws -> RecordedExamples {
    let data = try examples(sharing: work)
    return try work.accounts.value(for: YAMLText.inline(ConfigEncoder.encode(dataset))) {
      RecordedExamples(name: data.name, count: data.count, sha256: data.sha256)
    }
  }

  /// How a cell learns, in words.
  fileprivate func account(of learner: any TaskLearning) -> String {
    let gradients = learner.mode == .losses ? "weighted losses" : "gradients: \(learner.mode)"
    let count = learner.weights.reduce(0) { $0 + $1.tensor.count }
    return "task known \(architectures[0].sees), \(gradients), \(count) parameters"
  }

  /// Refuses parts of any seed, of runs or trials, in which a task cannot be judged.
  fileprivate func requireScores(of columns: [TaskColumn], in examples: Dataset) throws {
    // A run's own configuration does not say its seed; the run itself looks at its parts.
    guard cell == nil else { return }
    let trials = tuning.learningRates.isEmpty ? 0 : tuning.seeds
    for seed in seeds.all + (0..<trials).map({ tuning.root + UInt64($0) }) {
      try PreparedTasks.parts(self, of: examples, seeds: Seeds(root: seed))
        .requireScores(of: columns, seed: seed)
    }
  }

  /// Refuses a step that would see examples twice.
  fileprivate func requireRows(of prepared: PreparedTasks) throws {
    let count = prepared.split.training.count
    guard cell == nil, batchSize > count else { return }
    throw ConfigError(
      path: "batchSize",
      problem:
        "is \(batchSize), but the training part has \(count) examples, of which a step would "
        + "see some twice; set it to \(count) or less")
  }

  /// Refuses rates to try where the optimizer's own changes over time.
  fileprivate func requireRate() throws {
    guard !tuning.learningRates.isEmpty, optimizer.learningRate.plainNumber == nil else { return }
    throw ConfigError(
      path: "tuning.learningRates",
      problem:
        "take the place of a constant rate, but the optimizer's changes over time; give it a "
        + "constant one or leave the trials out")
  }

  /// Refuses networks and batches that the machine's memory cannot hold, before they are taken.
  ///
  /// Of each parameter the value, its gradient, two moments, what making them takes for a moment,
  /// and a gradient for each task where they are wanted one by one; of the examples a normalized
  /// copy beside those that all runs share.
  fileprivate func requireMemory(
    for data: PreparedTasks, _ examples: Dataset, from memory: AvailableMemory? = .now()
  ) throws {
    let parameters = try architectures[0].parameterCount(
      inputShape: data.dataset.inputShape, outputs: data.outputs)
    let copies = 8 + (strategies[0].needs.signal == .losses ? 0 : 2 * data.taskCount)
    let numbers =
      Double(parameters) * Double(copies) + Double(examples.inputs.count)
      + 4 * Double(batchSize) * Double(examples.inputSize)
    guard let memory, 4 * numbers > Double(memory.bytes) else { return }
    throw ConfigError(
      path: variant,
      problem: "\(parameters) parameters and \(examples.count) examples need about "
        + "\(gigabytes(Int(min(4 * numbers, 1e18)))), but \(gigabytes(memory.bytes)) are free "
        + "(\(memory.source)); make the network smaller")
  }
}

extension Dataset {
  /// Refuses names of tasks that cannot stand in the names of metrics and folders.
  fileprivate func requireUsableNames() throws {
    for task in tasks where task.name.contains("/") || ["step", "value"].contains(task.name) {
      throw ConfigError(
        path: "dataset",
        problem: "a task cannot be called '\(task.name)' here, because its name stands in the "
          + "names of metrics; give it another where the file is made")
    }
  }
}
