/// Puts a value together from a `Snapshot`.
package enum SnapshotDecoder {
  /// Reads back what `SnapshotEncoder.encode` wrote.
  package static func decode<T: Decodable>(_ type: T.Type, from bytes: [UInt8]) throws -> T {
    try value(type, from: try Snapshot(bytes: bytes), at: [])
  }

  fileprivate static func value<T: Decodable>(
    _ type: T.Type, from snapshot: Snapshot, at path: [any CodingKey]
  ) throws -> T {
    switch snapshot {
    case .truth(let value): if let value = value as? T { return value }
    case .text(let value): if let value = value as? T { return value }
    case .single(let bits): if let value = Float(bitPattern: bits) as? T { return value }
    case .double(let bits): if let value = Double(bitPattern: bits) as? T { return value }
    case .integer(let number): if let value: T = exactly(number) { return value }
    case .natural(let number): if let value: T = exactly(number) { return value }
    case .nothing, .list, .record: break
    }
    guard !(T.self is any SnapshotLeaf.Type) else {
      throw SnapshotError("there is no \(T.self)", at: path)
    }
    return try T(from: NodeDecoder(snapshot: snapshot, codingPath: path))
  }

  private static func exactly<T>(_ number: some FixedWidthInteger) -> T? {
    (T.self as? any FixedWidthInteger.Type).flatMap { $0.init(exactly: number) as? T }
  }
}

/// The types that are values of a snapshot themselves; those below would decode themselves for ever.
private protocol SnapshotLeaf {}
extension Bool: SnapshotLeaf {}
extension String: SnapshotLeaf {}
extension Float: SnapshotLeaf {}
extension Double: SnapshotLeaf {}
extension Int: SnapshotLeaf {}
extension Int8: SnapshotLeaf {}
extension Int16: SnapshotLeaf {}
extension Int32: SnapshotLeaf {}
extension Int64: SnapshotLeaf {}
extension UInt: SnapshotLeaf {}
extension UInt8: SnapshotLeaf {}
extension UInt16: SnapshotLeaf {}
extension UInt32: SnapshotLeaf {}
extension UInt64: SnapshotLeaf {}

private struct NodeDecoder: Decoder {
  let snapshot: Snapshot
  let codingPath: [any CodingKey]
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    guard case .record(let fields) = snapshot else {
      throw SnapshotError("there is no record", at: codingPath)
    }
    return KeyedDecodingContainer(Keyed(fields: fields, codingPath: codingPath))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    guard case .list(let elements) = snapshot else {
      throw SnapshotError("there is no list", at: codingPath)
    }
    return Unkeyed(elements: elements, codingPath: codingPath)
  }

  func singleValueContainer() -> any SingleValueDecodingContainer {
    Single(snapshot: snapshot, codingPath: codingPath)
  }
}

private struct Keyed<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let fields: [Snapshot.Field]
  let codingPath: [any CodingKey]

  var allKeys: [Key] { fields.compactMap { Key(stringValue: $0.name) } }
  func contains(_ key: Key) -> Bool { fields.contains { $0.name == key.stringValue } }

  private func field(_ key: any CodingKey) throws -> Snapshot {
    guard let field = fields.first(where: { $0.name == key.stringValue }) else {
      throw SnapshotError("\"\(key.stringValue)\" is missing", at: codingPath)
    }
    return field.value
  }

  private func child(_ key: any CodingKey) throws -> NodeDecoder {
    NodeDecoder(snapshot: try field(key), codingPath: codingPath + [key])
  }

  func decodeNil(forKey key: Key) throws -> Bool { try field(key) == .nothing }

  func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
    try SnapshotDecoder.value(type, from: try field(key), at: codingPath + [key])
  }

  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) throws -> KeyedDecodingContainer<Nested> { try child(key).container(keyedBy: type) }

  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    try child(key).unkeyedContainer()
  }

  func superDecoder() throws -> any Decoder { try child(SuperKey.super) }
  func superDecoder(forKey key: Key) throws -> any Decoder { try child(key) }
}

private struct Unkeyed: UnkeyedDecodingContainer {
  let elements: [Snapshot]
  let codingPath: [any CodingKey]
  var currentIndex = 0

  init(elements: [Snapshot], codingPath: [any CodingKey]) {
    self.elements = elements
    self.codingPath = codingPath
  }

  var count: Int? { elements.count }
  var isAtEnd: Bool { currentIndex >= elements.count }

  private mutating func next() throws -> (Snapshot, path: [any CodingKey]) {
    guard !isAtEnd else { throw SnapshotError("the list is too short", at: codingPath) }
    defer { currentIndex += 1 }
    return (elements[currentIndex], codingPath + [IndexKey(index: currentIndex)])
  }

  private mutating func child() throws -> NodeDecoder {
    let (snapshot, path) = try next()
    return NodeDecoder(snapshot: snapshot, codingPath: path)
  }

  mutating func decodeNil() throws -> Bool {
    guard !isAtEnd, elements[currentIndex] == .nothing else { return false }
    currentIndex += 1
    return true
  }

  mutating func decode<T: Decodable>(_ type: T.Type) throws -> T {
    let (snapshot, path) = try next()
    return try SnapshotDecoder.value(type, from: snapshot, at: path)
  }

  mutating func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type
  ) throws -> KeyedDecodingContainer<Nested> { try child().container(keyedBy: type) }

  mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
    try child().unkeyedContainer()
  }

  mutating func superDecoder() throws -> any Decoder { try child() }
}

private struct Single: SingleValueDecodingContainer {
  let snapshot: Snapshot
  let codingPath: [any CodingKey]

  func decodeNil() -> Bool { snapshot == .nothing }

  func decode<T: Decodable>(_ type: T.Type) throws -> T {
    try SnapshotDecoder.value(type, from: snapshot, at: codingPath)
  }
}

/// A place in a list.
private struct IndexKey: CodingKey {
  let index: Int

  init(index: Int) { self.index = index }
  init?(intValue: Int) { index = intValue }
  init?(stringValue: String) { return nil }

  var intValue: Int? { index }
  var stringValue: String { "\(index)" }
}
