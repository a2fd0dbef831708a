public import Environments
import Glibc

extension CartPole {
  public static var actionNames: [String] { ["push left", "push right"] }

  /// One over the time step, unless that is changed.
  public static var framesPerSecond: Double { 50 }

  /// The cart on its track between the two ends, and the pole, in meters.
  public func picture(of state: State) -> Picture? {
    let pole = 2 * halfLength
    let unit = positionLimit / 2.4
    let (cartWidth, cartHeight, wheel) = (0.5 * unit, 0.22 * unit, 0.08 * unit)
    let margin = 0.5 * unit
    let below = max(margin, angleLimit > .pi / 2 ? pole : 0)
    let hingeY = margin + pole
    let trackY = hingeY + cartHeight + wheel
    var picture = Picture(
      width: 2 * (positionLimit + margin), height: trackY + below,
      background: ControlColors.paper)
    let middle = picture.width / 2
    let x = middle + state.position

    for end in [middle - positionLimit, middle + positionLimit] {
      picture.stroke(
        [.init(end, trackY - 0.2 * unit), .init(end, trackY)], width: 0.05 * unit,
        ControlColors.red)
    }
    picture.stroke(
      [.init(middle - positionLimit, trackY), .init(middle + positionLimit, trackY)],
      width: 0.05 * unit, ControlColors.line)
    for side in [-1.0, 1] {
      picture.disc(
        center: .init(x + side * 0.3 * cartWidth, trackY - wheel), radius: wheel,
        ControlColors.ink)
    }
    picture.rectangle(
      x: x - cartWidth / 2, y: hingeY, width: cartWidth, height: cartHeight, ControlColors.blue)
    picture.stroke(
      [
        .init(x, hingeY),
        .init(x + pole * sin(state.angle), hingeY - pole * cos(state.angle)),
      ], width: 0.1 * unit, ControlColors.orange)
    picture.disc(center: .init(x, hingeY), radius: 0.04 * unit, ControlColors.ink)
    return picture
  }
}
