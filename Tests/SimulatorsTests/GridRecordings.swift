import Environments
import Foundation
import Randomness
import Simulators
import Testing

/// MiniGrid's three numbers by the character that stands for them in a recording.
typealias GridLegend = [String: [Int]]

/// Levels that MiniGrid 3.2 made, by id and seed.
struct GridLevels: Decodable {
  struct World: Decodable {
    var width, height, max_steps: Int
    var runs: [Run]
  }

  /// A seed, the level after a reset with it, and the level after the next reset without one.
  struct Run: Decodable {
    var seed: UInt64
    var levels: [Level]

    init(from decoder: any Decoder) throws {
      var values = try decoder.unkeyedContainer()
      seed = try values.decode(UInt64.self)
      levels = [try values.decode(Level.self), try values.decode(Level.self)]
    }
  }

  struct Level: Decodable {
    var grid: String
    var x, y, direction: Int
    var mission, image: String

    init(from decoder: any Decoder) throws {
      var values = try decoder.unkeyedContainer()
      grid = try values.decode(String.self)
      x = try values.decode(Int.self)
      y = try values.decode(Int.self)
      direction = try values.decode(Int.self)
      mission = try values.decode(String.self)
      image = try values.decode(String.self)
    }
  }

  var legend: GridLegend
  var levels: [String: World]

  static let recorded = Result { try decode(GridLevels.self, from: "minigrid-levels") }
}

/// Episodes of MiniGrid 3.2 from given grids, with everything that it showed.
struct GridEpisodes: Decodable {
  struct Group: Decodable {
    var settings: [String: Double]
    var episodes: [Episode]
  }

  struct Episode: Decodable {
    var grid: String
    var width, height: Int
    var agent_position: [Double]
    var agent_direction: Double
    var max_steps: Int
    var mission, first_image: String
    var actions, directions: String
    var images: [String]
    var reward: Double
    var terminated, truncated: Bool
  }

  var legend: GridLegend
  var episodes: [String: [Group]]

  static let recorded = Result { try decode(GridEpisodes.self, from: "minigrid-episodes") }
}

extension GridLegend {
  /// The numbers of each character, in the string's order.
  func cells(_ text: String) throws -> [[Int]] {
    try text.map { try #require(self[String($0)]) }
  }

  /// The same without the lists.
  func numbers(_ text: String) throws -> [Float] { try cells(text).flatMap { $0.map(Float.init) } }

  /// The object that `fledge rollout --state` takes, with everything that must be in it.
  func state(of episode: GridEpisodes.Episode) throws -> [String: StateValue] {
    let cells = try cells(episode.grid).map { StateValue($0.map(Double.init)) }
    let columns = (0..<episode.width).map { x in
      StateValue.list(Array(cells[x * episode.height..<(x + 1) * episode.height]))
    }
    return [
      "grid": .list(columns), "agent_position": StateValue(episode.agent_position),
      "agent_direction": .number(episode.agent_direction),
      "max_steps": .number(Double(episode.max_steps)), "mission": .text(episode.mission),
    ]
  }
}

/// The ids of all grid worlds.
let gridWorlds = catalogue.entries.filter { $0.group == "Grid worlds" }.map(\.id)

/// A grid world of the catalogue.
func gridWorld(
  _ id: String, settings: [String: SettingValue] = [:]
) throws -> any GridWorld {
  try #require(try catalogue[id].makeEnvironment(settings: settings) as? any GridWorld)
}

extension GridWorld {
  /// What an agent sees of a state.
  func features(of state: State) -> [Float] {
    [Float](capacity: observations.size) { observe(state, into: &$0) }
  }

  /// The first state of a seed's run.
  func firstState(seed: UInt64) -> State {
    var random = PCG64(seed: seed)
    return initialState(using: &random)
  }
}

private func decode<T: Decodable>(_ type: T.Type, from name: String) throws -> T {
  let url = try #require(
    Bundle.module.url(forResource: name, withExtension: "json", subdirectory: "Recorded"))
  return try JSONDecoder().decode(type, from: Data(contentsOf: url))
}
