/// One element of a document as a test sees it.
struct ReadElement {
  var name: String
  var attributes: [String: String]
  /// The text inside it and inside its children.
  var text = ""
  /// Names of the elements around it, the outermost first.
  var ancestors: [String]
}

struct MalformedMarkup: Error, CustomStringConvertible {
  var description: String
}

/// Reads XML, or HTML in which every element but the void ones is closed, and refuses anything
/// else.
struct MarkupReader {
  private static let void: Set<String> = ["meta", "input", "br", "hr", "img", "link"]

  private(set) var elements: [ReadElement] = []
  private var open: [Int] = []
  private var rest: Substring

  /// All elements of a document in the order in which they start.
  static func elements(of document: String, isHTML: Bool = false) throws -> [ReadElement] {
    var reader = MarkupReader(rest: document[...])
    if isHTML {
      guard reader.rest.hasPrefix("<!DOCTYPE html>\n") else {
        throw MalformedMarkup(description: "no document type")
      }
      reader.rest = reader.rest.dropFirst("<!DOCTYPE html>\n".count)
    }
    while !reader.rest.isEmpty { try reader.readNext(isHTML: isHTML) }
    guard reader.open.isEmpty else {
      throw MalformedMarkup(description: "\(reader.elements[reader.open[0]].name) is not closed")
    }
    return reader.elements
  }

  private init(rest: Substring) { self.rest = rest }

  private mutating func readNext(isHTML: Bool) throws {
    if let place = open.last, isHTML, ["script", "style"].contains(elements[place].name) {
      let end = "</\(elements[place].name)>"
      guard let range = rest.firstRange(of: end) else {
        throw MalformedMarkup(description: "\(end) is missing")
      }
      elements[place].text = String(rest[..<range.lowerBound])
      rest = rest[range.upperBound...]
      open.removeLast()
    } else if rest.hasPrefix("</") {
      let name = String(rest.dropFirst(2).prefix { $0 != ">" })
      guard let place = open.popLast(), elements[place].name == name else {
        throw MalformedMarkup(description: "</\(name)> closes nothing")
      }
      rest = rest.dropFirst(name.count + 3)
    } else if rest.first == "<" {
      try readTag(isHTML: isHTML)
    } else {
      let raw = rest.prefix { $0 != "<" }
      rest = rest[raw.endIndex...]
      let text = try Self.unescaped(raw)
      for place in open { elements[place].text += text }
    }
  }

  private mutating func readTag(isHTML: Bool) throws {
    rest = rest.dropFirst()
    let name = String(rest.prefix { $0.isLetter || $0.isNumber })
    guard !name.isEmpty else { throw MalformedMarkup(description: "a bare <") }
    rest = rest.dropFirst(name.count)
    var attributes: [String: String] = [:]
    while rest.first == " " {
      rest = rest.dropFirst()
      let key = String(rest.prefix { $0.isLetter || $0 == "-" || $0.isNumber })
      rest = rest.dropFirst(key.count)
      guard !key.isEmpty, rest.hasPrefix("=\""), attributes[key] == nil else {
        throw MalformedMarkup(description: "attribute \(key) of \(name) is malformed or repeated")
      }
      let value = rest.dropFirst(2).prefix { $0 != "\"" && $0 != "<" }
      guard rest[value.endIndex...].first == "\"" else {
        throw MalformedMarkup(description: "attribute \(key) of \(name) does not end")
      }
      attributes[key] = try Self.unescaped(value)
      rest = rest[value.endIndex...].dropFirst()
    }
    let ancestors = open.map { elements[$0].name }
    elements.append(ReadElement(name: name, attributes: attributes, ancestors: ancestors))
    if rest.hasPrefix("/>") {
      rest = rest.dropFirst(2)
    } else if rest.first == ">" {
      rest = rest.dropFirst()
      if !(isHTML && Self.void.contains(name)) { open.append(elements.count - 1) }
    } else {
      throw MalformedMarkup(description: "the tag of \(name) does not end")
    }
  }

  private static func unescaped(_ raw: Substring) throws -> String {
    var text = ""
    var rest = raw
    while let character = rest.popFirst() {
      if character != "&" {
        text.append(character)
        continue
      }
      let name = String(rest.prefix { $0 != ";" })
      let known = ["amp": "&", "lt": "<", "gt": ">", "quot": "\"", "#39": "'"]
      guard let meant = known[name] else {
        throw MalformedMarkup(description: "&\(name.prefix(20)) is no entity")
      }
      text += meant
      rest = rest.dropFirst(name.count + 1)
    }
    return text
  }
}

extension ReadElement {
  /// The points of a path of absolute M and L commands.
  var pathPoints: [(x: Double, y: Double)] {
    (attributes["d"] ?? "").split { "MLz".contains($0) }.compactMap { pair in
      let numbers = pair.split(separator: ",").compactMap { Double($0) }
      return numbers.count == 2 ? (numbers[0], numbers[1]) : nil
    }
  }
}
