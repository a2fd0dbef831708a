import Environments
import Foundation
import Simulators
import Testing

/// Episodes of Gymnasium 1.3 from given states, with everything that it showed.
struct Recording: Decodable {
  struct Episode: Decodable {
    var state: [Double]
    var first_observation: [Double]
    var actions: [ActionValue]
    var observations: [[Double]]
    var rewards: [Double]
    var terminated: [Bool]
    var truncated: [Bool]
  }
  var environment: String
  var episodes: [Episode]

  static func named(_ name: String) throws -> Recording {
    try decode(Recording.self, from: name)
  }
}

/// Runs of Gymnasium 1.3 from seeds, with the full-precision state at some of the steps.
struct SeededRuns: Decodable {
  struct Run: Decodable {
    var environment: String
    var seed: UInt64
    var first_state: [Double]
    var actions: [ActionValue]
    var steps: [Moment]
  }
  struct Moment: Decodable {
    var step: Int
    var state: [Double]
    var observation: [Double]
    var reward: Double
    var terminated: Bool
    var truncated: Bool
  }
  var runs: [Run]

  static func of(_ environment: String) throws -> [Run] {
    try decode(SeededRuns.self, from: "seeds").runs.filter { $0.environment == environment }
  }
}

private func decode<T: Decodable>(_ type: T.Type, from name: String) throws -> T {
  let url = try #require(
    Bundle.module.url(forResource: name, withExtension: "json", subdirectory: "Recorded"))
  return try JSONDecoder().decode(type, from: Data(contentsOf: url))
}

/// The names of the worlds with recordings.
let recordedWorlds = [
  "CartPole-v1", "MountainCar-v0", "MountainCarContinuous-v0", "Acrobot-v1", "Pendulum-v1",
]
