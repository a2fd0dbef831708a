import Foundation
import Yams

/// Reads and writes configuration trees as YAML.
package enum YAMLText {
  /// Parses a YAML document; `name` stands for the file in errors.
  package static func parse(_ text: String, name: String) throws -> ConfigNode {
    do {
      guard let node = try Yams.compose(yaml: text) else {
        throw ConfigError(path: "", place: name, problem: "the file is empty; write an experiment")
      }
      return try tree(node, name: name)
    } catch let error as YamlError {
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

  private static func tree(_ node: Node, name: String) throws -> ConfigNode {
    let place = node.mark.map { "\(name):\($0.line):\($0.column)" }
    switch node {
    case .scalar(let scalar):
      let plain = scalar.style == .plain || scalar.style == .any
      let empty = plain && ["", "~", "null", "Null", "NULL"].contains(scalar.string)
      return ConfigNode(empty ? .null : .scalar(scalar.string), at: place)
    case .sequence(let sequence):
      return ConfigNode(.sequence(try sequence.map { try tree($0, name: name) }), at: place)
    case .mapping(let mapping):
      var entries: [ConfigNode.Entry] = []
      for (key, value) in mapping {
        let text = key.scalar?.string ?? ""
        guard !entries.contains(where: { $0.key == text }) else {
          throw ConfigError(path: text, place: place, problem: "the key is given twice")
        }
        entries.append(ConfigNode.Entry(key: text, value: try tree(value, name: name)))
      }
      return ConfigNode(.mapping(entries), at: place)
    case .alias:
      throw ConfigError(path: "", place: place, problem: "an alias that refers to nothing")
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

  private static func inline(_ node: ConfigNode) -> String {
    switch node.content {
    case .null: "null"
    case .scalar(let text): scalar(text)
    case .sequence(let nodes): "[" + nodes.map(inline).joined(separator: ", ") + "]"
    case .mapping(let entries):
      "{" + entries.map { scalar($0.key) + ": " + inline($0.value) }.joined(separator: ", ") + "}"
    }
  }

  /// Quotes a scalar that YAML would otherwise read as something else.
  private static func scalar(_ text: String) -> String {
    let plain = text.unicodeScalars.allSatisfy {
      $0.properties.isAlphabetic || ("0"..."9").contains($0)
        || "_-+./ ()^".unicodeScalars.contains($0)
    }
    let ambiguous = ["", "~", "null", "Null", "NULL"].contains(text)
    let edges = text.first == " " || text.last == " " || text.first == "-" && Double(text) == nil
    guard !plain || ambiguous || edges else { return text }
    let escaped = text.unicodeScalars.map { scalar -> String in
      switch scalar {
      case "\"": "\\\""
      case "\\": "\\\\"
      case "\n": "\\n"
      case "\t": "\\t"
      default:
        scalar.value < 0x20 || scalar.value == 0x7F
          ? "\\x" + String(format: "%02x", scalar.value) : String(scalar)
      }
    }
    return "\"" + escaped.joined() + "\""
  }
}
