import Autodiff
import Experiments
import Interchange
import Tracking

/// Finds the agent that a user names: that of a run, or one with weights from elsewhere.
enum AgentLookup {
  /// The agent of a run or of an experiment file.
  ///
  /// - Parameters:
  ///   - path: The folder of a run; with weights of any run, or an experiment file.
  ///   - weightFile: A safetensors file whose weights stand in for the run's.
  /// - Returns: The agent, and the seed that it learned with, where it is the run's own.
  static func agent(
    at path: String, best: Bool, weightFile: String?
  ) throws -> (agent: FinishedRun, seed: UInt64?) {
    let catalogue = Extensions.environments
    guard let weightFile else {
      let folder = try RunLookup.run(at: path)
      let agent = try FinishedRun(folder, best: best, catalogue: catalogue)
      return (agent, try RunReader(folder).provenance?.seed)
    }
    let isFile = path.hasSuffix(".yaml") || path.hasSuffix(".yml")
    let config =
      isFile
      ? try ExperimentConfig.load(path: path, catalogue: catalogue)
      : try FinishedRun.config(of: RunLookup.run(at: path), catalogue: catalogue)
    let weights = try SafetensorsFile(reading: weightFile).tensors.map {
      (name: $0.name, tensor: Tensor(shape: $0.shape, scalars: $0.scalars))
    }
    let agent = try FinishedRun(config, weights: weights, catalogue: catalogue)
    // Said here, where the file's name is known, and not when the agent acts.
    let batch = try agent.makeBatch(count: max(1, agent.taskNames.count))
    do { _ = try agent.makePolicy(for: batch, seed: 0) } catch {
      throw CommandFailure("'\(weightFile)': \(error)")
    }
    return (agent, nil)
  }
}
