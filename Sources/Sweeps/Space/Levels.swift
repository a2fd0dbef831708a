import Glibc

/// The values of a range with a step, and the cells that they have in the unit interval.
struct Levels: Sendable {
  let count: Int
  private let whole: (first: Int, step: Int)?
  private let first: Double
  private let step: Double
  private let scale: ParameterRange.Scale
  /// The ends of the first and the last cell on the logarithmic scale.
  private let ends: (low: Double, high: Double)
  /// Ten to the number of decimals that a value keeps, so that 0.1 + 2 · 0.1 is 0.3.
  private let digits: Double

  init(_ range: ParameterRange) {
    switch range {
    case .integer(let lowest, let highest, let scale, let step):
      count = (highest - lowest) / step + 1
      whole = (lowest, step)
      (first, self.step, self.scale, digits) = (Double(lowest), Double(step), scale, 1)
    case .real(let lowest, let highest, let scale, let step?):
      count = Int(((highest - lowest) / step * (1 + 1e-12) + 1e-9).rounded(.down)) + 1
      whole = nil
      (first, self.step, self.scale) = (lowest, step, scale)
      digits = pow(10, 14 - log10(max(abs(lowest), abs(highest), step)).rounded(.up))
    default:
      (count, whole, first, step, scale, digits) = (1, nil, 0, 1, .linear, 1)
    }
    let last = first + Double(count - 1) * step
    ends =
      scale == .linear
      ? (0, 1) : (2 * log(first) - log(first + step / 2), log(last + step / 2))
  }

  func value(_ level: Int) -> ParameterValue {
    if let whole { return .integer(whole.first + level * whole.step) }
    return .number(number(level))
  }

  private func number(_ level: Int) -> Double {
    let exact = first + Double(level) * step
    let rounded = (exact * digits).rounded() / digits
    return rounded.isFinite && whole == nil ? rounded : exact
  }

  /// The level with this value; nothing if the range steps over it.
  func level(of number: Double) -> Int? {
    let place = ((number - first) / step).rounded()
    guard place >= 0, place < Double(count) else { return nil }
    let level = Int(place)
    return abs(self.number(level) - number) <= 1e-9 * max(step, abs(number)) ? level : nil
  }

  /// The level whose cell holds a coordinate.
  func level(at coordinate: Double) -> Int {
    let unit = min(max(coordinate, 0), 1)
    let place =
      scale == .linear
      ? (unit * Double(count)).rounded(.down)
      : ((exp(ends.low + unit * (ends.high - ends.low)) - first) / step).rounded()
    return min(max(0, place < Double(count) ? Int(place) : count - 1), count - 1)
  }

  /// The coordinate of a level.
  func center(of level: Int) -> Double {
    scale == .linear
      ? (Double(level) + 0.5) / Double(count) : unit(log(first + Double(level) * step))
  }

  func cell(of level: Int) -> (low: Double, high: Double) {
    guard scale == .logarithmic else {
      return (Double(level) / Double(count), Double(level + 1) / Double(count))
    }
    let middle = first + Double(level) * step
    return (
      level == 0 ? 0 : unit(log(middle - step / 2)),
      level == count - 1 ? 1 : unit(log(middle + step / 2))
    )
  }

  private func unit(_ logarithm: Double) -> Double {
    (logarithm - ends.low) / (ends.high - ends.low)
  }
}
