import Reports
import Testing

@Suite struct `Parallel coordinates` {
  private func figure(higherIsBetter: Bool = true) -> ParallelCoordinatesFigure {
    ParallelCoordinatesFigure(
      title: "Trials",
      axes: [
        .init("agent.dqn.optimizer.adam.learningRate", .logarithmic), .init("steps"),
        .init("network", .categorical(["small", "<b>wide</b>"])),
      ], score: .init("return"), higherIsBetter: higherIsBetter,
      lines: [
        .init(name: "trial 0", values: [1e-4, 1, 0], score: 10),
        .init(name: "trial 1", values: [1e-3, 2, 1], score: 30),
        .init(name: "trial 2", values: [1e-2, nil, 1], score: 20),
        .init(name: "trial 3", values: [-1, 3, 7], score: nil),
      ])
  }

  private func trials(_ figure: ParallelCoordinatesFigure) throws -> [ReadElement] {
    try MarkupReader.elements(of: figure.svg(.page)).filter { $0.attributes["data-line"] != nil }
  }

  @Test func `the best line has the last shade and lies on top`() throws {
    let lines = try trials(figure())
    #expect(lines.map { $0.attributes["data-line"] } == ["3", "0", "2", "1"])
    #expect(
      lines.map { $0.attributes["class"] } == [
        "trial nothing", "trial s0", "trial s4", "trial s7",
      ])
    let turned = try trials(figure(higherIsBetter: false))
    #expect(turned.last?.attributes["data-line"] == "0")
  }

  @Test func `equal factors of a logarithmic axis are equally far apart`() throws {
    let ys = Dictionary(
      uniqueKeysWithValues: try trials(figure()).map {
        ($0.attributes["data-line"] ?? "", $0.pathPoints.map(\.y))
      })
    let heights = try ["0", "1", "2"].map { try #require(ys[$0])[0] }
    #expect(abs((heights[0] - heights[1]) - (heights[1] - heights[2])) < 0.2)
    #expect(heights[0] > heights[1])
  }

  @Test func `what has no place on an axis passes below it`() throws {
    let lines = try trials(figure())
    let nothing = try #require(lines.first).pathPoints.map(\.y)
    // Neither -1 on a logarithmic axis nor an eighth category of two nor a missing score.
    #expect(nothing[0] == 336 && nothing[2] == 336 && nothing[3] == 336 && nothing[1] < 320)
    #expect(lines[2].pathPoints[1].y == 336)
    let words = try MarkupReader.elements(of: figure().svg()).filter { $0.text == "none" }
    #expect(words.count == 4)
  }

  @Test func `lines of one category spread, the better one higher`() throws {
    let lines = try trials(figure())
    let (second, best) = (lines[2].pathPoints[2].y, lines[3].pathPoints[2].y)
    #expect(second > best && second - best < 30)
  }

  @Test func `names are shown as text and long ones by their end`() throws {
    for theme in [Figure.Theme.page, .standalone] {
      let elements = try MarkupReader.elements(of: figure().svg(theme))
      #expect(!elements.contains { $0.name == "b" })
      #expect(elements.contains { $0.text == "<b>wide</b>" })
      #expect(elements.contains { $0.text.hasPrefix("…") && $0.text.hasSuffix(".learningRate") })
      #expect(elements.first?.attributes["aria-label"]?.contains("The best: trial 1 (30)") == true)
    }
    #expect(
      try MarkupReader.elements(of: figure().svg()).allSatisfy { $0.attributes["class"] == nil })
  }

  @Test func `few and equal values are drawn too`() throws {
    for lines in [
      [], [ParallelCoordinatesFigure.Line(name: "a", values: [1], score: 1)],
      (0..<3).map { _ in .init(name: "same", values: [2], score: 5) },
    ] {
      let figure = ParallelCoordinatesFigure(
        title: "t", axes: [.init("x", .logarithmic)], score: .init("s"), lines: lines)
      let text = figure.svg()
      #expect(!text.contains("nan") && !text.contains("inf"))
      #expect(throws: Never.self) { _ = try MarkupReader.elements(of: text) }
    }
  }
}
