public import Environments

extension CliffWalking {
  /// The meadow above the cliff, the start, a flag on the goal, and the walker.
  public func picture(of state: State) -> Picture? {
    var picture = Picture(width: 12, height: 4, background: ToyTextColor.grass)
    for number in 0..<48 {
      let cell = State(number: number)
      let (x, y) = (Double(cell.column), Double(cell.row))
      guard cell.isCliff else {
        picture.tile(x: x, y: y, cell == .start ? ToyTextColor.start : ToyTextColor.meadow)
        if cell == .goal { picture.flag(x: x, y: y) }
        continue
      }
      picture.rectangle(x: x, y: y, width: 1, height: 1, ToyTextColor.abyss)
      picture.polygon(
        [
          .init(x, y), .init(x + 1, y), .init(x + 0.86, y + 0.34), .init(x + 0.62, y + 0.22),
          .init(x + 0.4, y + 0.46), .init(x + 0.18, y + 0.28),
        ], ToyTextColor.rock)
    }
    picture.walker(x: Double(state.column), y: Double(state.row))
    return picture
  }
}
