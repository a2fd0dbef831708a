extension MultiTaskComparison {
  /// What each configuration gains over its baseline, by seed: the comparison that decides.
  ///
  /// Absolute scores of many configurations lie side by side where all are good; their paired
  /// differences tell them apart.
  var differences: NamedFigure? {
    let compared = shown.compactMap { row in
      row.cell?.againstBaseline.map { (row: row, comparison: $0) }
    }
    let bars = compared.compactMap { row, comparison -> BarFigure.Bar? in
      guard let difference = comparison.difference else { return nil }
      return BarFigure.Bar(
        name: row.name, color: row.color, value: difference.value, interval: difference.interval,
        members: comparison.differences)
    }
    guard bars.count > 1 else { return nil }
    let baselines = Set(compared.map(\.comparison.baseline))
    let baseline =
      baselines.count == 1
      ? baselines.first ?? "" : "equal weighting of the same architecture"
    let figure = BarFigure(
      title: "Difference from \(baseline)",
      yLabel: "difference in \(summary.scale.title), higher is better", bars: bars)
    return NamedFigure(
      "differences", .bars(figure),
      caption: "The mean over seeds of the difference from \(baseline), with its "
        + "\(percent(summary.level)) interval; a dot is a seed.")
  }
}
