public import Environments

extension Taxi {
  private static let colors: [Picture.Color] = [
    .init(hex: 0xD1495B), .init(hex: 0x4C9F70), .init(hex: 0xE9C46A), .init(hex: 0x3F72AF),
  ]

  /// The town from above: named places, walls, the passenger, a flag where he wants to go.
  public func picture(of state: State) -> Picture? {
    var picture = Picture(width: 5.2, height: 5.2, background: ToyTextColor.curb)
    for row in 0..<5 {
      for column in 0..<5 {
        picture.tile(x: Double(column) + 0.1, y: Double(row) + 0.1, ToyTextColor.street)
      }
    }
    for (name, color) in Self.colors.enumerated() {
      let place = Place.named(name)
      picture.tile(x: Double(place.column) + 0.1, y: Double(place.row) + 0.1, color)
    }
    for row in 0..<5 {
      for column in 0..<4 where Place(row: row, column: column).hasWallToTheEast {
        let (x, y) = (Double(column) + 1.1, Double(row) + 0.1)
        picture.stroke([.init(x, y), .init(x, y + 1)], width: 0.1, ToyTextColor.ink)
      }
    }
    let (near, far) = (0.05, 5.15)
    picture.stroke(
      [
        .init(near, near), .init(far, near), .init(far, far), .init(near, far),
        .init(near, near),
      ], width: 0.1, ToyTextColor.ink)
    let destination = Place.named(state.destination)
    picture.flag(
      x: Double(destination.column) + 0.1, y: Double(destination.row) + 0.1, .white)
    if state.passenger < 4 {
      let place = Place.named(state.passenger)
      picture.walker(x: Double(place.column) + 0.1, y: Double(place.row) + 0.1)
    }
    drawTaxi(of: state, in: &picture)
    return picture
  }

  private func drawTaxi(of state: State, in picture: inout Picture) {
    let (x, y) = (Double(state.taxi.column) + 0.1, Double(state.taxi.row) + 0.1)
    picture.polygon(
      [
        .init(x + 0.1, y + 0.72), .init(x + 0.1, y + 0.5), .init(x + 0.26, y + 0.48),
        .init(x + 0.36, y + 0.3), .init(x + 0.7, y + 0.3), .init(x + 0.8, y + 0.48),
        .init(x + 0.92, y + 0.52), .init(x + 0.92, y + 0.72),
      ], ToyTextColor.taxi)
    picture.polygon(
      [
        .init(x + 0.34, y + 0.48), .init(x + 0.41, y + 0.35), .init(x + 0.66, y + 0.35),
        .init(x + 0.73, y + 0.48),
      ], ToyTextColor.snow)
    if state.passenger == 4 {
      picture.disc(center: .init(x + 0.55, y + 0.42), radius: 0.07, ToyTextColor.goal)
    }
    for wheel in [0.29, 0.74] {
      picture.disc(center: .init(x + wheel, y + 0.73), radius: 0.1, ToyTextColor.ink)
    }
  }
}
