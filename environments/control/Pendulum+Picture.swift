public import Environments
import Glibc

extension Pendulum {
  public static var actionNames: [String] { ["torque"] }

  /// One over the time step, unless that is changed.
  public static var framesPerSecond: Double { 20 }

  /// The rod, which leans to the left for positive angles, and an arc for how fast it turns.
  ///
  /// The arc would go half way around at the largest speed.
  public func picture(of state: State) -> Picture? {
    let reach = 1.3 * length
    var picture = Picture(width: 2 * reach, height: 2 * reach, background: ControlColors.paper)
    let hinge = Picture.Point(reach, reach)
    let tip = Picture.Point(
      hinge.x - length * sin(state.angle), hinge.y - length * cos(state.angle))
    picture.stroke(
      Picture.arc(center: hinge, radius: length, from: 0, to: 2 * .pi), width: 0.015 * length,
      Picture.Color(hex: 0xE3E6EC))
    picture.stroke(
      [.init(hinge.x, hinge.y - 0.94 * length), .init(hinge.x, hinge.y - 1.06 * length)],
      width: 0.02 * length, ControlColors.green)
    addArc(state, around: hinge, to: &picture)
    picture.stroke([hinge, tip], width: 0.16 * length, ControlColors.orange)
    picture.disc(center: hinge, radius: 0.05 * length, ControlColors.ink)
    return picture
  }

  /// An arc with an arrowhead, ahead of the rod.
  private func addArc(_ state: State, around hinge: Picture.Point, to picture: inout Picture) {
    let share = max(-1, min(1, state.velocity / speedLimit))
    let (radius, start) = (0.55 * length, -state.angle - .pi / 2)
    let end = start - share * .pi
    picture.stroke(
      Picture.arc(center: hinge, radius: radius, from: start, to: end), width: 0.03 * length,
      ControlColors.blue)
    guard abs(share) > 0.04 else { return }
    let forward = share > 0 ? -1.0 : 1
    func place(_ angle: Double, _ radius: Double) -> Picture.Point {
      Picture.Point(hinge.x + radius * cos(angle), hinge.y + radius * sin(angle))
    }
    picture.polygon(
      [
        place(end + forward * 0.2, radius), place(end, radius + 0.07 * length),
        place(end, radius - 0.07 * length),
      ], ControlColors.blue)
  }
}
