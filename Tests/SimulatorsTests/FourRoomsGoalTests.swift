import Environments
import Randomness
import Simulators
import Testing

/// The rooms with a goal that is not shown.
@Suite struct FourRoomsGoalTests {
  private static let map = [
    "...#...", ".......", "...#...", "#.###.#", "...#...", ".......", "...#...",
  ].map(Array.init)

  private func isFree(_ row: Int, _ column: Int) -> Bool {
    (0..<7).contains(row) && (0..<7).contains(column) && Self.map[row][column] == "."
  }

  /// Steps from a cell to the goal, counted on the map.
  private func distance(from start: (Int, Int), to goal: (Int, Int)) -> Int {
    var frontier = [start]
    var seen = Set([start.0 * 7 + start.1])
    var steps = 0
    while !frontier.contains(where: { $0 == goal }) {
      steps += 1
      var next: [(Int, Int)] = []
      for (row, column) in frontier {
        for (down, right) in [(-1, 0), (0, 1), (1, 0), (0, -1)] {
          let place = (row + down, column + right)
          guard isFree(place.0, place.1) else { continue }
          if seen.insert(place.0 * 7 + place.1).inserted { next.append(place) }
        }
      }
      frontier = next
    }
    return steps
  }

  @Test(arguments: [(0, (0, 0)), (39, (6, 6)), (9, (1, 3))])
  func `the optimum is the mean of the shortest ways`(goal: Int, place: (Int, Int)) throws {
    let settings: [String: SettingValue] = ["goal": .number(Double(goal))]
    let optimum = try catalogue["FourRoomsGoal-v0"].optimum(settings: settings)
    var total = 0.0
    for row in 0..<7 {
      for column in 0..<7 where isFree(row, column) && (row, column) != place {
        total += 1 - 0.01 * Double(distance(from: (row, column), to: place))
      }
    }
    #expect(abs(try #require(optimum).expectedReturn - total / 39) < 1e-9)
  }

  @Test func `rewards scale, and a slip goes to a side`() throws {
    var world = FourRoomsGoal()
    (world.slip, world.rewardScale) = (0.3, 10)
    var random = PCG64(seed: 4)
    let start = try world.state(from: [0])
    var counts: [Int: Int] = [:]
    for _ in 0..<3000 {
      let step = world.step(from: start, taking: 1, using: &random)
      #expect(step.reward == -0.1)
      counts[step.state.cell, default: 0] += 1
    }
    // Right, down, and up into the wall.
    #expect(abs(Double(counts[1] ?? 0) / 3000 - 0.7) < 0.03)
    #expect(abs(Double(counts[6] ?? 0) / 3000 - 0.15) < 0.03)
    #expect(abs(Double(counts[0] ?? 0) / 3000 - 0.15) < 0.03)
  }

  @Test func `episodes begin everywhere but at the goal`() {
    var random = PCG64(seed: 1)
    var world = FourRoomsGoal()
    world.goal = 12
    let starts = Set((0..<2000).map { _ in world.initialState(using: &random).cell })
    #expect(starts == Set(0..<40).subtracting([12]))
  }
}
