import Environments
import Randomness
import Simulators

/// Finds a way to do the mission of a level, and takes it in the world itself.
///
/// What to do first and next is known of each world; each of these errands is walked by a search
/// over cells, with doors that are not locked opened on the way.
struct GridSolver<World: GridWorld> {
  let world: World
  private(set) var state: World.State
  /// How the last step ended the episode, if it did.
  private(set) var last: Step<World.State>?
  private var random = PCG64(seed: 0)

  init(_ world: World, _ state: World.State) {
    self.world = world
    self.state = state
  }

  /// Whether the mission was done, within the limit and with a reward.
  mutating func solves() -> Bool {
    for errand in errands where last?.ending == nil {
      guard run(errand) else { return false }
    }
    return last?.ending == .terminated && (last?.reward ?? 0) > 0
      && state.stepCount <= world.ownTimeLimit ?? 0
  }

  private enum Errand {
    case enter(GridPoint)
    /// Go beside a cell, look at it and act.
    case act(GridAction, on: GridPoint)
    case drop
  }

  private var errands: [Errand] {
    let keys = state.points { $0.object == .key }
    let locked = state.points { $0.door == .locked }
    let goals = state.points { $0.object == .goal }
    let fetch = keys.map { Errand.act(.pickUp, on: $0) }
    let unlock = locked.map { Errand.act(.toggle, on: $0) }
    switch world {
    case is RedBlueDoors:
      return [.act(.toggle, on: state.target), .act(.toggle, on: state.secondTarget)]
    case is MemoryHallway: return [.enter(state.target)]
    case is GoToDoor: return [.act(.done, on: state.target)]
    case is KeyCorridor:
      let balls = state.points { $0 == state.mission }
      return fetch + unlock + [.drop] + balls.map { .act(.pickUp, on: $0) }
    default: return fetch + unlock + goals.map { .enter($0) }
    }
  }

  private mutating func run(_ errand: Errand) -> Bool {
    switch errand {
    case .enter(let point): return walk(to: point)
    case .act(let action, let point):
      guard let path = path(to: point), walk(along: path.dropLast()) else { return false }
      turn(to: point)
      take(action)
      return true
    case .drop:
      // Somewhere near is a free cell to put it.
      for point in state.points where state[point] == .empty && point != state.agent {
        guard let path = path(to: point), path.count <= 3 else { continue }
        return run(.act(.drop, on: point))
      }
      return false
    }
  }

  private mutating func walk(to point: GridPoint) -> Bool {
    path(to: point).map { walk(along: $0[...]) } ?? false
  }

  private mutating func walk(along path: ArraySlice<GridPoint>) -> Bool {
    for point in path {
      turn(to: point)
      if state[point].door == .closed { take(.toggle) }
      take(.forward)
      if state.agent != point { return false }
    }
    return true
  }

  private mutating func turn(to point: GridPoint) {
    while state.front != point && last?.ending == nil {
      take(state.heading.turnedLeft.step == offset(to: point) ? .left : .right)
    }
  }

  private func offset(to point: GridPoint) -> GridPoint {
    GridPoint(point.x - state.agent.x, point.y - state.agent.y)
  }

  private mutating func take(_ action: GridAction) {
    if last?.ending != nil { return }
    let step = world.step(from: state, taking: Int(action.rawValue), using: &random)
    (last, state) = (step, step.state)
  }

  /// The shortest way over free cells and unlocked doors to a cell, which may hold anything.
  private func path(to goal: GridPoint) -> [GridPoint]? {
    var before = [Int](repeating: -1, count: state.width * state.height)
    func index(_ point: GridPoint) -> Int { point.y * state.width + point.x }
    before[index(state.agent)] = index(state.agent)
    var waiting = [state.agent]
    var next = 0
    while next < waiting.count && before[index(goal)] < 0 {
      let point = waiting[next]
      next += 1
      for heading in [GridHeading.right, .down, .left, .up] {
        let neighbor = GridPoint(point.x + heading.step.x, point.y + heading.step.y)
        guard state.contains(neighbor), before[index(neighbor)] < 0 else { continue }
        let tile = state[neighbor]
        let isFree = tile == .empty || tile.door == .open || tile.door == .closed
        guard isFree || neighbor == goal else { continue }
        before[index(neighbor)] = index(point)
        waiting.append(neighbor)
      }
    }
    guard before[index(goal)] >= 0 else { return nil }
    var path = [goal]
    while let last = path.last, last != state.agent {
      let place = before[index(last)]
      path.append(GridPoint(place % state.width, place / state.width))
    }
    return path.dropLast().reversed()
  }
}
