import ArgumentParser
import Foundation

struct New: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Begin something of your own.", subcommands: [NewEnvironment.self])
}

struct NewEnvironment: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "environment",
    abstract: "Write a package with an environment of your own, ready to build, train and play.",
    discussion: """
      The package stands outside of Fledge and depends on it. It holds a small world to change, a \
      test of its laws, an experiment, and a program with all of Fledge's commands that knows the \
      world by its name:

        fledge new environment LostHiker
        cd lost-hiker && swift build -c release
        .build/release/lost-hiker check LostHiker-v0
      """)

  @Argument(help: "The environment's name, as a Swift type: letters and digits, such as LostHiker.")
  var name: String

  @Option(help: "The folder to make, instead of one named after the environment.")
  var output: String?

  @Option(
    name: .customLong("fledge"),
    help: "The folder with Fledge's own Package.swift, where this program does not find it itself.")
  var fledgeFolder: String?

  func run() throws {
    let template = try EnvironmentTemplate(name: name, fledge: FledgeSources.find(fledgeFolder))
    let folder = URL(fileURLWithPath: output ?? template.program)
    guard !FileManager.default.fileExists(atPath: folder.path) else {
      throw CommandFailure(
        "\(folder.path) exists already; name another folder with --output, or remove it")
    }
    try write(template.files, to: folder)
    print(template.farewell(folder: output ?? template.program))
  }

  /// Writes the whole package or nothing: into a folder beside the final one, which is then renamed.
  private func write(_ files: [(path: String, text: String)], to folder: URL) throws {
    let draft = folder.deletingLastPathComponent()
      .appending(path: ".\(folder.lastPathComponent)-\(UUID().uuidString)")
    do {
      for file in files {
        let url = draft.appending(path: file.path)
        try FileManager.default.createDirectory(
          at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(file.text.utf8).write(to: url)
      }
      try FileManager.default.moveItem(at: draft, to: folder)
    } catch {
      try? FileManager.default.removeItem(at: draft)
      throw CommandFailure(
        "the package could not be written to \(folder.path): \((error as NSError).cause)")
    }
  }
}

extension NSError {
  /// What went wrong below, in the system's words, such as `Permission denied`.
  fileprivate var cause: String {
    let below = userInfo[NSUnderlyingErrorKey] as? NSError
    if let below, below.domain == NSPOSIXErrorDomain {
      return String(cString: strerror(Int32(below.code)))
    }
    return localizedDescription
  }
}
