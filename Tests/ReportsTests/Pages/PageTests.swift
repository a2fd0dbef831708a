import Checksums
import Foundation
import Reports
import Testing

@Suite struct PageTests {
  private let hostile = "</title><script>alert('x')</script> & <b>\"q\"</b>"

  private func hostileReport() throws -> ExperimentReport {
    var run = SampleRuns.run(hostile, seed: 1, score: 5)
    run.experiment = hostile
    run.metrics[0].name = hostile
    run.metrics[0].unit = hostile
    run.configuration = "name: \(hostile)\n"
    run.provenance = [ProvenanceEntry(hostile, hostile)]
    run.state = .failed
    run.failure = hostile
    var other = run
    other.variant = "plain"
    other.state = .finished
    return try SampleRuns.report([run, other], .init(question: hostile))
  }

  private func page(_ runs: [RunSummary]) throws -> [ReadElement] {
    try MarkupReader.elements(of: SampleRuns.report(runs).html(), isHTML: true)
  }

  @Test func `names that hold markup are shown as text everywhere`() throws {
    let report = try hostileReport()
    let read = try MarkupReader.elements(of: report.html(), isHTML: true)
    #expect(!read.contains { $0.name == "b" && $0.text == "\"q\"" })
    #expect(read.count { $0.name == "script" && $0.attributes["type"] == nil } == 1)
    #expect(read.first { $0.name == "h1" }?.text == hostile)
    #expect(read.first { $0.name == "title" }?.text == hostile)
    #expect(read.contains { $0.attributes["class"] == "question" && $0.text == hostile })
    #expect(read.contains { $0.name == "td" && $0.text == hostile })
    #expect(read.contains { $0.name == "code" && $0.text == "name: \(hostile)\n" })
  }

  @Test func `the page asks nothing of the network`() throws {
    let html = try SampleRuns.report(SampleRuns.seeds("dqn", base: 1)).html()
    let read = try MarkupReader.elements(of: html, isHTML: true)
    for attribute in ["src", "href", "action", "srcset", "poster", "data"] {
      #expect(!read.contains { $0.attributes[attribute] != nil })
    }
    // Names of namespaces, and clips within the page, are fetched from nowhere.
    let withoutNames = html.replacing("http://www.w3.org/2000/svg", with: "")
      .replacing("url(#clip", with: "")
    for pattern in ["http:", "https:", "url(", "@import", "fetch(", "XMLHttpRequest", "import("] {
      #expect(!withoutNames.contains(pattern), "the page holds \(pattern)")
    }
  }

