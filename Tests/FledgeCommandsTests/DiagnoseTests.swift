import Foundation
import Testing

/// `fledge diagnose` as a user runs it.
@Suite struct DiagnoseTests {
  @Test func `an agent is diagnosed, and its runs are scored again`() throws {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "fledge-diagnose-\(UUID())").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let command = [
      "diagnose", "random", "--suite", "quick", "bandit", "catch", "memory_size", "--output",
      folder, "--json",
    ]
    let first = try CommandLineTool.run(command)
    #expect(first.status == 0, "\(first)")
    let agents = try #require(first.objects().first?["agents"] as? [[String: Any]])
    let experiments = try #require(agents.first?["experiments"] as? [[String: Any]])
    #expect(experiments.compactMap { $0["name"] as? String } == ["bandit", "catch", "memory_size"])
    #expect(FileManager.default.fileExists(atPath: folder + "/diagnosis.html"))
    #expect(FileManager.default.fileExists(atPath: folder + "/memory_size/bits-3/1001/run.h5"))

    let again = try CommandLineTool.run(command)
    #expect(again.output == first.output)
    let figure = folder + "/radar.svg"
    let rescored = try CommandLineTool.run([
      "diagnose", "--from", folder, "--figure", figure, "--page", folder + "/page.html",
    ])
    #expect(rescored.status == 0, "\(rescored)")
    #expect(rescored.output.contains("bandit "))
    #expect(try String(contentsOfFile: figure, encoding: .utf8).hasPrefix("<svg"))
  }

  @Test func `mistakes are told in a sentence`() throws {
    #expect(
      try CommandLineTool.run("diagnose", "randm").sentences == [
        "there is no file and no agent 'randm'; did you mean 'random'?"
      ])
    #expect(
      try CommandLineTool.run("diagnose", "random", "--suite", "deep_see").sentences == [
        "there is no experiment 'deep_see' in the suite; did you mean 'deep_sea'?"
      ])
    #expect(try CommandLineTool.run("diagnose").status == 64)
  }
}
