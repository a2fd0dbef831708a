import Randomness
import Tracking

/// A figure of any kind, with the words beside it.
package struct NamedFigure: Sendable {
  package enum Kind: Sendable {
    case chart(Figure)
    case bars(BarFigure)
    case heatMap(HeatMapFigure)
    case radar(RadarFigure)
    case scatter(ScatterFigure)
    case parallel(ParallelCoordinatesFigure)
  }

  /// Letters, digits and hyphens, for a file's name.
  package var name: String
  package var caption: String
  package var kind: Kind

  init(_ name: String, _ kind: Kind, caption: String) {
    self.name = String(name.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" })
    self.kind = kind
    self.caption = caption
  }

  package func svg(_ theme: Figure.Theme = .standalone) -> String {
    switch kind {
    case .chart(let figure): figure.svg(theme)
    case .bars(let figure): figure.svg(theme)
    case .heatMap(let figure): figure.svg(theme)
    case .radar(let figure): figure.svg(theme)
    case .scatter(let figure): figure.svg(theme)
    case .parallel(let figure): figure.svg(theme)
    }
  }

  package var title: String {
    switch kind {
    case .chart(let figure): figure.title
    case .bars(let figure): figure.title
    case .heatMap(let figure): figure.title
    case .radar(let figure): figure.title
    case .scatter(let figure): figure.title
    case .parallel(let figure): figure.title
    }
  }
}

extension MultiTaskComparison {
  /// Every figure, in the order of the page.
  package var figures: [NamedFigure] {
    [differences].compactMap { $0 } + taskBars + [radar, profile].compactMap { $0 } + tradeOffs
      + curves + conflicts + weights + turns
      + [costBars].compactMap { $0 }
  }

  /// The rows that figures show, each with its color.
  var shown: [(name: String, color: Int, cell: MultiTaskSummary.Cell?)] {
    summary.rows.enumerated().map { index, row in
      let cell = summary.cell(row)
      return (cell.map { summary.label($0) } ?? row, index, cell)
    }
  }

  var taskBars: [NamedFigure] {
    table.main.map { place in
      let column = table.columns[place]
      let bars = shown.compactMap { row -> BarFigure.Bar? in
        let owner =
          row.cell
          ?? summary.cells.first { cell in
            cell.role == .singleTask && cell.scores.contains { $0.task == column.taskName }
          }
        let found = owner?.scores.first {
          $0.task == column.taskName && $0.score == column.score.name
        }
        return found.map { score in
          BarFigure.Bar(
            name: row.name, color: row.color, value: score.interquartileMean.value,
            interval: score.interquartileMean.interval, members: score.values)
        }
      }
      let unit = column.score.unit.isEmpty ? "" : " (\(column.score.unit))"
      let direction = column.score.higherIsBetter ? "higher" : "lower"
      var figure = BarFigure(
        title: column.taskName, yLabel: "\(column.score.name)\(unit), \(direction) is better",
        bars: bars)
      if let trivial = column.score.trivial {
        figure.references = [Figure.Reference(value: trivial, label: "trivial")]
      }
      return NamedFigure(
        "scores-\(column.taskName)", .bars(figure),
        caption: "IQM over seeds with its \(percent(summary.level)) interval; a dot is a seed.")
    }
  }

  var radar: NamedFigure? {
    guard table.tasks.count >= 3, summary.scale == .normalized else { return nil }
    let outlines = shown.compactMap { row -> RadarFigure.Outline? in
      guard let cell = row.cell else { return nil }
      let values = table.main.map { place -> Double? in
        let column = table.columns[place]
        let found = cell.scores.first {
          $0.task == column.taskName && $0.score == column.score.name
        }
        return found?.normalized?.value
      }
      return RadarFigure.Outline(name: row.name, color: row.color, values: values)
    }
    // Beyond as many, outlines hide each other.
    guard outlines.count <= 8 else { return nil }
    let largest = outlines.flatMap(\.values).compactMap { $0 }.filter(\.isFinite).max() ?? 1
    var figure = RadarFigure(
      title: "Normalized scores", axes: table.tasks.map(\.name), outlines: outlines)
    figure.limit = max(1, (largest * 4).rounded(.up) / 4)
    return NamedFigure(
      "radar", .radar(figure),
      caption: "1 is the mean of single-task runs, the center the trivial predictor (and what is "
        + "worse).")
  }

  /// The shares of seeds above each score, cell by cell.
  var profile: NamedFigure? {
    let scores = shown.map { row in row.cell.flatMap { runScores[$0.name] } ?? [] }
    guard scores.contains(where: { $0.count > 1 }) else { return nil }
    let all = scores.flatMap { $0 }
    let ends = Scale(covering: all, from: 0, to: 1).domain
    let places = Set(all + [ends.lowerBound, ends.upperBound]).sorted()
    let held = [0] + places.indices.dropFirst().flatMap { [$0 - 1, $0] }
    let xs = [places[0]] + places.dropFirst().flatMap { [$0, $0] }
    let curves = zip(shown, scores).compactMap { row, scores -> Figure.Curve? in
      guard !scores.isEmpty else { return nil }
      var random = settings.seeds["compare/profile/\(row.name)"]
      let profile = PerformanceProfile(
        of: Scores(scores), at: places, bootstrap: settings.curves.bootstrap, using: &random)
      let shares = held.map { profile.shares[$0] }
      return Figure.Curve(
        name: row.name, color: row.color, line: Polyline(xs: xs, ys: shares.map(\.value)),
        band: shares.map(\.interval))
    }
    var figure = Figure(
      title: "Profile over seeds", xLabel: summary.scale.title, yLabel: "share of seeds above",
      curves: curves)
    figure.xStartsAtZero = false
    figure.height = 300
    return NamedFigure(
      "profile", .chart(figure),
      caption: "The share of seeds whose score lies above each value; best where one curve lies "
        + "above another everywhere.")
  }

  /// Two tasks against each other, with the front of static weights.
  var tradeOffs: [NamedFigure] {
    let known = table.tasks.indices.prefix(3)
    var pairs = known.flatMap { first in known.filter { $0 > first }.map { (first, $0) } }
    if settings.pair.count == 2 {
      let chosen = settings.pair.compactMap { name in
        table.tasks.firstIndex { $0.name == name }
      }
      pairs = [(chosen[0], chosen[1])]
    }
    return pairs.map { tradeOff($0.0, $0.1) }
  }

  private func tradeOff(_ first: Int, _ second: Int) -> NamedFigure {
    func estimate(_ cell: MultiTaskSummary.Cell, _ task: Int) -> Estimate? {
      let column = table.columns[table.main[task]]
      return cell.scores.first { $0.task == column.taskName && $0.score == column.score.name }?.mean
    }
    var points = shown.compactMap { row -> ScatterFigure.Point? in
      guard let cell = row.cell, let x = estimate(cell, first), let y = estimate(cell, second)
      else { return nil }
      return ScatterFigure.Point(name: row.name, color: row.color, x: x, y: y)
    }
    let fixed = summary.cells.filter { $0.role == .staticWeights }
    let spots = fixed.compactMap { cell -> (x: Estimate, y: Estimate)? in
      guard let x = estimate(cell, first), let y = estimate(cell, second) else { return nil }
      return (x, y)
    }
    points += spots.map {
      ScatterFigure.Point(name: "", color: 5, x: $0.x, y: $0.y, isOfFront: true)
    }
    let signs = [first, second].map { -table.columns[table.main[$0]].sign }
    let costs = spots.map { [signs[0] * $0.x.value, signs[1] * $0.y.value] }
    let front = nonDominated(costs).map { (x: spots[$0].x.value, y: spots[$0].y.value) }
      .sorted { $0.x < $1.x }
    func label(_ task: Int) -> String {
      let column = table.columns[table.main[task]]
      return "\(column.taskName) \(column.score.name), "
        + "\(column.score.higherIsBetter ? "higher" : "lower") is better"
    }
    let names = (table.tasks[first].name, table.tasks[second].name)
    return NamedFigure(
      "tradeoff-\(names.0)-\(names.1)",
      .scatter(
        ScatterFigure(
          title: "\(names.0) against \(names.1)", xLabel: label(first), yLabel: label(second),
          points: points, front: front)),
      caption: front.count > 1
        ? "Means over seeds with their intervals; dots are static weightings, and the broken line "
          + "joins those that no other beats on both tasks."
        : "Means over seeds with their intervals.")
  }
}

extension MultiTaskSummary {
  /// A cell in a legend: its strategy, or its variant where that is not enough.
  func label(_ cell: Cell) -> String {
    let own = rows.compactMap(self.cell)
    let isAlone = own.count { title($0) == title(cell) } == 1
    return isAlone ? title(cell) : cell.name
  }
}
