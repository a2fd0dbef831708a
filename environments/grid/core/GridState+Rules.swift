/// Whether an episode goes on after a step, and if not, how it ended.
public enum GridOutcome: Sendable {
  /// The episode goes on.
  case goesOn
  /// The mission is done: the reward is 1 - 0.9·steps/limit.
  case success
  /// The episode is over without a reward.
  case failure
}

extension GridState {
  /// Does what an action does in every world of MiniGrid.
  ///
  /// Success is to enter a goal, failure to enter lava.
  @inlinable
  public mutating func take(_ action: GridAction) -> GridOutcome {
    stepCount &+= 1
    let front = front
    let tile = self[front]
    switch action {
    case .left: heading = heading.turnedLeft
    case .right: heading = heading.turnedRight
    case .forward:
      if tile.canBeEntered { agent = front }
      if tile.kind == GridObject.goal.rawValue { return .success }
      if tile.kind == GridObject.lava.rawValue { return .failure }
    case .pickUp:
      if tile.canBeCarried && carrying == .empty {
        carrying = tile
        self[front] = .empty
      }
    case .drop:
      if tile == .empty && carrying != .empty {
        self[front] = carrying
        carrying = .empty
      }
    case .toggle: toggle(tile, at: front)
    case .done: break
    }
    return .goesOn
  }

  /// Opens and closes doors, locked ones with the key of their color; an opened box is gone.
  @inlinable
  mutating func toggle(_ tile: GridTile, at front: GridPoint) {
    switch tile.door {
    case .locked?:
      if carrying == .key(tile.color) { self[front] = .door(tile.color, .open) }
    case .closed?: self[front] = .door(tile.color, .open)
    case .open?: self[front] = .door(tile.color, .closed)
    case nil: if tile.kind == GridObject.box.rawValue { self[front] = .empty }
    }
  }
}
