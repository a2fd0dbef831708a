import Spelling

/// A setting that is one of several named alternatives, some of which have settings of their own.
///
/// It is written as the alternative's name, `relu`, or as an object with that name as its only key,
/// `{"adam": {"beta1": 0.9, ...}}`. A name alone, where there are settings, means their defaults.
/// A type may also read a bare number (`plain(_:)`).
public protocol Choice: Codable, Equatable, Sendable {
  /// All alternatives, in the order in which a list should show them.
  static var alternatives: [Alternative<Self>] { get }

  /// This value's name among the alternatives, and its settings if that alternative has any.
  var chosen: (name: String, settings: (any ValidatedSettings)?) { get }

  /// The alternative that was chosen, with its standard settings; `nil` where it has none.
  var standard: Self? { get }

  /// What a bare number means, such as a constant schedule; `nil` where it means nothing.
  static func plain(_ number: Double) -> Self?
  /// The bare number that stands for this value, if one does.
  var plainNumber: Double? { get }
}

/// One of the values that a choice may have.
public struct Alternative<Value: Sendable>: Sendable {
  /// What files call it.
  public let name: String
  /// The value with default settings.
  public let standard: Value
  fileprivate let decode: @Sendable (KeyedDecodingContainer<ChoiceKey>, ChoiceKey) throws -> Value

  /// An alternative without settings.
  public init(_ name: String, _ value: Value) {
    self.name = name
    standard = value
    decode = { container, key in
      _ = try container.nestedContainer(keyedBy: NoKey.self, forKey: key)
      return value
    }
  }

  /// An alternative that `make` builds from settings.
  public init<Settings: ValidatedSettings>(
    _ name: String, _ settings: Settings.Type, _ make: @escaping @Sendable (Settings) -> Value
  ) {
    self.name = name
    standard = make(Settings())
    decode = { container, key in make(try container.decode(Settings.self, forKey: key)) }
  }
}

extension Choice {
  public var standard: Self? { Self.standard(named: chosen.name) }
  public static func plain(_ number: Double) -> Self? { nil }
  public var plainNumber: Double? { nil }

  /// The alternative named `name` with its default settings.
  public static func standard(named name: String) -> Self? {
    alternatives.first { $0.name == name }?.standard
  }

  /// Refuses settings outside what their meaning allows, under the alternative's name.
  public func validate() throws(SettingsError) {
    guard let settings = chosen.settings else { return }
    try NeuralNetworks.validate(chosen.name) { () throws(SettingsError) in
      try settings.validate()
    }
  }

  public init(from decoder: any Decoder) throws {
    if let bare = try? decoder.singleValueContainer() {
      if let number = try? bare.decode(Double.self), let value = Self.plain(number) {
        self = value
        return
      }
      if let name = try? bare.decode(String.self) {
        self = try Self.alternative(named: name, at: decoder.codingPath).standard
        return
      }
    }
    let container = try decoder.container(keyedBy: ChoiceKey.self)
    guard container.allKeys.count == 1, let key = container.allKeys.first else {
      let found = container.allKeys.map { "'\($0.stringValue)'" }.sorted()
      throw Self.corrupted(
        at: decoder.codingPath,
        "one of \(Self.nameList) is wanted here, but "
          + (found.isEmpty ? "nothing was" : "\(found.joined(separator: " and ")) were") + " chosen"
      )
    }
    self = try Self.alternative(named: key.stringValue, at: decoder.codingPath)
      .decode(container, key)
  }

  public func encode(to encoder: any Encoder) throws {
    let chosen = chosen
    if let number = plainNumber {
      var container = encoder.singleValueContainer()
      try container.encode(number)
    } else if let settings = chosen.settings {
      var container = encoder.container(keyedBy: ChoiceKey.self)
      try container.encode(settings, forKey: ChoiceKey(chosen.name))
    } else {
      var container = encoder.singleValueContainer()
      try container.encode(chosen.name)
    }
  }

  private static var nameList: String { alternatives.map(\.name).joined(separator: ", ") }

  private static func alternative(
    named name: String, at path: [any CodingKey]
  ) throws -> Alternative<Self> {
    if let found = alternatives.first(where: { $0.name == name }) { return found }
    if Double(name) != nil, plain(1) != nil, plain(1.5) == nil {
      throw corrupted(
        at: path, "a whole number or one of \(nameList) is wanted here, not '\(name)'")
    }
    let number = plain(1) == nil ? "" : " and not a finite number"
    let nearest =
      nearestName(to: name, among: alternatives.map(\.name))
      .map { "; did you mean '\($0)'?" } ?? ""
    throw corrupted(at: path, "'\(name)' is not one of \(nameList)\(number)\(nearest)")
  }

  private static func corrupted(at path: [any CodingKey], _ sentence: String) -> DecodingError {
    .dataCorrupted(DecodingError.Context(codingPath: path, debugDescription: sentence))
  }
}

/// The name of an alternative, whatever it is: that it is known is checked with a better sentence.
private struct ChoiceKey: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }
  init(_ name: String) { stringValue = name }
  init?(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}

/// The keys of an alternative without settings: none.
private struct NoKey: CodingKey {
  var stringValue: String { "" }
  var intValue: Int? { nil }
  init?(stringValue: String) { nil }
  init?(intValue: Int) { nil }
}
