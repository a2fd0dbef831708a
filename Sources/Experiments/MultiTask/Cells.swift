import Datasets
import MultiTask
import NeuralNetworks
public import Tracking

/// A run's place in a comparison: what it is there for.
public typealias CellRole = RecordedCell.Role

/// What the cells of a comparison depend on besides its file.
struct CellSurroundings {
  /// The names of the tasks.
  var tasks: [String]
  /// What a task that is learned alone gets, where each example belongs to one task alone.
  var alone: SingleTaskBudget?
  /// The numbers of an example, and of each task's answer.
  var inputShape: [Int]
  var outputs: [Int]
}

/// How much a task alone learns: what it gets where all tasks are learned.
struct SingleTaskBudget {
  /// Examples of a step, by task.
  var rows: [Int]
  var steps: Int
  var stepsBetweenEvaluations: Int

  /// Of a comparison; nil where all tasks see the same examples.
  init?(_ config: MultiTaskConfig, for data: PreparedTasks) throws {
    let share: Double
    switch try TaskBatches.rows(of: config, for: data) {
    case .common: return nil
    case .own(let rows): (self.rows, share) = (rows, 1)
    case .turns(let count):
      // What a bandit will give it is not known before, so it gets as many steps as any other.
      rows = Array(repeating: count, count: data.taskCount)
      share = 1 / Double(data.taskCount)
    }
    steps = max(1, Int((share * config.totalSteps(for: data)).rounded(.up)))
    let interval =
      share
      * (config.evaluation.steps.map(Double.init)
        ?? config.evaluation.epochs * config.stepsPerEpoch(for: data))
    stepsBetweenEvaluations = Int(min(max(1, interval.rounded()), 1e15))
  }
}

extension MultiTaskConfig {
  /// Steps of the optimizer in a pass over the training examples.
  func stepsPerEpoch(for data: PreparedTasks) -> Double {
    Double(data.split.training.count) / Double(batchSize)
  }

  /// Steps of the optimizer in the whole budget.
  func totalSteps(for data: PreparedTasks) -> Double {
    budget.steps.map(Double.init) ?? Double(budget.epochs ?? 50) * stepsPerEpoch(for: data)
  }

  /// The name of the second folder.
  public var variant: String { cell?.name ?? "comparison" }

  /// The configurations that are run, each this one narrowed to a single architecture and strategy:
  /// what is compared, equal weighting first, then the controls.
  func cells(in surroundings: CellSurroundings) throws -> [MultiTaskConfig] {
    guard cell == nil else { return [self] }
    let architectures = Array(zip(try distinctNames(of: architectures), self.architectures))
    var strategies = self.strategies
    if !strategies.contains(where: { $0.chosen.name == Self.equal.chosen.name }) {
      strategies.insert(Self.equal, at: 0)
    }
    let named = Array(zip(try distinctNames(of: strategies), strategies))
    var cells: [MultiTaskConfig] = []
    for (architecture, settings) in architectures {
      for (strategy, rule) in named {
        var place = CellSettings()
        (place.architecture, place.strategy) = (architecture, strategy)
        place.name = "\(strategy)-\(architecture)"
        cells.append(narrowed(to: place, settings, rule))
      }
    }
    cells += singleTasks(in: surroundings)
    cells += staticWeights(in: surroundings, architectures[0])
    cells += try parameterMatched(in: surroundings, architectures)
    return try requireDistinct(cells)
  }

  private func narrowed(
    to place: CellSettings, _ architecture: ArchitectureSettings, _ strategy: StrategySettings
  ) -> MultiTaskConfig {
    var config = self
    config.cell = place
    config.architectures = [architecture]
    config.strategies = [strategy]
    // What stands beside a run makes no difference to it.
    config.controls = ControlSettings()
    config.seeds = SeedSettings()
    return config
  }

  /// Every task counts alike.
  private static let equal = StrategySettings(EqualWeights())

  /// Hard sharing as the file has it, whose trunk the controls have too.
  private var hardSharing: HardSharing.Settings? {
    for case .hardSharing(let settings) in architectures { return settings }
    return nil
  }

  /// Each task alone, with the trunk of hard sharing, or the first architecture where the file has
  /// none.
  private func singleTasks(in surroundings: CellSurroundings) -> [MultiTaskConfig] {
    guard controls.singleTask, surroundings.tasks.count > 1 else { return [] }
    return surroundings.tasks.enumerated().map { index, task in
      var place = CellSettings()
      (place.role, place.name) = (.singleTask, "single-\(task)")
      let architecture = hardSharing.map(ArchitectureSettings.hardSharing) ?? architectures[0]
      (place.architecture, place.strategy) = (architecture.name, "equal")
      var config = narrowed(to: place, architecture, Self.equal)
      config.gradients = .automatic
      config.tasks.only = [task]
      config.tasks.losses = tasks.losses.filter { $0.key == task }
      // As many of its examples in a step, and as many steps, as where all tasks are learned.
      if let alone = surroundings.alone {
        config.batchSize = alone.rows[index]
        (config.budget.epochs, config.budget.steps) = (nil, alone.steps)
        config.evaluation.steps = alone.stepsBetweenEvaluations
      }
      return config
    }
  }

  private func staticWeights(
    in surroundings: CellSurroundings, _ architecture: (name: String, ArchitectureSettings)
  ) -> [MultiTaskConfig] {
    let count = surroundings.tasks.count
    return controls.staticShares(tasks: count).enumerated().map { index, shares in
      var place = CellSettings()
      place.role = .staticWeights
      place.name =
        count == 2
        ? "static-" + shares.map { "\(($0 * 1e4).rounded() / 1e4)" }.joined(separator: "-")
        : "static-\(index + 1)"
      (place.architecture, place.strategy) = (architecture.name, place.name)
      // As many in all as under equal weighting, whose weights are 1.
      let weights = shares.map { $0 * Double(count) }
      place.weights = weights
      var settings = StaticWeights.Settings()
      settings.weights = weights
      return narrowed(to: place, architecture.1, StrategySettings(StaticWeights(settings)))
    }
  }

  /// Hard sharing under equal weighting, made as large as each of the other architectures that has
  /// more parameters.
  private func parameterMatched(
    in surroundings: CellSurroundings, _ architectures: [(String, ArchitectureSettings)]
  ) throws -> [MultiTaskConfig] {
    let reference = hardSharing ?? HardSharing.Settings()
    guard controls.parameterMatched else { return [] }
    let (shape, outputs) = (surroundings.inputShape, surroundings.outputs)
    let least = try ArchitectureSettings.hardSharing(reference).parameterCount(
      inputShape: shape, outputs: outputs)
    return try architectures.compactMap { name, architecture in
      let wanted = try architecture.parameterCount(inputShape: shape, outputs: outputs)
      guard wanted > least else { return nil }
      var place = CellSettings()
      (place.role, place.matchedTo) = (.parameterMatched, name)
      place.name = "matched-\(name)"
      (place.architecture, place.strategy) = (place.name, "equal")
      let matched = try ArchitectureSettings.hardSharing(
        matching: wanted, inputShape: shape, outputs: outputs, like: reference)
      return narrowed(to: place, matched, Self.equal)
    }
  }

  private func requireDistinct(_ cells: [MultiTaskConfig]) throws -> [MultiTaskConfig] {
    var taken = Set<String>()
    for cell in cells where !taken.insert(cell.variant).inserted {
      throw ConfigError(
        path: "strategies",
        problem: "two cells would be called '\(cell.variant)'; rename a task or change a setting")
    }
    return cells
  }
}
