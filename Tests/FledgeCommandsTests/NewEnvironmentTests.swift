import Foundation
import TestSupport
import Testing

/// What `fledge new environment` writes, and what it refuses.
@Suite struct NewEnvironmentTests {
  @Test func `a package is written where there was nothing`() throws {
    try withTemporaryDirectory { folder in
      let path = folder.path + "/hiker"
      let answer = try CommandLineTool.run(
        "new", "environment", "LostHiker", "--output", path)
      #expect(answer.status == 0 && answer.output.contains("check LostHiker-v0"), "\(answer)")
      let files = try FileManager.default.subpathsOfDirectory(atPath: path).filter {
        $0.contains(".") && !$0.hasSuffix("/")
      }
      #expect(
        files.sorted() == [
          ".gitignore", "Package.swift", "README.md", "Sources/lost-hiker/LostHiker.swift",
          "Sources/lost-hiker/main.swift", "Tests/LostHikerTests.swift",
          "experiments/lost-hiker-dqn.yaml",
        ])
      for file in files {
        let text = try String(contentsOfFile: "\(path)/\(file)", encoding: .utf8)
        #expect(!text.lowercased().contains("lattice"), "\(file) keeps a placeholder")
      }
      let again = try CommandLineTool.run("new", "environment", "LostHiker", "--output", path)
      #expect(again.status == 1 && again.sentences.first?.contains("exists already") == true)
    }
  }

  @Test(arguments: [
    ("lostHiker", "try LostHiker"), ("lost hiker!", "try LostHiker"), ("3D", "try D"),
    ("Box", "try BoxWorld"), ("Any", "try AnyWorld"), ("Main", "try MainWorld"),
    ("", "try LostHiker"), ("Größe", "try "),
  ])
  func `a name that is no Swift type's is refused, with a better one`(
    name: String, remedy: String
  ) throws {
    let answer = try CommandLineTool.run("new", "environment", name)
    #expect(answer.status == 1, "\(answer)")
    #expect(answer.sentences.first?.contains(remedy) == true, "\(answer)")
  }

  @Test func `a folder without Fledge, and one that cannot be written`() throws {
    let strange = try CommandLineTool.run("new", "environment", "A", "--fledge", "/usr")
    #expect(strange.sentences.first?.contains("give the folder of a checkout") == true)
    let closed = try CommandLineTool.run("new", "environment", "A", "--output", "/proc/a")
    #expect(closed.status == 1)
    #expect(closed.sentences.first?.contains("could not be written to /proc/a") == true)
  }
}

/// Builds the package outside of the repository's own, as its author would, and uses all of it.
///
/// The folder and what is built in it stay below `.build`, so that only the first time is slow.
@Suite struct OwnPackageTests {
  @Test func `a new package builds, passes its laws, trains and plays at once`() throws {
    let sources = try #require(
      URL(filePath: CommandLineTool.path).pathComponents.split(separator: ".build").first)
    let root = NSString.path(withComponents: Array(sources))
    let place = root + "/.build/own-package"
    let package = place + "/hiker"
    try? FileManager.default.removeItem(atPath: package)
    try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)

    let written = try CommandLineTool.run(
      "new", "environment", "LostHiker", "--output", package, "--fledge", root)
    #expect(written.status == 0, "\(written)")

    let built = try CommandLineTool.shell(
      #"cd "$1" && swift test --scratch-path ../build 2>&1"#, [package])
    try #require(built.status == 0, "\(built)")
    #expect(built.output.contains("2 tests in"), "\(built.output.suffix(400))")

    func hiker(_ arguments: String) throws -> CommandLineTool.Answer {
      try CommandLineTool.shell(#"cd "$1" && ../build/debug/lost-hiker \#(arguments)"#, [package])
    }
    let checked = try hiker("check LostHiker-v0")
    #expect(checked.status == 0 && checked.output.contains("obeys all"), "\(checked)")
    let listed = try hiker("list environments")
    #expect(listed.output.contains("LostHiker-v0") && listed.output.contains("CartPole-v1"))
    let trained = try hiker("run experiments/lost-hiker-dqn.yaml --json")
    #expect(trained.status == 0, "\(trained)")
    let means = try trained.objects().compactMap { $0["finalMean"] as? Double }
    // The goal is worth 1, and each of at least 8 steps before it costs 0.01.
    #expect(means.count == 3 && means.allSatisfy { $0 > 0.85 && $0 < 0.93 }, "\(means)")
    let played = try hiker("play runs/lost-hiker-dqn/main/1 --output agent.gif")
    #expect(played.status == 0, "\(played)")
    let picture = try Data(contentsOf: URL(filePath: package + "/agent.gif"))
    #expect(picture.starts(with: Array("GIF89a".utf8)))
  }
}
