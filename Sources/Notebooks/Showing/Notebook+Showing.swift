package import Foundation
import Reports

// What a literate script may use. None of it needs a weaver.
extension Notebook {
  /// Whether the script is to be done in seconds: to see that it runs, not what comes of it.
  ///
  /// `fledge notebook --quick` and `FLEDGE_QUICK=1` ask for it. The script chooses its own numbers
  /// of seeds and steps by it.
  public static var isQuick: Bool { isSet("FLEDGE_QUICK") }

  /// Makes an empty folder for the script's runs, `runs/notebooks/<name>`, and returns its path.
  ///
  /// What an earlier call has left there is removed.
  ///
  /// - Parameter name: Letters, digits, dots, dashes and underscores, not beginning with a dot.
  /// - Throws: `NotebookError` for another name, or where the folder cannot be made.
  public static func emptyFolder(_ name: String) throws(NotebookError) -> String {
    let isName = { (character: Character) in
      character.isASCII && (character.isLetter || character.isNumber || "-_.".contains(character))
    }
    guard let first = name.first, first != ".", name.allSatisfy(isName) else {
      throw NotebookError(
        "a folder of runs cannot be called '\(name)'; use letters, digits, dots, dashes and "
          + "underscores")
    }
    let path = "runs/notebooks/" + name
    let files = FileManager.default
    do {
      if files.fileExists(atPath: path) { try files.removeItem(atPath: path) }
      try files.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw NotebookError("the folder '\(path)' cannot be emptied (\(error.localizedDescription))")
    }
    return path
  }

  /// Shows a picture: on the page at this place, in a terminal by its name.
  ///
  /// - Parameters:
  ///   - file: An SVG, PNG, GIF or JPEG file.
  ///   - caption: What there is to see in it, in Markdown of one line.
  /// - Throws: `NotebookError` where it cannot be read or is none of these.
  public static func show(file: String, caption: String = "") throws(NotebookError) {
    guard let kind = Picture.Kind(path: file) else {
      throw NotebookError("'\(file)' is no picture to show; name an SVG, PNG, GIF or JPEG file")
    }
    guard let data = FileManager.default.contents(atPath: file) else {
      throw NotebookError("the picture '\(file)' cannot be read; is it written before it is shown?")
    }
    let label = caption.isEmpty ? file : "\(caption) (\(file))"
    show(
      Picture(kind: kind, data: data, caption: caption, alternative: caption),
      inTerminal: "Picture: \(label)\n")
  }

  /// Shows a chart: as a picture on the page at this place, in characters in a terminal.
  public static func show(_ chart: Chart) {
    let picture = Picture(
      kind: .svg, data: Data(chart.figure.svg().utf8), caption: chart.caption,
      alternative: chart.figure.alternativeText,
      chart: Picture.Chart(
        title: chart.title, names: chart.lines.map(\.name), svg: chart.figure.svg(.page)))
    show(picture, inTerminal: chart.terminalText)
  }

  private static func show(_ picture: Picture, inTerminal text: @autoclosure () -> String) {
    if isSet(environmentVariable) {
      print(Transcript.line(of: picture))
    } else {
      print(text(), terminator: "")
    }
  }

  private static func isSet(_ variable: String) -> Bool {
    let value = ProcessInfo.processInfo.environment[variable]
    return value.map { !$0.isEmpty && $0 != "0" } ?? false
  }
}

/// Something that a literate script asked for and that cannot be, in one sentence.
public struct NotebookError: Error, Equatable, CustomStringConvertible {
  public let description: String

  package init(_ description: String) { self.description = description }
}

/// A picture that a script showed.
package struct Picture: Equatable, Sendable, Codable {
  package enum Kind: String, Codable, Sendable {
    case svg, png, gif, jpeg

    init?(path: String) {
      let ending = path.split(separator: ".").last?.lowercased() ?? ""
      self.init(rawValue: ending == "jpg" ? "jpeg" : ending)
    }

    var mediaType: String { self == .svg ? "image/svg+xml" : "image/\(rawValue)" }
  }

  /// A chart in the colors of the page that it stands in, light or dark.
  package struct Chart: Equatable, Sendable, Codable {
    package var title: String
    /// Of its lines, in the order of the palette.
    package var names: [String]
    /// Without title and names.
    package var svg: String

    package init(title: String, names: [String], svg: String) {
      self.title = title
      self.names = names
      self.svg = svg
    }
  }

  package var kind: Kind
  package var data: Data
  package var caption: String
  /// What a reader who cannot see it is told.
  package var alternative: String
  /// What a page shows instead; only of charts.
  package var chart: Chart?

  package init(
    kind: Kind, data: Data, caption: String, alternative: String, chart: Chart? = nil
  ) {
    self.kind = kind
    self.data = data
    self.caption = caption
    self.alternative = alternative
    self.chart = chart
  }

  /// The picture itself as an address.
  package var address: String { "data:\(kind.mediaType);base64,\(data.base64EncodedString())" }
}
