import Reports
import Testing

/// Lines of equal value, and pictures of ways through a plane.
@Suite struct PlaneFigureTests {
  let bowl = Field(x: -2...2, y: -2...2, side: 81) { $0 * $0 + $1 * $1 }

  @Test func `a contour runs where the function has its value`() throws {
    let lines = bowl.contour(at: 1)
    let circle = try #require(lines.first)
    #expect(lines.count == 1 && circle.count > 50)
    #expect(circle[0].x == circle[circle.count - 1].x && circle[0].y == circle[circle.count - 1].y)
    for point in circle {
      #expect(abs(point.x * point.x + point.y * point.y - 1) < 1e-3)
    }
  }

  @Test func `a contour that leaves the picture has ends at its edge`() throws {
    let lines = bowl.contour(at: 5)
    #expect(lines.count == 4)
    for line in lines {
      for end in try [#require(line.first), #require(line.last)] {
        #expect(max(abs(end.x), abs(end.y)) == 2)
      }
    }
  }

  @Test func `a saddle parts its lines`() {
    let saddle = Field(x: -1...1, y: -1...1, side: 20) { $0 * $1 }
    #expect(saddle.contour(at: 0.2).count == 2)
    #expect(saddle.contour(at: -0.2).count == 2)
    #expect(saddle.contour(at: 9).isEmpty)
  }

  @Test func `no line goes where the function has no value`() {
    let half = Field(x: -1...1, y: -1...1, side: 21) { x, y in x < 0 ? .nan : y }
    let lines = half.contour(at: 0.33)
    #expect(lines.count == 1 && lines.allSatisfy { $0.allSatisfy { $0.x >= 0 } })
    #expect(Field(x: 0...1, y: 0...1, side: 3) { _, _ in .nan }.levels(4).isEmpty)
  }

  @Test func `levels leave equally many points between them`() {
    let steep = Field(x: 0...1, y: 0...1, side: 10) { x, _ in x < 0.5 ? x : 1000 * x }
    let levels = steep.levels(3)
    #expect(levels.count == 3 && levels[0] < 0.5)
    let between = steep.values.count { $0 > levels[0] && $0 <= levels[1] }
    #expect((15...35).contains(between))
  }

  @Test func `a simplified line stays near the one it stands for`() {
    let line = (0...1000).map { (x: Double($0) / 10, y: Double($0 * $0) / 10_000) }
    let fewer = simplified(line, tolerance: 0.1)
    #expect(fewer.count < 40 && fewer.count > 5)
    #expect(fewer[0] == line[0] && fewer[fewer.count - 1] == line[1000])
    for (start, end) in zip(fewer, fewer.dropFirst()) {
      for point in line where point.x > start.x && point.x < end.x {
        let height = start.y + (point.x - start.x) / (end.x - start.x) * (end.y - start.y)
        #expect(abs(height - point.y) < 0.15)
      }
    }
    #expect(simplified([(0, 0), (1, 0), (2, 0)], tolerance: 0.1).count == 2)
  }

  var panel: PlaneFigure {
    PlaneFigure(
      title: "a & b", note: "1/2", xLabel: "x₁", yLabel: "x₂", x: -2...2, y: -2...2,
      contours: bowl.contour(at: 1), goal: [(-1, 0), (1, 0)],
      paths: [
        .init(points: [(2, 2), (1, 1), (0, 0)], color: 0, hasArrived: true),
        .init(points: [(-2, 2), (-9, 2)], color: 1, hasArrived: false),
      ])
  }

  @Test func `a panel marks starts, dots where paths arrive and crosses where they do not`() throws
  {
    let elements = try MarkupReader.elements(of: panel.svg(.page))
    #expect(elements.first?.attributes["aria-label"]?.contains("1 of 2 descents") == true)
    #expect(elements.count { $0.name == "circle" } == 1)
    #expect(elements.count { $0.attributes["class"] == "contour" } == 1)
    #expect(elements.count { $0.attributes["class"] == "goal" } == 1)
    let crosses = elements.filter { ($0.attributes["d"] ?? "").hasSuffix("l8,8m0,-8l-8,8") }
    // The path leaves the picture; its end is shown at the edge.
    #expect(crosses.map { $0.attributes["d"] } == ["M30,16l8,8m0,-8l-8,8"])
  }

  @Test func `panels of a picture share their contours`() throws {
    let grid = PlaneGrid(
      title: "t", panels: Array(repeating: panel, count: 13), legend: ["from (2, 2)", "other"])
    let elements = try MarkupReader.elements(of: grid.svg())
    #expect(elements.count { $0.name == "use" } == 13)
    #expect(elements.count { $0.attributes["id"] == "contours" } == 1)
    #expect(elements.count { $0.text == "a & b" } == 13)
    #expect(elements.allSatisfy { $0.attributes["class"] == nil })
  }
}
