import Glibc
import Randomness

/// One parameter as models see it: a coordinate from 0 to 1 for numbers, an index for choices.
///
/// Equal lengths of the coordinate are equally likely in a random search: a logarithmic range is
/// even in the logarithm, a normal one in its probability. A range with a step is cut into one cell
/// per value, and a value's coordinate lies inside its cell.
package struct Axis: Sendable {
  package enum Kind: Sendable {
    /// Only one value is possible.
    case fixed(ParameterValue)
    /// Any number of the range.
    case continuous
    /// So many values in ascending order, each with a cell of the coordinate.
    case levels(Int)
    /// Values without an order.
    case categories([ParameterValue])
  }

  package let kind: Kind
  private let form: Form
  /// The probability of each category; empty for others.
  private let probabilities: [Double]

  /// How coordinates and values belong together.
  private enum Form: Sendable {
    case none
    case real(lowest: Double, highest: Double, logarithmic: Bool)
    case normal(mean: Double, deviation: Double, logarithmic: Bool)
    case stepped(Levels)
  }

  /// - Parameter range: a valid one.
  package init(_ range: ParameterRange) {
    var weights: [Double] = []
    switch range {
    case .constant(let value): (kind, form) = (.fixed(value), .none)
    case .choice(let values, let probabilities):
      (kind, form) = (values.count == 1 ? .fixed(values[0]) : .categories(values), .none)
      weights = probabilities ?? Array(repeating: 1 / Double(values.count), count: values.count)
    case .normal(let mean, let deviation, let scale):
      kind = .continuous
      form = .normal(mean: mean, deviation: deviation, logarithmic: scale == .logarithmic)
    case .real(let lowest, let highest, let scale, nil):
      kind = lowest == highest ? .fixed(.number(lowest)) : .continuous
      form = .real(lowest: lowest, highest: highest, logarithmic: scale == .logarithmic)
    default:
      let levels = Levels(range)
      kind = levels.count == 1 ? .fixed(levels.value(0)) : .levels(levels.count)
      form = .stepped(levels)
    }
    probabilities = weights
  }

  /// The value at a coordinate from 0 to 1, or at an index.
  package func value(at coordinate: Double) -> ParameterValue {
    switch (kind, form) {
    case (.fixed(let value), _): return value
    case (.categories(let values), _):
      return values[min(max(Int(coordinate), 0), values.count - 1)]
    case (_, .real(let lowest, let highest, let logarithmic)):
      let unit = min(max(coordinate, 0), 1)
      let number =
        logarithmic
        ? exp(log(lowest) + unit * (log(highest) - log(lowest)))
        : lowest + unit * (highest - lowest)
      return .number(min(max(number, lowest), highest))
    case (_, .normal(let mean, let deviation, let logarithmic)):
      let unit = min(max(coordinate, 1e-12), 1 - 1e-12)
      let number = mean + deviation * normalQuantile(unit)
      return .number(logarithmic ? exp(number) : number)
    case (_, .stepped(let levels)): return levels.value(levels.level(at: coordinate))
    case (_, .none): return .boolean(false)
    }
  }

  /// Where a value lies; nothing if the range does not hold it.
  package func coordinate(of value: ParameterValue) -> Double? {
    switch (kind, form) {
    case (.fixed(let only), _): return value == only ? 0.5 : nil
    case (.categories(let values), _): return values.firstIndex(of: value).map(Double.init)
    case (_, .real(let lowest, let highest, let logarithmic)):
      guard let number = value.numeric, number >= lowest, number <= highest else { return nil }
      return logarithmic
        ? (log(number) - log(lowest)) / (log(highest) - log(lowest))
        : (number - lowest) / (highest - lowest)
    case (_, .normal(let mean, let deviation, let logarithmic)):
      guard let number = value.numeric, number.isFinite, !logarithmic || number > 0 else {
        return nil
      }
      return normalProbability(((logarithmic ? log(number) : number) - mean) / deviation)
    case (_, .stepped(let levels)):
      return value.numeric.flatMap(levels.level(of:)).map(levels.center(of:))
    case (_, .none): return nil
    }
  }

  /// The part of the coordinate that gives the same value; nothing for ranges without steps.
  package func cell(around coordinate: Double) -> (low: Double, high: Double)? {
    guard case .stepped(let levels) = form else { return nil }
    return levels.cell(of: levels.level(at: coordinate))
  }

  /// The coordinate of the value at a coordinate.
  package func snapped(_ coordinate: Double) -> Double {
    guard case .stepped(let levels) = form else { return min(max(coordinate, 0), 1) }
    return levels.center(of: levels.level(at: coordinate))
  }

  /// The coordinate of the level with this index.
  package func center(ofLevel index: Int) -> Double {
    guard case .stepped(let levels) = form else { return 0.5 }
    return levels.center(of: index)
  }

  /// The index of the level at a coordinate.
  package func level(at coordinate: Double) -> Int {
    guard case .stepped(let levels) = form else { return 0 }
    return levels.level(at: coordinate)
  }

  /// What a number from `[0, 1)` draws: itself, or the category that it falls to.
  package func drawn(_ uniform: Double) -> Double {
    guard case .categories(let values) = kind else { return uniform }
    var rest = uniform
    var last = 0
    for (index, probability) in probabilities.enumerated() where probability > 0 {
      last = index
      rest -= probability
      if rest < 0 { break }
    }
    return Double(min(last, values.count - 1))
  }

  /// The probability of a category in a random search.
  package func probability(ofCategory index: Int) -> Double { probabilities[index] }

  package var isFixed: Bool {
    if case .fixed = kind { return true }
    return false
  }

  /// The number of categories; nothing for numbers.
  package var categories: Int? {
    if case .categories(let values) = kind { return values.count }
    return nil
  }

  /// The number of different values; nothing where they cannot be counted.
  package var count: Int? {
    switch kind {
    case .fixed: 1
    case .continuous: nil
    case .levels(let count): count
    case .categories(let values): values.count
    }
  }
}

/// The probability that a standard normal draw falls below a number.
func normalProbability(_ z: Double) -> Double { 0.5 * erfc(-z * 0.5.squareRoot()) }
