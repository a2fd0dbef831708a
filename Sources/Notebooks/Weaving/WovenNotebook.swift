package import Foundation

/// A script with what came of it.
package struct WovenNotebook: Sendable {
  /// How a script ended before its end.
  package struct Failure: Equatable, Sendable {
    /// In a sentence.
    package var sentence: String
    /// What it wrote to standard error.
    package var message: String

    package init(sentence: String, message: String) {
      (self.sentence, self.message) = (sentence, message)
    }
  }

  package let notebook: Notebook
  package let transcript: Transcript
  /// Facts for the head of the page, such as the script's path.
  package let facts: [String]
  private(set) var failure: Failure?
  /// The script's folder, for pictures that the text names.
  package let folder: String
  /// A line for the foot of the page: the program and its version.
  package let author: String

  /// - Parameter output: What the copy that `Notebook.instrumented` makes printed.
  package init(
    _ notebook: Notebook, output: String, facts: [String], folder: String, author: String
  ) {
    self.notebook = notebook
    transcript = Transcript(output)
    self.facts = facts
    self.folder = folder
    self.author = author
  }

  /// The same up to where the script ended, if it ended before its end.
  package func ended(by failure: Failure?) -> WovenNotebook {
    var copy = self
    copy.failure = failure
    return copy
  }

  /// Whether the script said where it was, so that output has its place.
  package var isPlaced: Bool { transcript.lastCell != nil }

  /// Where the script was when it ended: the first line of that stretch of code.
  package var lastLine: Int? {
    var number = 0
    for case .code(_, let line) in notebook.parts {
      if number == transcript.lastCell { return line }
      number += 1
    }
    return nil
  }

  /// A part of the script as it is shown.
  package enum Piece: Equatable {
    case text(String)
    case code(String)
    case output(Transcript.Output)
    case failure(Failure)
  }

  /// The script up to where it ended, each stretch of code with what came of it.
  package var pieces: [Piece] {
    var pieces =
      transcript.unplaced.isEmpty || !isPlaced ? [] : transcript.unplaced.map(Piece.output)
    var number = 0
    for part in notebook.parts {
      switch part {
      case .text(let text): pieces.append(.text(text))
      case .code(let code, _):
        pieces.append(.code(code))
        pieces += (transcript.cells[number] ?? []).map(Piece.output)
        if let failure, isPlaced, number == transcript.lastCell {
          return pieces + [.failure(failure)]
        }
        number += 1
      }
    }
    if !isPlaced { pieces += transcript.unplaced.map(Piece.output) }
    return pieces + (failure.map { [.failure($0)] } ?? [])
  }

  /// A picture that the text names by its place beside the script.
  package func address(ofImage path: String) -> String? {
    guard !path.contains(":"), let kind = Picture.Kind(path: path),
      let data = FileManager.default.contents(atPath: folder + "/" + path)
    else { return nil }
    return Picture(kind: kind, data: data, caption: "", alternative: "").address
  }
}

extension WovenNotebook {
  /// The notebook as Markdown, with its pictures as files beside it.
  ///
  /// - Parameter pictures: The folder that the text names for the pictures.
  package func markdown(pictures: String) -> (text: String, files: [(name: String, data: Data)]) {
    var blocks: [String] = []
    var files: [(name: String, data: Data)] = []
    for piece in pieces {
      switch piece {
      case .text(let text): blocks.append(text)
      case .code(let code): blocks.append(Self.fenced(code, "swift"))
      case .output(.printed(let text)): blocks.append(Self.fenced(text, "text"))
      case .output(.picture(let picture)):
        let name = "figure-\(files.count + 1).\(picture.kind.rawValue)"
        files.append((name, picture.data))
        let alternative = picture.alternative.filter { !"[]\n".contains($0) }
        blocks.append("![\(alternative)](\(pictures)/\(name))")
        if !picture.caption.isEmpty { blocks.append("*\(picture.caption)*") }
      case .failure(let failure):
        blocks.append("**\(failure.sentence)**")
        if !failure.message.isEmpty { blocks.append(Self.fenced(failure.message, "text")) }
      }
    }
    return (blocks.joined(separator: "\n\n") + "\n", files)
  }

  /// Code between fences that are longer than any in it.
  private static func fenced(_ code: String, _ language: String) -> String {
    var fence = "```"
    while code.contains(fence) { fence += "`" }
    return "\(fence)\(language)\n\(code)\n\(fence)"
  }
}
