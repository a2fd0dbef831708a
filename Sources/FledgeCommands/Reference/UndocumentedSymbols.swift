import Foundation

/// Public symbols without a doc comment, from the compiler's symbol graphs.
///
/// What the compiler made, and what stands for a requirement or an inherited member that has a
/// comment, needs none of its own.
package struct UndocumentedSymbols {
  /// One line a symbol: `Module: Type.member (File.swift:12)`.
  package private(set) var lines: [String] = []

  private struct Graph: Decodable {
    struct Module: Decodable { let name: String }
    struct Symbol: Decodable {
      struct Identifier: Decodable { let precise: String }
      struct Kind: Decodable { let identifier: String }
      struct Comment: Decodable {}
      struct Location: Decodable {
        struct Position: Decodable { let line: Int }
        let uri: String
        let position: Position
      }
      let identifier: Identifier
      let kind: Kind
      let pathComponents: [String]
      let docComment: Comment?
      let location: Location?
    }
    struct Relationship: Decodable {
      struct Origin: Decodable { let identifier: String }
      let kind: String
      let source: String
      let target: String
      let sourceOrigin: Origin?
    }
    let module: Module
    let symbols: [Symbol]
    let relationships: [Relationship]
  }

  /// - Throws: `CommandFailure` where a file is no symbol graph.
  package init(in files: [String]) throws {
    for file in files {
      guard let data = FileManager.default.contents(atPath: file),
        let graph = try? JSONDecoder().decode(Graph.self, from: data)
      else { throw CommandFailure("\(file) is no symbol graph that can be read") }
      let inheriting = Set(
        graph.relationships.filter {
          $0.sourceOrigin != nil || $0.kind == "defaultImplementationOf"
        }
        .map(\.source))
      for symbol in graph.symbols
      where symbol.docComment == nil && !inheriting.contains(symbol.identifier.precise)
        && !symbol.identifier.precise.contains("::SYNTHESIZED::")
        && symbol.kind.identifier != "swift.extension"
      {
        let place = symbol.location.map {
          " (\(URL(string: $0.uri)?.lastPathComponent ?? $0.uri):\($0.position.line + 1))"
        }
        let path = symbol.pathComponents.joined(separator: ".")
        lines.append("\(graph.module.name): \(path)\(place ?? "")")
      }
    }
    lines.sort()
  }
}
