public import Environments

extension GridWorld {
  /// The grid as MiniGrid draws it: what the agent sees is lighter, the agent is a red triangle.
  ///
  /// The unit is a cell.
  public func picture(of state: State) -> Picture? {
    var picture = Picture(
      width: Double(state.width), height: Double(state.height), background: .black)
    let seen = options.fullyObservable ? [] : pointsInView(of: state)
    for point in state.points {
      let canvas = GridCanvas(point: point, isLight: seen.contains(point))
      canvas.draw(state[point], in: &picture)
      if point == state.agent {
        if state.carrying != .empty { canvas.drawCarried(state.carrying, in: &picture) }
        canvas.drawAgent(looking: state.heading, in: &picture)
      }
    }
    return picture
  }

  /// The cells that the agent sees.
  func pointsInView(of state: State) -> Set<GridPoint> {
    var points: Set<GridPoint> = []
    let ahead = state.heading.step
    let right = state.heading.turnedRight.step
    state.withView(size: options.viewSize, throughWalls: seesThroughWalls) { view in
      for row in 0..<view.size {
        for column in 0..<view.size where view.rows[row] >> UInt32(column) & 1 == 1 {
          let side = column - view.size / 2
          points.insert(
            GridPoint(
              state.agent.x + row * ahead.x + side * right.x,
              state.agent.y + row * ahead.y + side * right.y))
        }
      }
    }
    return points.filter(state.contains)
  }
}

/// A cell of a picture, whose unit it is.
private struct GridCanvas {
  var point: GridPoint
  /// Whether the agent sees it.
  var isLight: Bool

  private func color(_ red: UInt8, _ green: UInt8, _ blue: UInt8) -> Picture.Color {
    // MiniGrid's highlight: three tenths of white.
    func lit(_ part: UInt8) -> UInt8 { isLight ? part + UInt8(0.3 * Double(255 - part)) : part }
    return Picture.Color(lit(red), lit(green), lit(blue))
  }

  private func color(_ color: GridColor, part: Double = 1) -> Picture.Color {
    let (red, green, blue) =
      switch color {
      case .red: (255.0, 0.0, 0.0)
      case .green: (0.0, 255.0, 0.0)
      case .blue: (0.0, 0.0, 255.0)
      case .purple: (112.0, 39.0, 195.0)
      case .yellow: (255.0, 255.0, 0.0)
      case .grey: (100.0, 100.0, 100.0)
      }
    return self.color(UInt8(part * red), UInt8(part * green), UInt8(part * blue))
  }

  private var black: Picture.Color { color(0, 0, 0) }

  private func place(_ x: Double, _ y: Double) -> Picture.Point {
    Picture.Point(Double(point.x) + x, Double(point.y) + y)
  }

  private func fill(
    _ x: ClosedRange<Double>, _ y: ClosedRange<Double>, _ color: Picture.Color,
    in picture: inout Picture
  ) {
    picture.rectangle(
      x: Double(point.x) + x.lowerBound, y: Double(point.y) + y.lowerBound,
      width: x.upperBound - x.lowerBound, height: y.upperBound - y.lowerBound, color)
  }

  func draw(_ tile: GridTile, in picture: inout Picture) {
    fill(0...1, 0...1, color(.grey), in: &picture)
    fill(0.03...1, 0.03...1, black, in: &picture)
    switch tile.object {
    case .unseen, .empty, .agent: break
    case .wall, .goal: fill(0...1, 0...1, color(tile.color), in: &picture)
    case .floor: fill(0.03...1, 0.03...1, color(tile.color, part: 0.5), in: &picture)
    case .lava: drawLava(in: &picture)
    case .door: drawDoor(tile.door ?? .open, tile.color, in: &picture)
    case .key: drawKey(color(tile.color), in: &picture)
    case .ball: picture.disc(center: place(0.5, 0.5), radius: 0.31, color(tile.color))
    case .box: drawBox(color(tile.color), in: &picture)
    }
  }

  private func drawLava(in picture: inout Picture) {
    fill(0...1, 0...1, color(255, 128, 0), in: &picture)
    for wave in [0.3, 0.5, 0.7] {
      picture.stroke(
        [
          place(0.1, wave), place(0.3, wave + 0.1), place(0.5, wave), place(0.7, wave + 0.1),
          place(0.9, wave),
        ], width: 0.06, black)
    }
  }

  private func drawDoor(_ door: GridDoor, _ color: GridColor, in picture: inout Picture) {
    let paint = self.color(color)
    switch door {
    case .open:
      fill(0.88...1, 0...1, paint, in: &picture)
      fill(0.92...0.96, 0.04...0.96, black, in: &picture)
    case .closed:
      fill(0...1, 0...1, paint, in: &picture)
      fill(0.04...0.96, 0.04...0.96, black, in: &picture)
      fill(0.08...0.92, 0.08...0.92, paint, in: &picture)
      fill(0.12...0.88, 0.12...0.88, black, in: &picture)
      picture.disc(center: place(0.75, 0.5), radius: 0.08, paint)
    case .locked:
      fill(0...1, 0...1, paint, in: &picture)
      fill(0.06...0.94, 0.06...0.94, self.color(color, part: 0.45), in: &picture)
      fill(0.52...0.75, 0.5...0.56, paint, in: &picture)
    }
  }

  private func drawKey(_ paint: Picture.Color, in picture: inout Picture) {
    fill(0.5...0.63, 0.31...0.88, paint, in: &picture)
    fill(0.38...0.5, 0.59...0.66, paint, in: &picture)
    fill(0.38...0.5, 0.81...0.88, paint, in: &picture)
    picture.disc(center: place(0.56, 0.28), radius: 0.19, paint)
    picture.disc(center: place(0.56, 0.28), radius: 0.064, black)
  }

  private func drawBox(_ paint: Picture.Color, in picture: inout Picture) {
    fill(0.12...0.88, 0.12...0.88, paint, in: &picture)
    fill(0.18...0.82, 0.18...0.82, black, in: &picture)
    fill(0.16...0.84, 0.47...0.53, paint, in: &picture)
  }

  func drawAgent(looking heading: GridHeading, in picture: inout Picture) {
    let ahead = heading.step
    let right = heading.turnedRight.step
    func corner(_ forward: Double, _ side: Double) -> Picture.Point {
      place(
        0.5 + forward * Double(ahead.x) + side * Double(right.x),
        0.5 + forward * Double(ahead.y) + side * Double(right.y))
    }
    picture.polygon(
      [corner(-0.38, -0.31), corner(0.37, 0), corner(-0.38, 0.31)], color(255, 0, 0))
  }

  /// What the agent carries is a dot of its color in a corner, which MiniGrid does not show.
  func drawCarried(_ tile: GridTile, in picture: inout Picture) {
    picture.disc(center: place(0.85, 0.15), radius: 0.12, color(tile.color))
  }
}
