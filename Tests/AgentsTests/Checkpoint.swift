import Agents
import Autodiff
import Foundation
import HDF5Store
import Replay

/// An agent's changing parts, kept aside: what a checkpoint file holds.
final class Checkpoint {
  fileprivate var tensors: [String: [Float]] = [:]
  fileprivate var values: [String: Data] = [:]
  fileprivate let replayPath = FileManager.default.temporaryDirectory
    .appending(path: UUID().uuidString).path

  deinit { try? FileManager.default.removeItem(atPath: replayPath) }

  /// Takes an agent's state down.
  init(of agent: inout some Agent) throws {
    var saver = Saver(checkpoint: self)
    try agent.visitCheckpoint(&saver)
  }

  /// Brings an agent to the state taken down.
  func restore(_ agent: inout some Agent) throws {
    var restorer = Restorer(checkpoint: self)
    try agent.visitCheckpoint(&restorer)
  }
}

struct MissingPart: Error { var name: String }

private struct Saver: CheckpointVisitor {
  let checkpoint: Checkpoint

  mutating func visit<Value: Traceable>(_ name: String, _ variables: Variables<Value>) throws {
    checkpoint.tensors[name] = Array(variables.buffer)
  }

  mutating func visit<Value: Codable>(_ name: String, _ value: inout Value) throws {
    checkpoint.values[name] = try JSONEncoder().encode([value])
  }

  mutating func visit(_ name: String, _ replay: inout ReplayBuffer) throws {
    let file = try HDF5File.create(at: checkpoint.replayPath)
    try replay.save(to: file.root.createGroup(name))
    try file.close()
  }
}

private struct Restorer: CheckpointVisitor {
  let checkpoint: Checkpoint

  mutating func visit<Value: Traceable>(_ name: String, _ variables: Variables<Value>) throws {
    guard let saved = checkpoint.tensors[name] else { throw MissingPart(name: name) }
    for (index, number) in saved.enumerated() { variables.buffer[index] = number }
  }

  mutating func visit<Value: Codable>(_ name: String, _ value: inout Value) throws {
    guard let saved = checkpoint.values[name] else { throw MissingPart(name: name) }
    value = try JSONDecoder().decode([Value].self, from: saved)[0]
  }

  mutating func visit(_ name: String, _ replay: inout ReplayBuffer) throws {
    let file = try HDF5File.open(checkpoint.replayPath)
    try replay.restore(from: file.root.group(name))
    try file.close()
  }
}
