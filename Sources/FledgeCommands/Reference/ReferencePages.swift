import Environments
import Foundation

/// The Markdown pages of a checkout that have generated blocks, and what belongs into these.
struct ReferencePages {
  /// The checkout's folder.
  let folder: String
  let catalogue: Catalogue
  private let comments: SourceComments
  private let results: [CatalogueReference.Result]

  /// - Throws: `CommandFailure` where the folder is no checkout.
  init(folder: String, catalogue: Catalogue) throws {
    self.folder = folder
    self.catalogue = catalogue
    let rooms = [
      "Agents", "Experiments", "NeuralNetworks", "MultiTask", "Environments", "Datasets",
    ]
    comments = try SourceComments(folders: rooms.map { folder + "/Sources/" + $0 })
    results = try CatalogueReference.results(in: folder, catalogue)
  }

  /// A page, as it is and as it is to be.
  struct Page {
    /// From the checkout's folder.
    let path: String
    let text: String
    let renewed: String
  }

  /// Every page with generated blocks.
  func all() throws -> [Page] {
    try paths().compactMap { path in
      let text = try String(contentsOfFile: folder + "/" + path, encoding: .utf8)
      guard !GeneratedBlocks.requests(in: text).isEmpty else { return nil }
      let renewed = try GeneratedBlocks.renew(text, name: path) { try contents(of: $0, in: path) }
      return Page(path: path, text: text, renewed: renewed)
    }
  }

  /// Pages that may have such blocks.
  private func paths() throws -> [String] {
    var paths = ["experiments/README.md"]
    let guide = FileManager.default.enumerator(atPath: folder + "/" + Self.guide)
    for case let name as String in guide ?? .init() where name.hasSuffix(".md") {
      paths.append(Self.guide + "/" + name)
    }
    return paths.sorted()
  }

  /// The guide's folder, from the checkout's.
  static let guide = "Sources/fledge/Guide.docc"

  /// What a block asks for: the name of a generator, and what it is told.
  private func contents(of request: String, in path: String) throws -> String {
    let words = request.split(separator: " ", maxSplits: 1).map(String.init)
    let (kind, rest) = (words.first ?? "", words.count == 2 ? words[1] : "")
    let depth = path.split(separator: "/").count - 1
    let guideDepth = Self.guide.split(separator: "/").count
    let up = String(repeating: "../", count: max(0, depth - guideDepth))
    let tables = CatalogueReference(
      catalogue: catalogue, folder: folder, root: String(repeating: "../", count: depth), up: up,
      results: results)
    switch kind {
    case "settings": return try SettingsReference(comments: comments, up: up).table(rest)
    case "commands": return try CommandReference().markdown
    case "metrics": return try tables.metrics(rest)
    case "rows": return tables.rows(rest)
    case "questions": return try tables.questions(rest)
    case "strategies": return tables.strategies()
    case "architectures": return tables.architectures()
    case "agents": return tables.agents()
    case "wrappers": return tables.wrappers()
    case "environments": return tables.environments()
    default:
      throw CommandFailure(
        "\(path): nothing generates '\(kind)'; known: settings, commands, metrics, rows, "
          + "questions, strategies, architectures, agents, wrappers, environments")
    }
  }
}
