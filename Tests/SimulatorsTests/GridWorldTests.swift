import Environments
import Randomness
import Simulators
import Testing

@Suite struct GridWorldTests {
  @Test func `spaces are MiniGrid's`() throws {
    let entry = try catalogue["MiniGrid-DoorKey-8x8-v0"]
    #expect(entry.actionSpace == .discrete(count: 7))
    #expect(entry.maximumSteps == 640)
    let categories = try #require(entry.observationBounds.categories)
    #expect(categories.count == 148)
    #expect(categories.prefix(3) == [11, 6, 3] && categories.last == 4)
    #expect(try catalogue["MiniGrid-GoToDoor-5x5-v0"].observationBounds.categories?.last == 6)
    #expect(
      try catalogue["MiniGrid-KeyCorridorS3R1-v0"].observationBounds.categories?.suffix(2)
        == [4, 6])
  }

  /// The color that the mission names follows the direction.
  @Test(arguments: ["MiniGrid-GoToDoor-8x8-v0", "MiniGrid-KeyCorridorS4R3-v0"])
  func `the mission's color is observed`(id: String) throws {
    func check<World: GridWorld>(_ world: World) throws {
      var seen: Set<Float> = []
      for seed in 0..<50 as Range<UInt64> {
        let state = world.firstState(seed: seed)
        let color = try #require(world.features(of: state).last)
        let name = GridColor.allCases[Int(color)]
        #expect(world.mission(of: state).contains(" \(name) "))
        seen.insert(color)
      }
      #expect(seen.count == 6)
    }
    try check(gridWorld(id))
  }

  @Test func `settings that cannot be are refused in a sentence`() throws {
    func refusal(_ name: String, _ settings: [String: SettingValue]) throws -> String? {
      let entry = try catalogue["MiniGrid-\(name)-v0"]
      do { _ = try entry.makeBatch(count: 1, settings: settings) } catch { return "\(error)" }
      return nil
    }
    #expect(
      try refusal("DoorKey-8x8", ["size": 4])
        == "MiniGrid-DoorKey-8x8-v0's size must be a whole number from 5 to 16 (cells), not 4")
    #expect(
      try refusal("DoorKey-8x8", ["viewSize": 4])
        == "MiniGrid-DoorKey-8x8-v0 cannot be made so: viewSize must be odd, for the agent is in "
        + "the middle of its edge, not 4")
    #expect(
      try refusal("FourRooms", ["size": 8])?.hasSuffix(
        "size must be odd, or the rooms differ, not 8") == true)
    #expect(
      try refusal("MemoryS7", ["size": 8])?.hasSuffix("size must be odd, not 8") == true)
    #expect(
      try refusal("LavaCrossingS9N1", ["size": 8])?.hasSuffix("size must be odd, not 8") == true)
    #expect(
      try refusal("LavaCrossingS9N1", ["crossings": 7])?.hasSuffix(
        "size 9 has room for 6 crossings, not 7") == true)
    #expect(
      try refusal("DistShift1", ["secondStripRow": 6])?.hasSuffix(
        "secondStripRow must be at most 5, inside the walls, not 6") == true)
    #expect(
      try refusal("MultiRoom-N2-S4", ["minimumRooms": 3])?.hasSuffix(
        "minimumRooms must be at most maximumRooms, 2, not 3") == true)
    #expect(
      try refusal("KeyCorridorS6R3", ["rows": 7])?.hasSuffix(
        "a grid of 16x36 cells is too large: there is room for 256") == true)
    #expect(try refusal("DoorKey-8x8", ["size": 16, "viewSize": 31]) == nil)
  }

  /// Settings reach what happens: the first state, what is seen of it, or the reward.
  @Test func `every setting changes something`() throws {
    var seen: [String] = []
    // The smallest hallway has only one length.
    for id in gridWorlds where id != "MiniGrid-MemoryS7-v0" {
      let entry = try catalogue[id]
      for setting in entry.settings where !seen.contains(id.prefix(13) + setting.name) {
        guard case .number(let usual) = setting.standard else { continue }
        seen.append(id.prefix(13) + setting.name)
        let value: Double =
          switch setting.name {
          case "minimumRooms": 1.0
          case "rows": usual == 1 ? 2 : 1
          case "secondStripRow": usual == 2 ? 5 : 2
          case _ where setting.allowed == .whole(0...1): 1 - usual
          default: usual + 2 <= 16 || setting.name == "maximumSteps" ? usual + 2 : usual - 2
          }
        let allowed = setting.allowed.contains(.number(value))
        let changed = allowed ? value : usual - 2
        #expect(
          try course(entry, [setting.name: .number(changed)]) != course(entry, [:]),
          "\(id) \(setting.name)")
      }
    }
    #expect(seen.count > 40)
  }

  private func course(
    _ entry: EnvironmentEntry, _ settings: [String: SettingValue]
  ) throws -> [Frame] {
    var rollout = try entry.makeRollout(settings: settings)
    return (0..<10).map { rollout.reset(seed: $0) }
  }

  @Test func `the reward depends on the limit that is set`() throws {
    for limit in [100.0, 200] {
      var rollout = try catalogue["MiniGrid-Empty-5x5-v0"].makeRollout(
        settings: ["maximumSteps": .number(limit)])
      #expect(rollout.reset(seed: 0).state["max_steps"] == .number(limit))
      var frame: Frame?
      for action in [2, 2, 1, 2, 2] { frame = try rollout.step(.number(Double(action))) }
      #expect(frame?.terminated == true)
      #expect(frame?.reward == 1 - 0.9 * (5 / limit))
    }
  }

  /// MiniGrid asks whether the red door was open before the step.
  @Test func `a red door that is opened after the blue one comes too late`() {
    let world = RedBlueDoors(size: 6)
    var random = PCG64(seed: 0)
    var state = world.firstState(seed: 0)
    state[state.secondTarget] = .door(.blue, .open)
    state.putAgent(state.target.x + 1, state.target.y, looking: .left)
    let toggle = Int(GridAction.toggle.rawValue)
    let step = world.step(from: state, taking: toggle, using: &random)
    #expect(step.state[step.state.target].door == .open)
    #expect(step.ending == .terminated && step.reward == 0)
  }

  @Test func `an agent at the edge of a grid without walls stays inside`() throws {
    let world = EmptyRoom(size: 5)
    var random = PCG64(seed: 0)
    for heading in [GridHeading.right, .down, .left, .up] {
      var state = EmptyRoom.State(width: 3, height: 2)
      state.putAgent(heading == .right ? 2 : 0, heading == .down ? 1 : 0, looking: heading)
      let agent = state.agent
      for action in GridAction.allCases {
        let step = world.step(from: state, taking: Int(action.rawValue), using: &random)
        #expect(step.state.agent == agent)
        #expect(world.features(of: step.state).count == 148)
      }
    }
  }

  @Test func `a picture shows the tiles, the agent and its view`() throws {
    let world = DoorKey(size: 6)
    let state = world.firstState(seed: 3)
    let picture = try #require(world.picture(of: state))
    #expect(picture.width == 6 && picture.height == 6)
    let red = picture.shapes.filter {
      if case .polygon(let corners, let color) = $0 {
        corners.count == 3 && color.red == 255
      } else {
        false
      }
    }
    #expect(red.count == 1)
    // The view is lighter, unless all is shown.
    var full = world
    full.options.fullyObservable = true
    let plain = try #require(full.picture(of: state))
    #expect(plain.shapes.count == picture.shapes.count && plain != picture)
    func darkTiles(_ picture: Picture) -> Int {
      picture.shapes.count {
        if case .polygon(_, let color) = $0 { color == .black } else { false }
      }
    }
    #expect(darkTiles(plain) > darkTiles(picture))
  }

  @Test(arguments: gridWorlds)
  func `every world has a picture and names for its actions`(id: String) throws {
    let entry = try catalogue[id]
    var rollout = try entry.makeRollout()
    _ = rollout.reset(seed: 0)
    #expect(rollout.picture != nil)
    #expect(try gridWorld(id).actions.count == 7)
    #expect(type(of: try gridWorld(id)).actionNames.count == 7)
  }
}

/// A world of someone else's: what the protocol's documentation shows.
private struct Corridor: GridWorld {
  typealias Cells = GridCells<75>

  var options = GridOptions()
  var length = 9

  var width: Int { length }
  var height: Int { 3 }
  var standardLimit: Int { 10 * length }

  func mission(of state: State) -> String { "open the door and get to the goal" }

  func layOut(_ state: inout State, using random: inout PCG64) {
    state.enclose()
    state.putAgent(1, 1)
    state[length - 2, 1] = .goal
    state[random.integer(in: 2..<length - 2), 1] = .door(.red)
  }

  static var settings: [Setting<Self>] {
    [Setting("length", \.length, unit: "cells", 5...25)] + gridSettings
  }
}

@Suite struct OwnGridWorldTests {
  @Test func `a world of one's own is a layout`() throws {
    let entry = EnvironmentEntry("Corridor", Corridor(), summary: "a door", maximumSteps: nil)
    #expect(entry.maximumSteps == 90)
    #expect(try entry.checkLaws().findings == [])
    var solver = GridSolver(Corridor(), Corridor().firstState(seed: 1))
    let isSolved = solver.solves()
    #expect(isSolved)
  }
}
