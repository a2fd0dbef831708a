import Foundation
import Notebooks

/// The package and the target that a literate script belongs to.
struct ScriptPackage {
  /// The folder with Package.swift.
  let folder: URL
  let target: String

  private struct Description: Decodable {
    struct Target: Decodable {
      var name: String
      var type: String
      var path: String
      var sources: [String]
    }

    var targets: [Target]
  }

  /// Finds the package that a script lies in, and asks it for the target.
  ///
  /// - Throws: a sentence where there is none.
  init(of script: URL) throws {
    var folder = script.deletingLastPathComponent()
    while !FileManager.default.fileExists(atPath: folder.appending(path: "Package.swift").path) {
      guard folder.path != "/" else {
        throw CommandFailure(
          "'\(script.path)' lies in no Swift package; put it into one, as the source of an "
            + "executable target that depends on Fledge")
      }
      folder.deleteLastPathComponent()
    }
    self.folder = folder
    let told = try Program.swift(["package", "describe", "--type", "json"], in: folder)
    guard told.status == 0,
      let description = try? JSONDecoder().decode(Description.self, from: Data(told.output.utf8))
    else {
      throw CommandFailure(
        "the package in \(folder.path) cannot be read:\n\(told.errors.lastLines(20))")
    }
    let targets = description.targets.filter { $0.type == "executable" }
    let own = targets.first { target in
      target.sources.contains { source in
        folder.appending(path: target.path).appending(path: source).standardizedFileURL.path
          == script.path
      }
    }
    guard let own else {
      throw CommandFailure(
        "'\(script.path)' is in no executable target of the package in \(folder.path); add one to "
          + "its Package.swift, with sources: [\"\(script.lastPathComponent)\"]")
    }
    target = own.name
  }

  /// A file's path below the package.
  func relativePath(of file: URL) -> String {
    let prefix = folder.path + "/"
    return file.path.hasPrefix(prefix) ? String(file.path.dropFirst(prefix.count)) : file.path
  }

  /// Builds the target with a copy of its script that says where it is.
  ///
  /// - Throws: what the compiler says, each message with its place in the script.
  func build(_ notebook: Notebook, of script: URL) throws -> NotebookProgram {
    let copy = folder.appending(path: ".build/notebooks/\(target)")
      .appending(path: script.lastPathComponent)
    let text = Data(notebook.instrumented.utf8)
    // A file that was written anew would be compiled anew.
    if FileManager.default.contents(atPath: copy.path) != text {
      do {
        try FileManager.default.createDirectory(
          at: copy.deletingLastPathComponent(), withIntermediateDirectories: true)
        try text.write(to: copy, options: .atomic)
      } catch {
        throw CommandFailure(
          "a copy of the script cannot be written to \(copy.path) (\(error.localizedDescription))")
      }
    }
    if Terminal.isInteractive { Terminal.writeError("building \(target)…") }
    let built = try Program.swift(
      ["build", "-c", "release", "--product", target], in: folder,
      adding: [Notebook.environmentVariable: target])
    if Terminal.isInteractive { Terminal.writeError("\r\u{1B}[K") }
    guard built.status == 0 else {
      throw CommandFailure(
        "\(relativePath(of: script)) does not compile:\n"
          + Self.messages(
            in: (built.output + built.errors).replacing(copy.path, with: script.path)))
    }
    return NotebookProgram(
      program: folder.appending(path: ".build/release").appending(path: target), folder: folder,
      target: target)
  }

  /// The compiler's errors; all it says where none is marked as such.
  private static func messages(in log: String) -> String {
    var seen: Set<Substring> = []
    let errors = log.split(separator: "\n")
      .filter { $0.contains(": error: ") && seen.insert($0).inserted }
    return errors.isEmpty ? log.lastLines(20) : errors.joined(separator: "\n")
  }
}

extension String {
  /// The last of its lines.
  func lastLines(_ count: Int) -> String {
    split(separator: "\n").suffix(count).joined(separator: "\n")
  }
}
