public import Environments

extension FrozenLake {
  /// The lake from above: tiles of ice, holes, the start, flags on the goals, and the walker.
  public func picture(of state: State) -> Picture? {
    var picture = Picture(
      width: Double(lake.columns), height: Double(lake.rows), background: ToyTextColor.crack)
    for (number, tile) in lake.tiles.enumerated() {
      let (x, y) = (Double(number % lake.columns), Double(number / lake.columns))
      picture.tile(x: x, y: y, tile == .start ? ToyTextColor.start : ToyTextColor.ice)
      switch tile {
      case .start: break
      case .frozen:
        picture.stroke(
          [.init(x + 0.2, y + 0.34), .init(x + 0.34, y + 0.22)], width: 0.035, ToyTextColor.snow)
        picture.stroke(
          [.init(x + 0.2, y + 0.5), .init(x + 0.5, y + 0.24)], width: 0.035, ToyTextColor.snow)
      case .hole:
        picture.disc(center: .init(x + 0.5, y + 0.5), radius: 0.38, ToyTextColor.crack)
        picture.disc(center: .init(x + 0.5, y + 0.52), radius: 0.33, ToyTextColor.water)
      case .goal: picture.flag(x: x, y: y)
      }
    }
    picture.walker(
      x: Double(state.tile % lake.columns), y: Double(state.tile / lake.columns))
    return picture
  }
}
