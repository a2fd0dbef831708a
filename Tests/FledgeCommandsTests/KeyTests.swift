import Environments
import FledgeCommands
import Randomness
import Testing

/// Keys and what they stand for.
@Suite struct KeyTests {
  /// A choice with names.
  private struct Named<Names: ActionNames>: Environment {
    struct State: Codable, Sendable {}
    static var actionNames: [String] { Names.all }
    var actions: Discrete { Discrete(Names.all.count) }
    var observations: Box { Box(low: [0], high: [1]) }
    func initialState(using random: inout PCG64) -> State { State() }
    func step(from state: State, taking action: Int, using random: inout PCG64) -> Step<State> {
      .transition(to: state, reward: 0)
    }
    func observe(_ state: State, into features: inout OutputSpan<Float>) { features.append(0) }
  }

  private protocol ActionNames: Sendable { static var all: [String] { get } }
  private enum Taxi: ActionNames {
    static let all = ["move south", "move north", "move east", "move west", "pick up", "drop off"]
  }
  private enum Grid: ActionNames {
    static let all = ["turn left", "turn right", "forward", "pick up", "drop", "toggle", "done"]
  }

  private func map<E: Environment>(_ environment: E) throws -> KeyMap {
    let entry = EnvironmentEntry("World", environment, summary: "", maximumSteps: nil)
    return try KeyMap(for: entry.actionSpace, named: entry)
  }

  @Test func `bytes of a terminal become keys`() {
    #expect(
      Key.keys(in: Array("a Q1\r\u{7F}".utf8)) == [
        .character("a"), .space, .character("q"), .character("1"), .enter, .backspace,
      ])
    #expect(
      Key.keys(in: Array("\u{1B}[A\u{1B}OB\u{1B}[1;5C\u{1B}[D".utf8)) == [
        .up, .down, .right, .left,
      ])
    #expect(Key.keys(in: [3, 4]) == [.interrupt, .end])
    #expect(Key.keys(in: Array("\u{1B}[3~é\u{1B}".utf8)).isEmpty)
    #expect(Key.keys(in: [27, 91]).isEmpty)
  }

  @Test func `names of directions give arrows and letters`() throws {
    let taxi = try map(Named<Taxi>())
    #expect(taxi.actions[.down] == .choice(0) && taxi.actions[.character("s")] == .choice(0))
    #expect(taxi.actions[.up] == .choice(1) && taxi.actions[.right] == .choice(2))
    #expect(taxi.actions[.left] == .choice(3) && taxi.actions[.character("p")] == .choice(4))
    #expect(taxi.actions[.character("5")] == .choice(5) && taxi.idle == nil)
    let grid = try map(Named<Grid>())
    #expect(grid.actions[.up] == .choice(2) && grid.actions[.character("t")] == .choice(5))
    #expect(grid.actions[.down] == nil && grid.actions[.character("d")] == .choice(1))
    #expect(grid.help.map(\.key) == ["←", "→", "↑", "p", "4", "t", "6"])
  }

  @Test func `one number has a key for either end and one for nothing`() throws {
    let low = EnvironmentEntry(
      "W", Named<Taxi>(), summary: "", maximumSteps: nil)
    let map = try KeyMap(for: .continuous(low: [-2], high: [3]), named: low)
    #expect(map.actions[.left] == .numbers([-2]) && map.actions[.right] == .numbers([3]))
    #expect(map.actions[.space] == .numbers([0]) && map.idle == .numbers([0]))
    let two = try KeyMap(
      for: .continuous(low: [1, -.infinity], high: [2, .infinity]), named: low)
    #expect(two.actions[.up] == .numbers([1, 1]) && two.actions[.down] == .numbers([1, -1]))
    #expect(throws: CommandFailure.self) {
      try KeyMap(for: .continuous(low: [0, 0, 0], high: [1, 1, 1]), named: low)
    }
  }

  @Test func `more than ten actions are typed`() throws {
    let entry = EnvironmentEntry("W", Named<Taxi>(), summary: "", maximumSteps: nil)
    let map = try KeyMap(for: .discrete(count: 11), named: entry)
    #expect(map.takesNumbers && map.actions.isEmpty)
    #expect(map.action(typed: "10") == .choice(10) && map.action(typed: "11") == nil)
    #expect(map.action(typed: "") == nil)
  }
}
