public import Environments
public import Randomness

/// Four doors of different colors, one of which the mission names: MiniGrid-GoToDoor.
///
/// A room of random width and height in the grid's upper left corner, a door in each wall. The
/// episode ends with the action done, which succeeds beside the named door, or with toggle. The
/// agent sees through walls.
public struct GoToDoor: GridWorld {
  public typealias Cells = GridCells<256>

  public var options = GridOptions()
  /// The side of the grid and of the largest room, in cells, with its walls.
  public var size: Int

  /// Makes the world of MiniGrid-GoToDoor-5x5, or of another size.
  public init(size: Int = 5) { self.size = size }

  public var width: Int { size }
  public var height: Int { size }
  public var standardLimit: Int { 4 * size * size }
  public var seesThroughWalls: Bool { true }
  public static var missionParts: [GridMissionPart] { [.color] }

  public func mission(of state: State) -> String { "go to the \(state.mission.color) door" }

  public func layOut(_ state: inout State, using random: inout PCG64) {
    let width = random.integer(in: 5..<size + 1)
    let height = random.integer(in: 5..<size + 1)
    state.enclose(GridArea(width: width, height: height))

    let doors = [
      GridPoint(random.integer(in: 2..<width - 2), 0),
      GridPoint(random.integer(in: 2..<width - 2), height - 1),
      GridPoint(0, random.integer(in: 2..<height - 2)),
      GridPoint(width - 1, random.integer(in: 2..<height - 2)),
    ]
    var colors: [GridColor] = []
    while colors.count < doors.count {
      let color = random.element(of: GridColor.alphabetical)
      if !colors.contains(color) { colors.append(color) }
    }
    for (door, color) in zip(doors, colors) { state[door] = .door(color) }

    state.placeAgent(in: GridArea(width: width, height: height), using: &random)
    state.target = random.element(of: doors)
    state.mission = state[state.target]
  }

  /// The target is the door that the mission names.
  public func outcome(
    of action: GridAction, from state: State, to next: State, usually: GridOutcome
  ) -> GridOutcome {
    switch action {
    case .toggle: .failure
    case .done: next.agent.distance(to: next.target) == 1 ? .success : .failure
    default: usually
    }
  }

  public func findTargets(in state: inout State, mission: String?) throws {
    guard let words = mission?.split(separator: " "), words.count == 5,
      let color = GridColor(name: words[3])
    else {
      throw GridProblem("its mission must say which door: \"go to the red door\"")
    }
    let doors = state.points { $0.object == .door && $0.color == color }
    guard doors.count == 1 else {
      throw GridProblem("its grid has \(doors.count) \(color) doors, and there must be one")
    }
    state.target = doors[0]
    state.mission = .door(color)
  }

  public static var settings: [Setting<Self>] {
    [Setting("size", \.size, unit: "cells", 5...16)] + gridSettings
  }
}
