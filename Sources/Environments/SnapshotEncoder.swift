/// Takes a value apart into a `Snapshot`.
package enum SnapshotEncoder {
  /// A value as bytes that `SnapshotDecoder` reads back exactly.
  package static func encode(_ value: some Encodable) throws -> [UInt8] {
    var bytes: [UInt8] = []
    try snapshot(of: value, at: []).write(to: &bytes)
    return bytes
  }

  fileprivate static func snapshot(of value: some Encodable, at path: [any CodingKey]) throws
    -> Snapshot
  {
    switch value {
    case let value as Bool: return .truth(value)
    case let value as String: return .text(value)
    case let value as Float: return .single(value.bitPattern)
    case let value as Double: return .double(value.bitPattern)
    case let value as any FixedWidthInteger & SignedInteger where type(of: value).bitWidth <= 64:
      return .integer(Int64(value))
    case let value as any FixedWidthInteger & UnsignedInteger where type(of: value).bitWidth <= 64:
      return .natural(UInt64(value))
    default:
      let node = EncodedNode()
      try value.encode(to: NodeEncoder(node: node, codingPath: path))
      return node.snapshot
    }
  }
}

/// A place of the tree while it grows: containers share it by reference.
private final class EncodedNode {
  enum Content {
    case empty
    case leaf(Snapshot)
    case list([EncodedNode])
    case record([(name: String, node: EncodedNode)])
  }
  var content = Content.empty

  init(_ content: Content = .empty) { self.content = content }

  /// What has grown here; a value that encoded nothing is an empty record.
  var snapshot: Snapshot {
    switch content {
    case .empty: .record([])
    case .leaf(let leaf): leaf
    case .list(let nodes): .list(nodes.map(\.snapshot))
    case .record(let fields):
      .record(fields.map { Snapshot.Field(name: $0.name, value: $0.node.snapshot) })
    }
  }

  func append(_ node: EncodedNode) {
    guard case .list(var nodes) = content else { return }
    content = .empty  // so that the array is not shared while it grows
    nodes.append(node)
    content = .list(nodes)
  }

  func append(_ node: EncodedNode, named name: String) {
    guard case .record(var fields) = content else { return }
    content = .empty
    fields.append((name, node))
    content = .record(fields)
  }
}

private struct NodeEncoder: Encoder {
  let node: EncodedNode
  let codingPath: [any CodingKey]
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    if case .record = node.content {} else { node.content = .record([]) }
    return KeyedEncodingContainer(Keyed(node: node, codingPath: codingPath))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    if case .list = node.content {} else { node.content = .list([]) }
    return Unkeyed(node: node, codingPath: codingPath)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer {
    Single(node: node, codingPath: codingPath)
  }
}

private struct Keyed<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let node: EncodedNode
  let codingPath: [any CodingKey]

  func encodeNil(forKey key: Key) {
    node.append(EncodedNode(.leaf(.nothing)), named: key.stringValue)
  }

  func encode<T: Encodable>(_ value: T, forKey key: Key) throws {
    let snapshot = try SnapshotEncoder.snapshot(of: value, at: codingPath + [key])
    node.append(EncodedNode(.leaf(snapshot)), named: key.stringValue)
  }

  private func child(_ key: any CodingKey) -> NodeEncoder {
    let child = EncodedNode()
    node.append(child, named: key.stringValue)
    return NodeEncoder(node: child, codingPath: codingPath + [key])
  }

  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) -> KeyedEncodingContainer<Nested> { child(key).container(keyedBy: type) }

  func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
    child(key).unkeyedContainer()
  }

  func superEncoder() -> any Encoder { child(SuperKey.super) }
  func superEncoder(forKey key: Key) -> any Encoder { child(key) }
}

private struct Unkeyed: UnkeyedEncodingContainer {
  let node: EncodedNode
  let codingPath: [any CodingKey]

  var count: Int {
    if case .list(let nodes) = node.content { nodes.count } else { 0 }
  }

  func encodeNil() { node.append(EncodedNode(.leaf(.nothing))) }

  func encode<T: Encodable>(_ value: T) throws {
    node.append(EncodedNode(.leaf(try SnapshotEncoder.snapshot(of: value, at: codingPath))))
  }

  private func child() -> NodeEncoder {
    let child = EncodedNode()
    node.append(child)
    return NodeEncoder(node: child, codingPath: codingPath)
  }

  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type
  ) -> KeyedEncodingContainer<Nested> { child().container(keyedBy: type) }

  func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { child().unkeyedContainer() }
  func superEncoder() -> any Encoder { child() }
}

private struct Single: SingleValueEncodingContainer {
  let node: EncodedNode
  let codingPath: [any CodingKey]

  func encodeNil() { node.content = .leaf(.nothing) }

  func encode<T: Encodable>(_ value: T) throws {
    node.content = .leaf(try SnapshotEncoder.snapshot(of: value, at: codingPath))
  }
}

/// The name under which a class keeps its superclass.
enum SuperKey: String, CodingKey { case `super` }
