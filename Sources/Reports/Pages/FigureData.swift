/// The numbers of a figure as JSON, for the script that shows values at the pointer.
package struct FigureData {
  private var text = ""

  /// `{"plot": [left, right, top, bottom], "x": [low, high, isLog], "y": […], "curves": […]}`; a
  /// curve has a name, a variant, a colour, and rows of x, y, lower, upper and runs.
  static func json(of figure: Figure, layout: FigureLayout) -> String {
    var data = FigureData()
    let plot = [layout.left, layout.right, layout.top, layout.bottom].map(Decimals.of)
    data.text += "{\"plot\":[\(plot.joined(separator: ","))],\"size\":["
    data.text += "\(Decimals.of(figure.width)),\(Decimals.of(figure.height))],"
    data.text += "\"x\":\(axis(layout.x)),\"y\":\(axis(layout.y)),\"curves\":["
    for (index, curve) in figure.curves.enumerated() {
      data.text += (index > 0 ? "," : "") + "{\"name\":\(quoted(curve.name)),"
      data.text += "\"variant\":\"\(curve.color)\","
      data.text += "\"color\":\(curve.color % Palette.curves.count),\"points\":["
      data.append(curve)
      data.text += "]}"
    }
    return data.text + "]}"
  }

  /// `{"size": […], "xs": […], "axes": […], "order": […], "lines": […]}`: where the axes stand, what
  /// they are named, the lines from the best to the worst, and of each its name, heights and values.
  static func json(of figure: ParallelCoordinatesFigure) -> String {
    let layout = ParallelLayout(figure)
    func list(_ items: [String]) -> String { "[" + items.joined(separator: ",") + "]" }
    let lines = zip(figure.lines, layout.lines).map { line, placed in
      let values = zip(figure.allAxes, line.values + [line.score]).map { axis, value in
        quoted(value.map(axis.text) ?? "none")
      }
      return "{\"name\":\(quoted(line.name)),\"ys\":\(list(placed.ys.map(Decimals.of))),"
        + "\"values\":\(list(values))}"
    }
    return "{\"size\":[\(Decimals.of(layout.width)),\(Decimals.of(figure.height))],"
      + "\"xs\":\(list(layout.axes.map { Decimals.of($0.x) })),"
      + "\"axes\":\(list(layout.axes.map { quoted($0.name) })),"
      + "\"order\":\(list(layout.drawingOrder.reversed().map(String.init))),"
      + "\"lines\":\(list(lines))}"
  }

  private mutating func append(_ curve: Figure.Curve) {
    var isFirst = true
    for (index, (x, y)) in zip(curve.line.xs, curve.line.ys).enumerated() {
      guard x.isFinite, y.isFinite else { continue }
      var numbers = [Self.number(x, digits: 9), Self.number(y, digits: 5)]
      if let interval = curve.band.isEmpty ? nil : curve.band[index] {
        numbers += [Self.number(interval.lower, digits: 5), Self.number(interval.upper, digits: 5)]
      } else if !curve.runs.isEmpty {
        numbers += ["null", "null"]
      }
      if !curve.runs.isEmpty { numbers.append(String(curve.runs[index])) }
      text += (isFirst ? "[" : ",[") + numbers.joined(separator: ",") + "]"
      isFirst = false
    }
  }

  private static func axis(_ scale: Scale) -> String {
    let ends = "\(scale.domain.lowerBound),\(scale.domain.upperBound)"
    return "[\(ends),\(scale.kind == .logarithmic)]"
  }

  private static func number(_ value: Double, digits: Int) -> String {
    guard value.isFinite else { return "null" }
    let text = NumberText.significant(value, digits: digits)
    return text.contains("e") ? text : text.withoutZeros
  }

  /// A JSON string that is also safe inside an HTML script element.
  package static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "<", ">", "&", "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}":
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
