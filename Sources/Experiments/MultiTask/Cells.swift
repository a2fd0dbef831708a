import MultiTask
import NeuralNetworks
import Tracking

/// A run's place in a comparison: what it is there for.
public typealias CellRole = RecordedCell.Role

/// What the cells of a comparison depend on besides its file.
struct CellSurroundings {
  /// The names of the tasks.
  var tasks: [String]
  /// Whether each example belongs to one task alone.
  var hasOwnRows: Bool
  /// How many parameters an architecture has for these tasks.
  var parameterCount: (ArchitectureSettings) throws -> Int
}

extension MultiTaskConfig {
  /// The name of the second folder.
  public var variant: String { cell?.name ?? "comparison" }

  /// The configurations that are run, each this one narrowed to a single architecture and strategy:
  /// what is compared, equal weighting first, then the controls.
  func cells(in surroundings: CellSurroundings) throws -> [MultiTaskConfig] {
    guard cell == nil else { return [self] }
    let architectures = Array(zip(try distinctNames(of: architectures), self.architectures))
    var strategies = self.strategies
    if !strategies.contains(.equal), surroundings.tasks.count > 1 {
      strategies.insert(.equal, at: 0)
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
    cells += try singleTasks(in: surroundings)
    cells += try staticWeights(in: surroundings, architectures[0])
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

  /// Each task alone, with the first architecture's trunk and a head.
  private func singleTasks(in surroundings: CellSurroundings) throws -> [MultiTaskConfig] {
    guard controls.singleTask, surroundings.tasks.count > 1 else { return [] }
    return surroundings.tasks.map { task in
      var place = CellSettings()
      (place.role, place.name) = (.singleTask, "single-\(task)")
      (place.architecture, place.strategy) = ("hardSharing", "equal")
      var config = narrowed(to: place, architectures[0].forSingleTask, .equal)
      config.tasks.only = [task]
      config.tasks.losses = tasks.losses.filter { $0.key == task }
      // As many of its examples in a step, and as many steps, as where all tasks are learned.
      if surroundings.hasOwnRows {
        config.batchSize = max(1, batchSize / surroundings.tasks.count)
      }
      return config
    }
  }

  private func staticWeights(
    in surroundings: CellSurroundings, _ architecture: (name: String, ArchitectureSettings)
  ) throws -> [MultiTaskConfig] {
    let count = surroundings.tasks.count
    return try controls.staticShares(tasks: count).enumerated().map { index, shares in
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
      return try narrowed(to: place, architecture.1, .staticWeights(weights))
    }
  }

  /// The first architecture under equal weighting, made as large as each of the others that has
  /// more parameters.
  private func parameterMatched(
    in surroundings: CellSurroundings, _ architectures: [(String, ArchitectureSettings)]
  ) throws -> [MultiTaskConfig] {
    guard controls.parameterMatched, architectures.count > 1 else { return [] }
    let reference = architectures[0].1
    let least = try surroundings.parameterCount(reference)
    return try architectures.dropFirst().compactMap { name, architecture in
      let wanted = try surroundings.parameterCount(architecture)
      guard wanted > least,
        let matched = try reference.widened(
          toParameters: wanted, counting: surroundings.parameterCount)
      else { return nil }
      var place = CellSettings()
      (place.role, place.matchedTo) = (.parameterMatched, name)
      place.name = "matched-\(name)"
      (place.architecture, place.strategy) = (place.name, "equal")
      return narrowed(to: place, matched, .equal)
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
