import ArgumentParser
import Experiments
import Foundation
import Notebooks

struct NotebookCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "notebook",
    abstract: "Run a literate script and weave a page: text, code, what it printed and drew.",
    discussion: """
      A literate script is an ordinary Swift file, the one source of an executable target, whose \
      comments in the first column are Markdown. Output stands below the code that printed it. \
      A name, such as first-run, means that file of notebooks-as-scripts.

      So that the page knows where output comes from, a copy of the script is compiled that says \
      so. A package of your own allows it by giving the target this path, with NAME for its name:

        path: Context.environment["FLEDGE_NOTEBOOK"] == "NAME" ? ".build/notebooks/NAME" : "FOLDER"

      Otherwise all output stands at the end of the page. The script runs in the package's folder.
      """)

  @Argument(help: "The script, or the name of one in notebooks-as-scripts.")
  var script: String

  @Option(name: .shortAndLong, help: "The page to write. Default: the script's name, here.")
  var output: String?

  @Option(
    help: "Also write the notebook as Markdown to this file, its figures to a folder beside it.")
  var markdown: String?

  @Flag(help: "Ask the script to be done in seconds (`Notebook.isQuick`).")
  var quick = false

  func validate() throws {
    for (option, path) in [("--output", output), ("--markdown", markdown)] where path == "" {
      throw ValidationError("\(option) must name a file")
    }
  }

  func run() throws {
    let file = try scriptFile()
    let page = output ?? file.deletingPathExtension().lastPathComponent + ".html"
    try checkFolders(page)
    let source = try Self.text(of: file)
    let notebook = Notebook(script: source)
    let package = try ScriptPackage(of: file)
    let program = try package.build(notebook, of: file)
    let progress = ProgressLine(cells: notebook.cellCount)
    let isQuick = quick || Notebook.isQuick
    let run = try program.run(quick: isQuick) { progress.show($0) }
    progress.end()

    var facts = [package.relativePath(of: file), "run in \(run.duration)"]
    if isQuick { facts.append("quick mode: the numbers mean nothing") }
    let draft = WovenNotebook(
      notebook, output: run.output, facts: facts,
      folder: file.deletingLastPathComponent().path, author: "Fledge \(FledgeVersion.current)")
    let failure = run.failure(of: package.relativePath(of: file), line: draft.lastLine)
    let woven = draft.ended(by: failure)
    try SafeFile.write(Array(woven.html().utf8), to: page, option: "--output")
    if let markdown { try write(woven, to: markdown) }
    if let failure {
      throw CommandFailure(
        [failure.sentence, failure.message, "The page up to there: \(page)"]
          .filter { !$0.isEmpty }.joined(separator: "\n"))
    }
    if !woven.isPlaced {
      Terminal.writeError(
        "All output stands at the end, because the manifest does not say where a copy of "
          + "\(package.target) is; `fledge notebook --help` tells how.\n")
    }
    print("The page: \(URL(fileURLWithPath: page).path)")
  }

  /// The file that is meant.
  private func scriptFile() throws -> URL {
    let folder = "notebooks-as-scripts"
    let files = FileManager.default
    let isName = !script.contains("/") && !script.hasSuffix(".swift")
    let path = isName ? "\(folder)/\(script).swift" : script
    var isFolder: ObjCBool = false
    if files.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue {
      return URL(fileURLWithPath: path).resolvingSymlinksInPath()
    }
    if isFolder.boolValue {
      throw CommandFailure("'\(script)' is a folder; name a Swift file")
    }
    let known = ((try? files.contentsOfDirectory(atPath: folder)) ?? [])
      .filter { $0.hasSuffix(".swift") }.map { String($0.dropLast(6)) }.sorted()
    throw CommandFailure(
      "there is no script '\(script)'; "
        + (known.isEmpty ? "name a Swift file" : "\(folder) has \(known.joined(separator: ", "))"))
  }

  private static func text(of file: URL) throws -> String {
    guard let data = FileManager.default.contents(atPath: file.path) else {
      throw CommandFailure("'\(file.path)' cannot be read; check its permissions")
    }
    guard let text = String(data: data, encoding: .utf8), file.pathExtension == "swift" else {
      throw CommandFailure("'\(file.path)' is no Swift file in UTF-8; name one")
    }
    return text
  }

  /// Refuses files that could not be written after all the work was done.
  private func checkFolders(_ page: String) throws {
    for (option, path) in [("--output", page), ("--markdown", markdown ?? page)] {
      let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
      guard FileManager.default.isWritableFile(atPath: folder) else {
        throw CommandFailure(
          "\(option) \(path): there is no folder \(folder) that can be written to")
      }
    }
  }

  private func write(_ woven: WovenNotebook, to path: String) throws {
    let file = URL(fileURLWithPath: path)
    let pictures = file.deletingPathExtension().lastPathComponent + "-figures"
    let (text, files) = woven.markdown(pictures: pictures)
    let folder = file.deletingLastPathComponent().appending(path: pictures)
    if !files.isEmpty {
      do {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      } catch {
        throw CommandFailure("the folder '\(folder.path)' cannot be made for the figures")
      }
    }
    for (name, data) in files {
      try SafeFile.write(
        Array(data), to: folder.appending(path: name).path, option: "--markdown")
    }
    try SafeFile.write(Array(text.utf8), to: path, option: "--markdown")
  }
}

/// How far a script has come, in a line of the terminal that is written over.
private struct ProgressLine {
  let cells: Int
  private let isLive = Terminal.isInteractive

  init(cells: Int) { self.cells = cells }

  func show(_ cell: Int) {
    if isLive { Terminal.writeError("\rrunning: part \(cell + 1) of \(cells)\u{1B}[K") }
  }

  func end() {
    if isLive { Terminal.writeError("\r\u{1B}[K") }
  }
}
