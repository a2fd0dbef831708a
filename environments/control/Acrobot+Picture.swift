public import Environments
import Glibc

extension Acrobot {
  public static var actionNames: [String] { ["turn left", "coast", "turn right"] }

  public static var framesPerSecond: Double { 15 }

  /// Both links, the hinge and the height to be reached, in meters.
  ///
  /// The second link is drawn twice as long as its center of mass is far from the joint.
  public func picture(of state: State) -> Picture? {
    let length2 = 2 * center2
    let reach = 1.15 * max(length1 + length2, 1)
    var picture = Picture(width: 2 * reach, height: 2 * reach, background: ControlColors.paper)
    let unit = reach / 2.3
    let hinge = Picture.Point(reach, reach)
    func end(of length: Double, from start: Picture.Point, angle: Double) -> Picture.Point {
      Picture.Point(start.x + length * sin(angle), start.y + length * cos(angle))
    }
    let joint = end(of: length1, from: hinge, angle: state.angle1)
    let tip = end(of: length2, from: joint, angle: state.angle1 + state.angle2)

    for dash in 0..<23 {
      let x = reach + (Double(dash) - 11.25) / 11.5 * reach
      picture.stroke(
        [.init(x, hinge.y - length1), .init(x + 0.5 / 11.5 * reach, hinge.y - length1)],
        width: 0.025 * unit, ControlColors.green)
    }
    picture.stroke([hinge, joint], width: 0.16 * unit, ControlColors.blue)
    picture.stroke([joint, tip], width: 0.16 * unit, ControlColors.orange)
    picture.disc(center: hinge, radius: 0.1 * unit, ControlColors.ink)
    picture.disc(center: joint, radius: 0.06 * unit, ControlColors.ink)
    return picture
  }
}
