public import Environments
import Glibc

extension MountainCar {
  public static var actionNames: [String] { ["push left", "coast", "push right"] }

  /// The valley, the flag and the car.
  public func picture(of state: State) -> Picture? {
    valleyPicture(car: state.position, road: leftEnd...rightEnd, goal: goalPosition)
  }
}

extension MountainCarContinuous {
  public static var actionNames: [String] { ["force"] }

  /// The valley, the flag and the car.
  public func picture(of state: State) -> Picture? {
    valleyPicture(car: state.position, road: leftEnd...rightEnd, goal: goalPosition)
  }
}

/// Both mountain cars' valley, whose height at `x` is `0.45·sin 3x + 0.55`, as Gymnasium draws it.
private func valleyPicture(
  car: Double, road: ClosedRange<Double>, goal: Double
) -> Picture {
  let margin = 0.08
  let top = 1.35
  var picture = Picture(
    width: road.upperBound - road.lowerBound + 2 * margin, height: top + margin,
    background: ControlColors.paper)
  func place(_ x: Double, above height: Double = 0) -> Picture.Point {
    Picture.Point(
      x - road.lowerBound + margin, top - (0.45 * sin(3 * x) + 0.55) - height)
  }

  let ends = (road.lowerBound - margin, road.upperBound + margin)
  let ridge = (0...72).map { place(ends.0 + (ends.1 - ends.0) * Double($0) / 72) }
  picture.polygon(
    ridge + [.init(picture.width, picture.height), .init(0, picture.height)],
    Picture.Color(hex: 0xDCE5DA))
  picture.stroke(ridge, width: 0.012, ControlColors.green)
  picture.stroke(
    [place(road.lowerBound - 0.5 * margin), place(road.lowerBound - 0.5 * margin, above: 0.16)],
    width: 0.03, ControlColors.line)

  let foot = place(goal)
  let tip = Picture.Point(foot.x, foot.y - 0.2)
  picture.stroke([foot, tip], width: 0.012, ControlColors.ink)
  picture.polygon(
    [tip, .init(tip.x + 0.1, tip.y + 0.035), .init(tip.x, tip.y + 0.07)], ControlColors.red)
  addCar(at: place(car), climbing: atan(1.35 * cos(3 * car)), to: &picture)
  return picture
}

/// A car with its wheels on the road, tilted by the angle at which the road climbs, rad.
private func addCar(
  at road: Picture.Point, climbing angle: Double, to picture: inout Picture
) {
  let (sine, cosine) = (sin(angle), cos(angle))
  func place(_ along: Double, _ above: Double) -> Picture.Point {
    Picture.Point(
      road.x + along * cosine - above * sine, road.y - along * sine - above * cosine)
  }
  picture.polygon(
    [
      place(-0.08, 0.02), place(0.08, 0.02), place(0.08, 0.05), place(0.045, 0.055),
      place(0.03, 0.085), place(-0.035, 0.085), place(-0.055, 0.055), place(-0.08, 0.055),
    ], ControlColors.blue)
  for along in [-0.045, 0.045] {
    picture.disc(center: place(along, 0.02), radius: 0.02, ControlColors.ink)
  }
}
