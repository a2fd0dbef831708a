/// A state as other programs write it: numbers, words, lists and records of them, as in JSON.
///
/// This is what `fledge rollout` prints as `state` and takes as `--state`.
public indirect enum StateValue: Hashable, Sendable {
  /// A number.
  case number(Double)
  /// A text.
  case text(String)
  /// True or false.
  case truth(Bool)
  /// Values in their order.
  case list([StateValue])
  /// Values by name.
  case record([String: StateValue])
  /// The absence of a value.
  case nothing

  /// A list of numbers.
  public init(_ numbers: [Double]) { self = .list(numbers.map(StateValue.number)) }

  /// The number, if it is one.
  public var number: Double? { if case .number(let number) = self { number } else { nil } }

  /// The whole number, if it is one.
  public var integer: Int? { number.flatMap { Int(exactly: $0) } }

  /// The word, if it is one.
  public var text: String? { if case .text(let text) = self { text } else { nil } }

  /// The elements, if it is a list.
  public var list: [StateValue]? { if case .list(let list) = self { list } else { nil } }

  /// The numbers, if it is a list of numbers only.
  public var numbers: [Double]? {
    guard let list else { return nil }
    let numbers = list.compactMap(\.number)
    return numbers.count == list.count ? numbers : nil
  }

  /// The value of a record's field, `nil` if this is no record or has no such field.
  public subscript(field: String) -> StateValue? {
    if case .record(let fields) = self { fields[field] } else { nil }
  }
}

extension StateValue: ExpressibleByArrayLiteral, ExpressibleByFloatLiteral,
  ExpressibleByIntegerLiteral, ExpressibleByStringLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByDictionaryLiteral
{
  public init(arrayLiteral elements: StateValue...) { self = .list(elements) }
  public init(floatLiteral value: Double) { self = .number(value) }
  public init(integerLiteral value: Int) { self = .number(Double(value)) }
  public init(stringLiteral value: String) { self = .text(value) }
  public init(booleanLiteral value: Bool) { self = .truth(value) }
  public init(dictionaryLiteral elements: (String, StateValue)...) {
    self = .record(Dictionary(elements) { _, last in last })
  }
}

extension StateValue: Codable {
  private struct Field: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  public init(from decoder: any Decoder) throws {
    if let fields = try? decoder.container(keyedBy: Field.self) {
      self = .record(
        try Dictionary(
          uniqueKeysWithValues: fields.allKeys.map {
            ($0.stringValue, try fields.decode(StateValue.self, forKey: $0))
          }))
      return
    }
    if var elements = try? decoder.unkeyedContainer() {
      var list: [StateValue] = []
      while !elements.isAtEnd { list.append(try elements.decode(StateValue.self)) }
      self = .list(list)
      return
    }
    let value = try decoder.singleValueContainer()
    if value.decodeNil() {
      self = .nothing
    } else if let truth = try? value.decode(Bool.self) {
      self = .truth(truth)
    } else if let number = try? value.decode(Double.self) {
      self = .number(number)
    } else {
      self = .text(try value.decode(String.self))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .number(let number): try number.encode(to: encoder)
    case .text(let text): try text.encode(to: encoder)
    case .truth(let truth): try truth.encode(to: encoder)
    case .list(let list): try list.encode(to: encoder)
    case .record(let fields):
      var container = encoder.container(keyedBy: Field.self)
      for (name, value) in fields.sorted(by: { $0.key < $1.key }) {
        try container.encode(value, forKey: Field(stringValue: name))
      }
    case .nothing:
      var container = encoder.singleValueContainer()
      try container.encodeNil()
    }
  }
}

extension StateValue: CustomStringConvertible {
  /// As JSON writes it.
  public var description: String {
    switch self {
    case .number(let number): Int(exactly: number).map { "\($0)" } ?? "\(number)"
    case .text(let text): "\"\(text)\""
    case .truth(let truth): "\(truth)"
    case .list(let list): "[\(list.map(\.description).joined(separator: ", "))]"
    case .record(let fields):
      "{"
        + fields.sorted { $0.key < $1.key }.map { "\"\($0.key)\": \($0.value)" }
        .joined(separator: ", ") + "}"
    case .nothing: "null"
    }
  }
}
