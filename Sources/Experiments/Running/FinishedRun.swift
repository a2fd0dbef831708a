public import Agents
package import Autodiff
public import Environments
import HDF5Store
import Randomness
public import Tracking

/// What a finished run has learned: weights, and the environment in which they were.
public struct FinishedRun {
  /// The environment that the run learned in.
  public let environment: EnvironmentEntry
  /// The experiment that it belongs to.
  public let config: ExperimentConfig
  fileprivate let catalogue: Catalogue
  /// What was learned, by the names that it has in the run's file.
  package let weights: [(name: String, tensor: Tensor)]

  /// Reads a run's configuration and final weights.
  ///
  /// - Parameters:
  ///   - folder: The run.
  ///   - catalogue: The environments that there are.
  ///   - best: Whether the weights of its best evaluation are read instead.
  /// - Throws: a sentence where the run is not finished or cannot be read.
  public init(_ folder: RunFolder, best: Bool = false, catalogue: Catalogue) throws {
    let reader = try RunReader(folder)
    guard reader.multitask == nil else { throw NoAgent(folder: folder.path) }
    if best, !reader.keepsBest { throw NoBestWeights(folder: folder.path) }
    guard let arrays = try best ? reader.bestWeights() : reader.finalWeights() else {
      throw UnfinishedRun(folder: folder.path, isRunning: folder.isBeingWritten)
    }
    let config = try ExperimentConfig.parse(
      reader.config, name: folder.runPath + " (config)", catalogue: catalogue)
    environment = try catalogue[config.environment.id]
    self.catalogue = catalogue
    self.config = config
    weights = zip(reader.weightArrays, arrays).map { place, array in
      (name: place.name, tensor: Tensor(shape: place.shape, scalars: array.scalars))
    }
  }

  /// An agent of an experiment with weights from elsewhere, as if it had learned them.
  ///
  /// Whether they fit is found out by `makePolicy`, which says which does not.
  package init(
    _ config: ExperimentConfig, weights: [(name: String, tensor: Tensor)], catalogue: Catalogue
  ) throws {
    environment = try catalogue[config.environment.id]
    (self.config, self.weights, self.catalogue) = (config, weights, catalogue)
  }

  /// The configuration of a run, finished or not.
  package static func config(
    of folder: RunFolder, catalogue: Catalogue
  ) throws -> ExperimentConfig {
    let reader = try RunReader(folder)
    guard reader.multitask == nil else { throw NoAgent(folder: folder.path) }
    return try ExperimentConfig.parse(
      reader.config, name: folder.runPath + " (config)", catalogue: catalogue)
  }

  /// Whether the agent's policies are networks, which other programs can be given.
  ///
  /// The others keep a table, or learn nothing.
  package func makeNetworkPolicy() throws -> (any NetworkPolicy)? {
    let batch = try makeBatch(count: max(1, config.environment.tasks.count))
    return try makePolicy(for: batch, seed: 0) as? any NetworkPolicy
  }

  /// Plays episodes with the policy: greedily, unless the experiment has `evaluation.stochastic`.
  public func evaluate(episodes: Int, seed: UInt64) throws -> [FinishedEpisode] {
    try Evaluator(of: config, in: catalogue).evaluate(episodes: episodes, seed: seed) { copies in
      try makePolicy(for: makeBatch(count: copies), seed: seed)
    }
  }

  /// Copies of the run's environment, in its wrappers.
  ///
  /// - Parameters:
  ///   - count: how many copies; a multiple of the number of tasks, unless `task` is given.
  ///   - changes: settings other than the run's.
  ///   - task: the only task that there are copies of; `nil` for as many of each.
  public func makeBatch(
    count: Int, changing changes: [String: SettingValue] = [:], only task: String? = nil
  ) throws -> any BatchedEnvironment {
    var environment = config.environment
    environment.settings.merge(changes) { $1 }
    for index in environment.tasks.indices
    where environment.tasks[index].id ?? environment.id == environment.id {
      environment.tasks[index].settings.merge(changes) { $1 }
    }
    return try environment.makeBatch(count: count, in: catalogue, only: task)
  }

  /// The names of the run's tasks; empty where there is a single one.
  public var taskNames: [String] {
    config.environment.tasks.isEmpty ? [] : config.environment.taskNames
  }

  /// The policy for the copies of a batch; its chance, if it has any, comes from `seed`.
  public func makePolicy(for batch: any BatchedEnvironment, seed: UInt64) throws -> any Policy {
    try config.agent.makePolicy(
      in: config.surroundings(of: batch), weights: weights, seeds: Seeds(root: seed))
  }
}

/// Plays episodes with the policy of a finished run, made from the weights in its file: greedily,
/// unless its experiment has `evaluation.stochastic`.
///
/// - Parameters:
///   - folder: The run.
///   - episodes: How many are played, of each task if there are several.
///   - seed: What the environments draw from.
///   - catalogue: The environments that there are.
///   - best: Whether the weights of its best evaluation are taken instead.
/// - Throws: a sentence where the run is not finished or cannot be read.
public func evaluateFinishedRun(
  _ folder: RunFolder, best: Bool = false, episodes: Int, seed: UInt64, catalogue: Catalogue
) throws -> [FinishedEpisode] {
  try FinishedRun(folder, best: best, catalogue: catalogue)
    .evaluate(episodes: episodes, seed: seed)
}

/// A run that learned from data, so that nobody acts in it.
public struct NoAgent: Error, CustomStringConvertible {
  let folder: String

  public var description: String {
    "the run in '\(folder)' learned from data and has no episodes; `fledge show` tells its scores and "
      + "`fledge compare` compares them"
  }
}

/// A run that kept no weights but those at its end.
public struct NoBestWeights: Error, CustomStringConvertible {
  let folder: String

  public var description: String {
    "the run in '\(folder)' kept no weights but its final ones; leave out --best, or run its "
      + "experiment again with evaluation.keepBest=true and evaluation.every"
  }
}

/// A run without weights at its end.
public struct UnfinishedRun: Error, CustomStringConvertible {
  let folder: String
  let isRunning: Bool

  public var description: String {
    isRunning
      ? "the run in '\(folder)' is going on and has no final weights yet; wait for its end"
      : "the run in '\(folder)' is not finished, so it has no final weights; `fledge resume \(folder)` "
        + "goes on with it"
  }
}
