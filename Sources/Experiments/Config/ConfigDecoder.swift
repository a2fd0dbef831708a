package import Environments
import NeuralNetworks
import Spelling

/// Turns a configuration tree into settings: what the user wrote, laid over the defaults.
///
/// Every key must be one that the settings declare; every value must read as its type. What is
/// wrong is refused with its path, its place in the file and the nearest key that exists.
package enum ConfigDecoder {
  /// - Parameter catalogue: What a program has added to the strategies and architectures.
  package static func decode<T: Decodable>(
    _ type: T.Type, from node: ConfigNode, over defaults: ConfigNode?, path: String = "",
    catalogue: Catalogue = Catalogue([])
  ) throws -> T {
    let decoder = TreeDecoder(node: node, defaults: defaults, path: path, catalogue: catalogue)
    do {
      return try decoder.value(of: type)
    } catch let error as DecodingError {
      throw decoder.sentence(for: error)
    }
  }
}

private struct TreeDecoder: Decoder {
  /// What the user wrote here, or the default if nothing was written.
  let node: ConfigNode
  let defaults: ConfigNode?
  let path: String
  let catalogue: Catalogue
  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  /// The reading of what stands below this.
  func child(
    _ node: ConfigNode, defaults: ConfigNode?, path: String? = nil
  ) -> TreeDecoder {
    TreeDecoder(node: node, defaults: defaults, path: path ?? self.path, catalogue: catalogue)
  }

  func error(_ problem: String) -> ConfigError {
    ConfigError(path: path, place: node.place, problem: problem)
  }

  /// Puts an error that settings themselves threw into words of ours.
  func sentence(for error: DecodingError) -> ConfigError {
    switch error {
    case .dataCorrupted(let context), .keyNotFound(_, let context),
      .typeMismatch(_, let context), .valueNotFound(_, let context):
      self.error(context.debugDescription)
    @unknown default: self.error("\(error)")
    }
  }

  func value<T: Decodable>(of type: T.Type) throws -> T {
    if T.self == SettingValue.self, case .scalar(let text) = node.content,
      let value = (node.isText ? .text(text) : SettingValue(plain: text)) as? T
    {
      return value
    }
    var decoder = self
    // A setting that may be missing has null as its default, which says nothing of what is in it.
    if decoder.defaults?.isNull ?? true, !node.isNull,
      let settings = T.self as? any ValidatedSettings.Type
    {
      decoder = child(node, defaults: try ConfigEncoder.encode(settings.init()))
    }
    if let kind = T.self as? any OpenChoice.Type, let own = try ownChoice(kind) as? T { return own }
    do {
      return try T(from: decoder)
    } catch let error as DecodingError {
      throw decoder.sentence(for: error)
    }
  }

  /// What a program has added to the alternatives, if it is one of these that was chosen.
  private func ownChoice<C: OpenChoice>(_ kind: C.Type) throws -> C? {
    let known = C.ownNames(in: catalogue)
    guard !known.isEmpty else { return nil }
    let (name, settings): (String, ConfigNode)
    switch node.content {
    case .scalar(let text): (name, settings) = (text, ConfigNode(.mapping([])))
    case .mapping(let entries) where entries.count == 1:
      (name, settings) = (entries[0].key, entries[0].value)
    default: return nil
    }
    let standard = C.alternatives.map(\.name)
    guard !standard.contains(name) else { return nil }
    guard known.contains(name) else {
      let all = standard + known
      let nearest = nearestName(to: name, among: all).map { "; did you mean '\($0)'?" } ?? ""
      throw error("'\(name)' is not one of \(all.joined(separator: ", "))\(nearest)")
    }
    let path = path.isEmpty ? name : self.path + "." + name
    guard !settings.isNull else {
      throw ConfigError(path: path, place: settings.place, problem: "a value is missing here")
    }
    return try C.own(name, settings: settings, path: path, in: catalogue)
  }

  func scalar<T>(_ wanted: String, _ read: (String) -> T?) throws -> T {
    guard case .scalar(let text) = node.content else {
      throw error("expected \(wanted), found \(node.account)")
    }
    guard let value = read(text) else { throw error("expected \(wanted), found '\(text)'") }
    return value
  }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    guard case .mapping(let entries) = node.content else {
      throw error("expected a mapping of settings, found \(node.account)")
    }
    for entry in entries where Key(stringValue: entry.key) == nil {
      let known = (defaults?.keys ?? []).filter { Key(stringValue: $0) != nil }
      let nearest = nearestName(to: entry.key, among: known)
      let remedy =
        nearest.map { "; did you mean '\($0)'?" }
        ?? (known.isEmpty ? "" : "; known: \(known.sorted().joined(separator: ", "))")
      throw ConfigError(
        path: path, place: entry.place, problem: "unknown key '\(entry.key)'\(remedy)")
    }
    return KeyedDecodingContainer(Keyed<Key>(decoder: self))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    guard case .sequence(let nodes) = node.content else {
      throw error("expected a list, found \(node.account)")
    }
    return Unkeyed(decoder: self, nodes: nodes)
  }

  func singleValueContainer() -> any SingleValueDecodingContainer { Single(decoder: self) }
}

