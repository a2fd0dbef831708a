public import Environments

extension Picture {
  /// The picture as an SVG, at most `size` pixels wide and high.
  public func svg(size: Int) -> String {
    var animation = Animation()
    animation.append(self, seconds: 1)
    return animation.svg(size: size)
  }
}

extension Animation {
  /// The animation as a self-contained SVG that goes round forever, at most `size` pixels wide and
  /// high.
  ///
  /// It has no script and no style sheet, so that it also plays where a page shows it by `<img>`: each
  /// shape is there once, and what changes of it is told by `<animate>`.
  public func svg(size: Int) -> String {
    let rasterizer = rasterizer(size: size)
    let (width, height) = (rasterizer.width, rasterizer.height)
    var timeline = ShapeTimeline()
    for frame in frames {
      let scale = rasterizer.scale(of: frame.picture)
      timeline.append(frame.picture.shapes.compactMap { SVGElement($0.scaled(by: scale)) })
    }
    let background = frames.first?.picture.background ?? .white
    var text =
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(width)\" height=\"\(height)\" "
      + "viewBox=\"0 0 \(width) \(height)\" stroke-linecap=\"round\" stroke-linejoin=\"round\" "
      + "font-family=\"ui-monospace,monospace\">\n"
      + "<rect width=\"\(width)\" height=\"\(height)\" fill=\"\(background.hex)\"/>\n"
    let clock = SVGClock(frames.map(\.seconds))
    for slot in timeline.slots { text += markup(of: slot, clock) }
    return text + "</svg>\n"
  }

  /// A shape with all that happens to it.
  private func markup(of slot: ShapeTimeline.Slot, _ clock: SVGClock) -> String {
    guard let first = slot.changes.compactMap(\.values).first else { return "" }
    var element = slot.element
    element.values = first
    var animated: Set<Int> = []
    var children = ""
    for (index, name) in slot.element.kind.places.enumerated() {
      var values: [(frame: Int, value: String)] = []
      for change in slot.changes {
        guard let value = change.values?[index], value != values.last?.value else { continue }
        values.append((values.isEmpty ? 0 : change.frame, value))
      }
      guard values.count > 1 else { continue }
      animated.insert(index)
      children += clock.animation(of: name, values)
    }
    let isHidden = slot.changes.map { (frame: $0.frame, value: $0.values == nil) }
    if isHidden.contains(where: \.value) {
      var values: [(frame: Int, value: String)] = []
      for (frame, hidden) in isHidden {
        let value = hidden ? "hidden" : "visible"
        if value != values.last?.value { values.append((frame, value)) }
      }
      children += clock.animation(of: "visibility", values)
    }
    return element.kind.markup(
      attributes: element.attributes(leavingOut: animated), children: children)
  }
}

/// When each frame of an animation begins, as SVG tells it.
private struct SVGClock {
  /// Where each frame begins, as a share of the whole.
  private let starts: [String]
  private let duration: String

  init(_ seconds: [Double]) {
    let total = max(0.001, seconds.reduce(0, +))
    let digits = seconds.count > 1000 ? 6 : seconds.count > 100 ? 5 : 4
    var time = 0.0
    starts = seconds.map { seconds in
      let start = time / total
      time += seconds
      return Self.decimal(start, digits)
    }
    duration = Self.decimal(total, 3)
  }

  /// Jumps from value to value; the first stands for frame 0.
  func animation(of attribute: String, _ values: [(frame: Int, value: String)]) -> String {
    let times = values.map { starts[$0.frame] }.joined(separator: ";")
    let list = values.map(\.value).joined(separator: ";")
    return
      "<animate attributeName=\"\(attribute)\" dur=\"\(duration)s\" repeatCount=\"indefinite\" "
      + "calcMode=\"discrete\" keyTimes=\"\(times)\" values=\"\(list)\"/>"
  }

  /// A number of at least 0, without the zeros that say nothing.
  private static func decimal(_ number: Double, _ digits: Int) -> String {
    var power = 1
    for _ in 0..<digits { power *= 10 }
    let units = Int((min(number, 1e9) * Double(power)).rounded())
    var part = String(units % power + power).dropFirst()
    while part.last == "0" { part.removeLast() }
    let whole = units / power
    return part.isEmpty ? "\(whole)" : (whole == 0 ? "" : "\(whole)") + "." + part
  }
}
