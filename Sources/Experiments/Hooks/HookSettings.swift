public import Environments
import Spelling

/// A hook that an experiment file names: `plateau`, or with settings `{plateau: {patience: 3}}`.
public struct HookSettings: Codable, Equatable, Sendable {
  /// The key that stands for it.
  public var name: String
  /// Settings other than the standard ones.
  public var settings: [String: SettingValue]

  /// Asks for a hook, with settings other than the standard ones.
  public init(_ name: String, settings: [String: SettingValue] = [:]) {
    self.name = name
    self.settings = settings
  }

  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { return nil }
  }

  public init(from decoder: any Decoder) throws {
    if let name = try? decoder.singleValueContainer().decode(String.self) {
      self.init(name)
      return
    }
    let container = try decoder.container(keyedBy: Key.self)
    guard container.allKeys.count == 1, let key = container.allKeys.first else {
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: decoder.codingPath,
          debugDescription: "expected the name of one hook, such as plateau or {plateau: {…}}"))
    }
    self.init(
      key.stringValue, settings: try container.decode([String: SettingValue].self, forKey: key))
  }

  public func encode(to encoder: any Encoder) throws {
    if settings.isEmpty {
      var container = encoder.singleValueContainer()
      try container.encode(name)
    } else {
      var container = encoder.container(keyedBy: Key.self)
      try container.encode(settings, forKey: Key(stringValue: name))
    }
  }
}

extension Catalogue {
  private static let hooksKey = "hooks"

  /// The hooks that experiment files may name, beside the environments.
  public var hooks: [HookEntry] { additions[Self.hooksKey] as? [HookEntry] ?? [] }

  /// Adds a hook.
  public mutating func add(_ hook: HookEntry) {
    precondition(
      !hooks.contains { $0.name == hook.name } && hook.name != StopAtReturn.name,
      "two hooks are called \(hook.name)")
    additions[Self.hooksKey] = hooks + [hook]
  }

  /// The hook that an experiment file asks for, as it is before a run.
  func makeHook(_ asked: HookSettings) throws -> any TrainingHook {
    guard let entry = hooks.first(where: { $0.name == asked.name }) else {
      throw HookError.unknown(asked.name, known: hooks.map(\.name))
    }
    return try Self.adapt(entry.standard, by: asked)
  }

  private static func adapt<Hook: TrainingHook>(
    _ hook: Hook, by asked: HookSettings
  ) throws -> Hook {
    try ConfigDecoder.decode(
      Hook.self, from: ConfigEncoder.encode(asked.settings), over: ConfigEncoder.encode(hook),
      path: asked.name)
  }
}

/// What is wrong with a hook, in one sentence.
public enum HookError: Error, Equatable, CustomStringConvertible {
  /// No hook has this name.
  case unknown(String, known: [String])
  /// A hook recorded what it had not declared.
  case unknownMetric(hook: String, metric: String, known: [String])

  public var description: String {
    switch self {
    case .unknown(let name, let known):
      "there is no hook '\(name)'; "
        + (nearestName(to: name, among: known).map { "did you mean '\($0)'?" }
          ?? (known.isEmpty
            ? "this program knows none: `Fledge.main(with:hooks:)` adds your own"
            : "known: \(known.joined(separator: ", "))"))
    case .unknownMetric(let hook, let metric, let known):
      "the hook '\(hook)' records '\(metric)', which is not among its metrics "
        + "(\(known.joined(separator: ", "))); declare it there"
    }
  }
}
