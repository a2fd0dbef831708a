/// Something in a search that cannot be as it is, said in one sentence.
public struct SearchError: Error, Equatable, CustomStringConvertible {
  /// Where: the dotted path of a parameter, or the key of a setting; empty for the whole search.
  public let path: String
  /// What must hold, and what was found instead.
  public let problem: String

  /// What is wrong, and where.
  public init(path: String, problem: String) {
    self.path = path
    self.problem = problem
  }

  public var description: String { path.isEmpty ? problem : path + " " + problem }
}

/// Settings of a sampler or a stopping rule: what stands in a file, with a default for each key.
public protocol SearchSettings: Codable, Equatable, Sendable {
  /// The defaults.
  init()

  /// Refuses values outside what their meaning allows; the error's path is the key.
  func check() throws(SearchError)
}

/// Throws unless `holds`: `require(count >= 1, "count", "must be 1 or more", found: count)`.
func require(
  _ holds: Bool, _ key: String, _ rule: String, found value: some CustomStringConvertible
) throws(SearchError) {
  guard !holds else { return }
  throw SearchError(path: key, problem: "\(rule), but is \(value)")
}
