/// Turns settings into a configuration tree, keys in the order of their declaration.
package enum ConfigEncoder {
  package static func encode(_ value: some Encodable) throws -> ConfigNode {
    let box = Box()
    try value.encode(to: TreeEncoder(box: box))
    return box.node
  }
}

/// A place in the tree that is being written.
private final class Box {
  enum Content {
    case empty
    case node(ConfigNode)
    case sequence([Box])
    case mapping([(String, Box)])
  }

  var content = Content.empty

  var node: ConfigNode {
    switch content {
    case .empty: ConfigNode(.mapping([]))
    case .node(let node): node
    case .sequence(let boxes): ConfigNode(.sequence(boxes.map(\.node)))
    case .mapping(let boxes):
      ConfigNode(.mapping(boxes.map { ConfigNode.Entry(key: $0.0, value: $0.1.node) }))
    }
  }

  func child(for key: String) -> Box {
    var boxes: [(String, Box)] = []
    if case .mapping(let present) = content { boxes = present }
    let box = Box()
    boxes.removeAll { $0.0 == key }
    boxes.append((key, box))
    content = .mapping(boxes)
    return box
  }

  func next() -> Box {
    var boxes: [Box] = []
    if case .sequence(let present) = content { boxes = present }
    let box = Box()
    content = .sequence(boxes + [box])
    return box
  }

  var count: Int {
    if case .sequence(let boxes) = content { boxes.count } else { 0 }
  }

  func put(_ text: String, isText: Bool = false) {
    content = .node(ConfigNode(.scalar(text), isText: isText))
  }

  func put(_ value: some Encodable) throws {
    try value.encode(to: TreeEncoder(box: self))
    // A dictionary lists its entries in another order in each process.
    if value is any KeyedByName, case .mapping(let boxes) = content {
      content = .mapping(boxes.sorted { $0.0 < $1.0 })
    }
  }
}

private protocol KeyedByName {}
extension Dictionary: KeyedByName where Key == String {}

private struct TreeEncoder: Encoder {
  let box: Box
  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    if case .empty = box.content { box.content = .mapping([]) }
    return KeyedEncodingContainer(Keyed<Key>(box: box))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    if case .empty = box.content { box.content = .sequence([]) }
    return Unkeyed(box: box)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer { Single(box: box) }
}

private struct Keyed<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let box: Box
  var codingPath: [any CodingKey] { [] }

  func encodeNil(forKey key: Key) {
    box.child(for: key.stringValue).content = .node(ConfigNode(.null))
  }

  func encode(_ value: some Encodable, forKey key: Key) throws {
    try box.child(for: key.stringValue).put(value)
  }

  /// A missing optional is written as null, so that the tree names every key.
  func encodeIfPresent<T: Encodable>(_ value: T?, forKey key: Key) throws {
    if let value { try encode(value, forKey: key) } else { encodeNil(forKey: key) }
  }

  func encodeIfPresent(_ value: Int?, forKey key: Key) throws { try optional(value, key) }
  func encodeIfPresent(_ value: Double?, forKey key: Key) throws { try optional(value, key) }
  func encodeIfPresent(_ value: Float?, forKey key: Key) throws { try optional(value, key) }
  func encodeIfPresent(_ value: Bool?, forKey key: Key) throws { try optional(value, key) }
  func encodeIfPresent(_ value: String?, forKey key: Key) throws { try optional(value, key) }
  func encodeIfPresent(_ value: UInt64?, forKey key: Key) throws { try optional(value, key) }

  private func optional(_ value: (some Encodable)?, _ key: Key) throws {
    if let value { try encode(value, forKey: key) } else { encodeNil(forKey: key) }
  }

  func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type, forKey key: Key)
    -> KeyedEncodingContainer<Nested>
  {
    TreeEncoder(box: box.child(for: key.stringValue)).container(keyedBy: type)
  }

  func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
    TreeEncoder(box: box.child(for: key.stringValue)).unkeyedContainer()
  }

  func superEncoder() -> any Encoder { TreeEncoder(box: box.child(for: "super")) }
  func superEncoder(forKey key: Key) -> any Encoder {
    TreeEncoder(box: box.child(for: key.stringValue))
  }
}

private struct Unkeyed: UnkeyedEncodingContainer {
  let box: Box
  var codingPath: [any CodingKey] { [] }
  var count: Int { box.count }

  func encodeNil() { box.next().content = .node(ConfigNode(.null)) }
  func encode(_ value: some Encodable) throws { try box.next().put(value) }

  func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type)
    -> KeyedEncodingContainer<Nested>
  {
    TreeEncoder(box: box.next()).container(keyedBy: type)
  }

  func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
    TreeEncoder(box: box.next()).unkeyedContainer()
  }

  func superEncoder() -> any Encoder { TreeEncoder(box: box.next()) }
}

private struct Single: SingleValueEncodingContainer {
  let box: Box
  var codingPath: [any CodingKey] { [] }

  func encodeNil() { box.content = .node(ConfigNode(.null)) }
  func encode(_ value: Bool) { box.put(value ? "true" : "false") }
  func encode(_ value: String) { box.put(value, isText: true) }
  func encode(_ value: Double) { box.put("\(value)") }
  func encode(_ value: Float) { box.put("\(value)") }
  func encode(_ value: Int) { box.put("\(value)") }
  func encode(_ value: Int8) { box.put("\(value)") }
  func encode(_ value: Int16) { box.put("\(value)") }
  func encode(_ value: Int32) { box.put("\(value)") }
  func encode(_ value: Int64) { box.put("\(value)") }
  func encode(_ value: UInt) { box.put("\(value)") }
  func encode(_ value: UInt8) { box.put("\(value)") }
  func encode(_ value: UInt16) { box.put("\(value)") }
  func encode(_ value: UInt32) { box.put("\(value)") }
  func encode(_ value: UInt64) { box.put("\(value)") }
  func encode(_ value: some Encodable) throws { try box.put(value) }
}