  @Test func `the page's policy allows its own script and no other`() throws {
    let read = try page([SampleRuns.run(seed: 1, score: 1)])
    let policy = try #require(
      read.first { $0.attributes["http-equiv"] == "Content-Security-Policy" }?.attributes["content"]
    )
    let script = try #require(read.first { $0.name == "script" && $0.attributes["type"] == nil })
    #expect(policy.contains("default-src 'none'"))
    #expect(policy.contains("script-src 'sha256-\(SHA256.base64Digest(of: script.text))'"))
  }

  @Test func `every chart has a caption, an alternative text and data that can be parsed`() throws {
    let html = try hostileReport().html()
    let read = try MarkupReader.elements(of: html, isHTML: true)
    let figures = read.count { $0.name == "figure" }
    #expect(figures >= 3)
    #expect(read.count { $0.name == "figcaption" && !$0.text.isEmpty } == figures)
    let charts = read.filter { $0.name == "svg" && $0.ancestors.contains("figure") }
    #expect(charts.count == figures)
    #expect(charts.allSatisfy { $0.attributes["role"] == "img" })
    #expect(charts.allSatisfy { !($0.attributes["aria-label"] ?? "").isEmpty })
    let data = read.filter { $0.attributes["type"] == "application/json" }
    #expect(data.count == figures)
    for source in data {
      let object = try JSONSerialization.jsonObject(with: Data(source.text.utf8)) as? [String: Any]
      let curves = object?["curves"] as? [[String: Any]] ?? []
      #expect(curves.map { $0["name"] as? String } == [hostile, "plain"])
    }
  }

  @Test func `the data of a chart are its points`() throws {
    let read = try page(SampleRuns.seeds("dqn", base: 10))
    let source = try #require(read.first { $0.attributes["type"] == "application/json" })
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(source.text.utf8)) as? [String: Any])
    let curve = try #require((object["curves"] as? [[String: Any]])?.first)
    let points = try #require(curve["points"] as? [[Double]])
    #expect(points.map { $0[0] } == [500, 1000])
    #expect(points.map { $0[1] } == [6, 12])
    #expect(points.map { $0[4] } == [5, 5])
    #expect((object["x"] as? [Any])?.count == 3)
  }

  @Test func `every table has headers for its columns and rows`() throws {
    let read = try page(SampleRuns.seeds("a", base: 1) + SampleRuns.seeds("b", base: 9))
    let tables = read.count { $0.name == "table" }
    #expect(tables >= 4)
    #expect(read.count { $0.name == "caption" && !$0.text.isEmpty } == tables)
    let headers = read.filter { $0.name == "th" }
    #expect(headers.allSatisfy { ["col", "row"].contains($0.attributes["scope"] ?? "") })
    let rows = read.count { $0.name == "tr" && $0.ancestors.contains("tbody") }
    #expect(headers.count { $0.attributes["scope"] == "row" } == rows)
  }

  @Test func `identifiers are unique and buttons name variants that are drawn`() throws {
    let read = try page(SampleRuns.seeds("a", base: 1) + SampleRuns.seeds("b", base: 9))
    let identifiers = read.compactMap { $0.attributes["id"] }
    #expect(identifiers.count == Set(identifiers).count)
    let buttons = Set(
      read.filter { $0.name == "button" }.compactMap { $0.attributes["data-variant"] })
    let drawn = Set(read.filter { $0.name == "g" }.compactMap { $0.attributes["data-variant"] })
    #expect(buttons == ["0", "1"] && drawn == buttons)
  }

  @Test func `single seeds can be shown where there are several`() throws {
    let several = try page(SampleRuns.seeds("a", base: 1))
    #expect(several.contains { $0.attributes["id"] == "seeds" })
    #expect(several.contains { $0.attributes["class"] == "member" })
    let one = try page([SampleRuns.run(seed: 1, score: 1)])
    #expect(!one.contains { $0.attributes["id"] == "seeds" || $0.attributes["class"] == "member" })
  }

  @Test func `of a second variant's configuration the lines that differ are shown`() throws {
    let read = try page(SampleRuns.seeds("a", base: 1) + SampleRuns.seeds("b", base: 9))
    #expect(read.filter { $0.name == "del" }.map(\.text) == ["−   kind: a\n"])
    #expect(read.filter { $0.name == "ins" }.map(\.text) == ["+   kind: b\n"])
  }

  @Test func `a run that has only begun has a page`() throws {
    let read = try page([
      RunSummary(experiment: "e", variant: "v", seed: 0, state: .running, lastStep: 0)
    ])
    #expect(read.contains { $0.name == "text" && $0.text == "no data" })
    #expect(read.contains { $0.text.hasPrefix("No run has a score yet") })
  }

  @Test func `a single evaluation is no curve`() throws {
    var run = SampleRuns.run(seed: 1, score: 1)
    run.evaluations.removeFirst()
    let report = try SampleRuns.report([run])
    #expect(report.mainFigure.title == "Training return")
    #expect(!report.html().contains("Evaluation return. "))
  }

  @Test func `Markdown and terminal carry headline, tables and warnings`() throws {
    let report = try hostileReport()
    let markdown = report.markdown()
    #expect(markdown.hasPrefix("# &lt;/title&gt;&lt;script&gt;"))
    #expect(!markdown.contains("<script>"))
    for text in [markdown, report.terminalText(columns: 100)] {
      #expect(text.contains("reaches an evaluation return of"))
      #expect(text.contains("Final evaluation"))
      #expect(text.contains("failed at"))
    }
  }
}
