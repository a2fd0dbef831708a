/// One value of a configuration tree, with the place it was written at.
///
/// Scalars stay text until something decodes them: the type that is asked for decides how they are
/// read, so `1e-3`, `0.001` and `1_000` are numbers wherever a number is wanted.
package struct ConfigNode: Equatable, Sendable {
  package indirect enum Content: Equatable, Sendable {
    case null
    case scalar(String)
    case sequence([ConfigNode])
    /// Keys in the order in which they were written.
    case mapping([Entry])
  }

  package struct Entry: Equatable, Sendable {
    package var key: String
    /// Where the key was written.
    package var place: String?
    package var value: ConfigNode

    package init(key: String, place: String? = nil, value: ConfigNode) {
      (self.key, self.place, self.value) = (key, place, value)
    }

    package static func == (left: Entry, right: Entry) -> Bool {
      left.key == right.key && left.value == right.value
    }
  }

  package var content: Content
  /// Whether a scalar is a text, as quotes say, though it may read as a number.
  package var isText = false
  /// Where it was written, such as `cartpole.yaml:12:5`; `nil` for defaults.
  package var place: String?

  package init(_ content: Content, at place: String? = nil, isText: Bool = false) {
    self.content = content
    self.place = place
    self.isText = isText
  }

  /// Compares contents only: the place of a value is not part of it, nor are its quotes.
  package static func == (left: ConfigNode, right: ConfigNode) -> Bool {
    left.content == right.content
  }

  package var entries: [Entry]? {
    if case .mapping(let entries) = content { entries } else { nil }
  }

  package var keys: [String] { entries?.map(\.key) ?? [] }

  package subscript(key: String) -> ConfigNode? {
    entries?.first { $0.key == key }?.value
  }

  /// An element of a list.
  subscript(at index: Int) -> ConfigNode? {
    guard case .sequence(let nodes) = content, nodes.indices.contains(index) else { return nil }
    return nodes[index]
  }

  /// This mapping without one of its keys.
  func without(_ key: String) -> ConfigNode {
    guard let entries else { return self }
    return ConfigNode(.mapping(entries.filter { $0.key != key }), at: place)
  }

  package var isNull: Bool { content == .null }

  /// What stands here, for an error: `the text 'abc'`, `a list`, `a mapping`.
  package var account: String {
    switch content {
    case .null: "nothing"
    case .scalar(let text): "'\(text)'"
    case .sequence: "a list"
    case .mapping: "a mapping"
    }
  }

  /// This tree with `value` at `path`, making mappings on the way.
  package func setting(_ path: ArraySlice<String>, to value: ConfigNode) -> ConfigNode {
    guard let key = path.first else { return value }
    var entries = self.entries ?? []
    if let index = entries.firstIndex(where: { $0.key == key }) {
      entries[index].value = entries[index].value.setting(path.dropFirst(), to: value)
    } else {
      let child = ConfigNode(.mapping([]), at: value.place)
      let set = child.setting(path.dropFirst(), to: value)
      entries.append(Entry(key: key, place: value.place, value: set))
    }
    return ConfigNode(.mapping(entries), at: place)
  }
}

/// Something wrong in a configuration: where, what, and what to do about it, in one sentence.
public struct ConfigError: Error, Equatable, CustomStringConvertible {
  /// The path of keys, such as `agent.dqn.learningRate`.
  public var path: String
  /// File, line and column, if it was read from a file.
  public var place: String?
  /// What is wrong, and what to do about it.
  public var problem: String

  /// Makes an error of where it is and what is wrong.
  public init(path: String, place: String? = nil, problem: String) {
    self.path = path
    self.place = place
    self.problem = problem
  }

  public var description: String {
    let prefix = place.map { $0 + ": " } ?? ""
    return path.isEmpty ? prefix + problem : "\(prefix)\(path): \(problem)"
  }
}
