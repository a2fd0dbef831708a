import Environments
import Foundation
import Randomness
import Simulators
import Testing

@Suite struct GridDescriptionTests {
  /// An episode with a key to carry, and the object that describes its state.
  private func doorKey() throws -> [String: StateValue] {
    let recorded = try GridEpisodes.recorded.get()
    let group = try #require(recorded.episodes["MiniGrid-DoorKey-6x6-v0"]?.first)
    return try recorded.legend.state(of: try #require(group.episodes.first))
  }

  private func refusal(
    _ state: StateValue, of id: String = "MiniGrid-DoorKey-6x6-v0",
    settings: [String: SettingValue] = [:]
  ) throws -> String? {
    var rollout = try catalogue[id].makeRollout(settings: settings)
    do { _ = try rollout.reset(state: state) } catch { return "\(error)" }
    return nil
  }

  private func refusal(_ change: (inout [String: StateValue]) -> Void) throws -> String? {
    var state = try doorKey()
    change(&state)
    return try refusal(.record(state))?.replacing(
      "this is no state of MiniGrid-DoorKey-6x6-v0: ", with: "")
  }

  @Test func `mission, carrying and step_count may lack`() throws {
    var state = try doorKey()
    state["mission"] = nil
    var rollout = try catalogue["MiniGrid-DoorKey-6x6-v0"].makeRollout()
    let frame = try rollout.reset(state: .record(state))
    #expect(frame.state["step_count"] == 0)
    #expect(frame.state["carrying"] == .nothing)
    #expect(
      frame.state["mission"] == "use the key to open the door and then get to the goal")
  }

