import Randomness

extension RunComparison {
  /// Every figure, in the order of the page.
  package var figures: [NamedFigure] {
    overallFigures + places.flatMap { place in figures(of: place) }
  }

  /// Normalized scores of all environments, and how they are distributed.
  var overallFigures: [NamedFigure] {
    guard let overall = summary.overall, !overall.references.isEmpty else { return [] }
    let bars = overall.rows.enumerated().compactMap { place, row -> BarFigure.Bar? in
      row.interquartileMean.map {
        BarFigure.Bar(
          name: row.variant, color: color(of: row.variant), value: $0.value, interval: $0.interval,
          members: overall.scores[place].flatMap { $0 })
      }
    }
    let level = percent(settings.bootstrap.level)
    return [
      NamedFigure(
        "overall",
        .bars(BarFigure(title: "All environments", yLabel: "normalized IQM", bars: bars)),
        caption: "IQM over all runs of all environments with its \(level) interval; a dot is a run."
      ),
      NamedFigure(
        "overall-profile", .chart(overallProfile(overall)),
        caption: "The share of runs whose normalized score lies above each value, with pointwise "
          + "\(level) intervals; draws are stratified by environment."),
    ]
  }

  private func overallProfile(_ overall: OverallSummary) -> Figure {
    let all = overall.scores.flatMap { $0.flatMap { $0 } }
    let ends = Scale(covering: all, from: 0, to: 1).domain
    let places = (0...100).map { share in
      ends.lowerBound + (ends.upperBound - ends.lowerBound) * Double(share) / 100
    }
    let curves = overall.rows.enumerated().map { place, row -> Figure.Curve in
      var random = settings.seeds["overall/profile/\(row.variant)"]
      let profile = PerformanceProfile(
        of: Scores(tasks: overall.scores[place]), at: places,
        bootstrap: settings.curves.bootstrap, using: &random)
      return Figure.Curve(
        name: row.variant, color: color(of: row.variant),
        line: Polyline(xs: places, ys: profile.shares.map(\.value)),
        band: profile.shares.map(\.interval))
    }
    var figure = Figure(
      title: "Performance profile", xLabel: "normalized score", yLabel: "share of runs above",
      curves: curves)
    figure.xStartsAtZero = false
    figure.height = 300
    return figure
  }

  /// The figures of one environment.
  func figures(of place: VariantComparison) -> [NamedFigure] {
    let own = place.summary
    let bars = own.variants.compactMap { variant in
      variant.interquartileMean.map { estimate in
        BarFigure.Bar(
          name: variant.name, color: color(of: variant.name), value: estimate.value,
          interval: estimate.interval,
          members: variant.seeds.filter(\.isCounted).compactMap(\.score))
      }
    }
    let level = percent(own.level)
    let suffix = places.count > 1 ? "-\(own.environment)" : ""
    var figures = [
      NamedFigure(
        "scores\(suffix)",
        .bars(BarFigure(title: "Final scores", yLabel: own.score.title, bars: bars)),
        caption: "IQM over seeds with its \(level) interval; a dot is a seed."),
      NamedFigure(
        "curves\(suffix)", .chart(colored(place.report.mainFigure, of: place)),
        caption: "IQM over seeds with pointwise \(level) intervals; a line is dotted where not all "
          + "seeds have data."),
    ]
    let source: ScoreSource = place.report.hasEvaluationCurves ? .evaluation : .training
    if let timed = place.report.timeFigure(source) {
      figures.append(
        NamedFigure(
          "curves-by-time\(suffix)", .chart(colored(timed, of: place)),
          caption: "The same over seconds of work, by the runs' own clocks. Runs that shared the "
            + "machine took longer."))
    }
    if own.variants.contains(where: { $0.countedRuns > 1 }) {
      figures.append(
        NamedFigure(
          "profile\(suffix)", .chart(colored(place.report.profileFigure, of: place)),
          caption: "The share of runs whose score lies above each value."))
    }
    return figures
  }

  /// A figure with the colors that its rows have everywhere.
  private func colored(_ figure: Figure, of place: VariantComparison) -> Figure {
    var figure = figure
    for curve in figure.curves.indices {
      figure.curves[curve].color = color(of: figure.curves[curve].name)
    }
    return figure
  }
}
