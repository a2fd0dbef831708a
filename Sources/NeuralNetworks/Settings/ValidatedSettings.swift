/// A group of settings that exists without being told anything and knows what its values may be.
///
/// Every property has a default, and `Codable` is the synthesised one, so that what a user writes
/// can be laid over the encoded defaults. (Synthesised decoding by itself wants every key and
/// ignores unknown ones.)
public protocol ValidatedSettings: Codable, Equatable, Sendable {
  /// Every setting at its default.
  init()

  /// Refuses values outside what their meaning allows.
  func validate() throws(SettingsError)
}

/// A setting with a value that its meaning does not allow.
public struct SettingsError: Error, Equatable, CustomStringConvertible {
  /// The keys that lead to the setting, such as `adam.beta1`.
  public private(set) var path: String
  /// What must hold, and what was found instead.
  public let problem: String

  /// Makes an error of a key, and what must hold there.
  public init(path: String, problem: String) {
    self.path = path
    self.problem = problem
  }

  /// This error seen from outside the group named `key`.
  public func inside(_ key: String) -> SettingsError {
    SettingsError(path: path.isEmpty ? key : key + "." + path, problem: problem)
  }

  public var description: String { path.isEmpty ? problem : path + " " + problem }
}

/// Throws unless `holds`: `require(rate >= 0, "rate", "must be 0 or more", found: rate)`.
package func require(
  _ holds: Bool, _ key: String, _ rule: String, found value: some CustomStringConvertible
) throws(SettingsError) {
  guard !holds else { return }
  throw SettingsError(path: key, problem: "\(rule), but is \(value)")
}

/// Runs the checks of the group named `key`; its errors name the key.
package func validate(
  _ key: String, _ check: () throws(SettingsError) -> Void
) throws(SettingsError) {
  do throws(SettingsError) { try check() } catch { throw error.inside(key) }
}