private struct Keyed<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let decoder: TreeDecoder
  var codingPath: [any CodingKey] { [] }
  /// What the user wrote; a choice among cases is made by the one key that was written.
  var allKeys: [Key] { decoder.node.keys.compactMap(Key.init(stringValue:)) }

  func contains(_ key: Key) -> Bool {
    decoder.node[key.stringValue] != nil || decoder.defaults?[key.stringValue] != nil
  }

  func child(_ key: Key) throws -> TreeDecoder {
    let name = key.stringValue
    let path = decoder.path.isEmpty ? name : decoder.path + "." + name
    let defaults = decoder.defaults?[name]
    guard let node = decoder.node[name] ?? defaults else {
      throw ConfigError(path: path, place: decoder.node.place, problem: "this key is missing")
    }
    return decoder.child(node, defaults: defaults, path: path)
  }

  func decodeNil(forKey key: Key) throws -> Bool { try child(key).node.isNull }

  func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
    let child = try child(key)
    if child.node.isNull, !(type is any ExpressibleByNilLiteral.Type) {
      throw child.error("a value is missing here")
    }
    return try child.value(of: type)
  }

  func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type, forKey key: Key) throws
    -> KeyedDecodingContainer<Nested>
  {
    try child(key).container(keyedBy: type)
  }

  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    try child(key).unkeyedContainer()
  }

  func superDecoder() -> any Decoder { decoder }
  func superDecoder(forKey key: Key) throws -> any Decoder { try child(key) }
}

private struct Unkeyed: UnkeyedDecodingContainer {
  let decoder: TreeDecoder
  let nodes: [ConfigNode]
  var currentIndex = 0
  var codingPath: [any CodingKey] { [] }
  var count: Int? { nodes.count }
  var isAtEnd: Bool { currentIndex >= nodes.count }

  init(decoder: TreeDecoder, nodes: [ConfigNode]) {
    self.decoder = decoder
    self.nodes = nodes
  }

  mutating func next() throws -> TreeDecoder {
    guard !isAtEnd else {
      throw decoder.error("expected more than \(nodes.count) elements")
    }
    defer { currentIndex += 1 }
    return decoder.child(
      nodes[currentIndex], defaults: nil, path: "\(decoder.path)[\(currentIndex)]")
  }

  mutating func decodeNil() throws -> Bool {
    guard !isAtEnd, nodes[currentIndex].isNull else { return false }
    currentIndex += 1
    return true
  }

  mutating func decode<T: Decodable>(_ type: T.Type) throws -> T { try next().value(of: type) }

  mutating func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) throws
    -> KeyedDecodingContainer<Nested>
  {
    try next().container(keyedBy: type)
  }

  mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
    try next().unkeyedContainer()
  }

  mutating func superDecoder() throws -> any Decoder { try next() }
}

private struct Single: SingleValueDecodingContainer {
  let decoder: TreeDecoder
  var codingPath: [any CodingKey] { [] }

  func decodeNil() -> Bool { decoder.node.isNull }

  func decode(_ type: Bool.Type) throws -> Bool {
    try decoder.scalar("true or false") { text in
      switch text.lowercased() {
      case "true", "yes", "on": true
      case "false", "no", "off": false
      default: nil
      }
    }
  }

  func decode(_ type: String.Type) throws -> String { try decoder.scalar("a text") { $0 } }

  private func number<T: LosslessStringConvertible>(_ text: String) -> T? {
    T(text.replacing("_", with: ""))
  }

  func decode(_ type: Double.Type) throws -> Double {
    try decoder.scalar("a number") { text in number(text).flatMap { $0.isNaN ? nil : $0 } }
  }

  func decode(_ type: Float.Type) throws -> Float {
    try decoder.scalar("a number") { text in number(text).flatMap { $0.isNaN ? nil : $0 } }
  }

  private func integer<T: FixedWidthInteger>(_ wanted: String = "a whole number") throws -> T {
    try decoder.scalar(wanted) { text in
      // 5e4 and 50_000.0 are whole numbers, too.
      number(text).map { (value: Int) in T(exactly: value) }
        ?? number(text).map { (value: Double) in T(exactly: value) } ?? nil
    }
  }

  func decode(_ type: Int.Type) throws -> Int { try integer() }
  func decode(_ type: Int8.Type) throws -> Int8 { try integer() }
  func decode(_ type: Int16.Type) throws -> Int16 { try integer() }
  func decode(_ type: Int32.Type) throws -> Int32 { try integer() }
  func decode(_ type: Int64.Type) throws -> Int64 { try integer() }
  func decode(_ type: UInt.Type) throws -> UInt { try integer("a whole number, 0 or more") }
  func decode(_ type: UInt8.Type) throws -> UInt8 { try integer("a whole number, 0 to 255") }
  func decode(_ type: UInt16.Type) throws -> UInt16 { try integer("a whole number, 0 or more") }
  func decode(_ type: UInt32.Type) throws -> UInt32 { try integer("a whole number, 0 or more") }

  func decode(_ type: UInt64.Type) throws -> UInt64 {
    try decoder.scalar("a whole number, 0 or more") { text in
      UInt64(text.replacing("_", with: ""))
        ?? number(text).flatMap { (value: Double) in
          UInt64(exactly: value)
        }
    }
  }

  func decode<T: Decodable>(_ type: T.Type) throws -> T { try decoder.value(of: type) }
}
