/// A configuration as a list of keys with dots and their values: `agent.dqn.target` = `double`.
///
/// It reads the YAML that runs record: maps and lists in blocks or in braces, plain and quoted
/// scalars. Lists of scalars stay whole; those of maps get numbers as keys.
package struct FlatSettings: Equatable, Sendable {
  package struct Entry: Equatable, Sendable {
    package var key: String
    package var value: String
  }

  /// In the order of the text; what is empty has the value `{}` or `[]`.
  package private(set) var entries: [Entry] = []

  package init(yaml text: String) {
    var parser = BlockParser(text)
    parser.readBlock(path: "")
    entries = parser.entries
  }

  package subscript(key: String) -> String? { entries.first { $0.key == key }?.value }

  /// The kind of agent: the key below `agent`, or what stands there itself.
  package var agentKind: String? {
    if let plain = self["agent"] { return plain }
    let below = entries.first { $0.key.hasPrefix("agent.") }?.key.dropFirst("agent.".count)
    return below?.split(separator: ".").first.map(String.init)
  }

  /// Names of the tasks that there are copies of: all of the environment's, or the only one; one of
  /// an empty name where it has no tasks.
  package var taskNames: [String] {
    if familySize > 0, let only = self["environment.only"], !["", "null", "~"].contains(only) {
      return [only]
    }
    let names = namedTasks
    return names.isEmpty ? [""] : names
  }

  /// How many tasks the environment has, whether there are copies of all of them or of one.
  package var familySize: Int { namedTasks.count }

  private var namedTasks: [String] {
    var names: [String] = []
    while let name = self["environment.tasks.\(names.count).name"] { names.append(name) }
    return names
  }

  /// Keys in which runs may differ without being different configurations, taken out; settings of
  /// the agent without its kind, so that agents of different kinds share `agent.discountFactor`.
  var compared: [Entry] {
    let kind = agentKind
    var result = kind.map { [Entry(key: "agent", value: $0)] } ?? []
    for entry in entries {
      let isName = ["name", "question", "variant", "agent"].contains(entry.key)
      if isName || entry.key.hasPrefix("seeds.") || ["{}", "[]"].contains(entry.value) { continue }
      var key = entry.key
      if let kind, key.hasPrefix("agent.\(kind).") {
        key = "agent." + key.dropFirst("agent.\(kind).".count)
      }
      result.append(Entry(key: key, value: entry.value))
    }
    return result
  }
}

/// Reads lines by their indentation.
private struct BlockParser {
  private var lines: [(indent: Int, text: Substring)] = []
  private var place = 0
  var entries: [FlatSettings.Entry] = []

  init(_ text: String) {
    for line in text.split(whereSeparator: \.isNewline) {
      let content = line.drop { $0 == " " }
      guard let first = content.first, first != "#" else { continue }
      lines.append((line.count - content.count, content))
    }
  }

  /// Reads the map or list that starts at the present line, up to a line that is farther out.
  mutating func readBlock(path: String) {
    guard place < lines.count else { return }
    let indent = lines[place].indent
    if lines[place].text.isListItem { return readList(path: path, indent: indent) }
    while place < lines.count, lines[place].indent >= indent {
      let (own, text) = lines[place]
      // What goes on a text over several lines is no entry of its own.
      guard own == indent, let (key, rest) = text.keyAndRest else {
        if !entries.isEmpty { entries[entries.count - 1].value += " " + text }
        place += 1
        continue
      }
      place += 1
      let inner = path.isEmpty ? key : "\(path).\(key)"
      if !rest.isEmpty {
        append(rest, path: inner)
      } else if place < lines.count,
        lines[place].indent > indent
          || (lines[place].indent == indent && lines[place].text.isListItem)
      {
        readBlock(path: inner)
      } else {
        entries.append(.init(key: inner, value: ""))
      }
    }
  }

  private mutating func readList(path: String, indent: Int) {
    var scalars: [Substring] = []
    var number = 0
    while place < lines.count, lines[place].indent == indent, lines[place].text.isListItem {
      let dashed = lines[place].text.dropFirst()
      let rest = dashed.drop { $0 == " " }
      let isMap = rest.keyAndRest != nil && rest.first != "{" && rest.first != "["
      if isMap || rest.first == "{" {
        if isMap {
          lines[place] = (indent + 1 + dashed.count - rest.count, rest)
          readBlock(path: "\(path).\(number)")
        } else {
          append(rest, path: "\(path).\(number)")
          place += 1
        }
      } else {
        scalars.append(rest.unquoted)
        place += 1
      }
      number += 1
    }
    if !scalars.isEmpty {
      entries.append(.init(key: path, value: "[\(scalars.joined(separator: ", "))]"))
    }
  }

  /// A scalar, or a map or a list in braces.
  private mutating func append(_ text: Substring, path: String) {
    guard let parts = text.flowParts else {
      return entries.append(.init(key: path, value: String(text.unquoted)))
    }
    let isMap = text.first == "{"
    guard isMap || parts.contains(where: { $0.first == "{" }) else {
      return entries.append(
        .init(key: path, value: "[\(parts.map { String($0.unquoted) }.joined(separator: ", "))]"))
    }
    if parts.isEmpty { return entries.append(.init(key: path, value: "{}")) }
    for (number, part) in parts.enumerated() {
      if !isMap {
        append(part, path: "\(path).\(number)")
      } else if let (key, rest) = part.keyAndRest {
        append(rest, path: "\(path).\(key)")
      }
    }
  }
}

extension Substring {
  fileprivate var isListItem: Bool { self == "-" || hasPrefix("- ") }

  /// The key before the first colon that a space or the end follows, and what comes after it.
  fileprivate var keyAndRest: (key: String, rest: Substring)? {
    guard first != "\"", first != "'", first != "{", first != "[" else { return nil }
    var colon = startIndex
    while colon < endIndex {
      let next = index(after: colon)
      if self[colon] == ":", next == endIndex || self[next] == " " {
        return (String(self[..<colon]), self[next...].drop { $0 == " " })
      }
      colon = next
    }
    return nil
  }

  fileprivate var unquoted: Substring {
    guard count >= 2, let quote = first, quote == "\"" || quote == "'", last == quote else {
      return self
    }
    return dropFirst().dropLast()
  }

  /// What commas part in braces or brackets; nothing for a text without these around it.
  fileprivate var flowParts: [Substring]? {
    guard (first == "{" && last == "}") || (first == "[" && last == "]") else { return nil }
    let inside = dropFirst().dropLast()
    var parts: [Substring] = []
    var depth = 0
    var quote: Character?
    var start = inside.startIndex
    for place in inside.indices {
      let character = inside[place]
      if let open = quote {
        if character == open { quote = nil }
      } else if character == "\"" || character == "'" {
        quote = character
      } else if character == "{" || character == "[" {
        depth += 1
      } else if character == "}" || character == "]" {
        depth -= 1
      } else if character == ",", depth == 0 {
        parts.append(inside[start..<place])
        start = inside.index(after: place)
      }
    }
    parts.append(inside[start...])
    return parts.map { part in
      var trimmed = part.drop { $0 == " " }
      while trimmed.last == " " { trimmed.removeLast() }
      return trimmed
    }.filter { !$0.isEmpty }
  }
}
