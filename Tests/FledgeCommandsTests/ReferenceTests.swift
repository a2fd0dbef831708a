import FledgeCommands
import Foundation
import Testing

/// What the guide's generated parts are made with.
@Suite struct ReferenceTests {
  @Test func `comments are found by the path of what they stand before`() {
    let comments = SourceComments(
      text: """
        /// What a walk can be told.
        ///
        /// More of it.
        public struct WalkSettings: Settings {
          /// How far, in steps.
          public var length = 12
          public var wind = 0.1

          /// The ways.
          @frozen
          public enum Way: String {
            /// Slowly, or fast.
            case walk(pace: Int, load: Int), run
          }

          public func go() {
            switch way {
            /// No declaration.
            case .walk: break
            }
          }
        }

        /// Not the type's own.
        extension WalkSettings {
          /// What is carried.
          public private(set) static var load = 3
        }
        """)
    #expect(comments["WalkSettings"] == "What a walk can be told. More of it.")
    #expect(comments["WalkSettings.length"] == "How far, in steps.")
    #expect(comments["WalkSettings.wind"] == nil)
    #expect(comments["WalkSettings.Way"] == "The ways.")
    #expect(comments["WalkSettings.Way.walk"] == "Slowly, or fast.")
    #expect(comments["WalkSettings.Way.run"] == "Slowly, or fast.")
    #expect(comments["WalkSettings.load"] == "What is carried.")
  }

  @Test func `a rule is told without what was found`() {
    #expect(SettingRule.text(of: "must be in 0...1, but is -5") == "in 0...1")
    #expect(SettingRule.text(of: "must lie in 1...10¹², but is 0") == "in 1...10¹²")
    #expect(SettingRule.text(of: "must never be below 0, but is -1") == "never below 0")
    #expect(
      SettingRule.text(of: "needs network.recurrence, but is 1") == "needs network.recurrence")
  }

  @Test func `blocks are made anew and what stands around them stays`() throws {
    let page = """
      # Title

      <!-- generated: one a b -->
      old
      <!-- end of generated -->

      By hand.
      <!-- generated: two -->
      <!-- end of generated -->
      End
      """
    let renewed = try GeneratedBlocks.renew(page, name: "page.md") { "made of \($0)" }
    #expect(renewed.contains("# Title\n\n<!-- generated: one a b -->\n\nmade of one a b\n\n<!--"))
    #expect(renewed.contains("By hand.") && renewed.hasSuffix("End") && !renewed.contains("old"))
    #expect(GeneratedBlocks.requests(in: page) == ["one a b", "two"])
    #expect(GeneratedBlocks.contents(of: "two", in: renewed) == "made of two")
    #expect(try GeneratedBlocks.renew(renewed, name: "") { "made of \($0)" } == renewed)
  }

  @Test(arguments: [
    "<!-- generated: one -->\nno end", "<!-- end of generated -->",
    "<!-- generated: one -->\n<!-- generated: two -->\n<!-- end of generated -->",
  ])
  func `blocks that do not end are refused`(page: String) {
    #expect(throws: (any Error).self) { try GeneratedBlocks.renew(page, name: "page.md") { $0 } }
  }

  @Test func `symbols without a comment are named`() throws {
    let symbol = { (name: String, more: String) in
      #"{"identifier": {"precise": "\#(name)"}, "kind": {"identifier": "swift.method"}, "#
        + #""pathComponents": ["Walk", "\#(name)"]\#(more)}"#
    }
    let place = #", "location": {"uri": "file:///x/Walk.swift", "position": {"line": 11}}"#
    let graph = """
      {"module": {"name": "Walks"}, "symbols": [
        \(symbol("told", #", "docComment": {"lines": []}"#)), \(symbol("untold", place)),
        \(symbol("witness", "")), \(symbol("made::SYNTHESIZED::x", ""))],
       "relationships": [{"kind": "memberOf", "source": "witness", "target": "Walk",
         "sourceOrigin": {"identifier": "P.witness"}}]}
      """
    let file = FileManager.default.temporaryDirectory.appending(path: "graph-\(UUID()).json")
    try Data(graph.utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    #expect(
      try UndocumentedSymbols(in: [file.path]).lines == ["Walks: Walk.untold (Walk.swift:12)"])
    let answer = try CommandLineTool.run("reference", "symbols", file.path)
    #expect(answer.status == 1 && answer.output.contains("Walk.untold"), "\(answer)")
  }
}
