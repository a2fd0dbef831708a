extension Polyline {
  /// Fewer points that draw the same picture on `columns` columns of pixels.
  ///
  /// Of the points that fall into one column the first, the last, the lowest and the highest stay:
  /// no spike is lost and the line enters and leaves each column where it did (the M4 aggregation
  /// of Jugel et al. 2014). Points that are not finite stay only where they part the line.
  package func reduced(toColumns columns: Int) -> Polyline {
    guard xs.count > 4 * columns, let first = xs.first, let last = xs.last, last > first else {
      return self
    }
    var kept: [Int] = []
    var start = 0
    while start < xs.count {
      let column = ((xs[start] - first) / (last - first) * Double(columns)).rounded(.down)
      var end = start
      while end < xs.count,
        ((xs[end] - first) / (last - first) * Double(columns)).rounded(.down) == column
      {
        end += 1
      }
      let lowest = (start..<end).min { ys[$0] < ys[$1] } ?? start
      let highest = (start..<end).max { ys[$0] < ys[$1] } ?? start
      let gap = (start..<end).first { !ys[$0].isFinite } ?? start
      kept += Set([start, lowest, highest, gap, end - 1]).sorted()
      start = end
    }
    return Polyline(xs: kept.map { xs[$0] }, ys: kept.map { ys[$0] })
  }

  /// The stretches between points that are not finite.
  package var stretches: [Polyline] {
    xs.indices.split { !(ys[$0].isFinite && xs[$0].isFinite) }.map { stretch in
      Polyline(
        xs: Array(xs[stretch.startIndex..<stretch.endIndex]),
        ys: Array(ys[stretch.startIndex..<stretch.endIndex]))
    }
  }
}
