import Environments
import Randomness
import Simulators
import Testing

/// Settings, states and pictures of the toy-text worlds.
@Suite struct ToyTextWorldsTests {
  private func lake(_ settings: [String: SettingValue]) throws -> FrozenLake {
    try #require(
      try catalogue["FrozenLake-v1"].makeEnvironment(settings: settings) as? FrozenLake)
  }

  private func failure(_ name: String, _ settings: [String: SettingValue]) -> String? {
    do {
      _ = try catalogue[name].makeBatch(count: 1, settings: settings)
      return nil
    } catch { return "\(error)" }
  }

  @Test func `limits, thresholds and spaces are Gymnasium's`() throws {
    let expected: [(String, Int?, Double?, Int, [Int])] = [
      ("FrozenLake-v1", 100, 0.70, 4, [16]), ("FrozenLake8x8-v1", 200, 0.85, 4, [64]),
      ("CliffWalking-v1", nil, nil, 4, [48]), ("CliffWalkingSlippery-v1", nil, nil, 4, [48]),
      ("Taxi-v4", 200, 8, 6, [500]), ("Blackjack-v1", nil, nil, 2, [32, 11, 2]),
    ]
    for (name, limit, threshold, actions, categories) in expected {
      let entry = try catalogue[name]
      #expect(entry.maximumSteps == limit && entry.rewardThreshold == threshold)
      #expect(entry.actionSpace == .discrete(count: actions))
      #expect(entry.observationBounds == Box(categories: categories))
      #expect(entry.observationBounds.categories == categories)
    }
  }

  @Test func `a map may be given, with slashes or lines`() throws {
    let first = try lake(["map": "SFF/HHF/GFF"])
    #expect(first.lake.description == "SFF/HHF/GFF")
    #expect(first.observations == Box(categories: [9]))
    #expect(try lake(["map": "SFF\nHHF\nGFF\n"]).lake == first.lake)
    #expect(try lake([:]).lake == .fourByFour && Lake.fourByFour.rows == 4)
    #expect(Lake.eightByEight.description.hasPrefix("SFFFFFFF/FFFFFFFF/FFFHFFFF/"))
    #expect(try lake(["map": "SG"]).lake.columns == 2)
    // Several starts are equally likely.
    #expect(try lake(["map": "SGS"]).initialDistribution == [0.5, 0, 0.5])
  }

  @Test(arguments: [
    ("", "the map is empty; give rows such as SFF/FHF/FFG"),
    (
      "SF/XG",
      "row 1 of the map has the letter \"X\"; use S (start), F (frozen), H (hole) and G (goal)"
    ),
    ("SFF/FG", "row 1 of the map has 2 tiles and row 0 has 3; give all rows the same length"),
    ("FF/FG", "the map has no start; make one tile an S"),
    ("SF/FF", "the map has no goal; make one tile a G"),
    (
      "SFG/HHH/SHF",
      "no way leads from the start in row 2, column 0 to a goal; take a hole out of it"
    ),
    ("SH/HG", "no way leads from the start in row 0, column 0 to a goal; take a hole out of it"),
  ])
  func `a wrong map is refused in a sentence`(map: String, reason: String) {
    #expect(
      failure("FrozenLake-v1", ["map": .text(map)])
        == "FrozenLake-v1 cannot be made so: its map: \(reason)")
  }

  @Test func `random maps follow their settings, or are refused`() throws {
    let random = try lake(["randomMapSize": 6, "mapSeed": 3, "frozenProbability": 0.7])
    #expect(random.lake == (try FrozenLake.randomMap(size: 6, probability: 0.7, seed: 3)))
    #expect(random.map == .fourByFour)
    #expect(try lake(["randomMapSize": 6]).lake != random.lake)
    let refused = "FrozenLake-v1 cannot be made so: "
    #expect(
      failure("FrozenLake-v1", ["randomMapSize": 1])
        == refused + "a random map needs randomMapSize 2 or more, not 1; 0 stands for the map given"
    )
    #expect(
      failure("FrozenLake-v1", ["randomMapSize": 100, "frozenProbability": 0.1])
        == refused
        + "no random map with randomMapSize 100 and frozenProbability 0.1 has a way to the goal; "
        + "raise frozenProbability")
    #expect(failure("FrozenLake-v1", ["randomMapSize": 101])?.contains("0 to 100") == true)
    #expect(failure("FrozenLake-v1", ["map": 3])?.contains("rows of the letters") == true)
    #expect(failure("FrozenLake-v1", ["successRate": 1.5])?.contains("from 0.0 to 1.0") == true)
    #expect(failure("Taxi-v4", ["isRainy": 2])?.contains("0 or 1") == true)
  }

  @Test func `every setting changes what happens`() throws {
    let changes: [(String, [(String, SettingValue)])] = [
      (
        "FrozenLake-v1",
        [
          ("map", "SFFF/FFFF/FFFF/FFFG"), ("isSlippery", 0), ("successRate", 0.9),
          ("goalReward", 2), ("holeReward", -1), ("frozenReward", -0.5), ("randomMapSize", 4),
        ]
      ),
      ("CliffWalking-v1", [("isSlippery", 1)]), ("Blackjack-v1", [("sab", 0)]),
      ("Taxi-v4", [("isRainy", 1), ("isFickle", 1)]),
    ]
    for (name, settings) in changes {
      let standard = try #require(try catalogue[name].makeTabularEnvironment())
      let table = try TransitionTable(standard)
      for (setting, value) in settings {
        let changed = try #require(
          try catalogue[name].makeTabularEnvironment(settings: [setting: value]))
        #expect(try TransitionTable(changed) != table, "\(name) \(setting)")
      }
    }
    for (setting, value, with) in [
      ("rainyProbability", 0.5, "isRainy"), ("fickleProbability", 0.9, "isFickle"),
    ] {
      let one = try #require(
        try catalogue["Taxi-v4"].makeTabularEnvironment(settings: [with: 1]))
      let other = try #require(
        try catalogue["Taxi-v4"].makeTabularEnvironment(
          settings: [with: 1, setting: .number(value)]))
      #expect(try TransitionTable(one) != TransitionTable(other))
    }
    #expect(try lake(["randomMapSize": 5, "mapSeed": 8]).lake != lake(["randomMapSize": 5]).lake)
  }

  @Test(arguments: [
    ("FrozenLake-v1", 16), ("FrozenLake8x8-v1", 64), ("CliffWalking-v1", 48), ("Taxi-v4", 500),
  ])
  func `every state has its number, and other numbers are refused`(name: String, count: Int) throws
  {
    var rollout = try catalogue[name].makeRollout()
    for number in 0..<count {
      let frame = try rollout.reset(state: [Double(number)])
      #expect(frame.observation == [Float(number)] && frame.state == [.number(Double(number))])
    }
    for number in [Double(count), -1, 0.5, 1e300] {
      #expect {
        try rollout.reset(state: [number])
      } throws: {
        "\($0)" == "this is no state of \(name): give a whole number from 0 to \(count - 1), not "
          + "\(number)"
      }
    }
    #expect(throws: EnvironmentError.self) { try rollout.reset(state: [1, 1]) }
    #expect(throws: EnvironmentError.self) { try rollout.reset(state: []) }
  }

  @Test func `a fickle passenger's mind is part of the state`() throws {
    var rollout = try catalogue["Taxi-v4"].makeRollout(settings: ["isFickle": 1])
    #expect(try rollout.reset(state: [341, 1]).state == [341, 1])
    #expect(try rollout.reset(state: [341, 0]).state == [341, 0])
    for numbers in [[341], [341, 2], [500, 0]] as [[Double]] {
      #expect(throws: EnvironmentError.self) { try rollout.reset(state: numbers) }
    }
    // Picked up at red to go to green, driven south: the destination changes, once.
    _ = try rollout.reset(state: [Double(16 + 1), 1])
    let driven = try rollout.step(.number(0)).state.numbers
    #expect(driven?[1] == 0 && (driven?[0] ?? 0) >= 100 && driven?[0] != 117)
  }

  @Test func `hands of Blackjack are described by their cards`() throws {
    var rollout = try catalogue["Blackjack-v1"].makeRollout()
    let frame = rollout.reset(seed: 123)
    let again = try rollout.reset(state: frame.state)
    #expect(again.observation == frame.observation && again.state == frame.state)
    let natural = try rollout.reset(state: ["dealer": [10, 9], "player": [10, 1]])
    #expect(natural.observation == [21, 10, 1])
    #expect(try rollout.step(.number(0)).reward == 1)
    for wrong: StateValue in [
      [1, 2], ["dealer": [1, 2]], ["dealer": [1], "player": [2, 3]],
      ["dealer": [1, 2], "player": [2, 11]], ["dealer": [1, 2], "player": [2, 2.5]],
      ["dealer": [1, 2], "player": [10, 10, 5, 1]], ["dealer": [1, 2], "player": "ace"],
    ] {
      #expect(throws: EnvironmentError.self) { try rollout.reset(state: wrong) }
    }
    #expect {
      try rollout.reset(state: ["dealer": [1, 2], "player": [2, 11]])
    } throws: {
      "\($0)" == "this is no state of Blackjack-v1: a card of the player is 11; cards are whole "
        + "numbers from 1 to 10"
    }
  }

  @Test func `holes and goals absorb`() throws {
    var random = PCG64(seed: 1)
    let lake = FrozenLake()
    for tile in [5, 15] {
      let state = try lake.state(from: [Double(tile)])
      let step = lake.step(from: state, taking: 2, using: &random)
      #expect(step.state == state && step.reward == 0 && step.ending == .terminated)
    }
  }

  @Test(arguments: toyTextNames)
  func `states and actions have names, and states their places`(name: String) throws {
    let world = try #require(try catalogue[name].makeTabularEnvironment())
    #expect(Set((0..<world.stateCount).map(world.name(ofState:))).count == world.stateCount)
    #expect(Set(world.actionNames).count == world.actions.count)
    #expect(!world.grids.isEmpty)
    var seen = Set<Int>()
    for grid in world.grids {
      #expect(grid.signs.count == world.actions.count)
      #expect(Set(grid.rows.map(\.count)).count == 1)
      for case .state(let state) in grid.rows.joined() {
        #expect((0..<world.stateCount).contains(state))
        #expect(seen.insert(state).inserted)
      }
    }
  }

  @Test(arguments: toyTextNames)
  func `pictures show states, and differ where these do`(name: String) throws {
    var rollout = try catalogue[name].makeRollout()
    _ = rollout.reset(seed: 4)
    var pictures: [StateValue: Picture] = [:]
    for action in [1, 0, 1, 2, 1, 0] where action < (name == "Blackjack-v1" ? 2 : 4) {
      let picture = try #require(rollout.picture)
      #expect(picture.width > 0 && picture.height > 0 && picture.shapes.count > 5)
      guard let frame = try? rollout.step(.number(Double(action))) else { break }
      let next: Picture = try #require(rollout.picture)
      pictures[frame.state] = next
    }
    #expect(Set(pictures.values).count == pictures.count)
    #expect(Set(pictures.values.map { [$0.width, $0.height] }).count == 1)
  }
}

/// The names of the toy-text worlds.
let toyTextNames = [
  "FrozenLake-v1", "FrozenLake8x8-v1", "CliffWalking-v1", "CliffWalkingSlippery-v1", "Taxi-v4",
  "Blackjack-v1",
]