  @Test func `what makes no sense is refused in a sentence`() throws {
    #expect(
      try refusal(StateValue([1, 2]))?.hasSuffix(
        "give an object with grid, agent_position, agent_direction and max_steps") == true)
    for name in ["grid", "agent_position", "agent_direction", "max_steps"] {
      #expect(try refusal { $0[name] = nil } == "it has no \(name)")
    }
    #expect(
      try refusal { $0["agent_position"] = [0, 3] } == "its agent_position [0, 3] is in a grey wall"
    )
    #expect(
      try refusal { $0["agent_position"] = [6, 1] }
        == "its agent_position [6, 1] is outside of the grid of 6x6")
    #expect(
      try refusal { $0["agent_position"] = [1.5, 1] }
        == "its agent_position is not [x, y] in whole numbers")
    for direction in [4, -1, 0.5, "up"] as [StateValue] {
      #expect(
        try refusal { $0["agent_direction"] = direction }
          == "its agent_direction is not 0 (right), 1 (down), 2 (left) or 3 (up)")
    }
    #expect(
      try refusal { $0["max_steps"] = 100 }
        == "its max_steps is 100, and this world's limit is 360: add --set maximumSteps=100")
    #expect(try refusal { $0["max_steps"] = 0 } == "its max_steps is no whole number above 0")
    #expect(
      try refusal { $0["mission"] = "sleep" }?.hasPrefix("its mission is \"sleep\", and this")
        == true)
    #expect(try refusal { $0["mission"] = 3 } == "its mission is no text")
    #expect(
      try refusal { $0["carrying"] = [2, 5, 0] }
        == "its carrying is a grey wall: only key, ball and box can be")
    #expect(
      try refusal { $0["step_count"] = -1 } == "its step_count is no whole number, at least 0")
  }

  @Test func `grids that are none are refused`() throws {
    func grid(_ change: (inout [StateValue]) -> Void) throws -> String? {
      try refusal {
        var columns = $0["grid"]?.list ?? []
        change(&columns)
        $0["grid"] = .list(columns)
      }
    }
    #expect(
      try grid { $0 = [] } == "its grid is no list of columns of [object, color, state]")
    #expect(
      try grid { $0[2] = .list($0[2].list?.dropLast() ?? []) }
        == "column 2 of its grid has not 6 cells, as the first column has")
    func cell(_ value: StateValue) throws -> String? {
      try grid {
        var column = $0[2].list ?? []
        column[3] = value
        $0[2] = .list(column)
      }
    }
    for numbers in [
      [11, 0, 0], [2, 6, 0], [4, 0, 3], [2, 5, 1], [0, 0, 0], [10, 0, 0], [1, 1, 0],
    ] {
      #expect(
        try cell(StateValue(numbers.map(Double.init)))
          == "cell [2, 3] of its grid is \(numbers): objects are 1 to 9, colors 0 to 5, doors' "
          + "states 0 to 2, and what is empty is [1, 0, 0]")
    }
    for value in [[2, 5], 3, [1.5, 0, 0], "wall"] as [StateValue] {
      #expect(
        try cell(value) == "cell [2, 3] of its grid is not [object, color, state] in whole numbers")
    }
    let column = StateValue.list(Array(repeating: [1, 0, 0], count: 20))
    #expect(
      try grid { $0 = Array(repeating: column, count: 20) }
        == "its grid is 20x20, and this world has room for 256 cells")
    let state = try doorKey()
    #expect(
      try refusal(
        .record(state), of: "MiniGrid-DoorKey-8x8-v0",
        settings: ["maximumSteps": 360, "fullyObservable": 1])?.hasSuffix(
          "its grid is 6x6, and what is fully observed is 8x8") == true)
    #expect(
      try refusal(.record(state), of: "MiniGrid-DoorKey-8x8-v0", settings: ["maximumSteps": 360])
        == nil)
  }

  @Test func `grids without what the mission needs are refused`() throws {
    let state = try doorKey()
    func reason(_ name: String, _ mission: String?, _ limit: Double = 360) throws -> String? {
      var state = state
      state["mission"] = mission.map(StateValue.text)
      let sentence = try refusal(
        .record(state), of: "MiniGrid-\(name)-v0", settings: ["maximumSteps": .number(limit)])
      return sentence?.replacing("this is no state of MiniGrid-\(name)-v0: ", with: "")
    }
    #expect(try reason("Unlock", nil) == nil)
    #expect(
      try reason("RedBlueDoors-6x6", nil)
        == "its grid has 0 red doors, and there must be one")
    #expect(try reason("GoToDoor-6x6", "go to the yellow door") == nil)
    #expect(
      try reason("GoToDoor-6x6", "go to the red door")
        == "its grid has 0 red doors, and there must be one")
    #expect(
      try reason("GoToDoor-6x6", nil)
        == "its mission must say which door: \"go to the red door\"")
    #expect(
      try reason("KeyCorridorS3R1", nil)
        == "its grid must have one ball that its mission names, such as \"pick up the red ball\"")
    #expect(
      try reason("KeyCorridorS3R1", "find it")
        == "its mission must say which ball: \"pick up the red ball\"")
    #expect(
      try reason("MemoryS7", nil)?.hasPrefix("its grid lacks the object at [1, 2]") == true)
  }

  /// A rollout that goes on from each of its own states shows what it would have shown.
  @Test(arguments: [
    "MiniGrid-DoorKey-5x5-v0", "MiniGrid-KeyCorridorS3R2-v0", "MiniGrid-Unlock-v0",
    "MiniGrid-RedBlueDoors-6x6-v0", "MiniGrid-MemoryS7-v0", "MiniGrid-GoToDoor-5x5-v0",
  ])
  func `a description is enough to go on`(id: String) throws {
    func check<World: GridWorld>(_ world: World) throws {
      var random = PCG64(seed: 1)
      for seed in 0..<20 as Range<UInt64> {
        var state = world.firstState(seed: seed)
        for _ in 0..<100 {
          let copy = try world.state(describedBy: world.describe(state))
          let action = random.integer(below: 7)
          let step = world.step(from: state, taking: action, using: &random)
          let other = world.step(from: copy, taking: action, using: &random)
          try #require(try encoded(other.state) == encoded(step.state))
          try #require(other.reward == step.reward && other.ending == step.ending)
          if step.ending != nil { break }
          state = step.state
        }
      }
    }
    try check(gridWorld(id))
  }

  private func encoded(_ state: some Encodable) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return try encoder.encode(state)
  }

  @Test func `damaged bytes make no state`() throws {
    let world = DoorKey(size: 5)
    let bytes = try encoded(world.firstState(seed: 0))
    let text = try #require(String(bytes: bytes, encoding: .utf8))
    for (good, bad) in [
      ("\"width\":5", "\"width\":4"), ("\"width\":5", "\"width\":-5"), ("\"x\":", "\"x\":9"),
      ("\"cells\":[", "\"cells\":[1,"),
    ] {
      #expect(text.contains(good))
      #expect(throws: DecodingError.self) {
        try JSONDecoder().decode(
          DoorKey.State.self, from: Data(text.replacing(good, with: bad).utf8))
      }
    }
  }
}
