import Glibc
import Reports
import Testing

@Suite struct FigureTests {
  private func figure(_ curves: [Figure.Curve]) -> Figure {
    Figure(title: "Return", xLabel: "steps", yLabel: "mean", curves: curves)
  }

  private let line = Figure.Curve(
    name: "a", color: 0, line: Polyline(xs: [0, 50, 100], ys: [0, 5, 10]),
    band: [nil, Interval(lower: 4, upper: 6), Interval(lower: 8, upper: 10)])

  @Test func `known data stand at known places`() throws {
    let figure = figure([line])
    let layout = FigureLayout(figure, headroom: 0)
    // The axes cover 0 to 100 and 0 to 10, so a point's place follows from the plot's corners.
    #expect(layout.x.domain == 0...100)
    #expect(layout.y.domain == 0...10)
    let read = try MarkupReader.elements(of: figure.svg(.page))
    let path = try #require(read.first { $0.attributes["class"] == "line" })
    let expected = [
      (layout.left, layout.bottom),
      ((layout.left + layout.right) / 2, (layout.top + layout.bottom) / 2),
      (layout.right, layout.top),
    ]
    #expect(path.pathPoints.count == 3)
    for (point, place) in zip(path.pathPoints, expected) {
      #expect(abs(point.x - place.0) <= 0.05 && abs(point.y - place.1) <= 0.05)
    }
  }

  @Test func `a band spans its intervals and leaves out points that have none`() throws {
    let figure = figure([line])
    let layout = FigureLayout(figure, headroom: 0)
    let read = try MarkupReader.elements(of: figure.svg(.page))
    let band = try #require(read.first { $0.attributes["class"] == "band" })
    let corners = [(50.0, 6.0), (100, 10), (100, 8), (50, 4)].map { layout.point($0, $1) }
    #expect(band.pathPoints.count == 4)
    for (point, corner) in zip(band.pathPoints, corners) {
      #expect(abs(point.x - corner.x) <= 0.05 && abs(point.y - corner.y) <= 0.05)
    }
  }

  @Test(arguments: [Figure.Theme.page, .standalone])
  func `a figure is well-formed and shows names as text`(theme: Figure.Theme) throws {
    var curve = line
    curve.name = "<b>&\"'"
    var figure = figure([curve, curve])
    figure.title = "</svg><script>"
    figure.references = [Figure.Reference(value: 3, label: "<i>")]
    let read = try MarkupReader.elements(of: figure.svg(theme))
    #expect(read[0].name == "svg")
    #expect(!read.contains { ["script", "b", "i"].contains($0.name) })
    #expect(read.contains { $0.name == "text" && $0.text == "<i>" })
    #expect(read[0].attributes["aria-label"]?.hasPrefix("</svg><script>, over steps.") == true)
  }

  @Test func `a picture of its own brings colours, title, legend and a white page`() throws {
    var other = line
    other.name = "b"
    other.color = 1
    let read = try MarkupReader.elements(of: figure([line, other]).svg())
    #expect(read.allSatisfy { $0.attributes["class"] == nil })
    #expect(read.contains { $0.name == "rect" && $0.attributes["fill"] == "#FFFFFF" })
    let texts = read.filter { $0.name == "text" }.map(\.text)
    #expect(texts.contains("Return") && texts.contains("a") && texts.contains("b"))
    let colors = Set(read.compactMap { $0.attributes["stroke"] })
    #expect(colors.isSuperset(of: [Palette.color(0).light, Palette.color(1).light]))
  }

  @Test func `an empty figure says that it has no data`() throws {
    let empty = Figure.Curve(name: "a", color: 0, line: Polyline(xs: [], ys: []))
    for figure in [figure([]), figure([empty])] {
      let read = try MarkupReader.elements(of: figure.svg(.page))
      #expect(read.contains { $0.name == "text" && $0.text == "no data" })
      #expect(figure.alternativeText == "Return: no data.")
    }
  }

  @Test func `a single point is a mark in the middle of nothing`() throws {
    let point = Figure.Curve(name: "a", color: 0, line: Polyline(xs: [7], ys: [3]))
    let read = try MarkupReader.elements(of: figure([point]).svg(.page))
    #expect(read.count { $0.attributes["class"] == "mark" } == 1)
    #expect(!read.contains { $0.attributes["class"] == "line" })
    #expect(!figure([point]).svg(.page).contains("nan"))
  }

  @Test func `values that are not finite part the line and appear nowhere`() throws {
    let holed = Figure.Curve(
      name: "a", color: 0,
      line: Polyline(xs: [1, 2, 3, 4, 5, 6], ys: [1, 2, .nan, 3, .infinity, 4]))
    let text = figure([holed]).svg(.page)
    let read = try MarkupReader.elements(of: text)
    #expect(read.filter { $0.attributes["class"] == "line" }.map(\.pathPoints.count) == [2])
    #expect(!text.lowercased().contains("nan") && !text.contains("inf"))
  }

  @Test func `the line is dotted where not all seeds have data`() throws {
    var curve = line
    curve.runs = [3, 3, 2]
    let read = try MarkupReader.elements(of: figure([curve]).svg(.page))
    let solid = try #require(read.first { $0.attributes["class"] == "line" })
    let dotted = try #require(read.first { $0.attributes["class"] == "line partial" })
    #expect(solid.pathPoints.count == 2 && dotted.pathPoints.count == 2)
    #expect(solid.pathPoints[1] == dotted.pathPoints[0])
  }

  @Test func `a figure of a million points stays small`() {
    let long = Figure.Curve(
      name: "a", color: 0,
      line: Polyline(
        xs: (0..<200_000).map(Double.init), ys: (0..<200_000).map { Double($0 % 97) }))
    #expect(figure([long]).svg(.page).utf8.count < 60_000)
  }

  @Test func `figures of the same runs may share the end of their axis`() {
    var shared = figure([line])
    shared.xEnd = 400
    #expect(FigureLayout(shared, headroom: 0).x.domain == 0...400)
    shared.xStartsAtZero = false
    shared.xEnd = nil
    shared.curves[0].line.xs = [30, 40, 50]
    #expect(FigureLayout(shared, headroom: 0).x.domain == 30...50)
  }
}

@Suite struct PaletteTests {
  /// The luminance of a colour such as `#0072B2`, as WCAG 2 defines it.
  private func luminance(_ color: String) throws -> Double {
    let number = try #require(Int(color.dropFirst(), radix: 16))
    let channels = [number >> 16, number >> 8 & 255, number & 255].map { Double($0) / 255 }
    let linear = channels.map { value in
      value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
  }

  private func contrast(_ first: String, _ second: String) throws -> Double {
    let (a, b) = (try luminance(first), try luminance(second))
    return (max(a, b) + 0.05) / (min(a, b) + 0.05)
  }

  @Test func `every curve stands out from the page by three to one, text by four and a half`()
    throws
  {
    for color in Palette.curves {
      #expect(try contrast(color.light, Palette.page.light) >= 3)
      #expect(try contrast(color.dark, Palette.page.dark) >= 3)
    }
    for ink in [Palette.ink, Palette.faintInk] {
      #expect(try contrast(ink.light, Palette.page.light) >= 4.5)
      #expect(try contrast(ink.dark, Palette.page.dark) >= 4.5)
    }
  }
}
