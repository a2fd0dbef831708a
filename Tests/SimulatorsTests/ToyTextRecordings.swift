import Environments
import Foundation
import Testing

/// Runs of Gymnasium 1.3 from seeds; episodes follow each other on the same stream.
struct ToyTextRuns: Decodable {
  struct Run: Decodable, Sendable {
    var environment: String
    var settings: [String: SettingValue]
    var seed: UInt64
    var first: [Float]
    var actions: [Int32]
    var observations: [[Float]]
    var rewards: [Float]
    var terminated: [Bool]
    var truncated: [Bool]
    /// What the next episodes began with, in their order.
    var resets: [Reset]
    var masks: [[UInt8]]?
    var resetMasks: [[UInt8]]?
  }

  struct Reset: Decodable, Sendable {
    var step: Int
    var observation: [Float]
  }

  var runs: [Run]

  static func all() throws -> [Run] {
    try decodeRecorded(ToyTextRuns.self, "toytext-runs").runs
  }
}

/// Maps that Gymnasium's `generate_random_map` made.
struct LakeMaps: Decodable {
  struct Map: Decodable {
    var size: Int
    var probability: Double
    var seed: UInt64
    var map: String
  }

  var maps: [Map]
}

/// A world's transitions as Gymnasium 1.3 has them, of all or some of its states.
struct RecordedTable: Decodable {
  struct Entry: Decodable {
    var transition: Transition

    init(from decoder: any Decoder) throws {
      var list = try decoder.unkeyedContainer()
      transition = Transition(
        probability: try list.decode(Double.self), nextState: try list.decode(Int.self),
        reward: try list.decode(Double.self), terminated: try list.decode(Bool.self))
    }
  }

  var environment: String
  var initial_distribution: [Double]
  var transitions: [String: [String: [Entry]]]
  var transition_fields: [String]
}

func decodeRecorded<T: Decodable>(_ type: T.Type, _ name: String) throws -> T {
  let url = try #require(
    Bundle.module.url(forResource: name, withExtension: "json", subdirectory: "Recorded"))
  return try JSONDecoder().decode(type, from: Data(contentsOf: url))
}
