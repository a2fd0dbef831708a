import Environments
import Simulators
import Testing

/// Equality with Gymnasium, seed for seed and bit for bit.
@Suite struct ToyTextGymnasiumTests {
  @Test func `recorded runs are reproduced over many episodes`() throws {
    let runs = try ToyTextRuns.all()
    #expect(runs.count >= 50)
    for run in runs { try reproduce(run) }
    #expect(runs.contains { $0.truncated.contains(true) } == false)
    #expect(runs.flatMap(\.rewards).count { $0 == 20 } > 50)  // passengers were delivered
  }

  private func reproduce(_ run: ToyTextRuns.Run) throws {
    let comment = Comment(rawValue: "\(run.environment) \(run.settings), seed \(run.seed)")
    let batch = try catalogue[run.environment].makeBatch(count: 1, settings: run.settings)
    var observation = [Float](repeating: -1, count: batch.observationSize)
    batch.reset(seed: run.seed, into: &observation)
    try #require(observation == run.first, comment)
    #expect((batch.actionMasks != nil) == (run.masks != nil))
    try expectMask(batch.actionMasks, run.masks?.first, comment)
    var resets = run.resets.makeIterator()
    var resetMasks = run.resetMasks?.makeIterator()
    for (index, action) in run.actions.enumerated() {
      withUnsafePointer(to: action) { batch.step(.discrete($0), into: &observation) }
      try #require(batch.rewards[0] == run.rewards[index], comment)
      try #require((batch.endings[0] == 1) == run.terminated[index], comment)
      try #require((batch.endings[0] == 2) == run.truncated[index], comment)
      guard batch.endings[0] != 0 else {
        try #require(observation == run.observations[index], comment)
        try expectMask(batch.actionMasks, run.masks?[index + 1], comment)
        continue
      }
      let last = UnsafeBufferPointer(start: batch.finalObservations, count: batch.observationSize)
      try #require(Array(last) == run.observations[index], comment)
      try expectMask(batch.finalActionMasks, run.masks?[index + 1], comment)
      let next = resets.next()
      let reset = try #require(next)
      try #require(reset.step == index + 1 && reset.observation == observation, comment)
      let mask = resetMasks?.next()
      try expectMask(batch.actionMasks, mask, comment)
    }
    #expect(resets.next() == nil)
  }

  private func expectMask(
    _ mask: UnsafePointer<UInt8>?, _ recorded: [UInt8]?, _ comment: Comment
  ) throws {
    guard let recorded else { return }
    let mask = try #require(mask, comment)
    try #require((0..<recorded.count).map { mask[$0] } == recorded, comment)
  }

  /// Runs with seed 123 that Gymnasium 1.4 printed.
  @Test(arguments: [
    ("FrozenLake-v1", [2, 1, 2, 1, 2, 1], [0, 4, 4, 8, 8, 4, 5]),
    (
      "FrozenLake8x8-v1", [2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2],
      [0, 8, 8, 16, 16, 8, 9, 17, 18, 10, 18, 26, 27, 35]
    ),
    (
      "CliffWalking-v1", [0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2],
      [36, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 47]
    ),
    (
      "CliffWalkingSlippery-v1", [0, 1, 1, 1, 1, 1, 1, 1, 1],
      [36, 36, 24, 12, 0, 12, 24, 12, 24, 36]
    ),
    (
      "Taxi-v4", [0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5],
      [341, 441, 341, 341, 321, 321, 321, 421, 321, 341, 321, 321, 321]
    ),
  ])
  func `known runs`(name: String, actions: [Double], states: [Float]) throws {
    var rollout = try catalogue[name].makeRollout()
    let first = rollout.reset(seed: 123)
    let frames = try [first] + actions.map { try rollout.step(.number($0)) }
    #expect(frames.map(\.observation) == states.map { [$0] })
    #expect(frames.map { $0.state.numbers ?? [] } == states.map { [Double($0)] })
    let ends = name.hasPrefix("Frozen") || name == "CliffWalking-v1"
    #expect(frames.map(\.terminated) == frames.indices.map { ends && $0 == frames.count - 1 })
    if name == "Taxi-v4" {
      #expect(first.actionMask == [1, 1, 0, 1, 0, 0])
      #expect(frames.map(\.reward)[5...6] == [-10, -10])
    }
  }

  @Test func `known games of Blackjack`() throws {
    var rollout = try catalogue["Blackjack-v1"].makeRollout()
    #expect(rollout.reset(seed: 123).observation == [19, 1, 1])
    #expect(try rollout.step(.number(1)).observation == [12, 1, 0])
    #expect(try rollout.step(.number(1)).observation == [16, 1, 0])
    let last = try rollout.step(.number(0))
    #expect(last.reward == -1 && last.terminated)
    let firsts: [[Float]] = [[11, 10, 0], [20, 7, 0], [6, 10, 0], [7, 10, 0], [17, 10, 0]]
    for (seed, expected) in firsts.enumerated() {
      #expect(rollout.reset(seed: UInt64(seed)).observation == expected)
    }
  }

  @Test func `random maps are Gymnasium's`() throws {
    let maps = try decodeRecorded(LakeMaps.self, "frozen-lake-maps").maps
    #expect(maps.count >= 10)
    for map in maps {
      let lake = try FrozenLake.randomMap(
        size: map.size, probability: map.probability, seed: map.seed)
      #expect(lake.description == map.map)
      let entry = try catalogue["FrozenLake-v1"].makeEnvironment(
        settings: [
          "randomMapSize": .number(Double(map.size)), "mapSeed": .number(Double(map.seed)),
          "frozenProbability": .number(map.probability),
        ])
      #expect((entry as? FrozenLake)?.lake == lake)
    }
  }

  private static let tables: [(String, String, [String: SettingValue])] = [
    ("FrozenLake-v1-4x4", "FrozenLake-v1", ["isSlippery": 0]),
    ("FrozenLake-v1-4x4-slippery", "FrozenLake-v1", [:]),
    ("FrozenLake-v1-8x8-slippery", "FrozenLake8x8-v1", [:]),
    (
      "FrozenLake-v1-rewards", "FrozenLake-v1",
      [
        "map": "SFS/FHF/GFS", "successRate": 0.7, "goalReward": 5, "holeReward": -2,
        "frozenReward": -0.125,
      ]
    ),
    ("CliffWalking-v1", "CliffWalking-v1", [:]),
    ("CliffWalkingSlippery-v1", "CliffWalkingSlippery-v1", [:]), ("Taxi-v4", "Taxi-v4", [:]),
    ("Taxi-v4-rainy", "Taxi-v4", ["isRainy": 1]),
  ]

  @Test(arguments: tables)
  func `tables are Gymnasium's`(
    file: String, name: String, settings: [String: SettingValue]
  ) throws {
    let recorded = try decodeRecorded(RecordedTable.self, file)
    let world = try #require(
      try catalogue[name].makeEnvironment(settings: settings) as? any TabularEnvironment)
    let table = try TransitionTable(world)
    #expect(table.initialDistribution == recorded.initial_distribution)
    #expect(
      recorded.transition_fields == ["probability", "next_state", "reward", "terminated"])
    #expect(recorded.transitions.count >= table.stateCount / 7)
    for (state, actions) in recorded.transitions {
      let state = try #require(Int(state))
      #expect(actions.count == table.actionCount)
      for (action, transitions) in actions {
        let action = try #require(Int(action))
        try #require(Array(table[state, action]) == transitions.map(\.transition))
      }
    }
  }
}
