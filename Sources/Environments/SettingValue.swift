/// The value that a user gives a setting.
public enum SettingValue: Hashable, Sendable {
  /// An amount, or 0 and 1 for a switch.
  case number(Double)
  /// A text, such as a map.
  case text(String)
  /// A number drawn anew for each episode, evenly from a range: a family of tasks.
  case range(ClosedRange<Double>)
}

extension SettingValue: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByStringLiteral
{
  public init(floatLiteral value: Double) { self = .number(value) }
  public init(integerLiteral value: Int) { self = .number(Double(value)) }
  public init(stringLiteral value: String) { self = .text(value) }
}

extension SettingValue: CustomStringConvertible {
  public var description: String {
    switch self {
    case .number(let number): Int(exactly: number).map { "\($0)" } ?? "\(number)"
    case .text(let text): "\"\(text)\""
    case .range(let range): "from \(range.lowerBound) to \(range.upperBound)"
    }
  }
}

/// A number, a text, or `{from: 8, to: 12}`.
extension SettingValue: Codable {
  private enum Bound: String, CodingKey { case from, to }

  public init(from decoder: any Decoder) throws {
    if let bounds = try? decoder.container(keyedBy: Bound.self) {
      let from = try bounds.decode(Double.self, forKey: .from)
      let to = try bounds.decode(Double.self, forKey: .to)
      guard from.isFinite, to.isFinite, from <= to else {
        throw DecodingError.dataCorruptedError(
          forKey: .from, in: bounds, debugDescription: "a range goes from a number to a larger one")
      }
      self = .range(from...to)
      return
    }
    let value = try decoder.singleValueContainer()
    if let number = try? value.decode(Double.self) {
      self = .number(number)
    } else {
      self = .text(try value.decode(String.self))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .number(let number): try number.encode(to: encoder)
    case .text(let text): try text.encode(to: encoder)
    case .range(let range):
      var bounds = encoder.container(keyedBy: Bound.self)
      try bounds.encode(range.lowerBound, forKey: .from)
      try bounds.encode(range.upperBound, forKey: .to)
    }
  }
}
