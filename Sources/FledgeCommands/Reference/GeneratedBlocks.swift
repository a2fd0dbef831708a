import Foundation

/// Parts of a Markdown page that are written by this program, between two comments.
///
/// ```
/// <!-- generated: settings agent.dqn -->
/// …
/// <!-- end of generated -->
/// ```
///
/// What stands around them is written by hand and stays as it is.
package enum GeneratedBlocks {
  private static let opening = "<!-- generated: "
  static let ending = "<!-- end of generated -->"

  /// The page with each block's contents made anew.
  ///
  /// - Parameter make: Gives the contents of a block from what its opening asks for.
  /// - Throws: What `make` throws; `CommandFailure` where a block does not end.
  package static func renew(
    _ page: String, name: String, make: (_ request: String) throws -> String
  ) throws -> String {
    var (lines, waiting): ([Substring], Int?) = ([], nil)
    for (index, line) in page.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      if let request = request(in: line) {
        if let waiting { throw unended(name, waiting) }
        waiting = index
        lines.append(line)
        lines += ["", Substring(try make(request)), ""]
      } else if line == ending {
        guard waiting != nil else {
          throw CommandFailure("\(name):\(index + 1): no generated block begins before this end")
        }
        waiting = nil
        lines.append(line)
      } else if waiting == nil {
        lines.append(line)
      }
    }
    if let waiting { throw unended(name, waiting) }
    return lines.joined(separator: "\n")
  }

  /// What the blocks of a page ask for.
  package static func requests(in page: String) -> [String] {
    page.split(separator: "\n").compactMap(request)
  }

  /// The contents of the first block that asks for this; `nil` where none does.
  package static func contents(of request: String, in page: String) -> String? {
    guard let start = page.range(of: opening + request + " -->\n"),
      let end = page[start.upperBound...].range(of: ending)
    else { return nil }
    return page[start.upperBound..<end.lowerBound].trimmingCharacters(in: .newlines)
  }

  private static func request(in line: Substring) -> String? {
    guard line.hasPrefix(opening), line.hasSuffix(" -->") else { return nil }
    return String(line.dropFirst(opening.count).dropLast(4))
  }

  private static func unended(_ name: String, _ line: Int) -> CommandFailure {
    CommandFailure("\(name):\(line + 1): this generated block has no '\(ending)'; add it")
  }
}

/// A table in Markdown.
struct MarkdownTable {
  private var lines: [String]

  init(_ titles: String...) {
    lines = [Self.row(titles), "|" + String(repeating: "---|", count: titles.count)]
  }

  mutating func add(_ cells: String...) { lines.append(Self.row(cells.map(Self.escaped))) }

  var text: String { lines.joined(separator: "\n") }

  private static func row(_ cells: [String]) -> String {
    "| " + cells.joined(separator: " | ") + " |"
  }

  /// A bar would end the cell.
  private static func escaped(_ text: String) -> String {
    text.replacing("|", with: "\\|").replacing("\n", with: " ")
  }
}
