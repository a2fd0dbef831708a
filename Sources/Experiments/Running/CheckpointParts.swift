import Agents
import Autodiff
import Foundation
import Kernels
import Replay
import Tracking

/// Writes each changing part of an agent into a checkpoint.
struct CheckpointSaver: CheckpointVisitor {
  let writer: CheckpointWriter

  mutating func visit<Value: Traceable>(_ name: String, _ variables: Variables<Value>) throws {
    for (tensor, shape, offset) in variables.layout {
      try writer.write(
        tensor: name + "/" + tensor, shape: shape.dimensions,
        UnsafeBufferPointer(rebasing: variables.buffer[offset..<offset + shape.count]))
    }
  }

  mutating func visit<Value: Codable>(_ name: String, _ value: inout Value) throws {
    try writer.write(bytes: Self.encode(value), named: name)
  }

  mutating func visit(_ name: String, _ replay: inout ReplayBuffer) throws {
    try writer.write(group: name) { try replay.save(to: $0) }
  }

  static func encode(_ value: some Encodable) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return Array(try encoder.encode(value))
  }
}

/// Brings each changing part of an agent to what a checkpoint holds.
struct CheckpointRestorer: CheckpointVisitor {
  let reader: CheckpointReader

  mutating func visit<Value: Traceable>(_ name: String, _ variables: Variables<Value>) throws {
    for (tensor, shape, offset) in variables.layout {
      try reader.read(
        tensor: name + "/" + tensor, shape: shape.dimensions,
        into: UnsafeMutableBufferPointer(
          rebasing: variables.buffer[offset..<offset + shape.count]))
    }
  }

  mutating func visit<Value: Codable>(_ name: String, _ value: inout Value) throws {
    value = try Self.decode(Value.self, named: name, from: reader)
  }

  mutating func visit(_ name: String, _ replay: inout ReplayBuffer) throws {
    try replay.restore(from: reader.group(name))
  }

  static func decode<Value: Decodable>(
    _ type: Value.Type, named name: String, from reader: CheckpointReader
  ) throws -> Value {
    let bytes = try reader.bytes(name)
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    do {
      return try decoder.decode(type, from: Data(bytes))
    } catch {
      throw TrackingError.inconsistent(path: reader.path, reason: "'\(name)' cannot be read")
    }
  }
}
