import Environments
import Glibc

/// How much of each pixel a shape covers, inside the part of an image that it may touch.
struct Coverage {
  /// The columns and rows of the image that are covered at all.
  let columns, rows: Range<Int>
  /// Row by row, in `0...1`.
  private(set) var shares: [Double]

  /// Nothing yet, in the pixels that `low...high` touches; `nil` if the image has none of them.
  private init?(from low: Picture.Point, to high: Picture.Point, in image: PixelImage) {
    func range(_ low: Double, _ high: Double, _ count: Int) -> Range<Int> {
      let first = max(0, min(Double(count), low.rounded(.down)))
      let last = max(first, min(Double(count), high.rounded(.up)))
      return Int(first)..<Int(last)
    }
    columns = range(low.x, high.x, image.width)
    rows = range(low.y, high.y, image.height)
    guard !columns.isEmpty, !rows.isEmpty else { return nil }
    shares = [Double](repeating: 0, count: columns.count * rows.count)
  }

  /// Lays a color over the image.
  func paint(_ color: Picture.Color, onto image: inout PixelImage) {
    let packed = color.packed
    for row in rows {
      let start = (row - rows.lowerBound) * columns.count
      let place = row * image.width + columns.lowerBound
      for column in 0..<columns.count {
        image.blend(packed, at: place + column, coverage: shares[start + column])
      }
    }
  }
}

// Areas: the exact share of each pixel, by adding up what lies to the right of each edge.
extension Coverage {
  /// The inside of a polygon whose edges do not cross; corners in pixels.
  init?(polygon corners: [Picture.Point], in image: PixelImage) {
    guard corners.count > 2, let (low, high) = bounds(of: corners) else { return nil }
    self.init(from: low, to: high, in: image)
    for (index, corner) in corners.enumerated() {
      addEdge(from: corner, to: corners[index + 1 == corners.count ? 0 : index + 1])
    }
    for row in 0..<rows.count {
      var sum = 0.0
      for place in row * columns.count..<(row + 1) * columns.count {
        sum += shares[place]
        shares[place] = min(1, abs(sum))
      }
    }
  }

  /// Adds the area to the right of an edge, with the sign of its direction.
  private mutating func addEdge(from start: Picture.Point, to end: Picture.Point) {
    guard start.y != end.y else { return }
    let sign = start.y < end.y ? 1.0 : -1
    let (top, bottom) = start.y < end.y ? (start, end) : (end, start)
    let slope = (bottom.x - top.x) / (bottom.y - top.y)
    let first = max(top.y, Double(rows.lowerBound))
    let last = min(bottom.y, Double(rows.upperBound))
    guard first < last else { return }
    for row in Int(first)..<min(rows.upperBound, Int(last.rounded(.up))) {
      let high = max(first, Double(row))
      let low = min(last, Double(row + 1))
      guard low > high else { continue }
      addPiece(
        row: row - rows.lowerBound, from: top.x + (high - top.y) * slope,
        to: top.x + (low - top.y) * slope, height: sign * (low - high))
    }
  }

  /// Adds what lies to the right of a piece of an edge within one row, as differences from column
  /// to column.
  private mutating func addPiece(row: Int, from start: Double, to end: Double, height: Double) {
    let origin = Double(columns.lowerBound)
    let limit = Double(columns.count)
    let left = min(max(min(start, end) - origin, 0), limit)
    let right = min(max(max(start, end) - origin, 0), limit)
    /// The area to the right of the piece and to the left of `x`.
    func area(_ x: Double) -> Double {
      if x <= left { return 0 }
      if x >= right { return height * (x - (left + right) / 2) }
      return height * (x - left) * (x - left) / (2 * (right - left))
    }
    var before = 0.0
    var areaBefore = 0.0
    let base = row * columns.count
    for column in Int(left)...Int(right) + 1 where column < columns.count {
      let areaAfter = area(Double(column + 1))
      shares[base + column] += areaAfter - areaBefore - before
      before = areaAfter - areaBefore
      areaBefore = areaAfter
    }
  }
}

// Strokes: how wide the stroke is where it passes the middle of each pixel.
extension Coverage {
  /// Strokes with round ends along several lines, in pixels; a line of one point is a disc.
  init?(strokes lines: [[Picture.Point]], width: Double, in image: PixelImage) {
    guard width > 0, let (low, high) = bounds(of: lines.joined()) else { return nil }
    let reach = width / 2 + 1
    self.init(
      from: Picture.Point(low.x - reach, low.y - reach),
      to: Picture.Point(high.x + reach, high.y + reach), in: image)
    for line in lines {
      if line.count == 1 { addSegment(from: line[0], to: line[0], radius: width / 2) }
      for (start, end) in zip(line, line.dropFirst()) {
        addSegment(from: start, to: end, radius: width / 2)
      }
    }
  }

  private mutating func addSegment(
    from start: Picture.Point, to end: Picture.Point, radius: Double
  ) {
    let reach = radius + 1
    let (dx, dy) = (end.x - start.x, end.y - start.y)
    let length = dx * dx + dy * dy
    for row in clamped(min(start.y, end.y) - reach, max(start.y, end.y) + reach, rows) {
      let y = Double(row) + 0.5
      let base = (row - rows.lowerBound) * columns.count - columns.lowerBound
      for column in clamped(min(start.x, end.x) - reach, max(start.x, end.x) + reach, columns) {
        let x = Double(column) + 0.5
        let along = ((x - start.x) * dx + (y - start.y) * dy) / length
        let place = length > 0 ? min(1, max(0, along)) : 0
        let (offX, offY) = (x - start.x - place * dx, y - start.y - place * dy)
        let distance = (offX * offX + offY * offY).squareRoot()
        // A pixel as wide as the way across it: what of it lies inside the stroke.
        let share = min(radius, distance + 0.5) - max(-radius, distance - 0.5)
        if share > shares[base + column] { shares[base + column] = min(1, share) }
      }
    }
  }

  private func clamped(_ low: Double, _ high: Double, _ range: Range<Int>) -> Range<Int> {
    let first = max(Double(range.lowerBound), low.rounded(.down))
    let last = min(Double(range.upperBound), high.rounded(.up))
    return first < last ? Int(first)..<Int(last) : 0..<0
  }
}

/// The corners of the box around points; `nil` if there are none or one is not finite.
private func bounds(
  of points: some Sequence<Picture.Point>
) -> (low: Picture.Point, high: Picture.Point)? {
  var low = Picture.Point(.infinity, .infinity)
  var high = Picture.Point(-.infinity, -.infinity)
  for point in points {
    guard point.x.isFinite, point.y.isFinite else { return nil }
    low = Picture.Point(min(low.x, point.x), min(low.y, point.y))
    high = Picture.Point(max(high.x, point.x), max(high.y, point.y))
  }
  return low.x.isFinite ? (low, high) : nil
}
