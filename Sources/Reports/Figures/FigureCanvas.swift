/// The frame of a figure that is no chart over an axis: size, background and title.
struct FigureCanvas {
  var title: String
  var alternativeText: String
  var width: Double
  var height: Double

  /// The SVG element around what `draw` draws.
  func svg(_ theme: Figure.Theme, _ draw: (inout FigurePen) -> Void) -> String {
    let isPicture = theme == .standalone
    var frame = Figure(title: title, xLabel: "", yLabel: "", curves: [])
    (frame.width, frame.height) = (width, height)
    var svg = Markup()
    svg.element(
      "svg",
      [
        "xmlns": "http://www.w3.org/2000/svg",
        "viewBox": "0 0 \(Decimals.of(width)) \(Decimals.of(height))",
        "width": isPicture ? Decimals.of(width) : nil,
        "height": isPicture ? Decimals.of(height) : nil, "role": "img",
        "aria-label": alternativeText, "font-size": Decimals.of(FigureLayout.fontSize),
        "font-family": isPicture ? "Helvetica, Arial, 'Liberation Sans', sans-serif" : nil,
      ]
    ) { svg in
      var pen = FigurePen(theme: theme, layout: FigureLayout(frame, headroom: 0))
      if isPicture {
        pen.markup.element("title", text: title)
        pen.markup.leaf("rect", ["width": "100%", "height": "100%", "fill": Palette.page.light])
        pen.label(title, x: 14, y: 18, isBold: true)
      }
      draw(&pen)
      svg.embed(pen.markup.text)
    }
    return svg.text
  }
}

extension FigurePen {
  /// What belongs to one entry of the legend.
  mutating func group(color: Int, _ draw: (inout FigurePen) -> Void) {
    var part = FigurePen(theme: theme, layout: layout)
    draw(&part)
    let isPage = theme == .page
    let content = part.markup.text
    markup.element(
      "g",
      [
        "class": isPage ? "curve c\(color % Palette.curves.count)" : nil,
        "data-variant": isPage ? String(color) : nil,
      ]
    ) { $0.embed(content) }
  }

  /// A small dot for one value among several.
  mutating func dot(at spot: (x: Double, y: Double), color: Int) {
    let isPage = theme == .page
    markup.leaf(
      "circle",
      [
        "class": isPage ? "mark" : nil, "cx": Decimals.of(spot.x), "cy": Decimals.of(spot.y),
        "r": "2.2", "fill": isPage ? nil : Palette.color(color).light,
        "stroke": isPage ? nil : Palette.page.light,
      ])
  }

  /// A filled rectangle whose shade tells a share of 0...1.
  mutating func tile(
    x: Double, y: Double, width: Double, height: Double, share: Double, color: Int
  ) {
    let isPage = theme == .page
    markup.leaf(
      "rect",
      [
        "class": isPage ? "tile c\(color % Palette.curves.count)" : nil, "x": Decimals.of(x),
        "y": Decimals.of(y), "width": Decimals.of(width), "height": Decimals.of(height),
        "fill": isPage ? nil : Palette.color(color).light,
        "fill-opacity": NumberText.fixed(0.85 * min(max(share, 0), 1), decimals: 3),
      ])
  }
}
