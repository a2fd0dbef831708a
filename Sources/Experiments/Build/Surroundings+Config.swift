import Agents
import Environments

extension ExperimentConfig {
  /// What the agent has to know of a batch of the environment before it meets it.
  func surroundings(of batch: any BatchedEnvironment) -> Surroundings {
    var surroundings = Surroundings(of: batch)
    surroundings.normalization = normalization
    return surroundings
  }
}
