import Agents
import Autodiff
import Environments
import Experiments
import HDF5Store
import Interchange
import Tracking

/// An agent's network and weights, as files of other programs.
struct NetworkExport {
  /// A run, or an experiment file with weights from elsewhere.
  let agent: FinishedRun
  let experiment: String
  let seed: UInt64?

  init(_ path: String, best: Bool, weightFile: String?) throws {
    (agent, seed) = try AgentLookup.agent(at: path, best: best, weightFile: weightFile)
    experiment = agent.config.name
  }

  private func metadata() throws -> [(key: String, value: String)] {
    let config = agent.config
    var texts = [
      (key: "fledge_version", value: FledgeVersion.current),
      (key: "experiment", value: config.name), (key: "variant", value: config.variant),
      (key: "environment", value: config.environment.id), (key: "agent", value: config.agent.name),
    ]
    if let seed { texts.append((key: "seed", value: "\(seed)")) }
    texts.append((key: "config", value: try config.yaml()))
    return texts
  }

  /// What the numbers of actions and observations mean.
  private func spaces() throws -> [(key: String, value: String)] {
    let batch = try agent.makeBatch(count: max(1, agent.taskNames.count))
    let names = agent.environment.actionNames
    let observation = MinariSpace(observations: batch.observationBounds).json
    let action = MinariSpace(actions: batch.actionSpace).json
    return [
      (key: "observation_space", value: observation.description),
      (key: "action_space", value: action.description),
      (key: "action_names", value: JSONValue.list(names.map { .text($0) }).description),
    ]
  }

  /// The network as an ONNX model.
  func onnx() throws -> [UInt8] {
    guard let policy = try agent.makeNetworkPolicy() else {
      let kind = agent.config.agent.name
      throw CommandFailure(
        kind == "random"
          ? "the agent random has no network that ONNX could say; play its episodes with "
            + "--format minari"
          : "the agent \(kind) keeps a table and no network, which ONNX cannot say; export the "
            + "table with --format safetensors")
    }
    return try ONNXModel.bytes(
      of: policy.graph(rows:), name: experiment, version: FledgeVersion.current,
      metadata: metadata() + spaces())
  }

  /// The weights as a safetensors file.
  func safetensors() throws -> [UInt8] {
    guard !agent.weights.isEmpty else {
      throw CommandFailure("the agent \(agent.config.agent.name) has no weights to export")
    }
    return SafetensorsFile(
      tensors: agent.weights.map {
        NamedWeights(name: $0.name, shape: $0.tensor.shape, scalars: $0.tensor.scalars)
      }, metadata: Dictionary(try metadata()) { first, _ in first }
    ).bytes
  }

  /// The weights of a run that learned several tasks from data, which no agent is made from.
  static func safetensors(ofSupervised run: ExportedRun, best: Bool) throws -> [UInt8] {
    let arrays = try best ? run.reader.bestWeights() : run.reader.finalWeights()
    guard let arrays else {
      throw CommandFailure(
        "the run in '\(run.folder.path)' has no \(best ? "best" : "final") weights; "
          + "`fledge show` tells how it stands")
    }
    let tensors = zip(run.reader.weightArrays, arrays).map {
      NamedWeights(name: $0.name, shape: $0.shape, scalars: $1.scalars)
    }
    return SafetensorsFile(
      tensors: tensors,
      metadata: [
        "fledge_version": FledgeVersion.current, "experiment": run.experiment,
        "variant": run.variant, "seed": "\(run.seed)", "config": run.reader.config,
      ]
    ).bytes
  }
}
