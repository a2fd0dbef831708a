import FledgeCommands
import Foundation
import Testing
import Tracking

/// The guide says what the program does.
@Suite struct GuideTests {
  /// The checkout that these tests are part of.
  private static let checkout = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
  private static let guide = checkout + "/Sources/fledge/Guide.docc"

  private static func page(_ name: String) throws -> String {
    try String(contentsOfFile: guide + "/" + name, encoding: .utf8)
  }

  private static func rows(of table: String) -> [[String]] {
    table.split(separator: "\n").dropFirst(2).map { line in
      line.dropFirst(2).dropLast(2).split(separator: " | ", omittingEmptySubsequences: false)
        .map { $0.trimmingCharacters(in: .whitespaces).replacing("\\|", with: "|") }
    }
  }

  @Test func `generated pages are what the program says`() throws {
    let answer = try CommandLineTool.run(
      "reference", "pages", "--check", "--folder", Self.checkout)
    #expect(answer.status == 0, "\(answer)")
  }

  @Test func `every setting in the guide says what it is`() throws {
    var count = 0
    let pages = FileManager.default.enumerator(atPath: Self.guide)
    for case let name as String in try #require(pages) where name.hasSuffix(".md") {
      let page = try Self.page(name)
      for request in GeneratedBlocks.requests(in: page) where request.hasPrefix("settings ") {
        let table = try #require(GeneratedBlocks.contents(of: request, in: page))
        for row in Self.rows(of: table) {
          count += 1
          #expect(row.count == 4 && !(row.last ?? "").isEmpty, "\(name): \(row)")
        }
      }
    }
    #expect(count > 300)
  }

  @Test func `links of the guide lead to files that are there`() throws {
    let pages = FileManager.default.enumerator(atPath: Self.guide)
    for case let name as String in try #require(pages) where name.hasSuffix(".md") {
      let folder = URL(fileURLWithPath: Self.guide + "/" + name).deletingLastPathComponent()
      for match in try Self.page(name).matches(of: /\]\(([^)#]+)[^)]*\)/) {
        let target = String(match.output.1)
        guard !target.hasPrefix("http") else { continue }
        let path = folder.appending(path: target).standardizedFileURL.path
        #expect(FileManager.default.fileExists(atPath: path), "\(name): \(target)")
      }
    }
  }

  /// An experiment in which an agent learns a little.
  private static func experiment(_ request: String) -> String {
    let words = request.split(separator: " ", maxSplits: 1).map(String.init)
    let settings = words.count == 2 ? words[1] : "{}"
    let agent = words[0]
    let world =
      switch agent {
      case "sac", "td3", "ddpg": "id: Pendulum-v1"
      case "qLearning", "doubleQLearning", "sarsa", "expectedSARSA", "monteCarlo":
        "id: CliffWalking-v1"
      default:
        settings.contains("tasks")
          ? "id: CartPole-v1, copies: 2, tasks: [{name: TASK}, {name: other}]" : "id: CartPole-v1"
      }
    return """
      name: guide
      environment: {\(world)}
      agent: {\(agent): \(agent == "random" ? "{}" : settings)}
      budget: {steps: 400}
      evaluation: {finalEpisodes: 1}
      logging: {every: 50}
      """
  }

  private static let requests: [String] = {
    let pages = FileManager.default.enumerator(atPath: guide + "/Algorithms") ?? .init()
    return pages.compactMap { $0 as? String }.filter { $0.hasSuffix(".md") }.sorted()
      .flatMap { name in
        GeneratedBlocks.requests(in: (try? page("Algorithms/" + name)) ?? "")
          .filter { $0.hasPrefix("metrics ") }.map { name + " " + $0 }
      }
  }()

  @Test func `each algorithm has a page that lists its metrics`() throws {
    let listed = try CommandLineTool.run("list", "agents", "--json").objects()
    for agent in listed.compactMap({ $0["id"] as? String }) {
      #expect(Self.requests.contains { $0.hasSuffix(" metrics \(agent)") }, "\(agent)")
    }
  }

  @Test(arguments: requests)
  func `a run records the metrics that its page lists`(request: String) throws {
    let parts = request.split(separator: " ", maxSplits: 2).map(String.init)
    let page = try Self.page("Algorithms/" + parts[0])
    let table = try #require(GeneratedBlocks.contents(of: "metrics " + parts[2], in: page))
    let folder = FileManager.default.temporaryDirectory.appending(path: "guide-\(UUID())")
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let file = folder.appending(path: "guide.yaml").path
    try Data(Self.experiment(parts[2]).utf8).write(to: URL(fileURLWithPath: file))
    let answer = try CommandLineTool.run(
      "run", file, "--quick", "--seed", "1", "--quiet", "--output", folder.path)
    #expect(answer.status == 0, "\(answer)")
    let run = try RunReader(RunFolder(path: folder.path + "/guide/main-quick/1"))
    let recorded = run.metrics.filter { !$0.name.hasSuffix("/other") }
    #expect(
      Self.rows(of: table).sorted { $0[0] < $1[0] }
        == recorded.map { ["`\($0.name)`", $0.unit, $0.meaning] }.sorted { $0[0] < $1[0] })
    for metric in recorded {
      #expect(try !run.series(metric.name).values.isEmpty, "\(metric.name) has no value")
    }
  }
}
