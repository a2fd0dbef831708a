import Spelling

/// A parameter of an environment that an experiment file or a flag may change.
///
/// Numbers, switches (0 or 1) and texts.
public struct Setting<Owner>: Sendable {
  /// The property's name, such as `poleMass`.
  public let name: String
  /// Its unit, such as `kg`; empty where it has none.
  public let unit: String
  /// The values that make sense.
  public let allowed: SettingRange
  let read: @Sendable (Owner) -> SettingValue
  let write: @Sendable (inout Owner, SettingValue) throws -> Void

  /// A property that is a number.
  public init(
    _ name: String, _ property: any WritableKeyPath<Owner, Double> & Sendable, unit: String = "",
    _ allowed: SettingRange = .finite
  ) {
    self.name = name
    self.unit = unit
    self.allowed = allowed
    read = { .number($0[keyPath: property]) }
    write = { if case .number(let number) = $1 { $0[keyPath: property] = number } }
  }

  /// A property that is a whole number.
  public init(
    _ name: String, _ property: any WritableKeyPath<Owner, Int> & Sendable, unit: String = "",
    _ allowed: ClosedRange<Int>
  ) {
    self.name = name
    self.unit = unit
    self.allowed = .whole(allowed)
    read = { .number(Double($0[keyPath: property])) }
    write = { if case .number(let number) = $1 { $0[keyPath: property] = Int(number) } }
  }

  /// A property that is a switch.
  public init(_ name: String, _ property: any WritableKeyPath<Owner, Bool> & Sendable) {
    self.name = name
    unit = ""
    allowed = .whole(0...1)
    read = { .number($0[keyPath: property] ? 1 : 0) }
    write = { $0[keyPath: property] = $1 == .number(1) }
  }

  /// A property that is written as a text, such as a map.
  ///
  /// - Parameters:
  ///   - name: as experiment files call it.
  ///   - read: gives the property's value as a text.
  ///   - form: what the text has to look like, in a few words.
  ///   - write: reads the text; throws what is wrong with it, in a sentence.
  public init(
    _ name: String, form: String, read: @escaping @Sendable (Owner) -> String,
    write: @escaping @Sendable (inout Owner, String) throws -> Void
  ) {
    self.name = name
    unit = ""
    allowed = .text(form)
    self.read = { .text(read($0)) }
    self.write = { if case .text(let text) = $1 { try write(&$0, text) } }
  }
}

/// Which values a setting may have.
public enum SettingRange: Hashable, Sendable {
  /// Any finite number.
  case finite
  /// A finite number above 0.
  case positive
  /// A finite number, at least 0.
  case nonnegative
  /// A number of a range.
  case within(ClosedRange<Double>)
  /// A whole number of a range.
  case whole(ClosedRange<Int>)
  /// A text of some form.
  case text(String)

  /// Whether a setting may have this value; of a range, both ends must be allowed.
  public func contains(_ value: SettingValue) -> Bool {
    switch (value, self) {
    case (.number(let number), _): allows(number)
    case (.text, .text): true
    case (.text, _): false
    case (.range, .whole): false
    case (.range(let range), _): allows(range.lowerBound) && allows(range.upperBound)
    }
  }

  private func allows(_ value: Double) -> Bool {
    switch self {
    case .text: false
    case .finite: value.isFinite
    case .positive: value.isFinite && value > 0
    case .nonnegative: value.isFinite && value >= 0
    case .within(let range): range.contains(value)
    case .whole(let range): Int(exactly: value).map(range.contains) ?? false
    }
  }
}

extension SettingRange: CustomStringConvertible {
  public var description: String {
    switch self {
    case .finite: "a finite number"
    case .positive: "above 0"
    case .nonnegative: "at least 0"
    case .within(let range): "from \(range.lowerBound) to \(range.upperBound)"
    case .text(let form): form
    case .whole(0...1): "0 or 1"
    case .whole(let range) where range.upperBound == .max:
      "a whole number, at least \(range.lowerBound)"
    case .whole(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
    }
  }
}

/// A setting as a catalogue lists it.
public struct SettingDescription: Hashable, Sendable {
  /// The name to use in an experiment file.
  public let name: String
  /// The unit, empty where it has none.
  public let unit: String
  /// The value unless it is set.
  public let standard: SettingValue
  /// The values that make sense.
  public let allowed: SettingRange
}

extension Environment {
  /// This environment with some of its settings changed.
  ///
  /// - Throws: `EnvironmentError` for an unknown name (with the nearest known one) and for a value
  ///   out of range.
  public func changed(
    by changes: [String: SettingValue], name environment: String? = nil
  ) throws(EnvironmentError) -> Self {
    let environment = environment ?? "\(Self.self)"
    let settings = Self.settings
    var result = self
    for (name, value) in changes.sorted(by: { $0.key < $1.key }) {
      guard let setting = settings.first(where: { $0.name == name }) else {
        let known = settings.map(\.name)
        throw .unknownSetting(
          environment: environment, name: name, nearest: nearestName(to: name, among: known),
          known: known)
      }
      guard setting.allowed.contains(value) else {
        throw .settingOutOfRange(
          environment: environment, name: name, value: value,
          allowed: "\(takesNoRange(value, setting.allowed) ? "one value, not a range: " : "")"
            + "\(setting.allowed)\(setting.unit.isEmpty ? "" : " (\(setting.unit))")")
      }
      do { try setting.write(&result, value) } catch {
        throw .invalidSettings(environment: environment, reason: "its \(name): \(error)")
      }
    }
    do { try result.validate() } catch {
      throw .invalidSettings(environment: environment, reason: "\(error)")
    }
    return result
  }
}

/// Whether it is the range itself that a setting refuses, whatever its ends are.
private func takesNoRange(_ value: SettingValue, _ allowed: SettingRange) -> Bool {
  guard case .range = value else { return false }
  return switch allowed {
  case .whole, .text: true
  default: false
  }
}
