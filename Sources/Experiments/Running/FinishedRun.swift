import Agents
import Autodiff
public import Environments
import HDF5Store
import Randomness
public import Tracking

/// Plays episodes with the greedy policy of a finished run, made from the weights in its file.
///
/// - Throws: a sentence where the run is not finished or cannot be read.
public func evaluateFinishedRun(
  _ folder: RunFolder, episodes: Int, seed: UInt64, catalogue: Catalogue
) throws -> [FinishedEpisode] {
  let reader = try RunReader(folder)
  guard let arrays = try reader.finalWeights() else {
    throw UnfinishedRun(folder: folder.path, isRunning: folder.isBeingWritten)
  }
  let config = try ExperimentConfig.parse(
    reader.config, name: folder.runPath + " (config)", catalogue: catalogue)
  let weights = zip(reader.weightArrays, arrays).map { place, array in
    (name: place.name, tensor: Tensor(shape: place.shape, scalars: array.scalars))
  }
  let evaluator = Evaluator(try catalogue[config.environment.id], config.environment.settings)
  let seeds = Seeds(root: seed)
  return try evaluator.evaluate(episodes: episodes, seed: seed) { copies in
    let batch = try catalogue[config.environment.id]
      .makeBatch(count: copies, settings: config.environment.settings)
    return try config.agent.makePolicy(
      in: Surroundings(of: batch), weights: weights, seeds: seeds)
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
