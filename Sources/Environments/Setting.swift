/// A parameter of an environment that an experiment file or a flag may change.
///
/// All settings are numbers; a switch is 0 or 1.
public struct Setting<Owner>: Sendable {
  /// The property's name, such as `poleMass`.
  public let name: String
  /// Its unit, such as `kg`; empty where it has none.
  public let unit: String
  /// The values that make sense.
  public let allowed: SettingRange
  let read: @Sendable (Owner) -> Double
  let write: @Sendable (inout Owner, Double) -> Void

  /// A property that is a number.
  public init(
    _ name: String, _ property: any WritableKeyPath<Owner, Double> & Sendable, unit: String = "",
    _ allowed: SettingRange = .finite
  ) {
    self.name = name
    self.unit = unit
    self.allowed = allowed
    read = { $0[keyPath: property] }
    write = { $0[keyPath: property] = $1 }
  }

  /// A property that is a whole number.
  public init(
    _ name: String, _ property: any WritableKeyPath<Owner, Int> & Sendable, unit: String = "",
    _ allowed: ClosedRange<Int>
  ) {
    self.name = name
    self.unit = unit
    self.allowed = .whole(allowed)
    read = { Double($0[keyPath: property]) }
    write = { $0[keyPath: property] = Int($1) }
  }

  /// A property that is a switch.
  public init(_ name: String, _ property: any WritableKeyPath<Owner, Bool> & Sendable) {
    self.name = name
    unit = ""
    allowed = .whole(0...1)
    read = { $0[keyPath: property] ? 1 : 0 }
    write = { $0[keyPath: property] = $1 == 1 }
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

  /// Whether a setting may have this value.
  public func contains(_ value: Double) -> Bool {
    switch self {
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
  public let standard: Double
  /// The values that make sense.
  public let allowed: SettingRange
}

extension Environment {
  /// This environment with some of its settings changed.
  ///
  /// - Throws: `EnvironmentError` for an unknown name (with the nearest known one) and for a value
  ///   out of range.
  public func changed(
    by changes: [String: Double], name environment: String? = nil
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
          allowed: "\(setting.allowed)\(setting.unit.isEmpty ? "" : " (\(setting.unit))")")
      }
      setting.write(&result, value)
    }
    return result
  }
}
