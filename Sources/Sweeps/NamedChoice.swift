/// A choice among alternatives as it stands in a file: a name, or a name with settings.
struct NamedChoice {
  let name: String
  private let container: KeyedDecodingContainer<NameKey>?

  /// Reads which alternative was chosen.
  init(from decoder: any Decoder, among names: [String]) throws {
    if let name = try? decoder.singleValueContainer().decode(String.self) {
      self.name = name
      container = nil
    } else {
      let container = try decoder.container(keyedBy: NameKey.self)
      guard container.allKeys.count == 1, let key = container.allKeys.first else {
        throw Self.error("needs one of \(names.joined(separator: ", "))", decoder)
      }
      name = key.stringValue
      let isEmpty = try container.decodeNil(forKey: key)
      self.container = isEmpty ? nil : container
    }
    guard names.contains(name) else {
      throw Self.error("'\(name)' is none of \(names.joined(separator: ", "))", decoder)
    }
  }

  private static func error(_ problem: String, _ decoder: any Decoder) -> DecodingError {
    .dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: problem))
  }

  /// The settings of the alternative, or its defaults if only a name was written.
  func settings<Settings: SearchSettings>(_ type: Settings.Type) throws -> Settings {
    guard let container else { return Settings() }
    return try container.decode(type, forKey: NameKey(name))
  }

  static func encode(
    _ name: String, _ settings: (any SearchSettings)?, to encoder: any Encoder
  ) throws {
    guard let settings else {
      var container = encoder.singleValueContainer()
      return try container.encode(name)
    }
    var container = encoder.container(keyedBy: NameKey.self)
    try settings.encode(to: container.superEncoder(forKey: NameKey(name)))
  }
}

private struct NameKey: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }
  init(_ name: String) { stringValue = name }
  init?(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}

/// Runs the check of settings whose keys stand under a name.
func checkNamed(_ name: String, _ settings: (any SearchSettings)?) throws(SearchError) {
  guard let settings else { return }
  do throws(SearchError) {
    try settings.check()
  } catch {
    throw SearchError(path: name + "." + error.path, problem: error.problem)
  }
}
