import Agents
import Autodiff
import Environments
import HDF5Store
import Tracking

/// The weights with which an evaluation had the highest mean return so far: `evaluation.keepBest`.
struct BestAgent {
  /// When they were evaluated and how, as a checkpoint keeps it.
  private struct Mark: Codable {
    var step: Int
    var meanReturn: Double
  }

  private var mark: Mark?
  private var weights: [(name: String, tensor: Tensor)] = []

  /// Takes the agent's weights if this evaluation is better than all before; of equal ones the
  /// first is kept.
  mutating func consider(_ episodes: [FinishedEpisode], of agent: any Agent, at step: Int) {
    let mean = episodes.map(\.return).reduce(0, +) / Double(max(1, episodes.count))
    guard mean > mark?.meanReturn ?? -.infinity else { return }
    mark = Mark(step: step, meanReturn: mean)
    weights = agent.weights
  }

  /// The numbers of an array of this name; those of `agent` where no evaluation was any good.
  func scalars(of name: String, orOf agent: any Agent) -> [Float]? {
    (mark == nil ? agent.weights : weights).first { $0.name == name }?.tensor.scalars
  }

  func save(to file: CheckpointWriter) throws {
    try file.write(bytes: CheckpointSaver.encode(mark), named: "best")
    for (name, tensor) in weights {
      try file.write(
        tensor: "best/" + name, shape: tensor.shape, tensor.scalars)
    }
  }

  /// - Parameter agent: what tells which arrays there are.
  mutating func restore(from reader: CheckpointReader, like agent: any Agent) throws {
    mark = try CheckpointRestorer.decode(Mark?.self, named: "best", from: reader)
    guard mark != nil else { return }
    weights = try agent.weights.map { name, tensor in
      let array = try reader.tensor("best/" + name)
      guard array.shape == tensor.shape else {
        throw TrackingError.inconsistent(
          path: reader.path, reason: "the best '\(name)' has another shape")
      }
      return (name, Tensor(shape: array.shape, scalars: array.scalars))
    }
  }
}
