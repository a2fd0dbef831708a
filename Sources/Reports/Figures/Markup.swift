/// Text of an XML or HTML document under construction; whatever comes from outside is escaped here.
package struct Markup {
  package private(set) var text = ""

  package init() {}

  /// An element with content.
  package mutating func element(
    _ name: String, _ attributes: KeyValuePairs<String, String?> = [:],
    _ content: (inout Markup) -> Void
  ) {
    open(name, attributes)
    text += ">"
    content(&self)
    text += "</\(name)>"
  }

  /// An element that holds only text.
  package mutating func element(
    _ name: String, _ attributes: KeyValuePairs<String, String?> = [:], text content: String
  ) {
    element(name, attributes) { $0.write(content) }
  }

  /// An SVG element without content.
  package mutating func leaf(
    _ name: String, _ attributes: KeyValuePairs<String, String?> = [:]
  ) {
    open(name, attributes)
    text += "/>"
  }

  /// An HTML element that has no end tag, such as `meta`.
  package mutating func void(
    _ name: String, _ attributes: KeyValuePairs<String, String?> = [:]
  ) {
    open(name, attributes)
    text += ">"
  }

  /// Text, escaped.
  package mutating func write(_ content: String) {
    text += Self.escaped(content)
  }

  /// Markup that is already well formed, as it is.
  package mutating func embed(_ markup: String) {
    text += markup
  }

  package mutating func newline() {
    text += "\n"
  }

  /// The start of a tag; an attribute whose value is nil is left out.
  private mutating func open(_ name: String, _ attributes: KeyValuePairs<String, String?>) {
    text += "<\(name)"
    for (key, value) in attributes {
      if let value { text += " \(key)=\"\(Self.escaped(value))\"" }
    }
  }

  /// Text in which nothing is markup: for content and for attributes in double or single quotes.
  ///
  /// Control characters, which neither XML 1.0 nor HTML admits, become U+FFFD.
  package static func escaped(_ text: String) -> String {
    var result = ""
    result.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case "\t", "\n", "\r": result.unicodeScalars.append(scalar)
      case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{FFFE}", "\u{FFFF}": result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
