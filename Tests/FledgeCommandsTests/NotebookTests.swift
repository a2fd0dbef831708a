import Foundation
import TestSupport
import Testing

/// A package of somebody's own with one literate script.
private struct ScriptFolder {
  let path: String
  var script: String { path + "/scripts/tale.swift" }
  var page: String { path + "/page.html" }

  func weave(_ arguments: String...) throws -> CommandLineTool.Answer {
    try CommandLineTool.run(["notebook", script, "--output", page] + arguments)
  }

  func pageText() throws -> String {
    try String(contentsOfFile: page, encoding: .utf8)
  }

  static func with(_ script: String, _ body: (ScriptFolder) throws -> Void) throws {
    try withTemporaryDirectory { folder in
      let scripts = ScriptFolder(path: folder.path)
      try FileManager.default.createDirectory(
        atPath: scripts.path + "/scripts", withIntermediateDirectories: true)
      try Data(manifest.utf8).write(to: folder.appending(path: "Package.swift"))
      try Data(script.utf8).write(to: URL(filePath: scripts.script))
      try body(scripts)
    }
  }

  private static let manifest = """
    // swift-tools-version: 6.2
    import PackageDescription

    let isWoven = Context.environment["FLEDGE_NOTEBOOK"] == "tale"
    let package = Package(
      name: "tales",
      targets: [
        .executableTarget(
          name: "tale", path: isWoven ? ".build/notebooks/tale" : "scripts",
          sources: ["tale.swift"], swiftSettings: [.treatAllWarnings(as: .error)])
      ])
    """
}

/// `fledge notebook` on scripts that are built; they take seconds, as does every build.
@Suite struct NotebookOwnPackageTests {
  private static let tale = """
    // # A tale
    //
    // Once <upon> a time.
    import Foundation
    let words = ["one", "two"]
    print(words[0])

    // And then?
    func tell(_ place: Int) { print("told", words[place]) }

    // The end.
    print(ProcessInfo.processInfo.environment["FLEDGE_QUICK"] ?? "in full")
    tell(Int(ProcessInfo.processInfo.environment["PLACE"] ?? "1") ?? 1)
    """

  @Test func `output stands where it was printed, and a crash ends the page there`() throws {
    try ScriptFolder.with(Self.tale) { folder in
      let markdown = folder.path + "/tale.md"
      let woven = try folder.weave("--quick", "--markdown", markdown)
      try #require(woven.status == 0, "\(woven)")
      #expect(woven.output.contains("page.html"))
      let text = try String(contentsOfFile: markdown, encoding: .utf8)
      let order = ["```text\none\n```", "And then?", "The end.", "```text\n1\ntold two\n```"]
      let places = order.map { text.range(of: $0)?.lowerBound }
      #expect(!places.contains(nil), "\(text)")
      #expect(places.compactMap { $0 } == places.compactMap { $0 }.sorted(), "\(text)")
      let page = try folder.pageText()
      #expect(page.contains("<h1 id=\"a-tale\">A tale</h1>"))
      #expect(page.contains("Once &lt;upon&gt; a time."))
      #expect(page.contains("quick mode"))

      // The same program, but it asks for a word that is not there.
      let crashed = try CommandLineTool.shell(
        #"PLACE=7 "$0" notebook "$1" --output "$2""#, [folder.script, folder.page])
      #expect(crashed.status == 1, "\(crashed)")
      #expect(crashed.errors.contains("in the code that begins at scripts/tale.swift:12"))
      let rest = try folder.pageText()
      #expect(rest.contains("in full") && rest.contains("was ended by signal"))

      // Run by itself, the copy says nothing of its own.
      let plain = try CommandLineTool.shell(#""$1"/.build/release/tale"#, [folder.path])
      #expect(plain.output == "one\nin full\ntold two\n")
    }
  }

  @Test func `what does not compile is told with its place in the script`() throws {
    try ScriptFolder.with("// # A tale\n\nlet x: Int = 1\n// More\nprint(y)\n") { folder in
      let answer = try folder.weave()
      #expect(answer.status == 1, "\(answer)")
      #expect(answer.errors.contains("scripts/tale.swift does not compile"))
      #expect(answer.errors.contains("scripts/tale.swift:5:7: error: cannot find 'y' in scope"))
      #expect(!FileManager.default.fileExists(atPath: folder.page))
    }
  }
}

@Suite struct NotebookCommandTests {
  @Test func `what is no script is refused in a sentence`() throws {
    try withTemporaryDirectory { folder in
      let lonely = folder.path + "/lonely.swift"
      try Data("print(1)".utf8).write(to: URL(filePath: lonely))
      #expect(
        try CommandLineTool.run("notebook", lonely, "--output", folder.path + "/page.html")
          .sentences.first?.contains("lies in no Swift package") == true)
      let missing = try CommandLineTool.run("notebook", folder.path + "/none.swift")
      #expect(missing.status == 1)
      #expect(missing.sentences.first?.hasPrefix("there is no script") == true, "\(missing)")
      #expect(
        try CommandLineTool.run("notebook", folder.path).sentences.first?.contains("is a folder")
          == true)
      let nowhere = try CommandLineTool.run(
        "notebook", lonely, "--output", folder.path + "/none/page.html")
      #expect(nowhere.sentences.first?.contains("that can be written to") == true)
    }
  }

  @Test func `a script that no target has is refused with the remedy`() throws {
    try ScriptFolder.with("print(1)") { folder in
      let other = folder.path + "/scripts/other.swift"
      try Data("print(2)".utf8).write(to: URL(filePath: other))
      let answer = try CommandLineTool.run("notebook", other, "--output", folder.page)
      #expect(answer.status == 1)
      #expect(
        answer.sentences.first?.contains("is in no executable target") == true, "\(answer)")
    }
  }
}
