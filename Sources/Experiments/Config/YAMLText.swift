import Environments
import Foundation
import Yams

/// Reads and writes configuration trees as YAML.
package enum YAMLText {
  /// Parses a YAML document; `name` stands for the file in errors.
  package static func parse(_ text: String, name: String) throws -> ConfigNode {
    guard let node = try compose(text, name: name) else {
      throw ConfigError(path: "", place: name, problem: "the file is empty; write an experiment")
    }
    return try Reader(name: name, tellsLines: true).tree(node)
  }

  fileprivate static func place(of node: Node, in name: String) -> String {
    node.mark.map { "\(name):\($0.line):\($0.column)" } ?? name
  }

  /// Parses the value of an override, which `name` as a whole stands for in errors.
  package static func parse(override text: String, name: String) throws -> ConfigNode {
    guard let node = try compose(text, name: name) else { return ConfigNode(.null, at: name) }
    return try Reader(name: name, tellsLines: false).tree(node)
  }

  private static func compose(_ text: String, name: String) throws -> Node? {
    do { return try Yams.compose(yaml: text) } catch let error as YamlError {
      if case .duplicatedKeysInMapping(let keys, let context) = error {
        let place = "\(name):\(context.mark.line):\(context.mark.column)"
        throw ConfigError(
          path: "", place: place,
          problem:
            "the mapping that begins here gives '\(keys.first ?? "")' twice; keep one of them")
      }
      throw ConfigError(path: "", place: name, problem: "not valid YAML: \(sentence(of: error))")
    }
  }

  private static func sentence(of error: YamlError) -> String {
    switch error {
    case .scanner(let context, let problem, let mark, _),
      .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      "\(problem) at line \(mark.line), column \(mark.column)"
        + (context.map { " (\($0.text))" } ?? "")
    default: "\(error)".split(separator: "\n").joined(separator: " ")
    }
  }

  /// Writes a tree; short lists and mappings of scalars stand on one line.
  package static func write(_ node: ConfigNode) -> String {
    var lines: [String] = []
    append(node, indentation: "", to: &lines)
    return lines.joined(separator: "\n") + "\n"
  }

  private static func append(
    _ node: ConfigNode, indentation: String, to lines: inout [String]
  ) {
    for entry in node.entries ?? [] {
      let head = indentation + scalar(entry.key) + ":"
      if case .mapping(let entries) = entry.value.content, !entries.isEmpty,
        indentation.count + entry.key.count + inline(entry.value).count > 92
          || entries.contains(where: { !($0.value.entries ?? []).isEmpty })
          || indentation.isEmpty
      {
        lines.append(head)
        append(entry.value, indentation: indentation + "  ", to: &lines)
      } else {
        lines.append(head + " " + inline(entry.value))
      }
    }
  }

  package static func inline(_ node: ConfigNode) -> String {
    switch node.content {
    case .null: "null"
    case .scalar(let text): scalar(text, isText: node.isText)
    case .sequence(let nodes): "[" + nodes.map(inline).joined(separator: ", ") + "]"
    case .mapping(let entries):
      "{" + entries.map { scalar($0.key) + ": " + inline($0.value) }.joined(separator: ", ") + "}"
    }
  }

  /// Quotes a scalar that YAML would otherwise read as something else.
  private static func scalar(_ text: String, isText: Bool = false) -> String {
    let plain = text.unicodeScalars.allSatisfy {
      $0.properties.isAlphabetic || ("0"..."9").contains($0)
        || "_-+./ ()^".unicodeScalars.contains($0)
    }
    let ambiguous = ["", "~", "null", "Null", "NULL"].contains(text)
    let edges = text.first == " " || text.last == " " || text.first == "-" && Double(text) == nil
    let looksOtherwise = isText && SettingValue(plain: text) != .text(text)
    guard !plain || ambiguous || edges || looksOtherwise else { return text }
    let escaped = text.unicodeScalars.map { scalar -> String in
      switch scalar {
      case "\"": "\\\""
      case "\\": "\\\\"
      case "\n": "\\n"
      case "\t": "\\t"
      default: isPrintable(scalar) ? String(scalar) : String(format: "\\U%08X", scalar.value)
      }
    }
    return "\"" + escaped.joined() + "\""
  }

  /// What YAML 1.2 (5.1) lets stand for itself between quotes, less what it folds as line breaks.
  private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x20...0x7E, 0xA0...0x2027, 0x202A...0xFEFE, 0xFF00...0xFFFD, 0x10000...: true
    default: false
    }
  }
}

/// Turns what the parser read into a tree of ours.
private final class Reader {
  private let name: String
  private let tellsLines: Bool
  private var nodes = 0

  /// Aliases of aliases can make a small file mean more than any memory holds.
  private static let mostNodes = 100_000

  init(name: String, tellsLines: Bool) { (self.name, self.tellsLines) = (name, tellsLines) }

  func tree(_ node: Node) throws -> ConfigNode {
    let place = place(of: node)
    nodes += 1
    guard nodes <= Self.mostNodes else {
      throw ConfigError(
        path: "", place: place, problem: "more than \(Self.mostNodes) values; use fewer aliases")
    }
    switch node {
    case .scalar(let scalar):
      let plain = scalar.style == .plain || scalar.style == .any
      let empty = plain && ["", "~", "null", "Null", "NULL"].contains(scalar.string)
      return ConfigNode(empty ? .null : .scalar(scalar.string), at: place, isText: !plain)
    case .sequence(let sequence):
      return ConfigNode(.sequence(try sequence.map(tree)), at: place)
    case .mapping(let mapping):
      return ConfigNode(.mapping(try entries(of: mapping)), at: place)
    case .alias:
      throw ConfigError(path: "", place: place, problem: "an alias that refers to nothing")
    }
  }

  private func entries(of mapping: Node.Mapping) throws -> [ConfigNode.Entry] {
    var entries: [ConfigNode.Entry] = []
    for (key, value) in mapping {
      guard let text = key.scalar?.string else {
        throw ConfigError(
          path: "", place: place(of: key),
          problem: "expected a word as a key, found a list or mapping")
      }
      guard !entries.contains(where: { $0.key == text }) else {
        throw ConfigError(path: text, place: place(of: key), problem: "the key is given twice")
      }
      entries.append(
        ConfigNode.Entry(key: text, place: place(of: key), value: try tree(value)))
    }
    return entries
  }

  private func place(of node: Node) -> String {
    tellsLines ? YAMLText.place(of: node, in: name) : name
  }
}
