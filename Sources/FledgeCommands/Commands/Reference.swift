import ArgumentParser
import Foundation

/// What the documentation of Fledge itself is made with; for those who change it.
struct Reference: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make the generated parts of Fledge's own documentation.",
    discussion: """
      Tables of settings, metrics, commands and results in the guide are written by the program \
      that they describe, so that they cannot go stale: `make reference` writes them, and \
      `fledge reference pages --check` fails where one is not what the program says.
      """,
    shouldDisplay: false, subcommands: [Pages.self, Manual.self, Symbols.self])

  struct Pages: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Write the generated blocks of the guide's pages anew.")

    @Option(help: "The checkout.", completion: .directory)
    var folder = "."

    @Flag(help: "Write nothing; fail where a page is not what it would be.")
    var check = false

    func run() throws {
      let pages = try ReferencePages(folder: folder, catalogue: Extensions.environments).all()
      guard !pages.isEmpty else {
        throw CommandFailure("there are no pages of Fledge's in '\(folder)'; give its checkout")
      }
      let changed = pages.filter { $0.text != $0.renewed }
      if check, !changed.isEmpty {
        let names = changed.map(\.path).joined(separator: ", ")
        throw CommandFailure("not what the program says: \(names); `make reference` writes anew")
      }
      for page in changed where !check {
        try SafeFile.write(
          Array(page.renewed.utf8), to: folder + "/" + page.path, option: "--folder")
      }
      print("\(pages.count) pages, \(check ? "all as they are to be" : "\(changed.count) changed")")
    }
  }

  struct Manual: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Write manual pages for `man`: fledge.1 and one for each command.")

    @Argument(help: "The folder for the pages; it is made if missing.", completion: .directory)
    var output: String

    func run() throws {
      try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
      for file in ManualPages(dump: try CommandDump(of: Fledge.self)).files {
        try SafeFile.write(Array(file.text.utf8), to: output + "/" + file.name, option: "OUTPUT")
        print(output + "/" + file.name)
      }
    }
  }

  struct Symbols: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Fail where public symbols have no doc comment.")

    @Argument(help: "Symbol graphs, as the compiler extracts them.", completion: .file())
    var graphs: [String]

    func run() throws {
      let symbols = try UndocumentedSymbols(in: graphs)
      guard !symbols.lines.isEmpty else { return }
      for line in symbols.lines { print(line) }
      throw CommandFailure("\(symbols.lines.count) public symbols have no doc comment")
    }
  }
}
