import Foundation

/// The text of an experiment file and the tree that it says, before it is known what kind of
/// experiment it is.
package enum ConfigText {
  /// The tree of a text with overrides applied; `name` stands for the file in errors.
  static func tree(
    _ text: String, name: String, overrides: [String] = []
  ) throws -> ConfigNode {
    var tree = try YAMLText.parse(text, name: name)
    guard tree.entries != nil else {
      throw ConfigError(
        path: "", place: tree.place ?? name, problem: "expected a mapping of settings at the top")
    }
    for override in overrides { tree = try apply(override, to: tree) }
    return tree
  }

  static func read(_ path: String) throws -> String {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw ConfigError(
        path: "", place: path,
        problem: "there is no such file; `fledge list experiments` shows the ones that come along")
    }
    guard !isFolder.boolValue else {
      throw ConfigError(
        path: "", place: path, problem: "is a folder; name an experiment's YAML file")
    }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw ConfigError(path: "", place: path, problem: "cannot be read; check its permissions")
    }
    guard data.count < 1 << 20, let text = String(data: data, encoding: .utf8) else {
      throw ConfigError(
        path: "", place: path, problem: "is not a YAML text in UTF-8 of less than 1 MiB")
    }
    return text
  }

  static func apply(_ override: String, to tree: ConfigNode) throws -> ConfigNode {
    let parts = override.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let path = parts[0].split(separator: ".").map(String.init)
    guard parts.count == 2, !path.isEmpty else {
      throw ConfigError(
        path: "", place: "--set \(override)",
        problem: "expected path=value, such as agent.dqn.discountFactor=0.9")
    }
    let value = try YAMLText.parse(override: String(parts[1]), name: "--set \(override)")
    return tree.setting(path[...], to: value)
  }
}

extension ConfigNode {
  /// Where the value at a path of keys was written; of a value that stands in the file under
  /// another form (3 for {constant: {…}}), the last key that is there.
  func place(at path: String) -> String? {
    var node = self
    for key in path.split(whereSeparator: { ".[]".contains($0) }) {
      guard let child = node[String(key)] ?? Int(key).flatMap({ node[at: $0] }) else { break }
      node = child
    }
    return node.place
  }
}
