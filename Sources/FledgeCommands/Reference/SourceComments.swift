import Foundation

/// What the doc comments of Swift sources say, by the declaration that they stand before.
///
/// A comment is found again by the last part of its declaration's path, such as
/// `DQNSettings.Replay.capacity`. Sources are read line by line: they are formatted, so a
/// declaration ends where a line is indented no further than the one that began it.
package struct SourceComments {
  private var comments: [String: String] = [:]

  /// Reads all Swift files below folders.
  ///
  /// - Throws: `CommandFailure` where a folder cannot be read.
  package init(folders: [String]) throws {
    for folder in folders.map({ URL(fileURLWithPath: $0).resolvingSymlinksInPath().path }) {
      guard let files = FileManager.default.enumerator(atPath: folder) else {
        throw CommandFailure("the folder \(folder) cannot be read; give a checkout with --folder")
      }
      for case let name as String in files where name.hasSuffix(".swift") {
        read(try String(contentsOfFile: folder + "/" + name, encoding: .utf8))
      }
    }
  }

  package init(text: String) { read(text) }

  /// The comment before a declaration, its lines joined; `nil` where there is none.
  package subscript(path: String) -> String? { comments[path] }

  /// The comment before a type, a property or a case of it.
  ///
  /// - Parameter type: As `String(reflecting:)` gives it, so with the module in front.
  package func text(of type: String, _ member: String? = nil) -> String? {
    let path = type.split(separator: ".").dropFirst().joined(separator: ".")
    return comments[member.map { path + "." + $0 } ?? path]
  }

  // MARK: Reading

  private mutating func read(_ text: String) {
    var (open, comment): ([(indentation: Int, path: String)], [Substring]) = ([], [])
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      let code = line.drop { $0 == " " }
      let indentation = line.count - code.count
      if code.hasPrefix("///") {
        comment.append(code.dropFirst(3))
        continue
      }
      if code.hasPrefix("@") && !code.contains(" ") || code.hasPrefix("//") { continue }
      if code.isEmpty {
        comment = []
        continue
      }
      while let last = open.last, last.indentation >= indentation { open.removeLast() }
      let prefix = open.last.map { $0.path + "." } ?? ""
      if let found = Self.declaration(code) {
        for name in found.names { note(comment, prefix + name) }
        if found.isType, let name = found.names.first { open.append((indentation, prefix + name)) }
      }
      comment = []
    }
  }

  private mutating func note(_ lines: [Substring], _ path: String) {
    // An extension says nothing of the type itself, and the first comment found is the type's own.
    guard !lines.isEmpty, comments[path] == nil else { return }
    comments[path] = lines.map { $0.trimmingCharacters(in: .whitespaces) }
      .joined(separator: " ").replacing("  ", with: " ")
  }

  private static let modifiers: Set<Substring> = [
    "public", "package", "private", "fileprivate", "private(set)", "public(set)", "final",
    "indirect", "static", "internal",
  ]

  /// What a line declares: a type, properties or cases; `nil` for anything else.
  private static func declaration(_ code: Substring) -> (names: [String], isType: Bool)? {
    var words = code.split(separator: " ")
    words.removeFirst(words.prefix { modifiers.contains($0) }.count)
    guard words.count >= 2 else { return nil }
    switch words[0] {
    case "struct", "enum", "class", "protocol", "actor", "extension":
      return ([name(words[1])], true)
    case "var", "let": return ([name(words[1])], false)
    case "case":
      // In a switch, cases begin with a dot or are followed by a colon.
      guard !words[1].hasPrefix("."), !code.hasSuffix(":") else { return nil }
      let list = words.dropFirst().joined(separator: " ")
      var depth = 0
      let parts = list.split { character in
        depth += character == "(" ? 1 : character == ")" ? -1 : 0
        return character == "," && depth == 0
      }
      return (parts.map { name($0.drop { $0 == " " }) }, false)
    default: return nil
    }
  }

  /// What a declaration calls itself, without what follows the name.
  private static func name(_ text: some StringProtocol) -> String {
    String(text.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "." })
  }
}
