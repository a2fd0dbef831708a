extension ExperimentReport {
  /// The curve that stands for the whole: of evaluations where there are several, else of training.
  package var mainFigure: Figure { hasEvaluationCurves ? evaluationFigure() : trainingFigure() }

  /// The evaluation return of every variant by environment step, on one task or over all.
  package func evaluationFigure(task: Int? = nil) -> Figure {
    figure(
      "Evaluation return\(taskSuffix(task))", "mean return", evaluationCurves(task: task),
      marksEachPoint: true)
  }

  /// The training return of every variant by environment step, on one task or over all.
  package func trainingFigure(task: Int? = nil) -> Figure {
    figure(
      "Training return\(taskSuffix(task))",
      "mean return of \(settings.curves.episodeWindow) episodes",
      trainingCurves(task: task))
  }

  /// One metric of every variant by environment step.
  package func metricFigure(_ name: String, unit: String) -> Figure {
    var figure = figure(name, unit, metricCurves(name))
    figure.references = []
    let values = figure.curves.flatMap(\.line.ys)
    if let low = values.min(), let high = values.max(), low > 0, high > 1000 * low {
      figure.yKind = .logarithmic
    }
    return figure
  }

  /// The share of runs whose score exceeds each threshold, for each variant.
  package var profileFigure: Figure {
    let scores = summary.variants.map { variant in
      variant.seeds.filter(\.isCounted).compactMap(\.score)
    }
    let ends = Scale(covering: scores.flatMap { $0 }, from: 0, to: 1).domain
    // The share changes only at scores: there the curve steps from the old share to the new one.
    let places = Set(scores.flatMap { $0 } + [ends.lowerBound, ends.upperBound]).sorted()
    let held = [0] + places.indices.dropFirst().flatMap { [$0 - 1, $0] }
    let xs = [places[0]] + places.dropFirst().flatMap { [$0, $0] }
    let curves = summary.variants.indices.compactMap { index -> Figure.Curve? in
      guard !scores[index].isEmpty else { return nil }
      let name = summary.variants[index].name
      var random = stream("profile/\(name)")
      let profile = PerformanceProfile(
        of: Scores(scores[index]), at: places, bootstrap: settings.curves.bootstrap,
        using: &random)
      let shares = held.map { profile.shares[$0] }
      return Figure.Curve(
        name: name, color: index, line: Polyline(xs: xs, ys: shares.map(\.value)),
        band: shares.map(\.interval))
    }
    var figure = Figure(
      title: "Performance profile", xLabel: summary.score.title,
      yLabel: "share of runs above", curves: curves)
    figure.xStartsAtZero = false
    figure.height = 300
    return figure
  }

  private func taskSuffix(_ task: Int?) -> String {
    task.map { " · \(summary.tasks[$0])" } ?? ""
  }

  private func figure(
    _ title: String, _ yLabel: String, _ curves: [LearningCurve], marksEachPoint: Bool = false
  ) -> Figure {
    var figure = Figure(
      title: title, xLabel: "environment steps", yLabel: yLabel,
      curves: curves.enumerated().filter { !$1.isEmpty }.map { index, curve in
        Figure.Curve(curve, color: index, marksEachPoint: marksEachPoint)
      }, references: settings.references)
    figure.xEnd = variants.flatMap(\.runs).map { Double($0.lastStep) }.max()
    return figure
  }
}

extension ExperimentReport {
  func writeCurves(to page: inout Markup) {
    page.element("h2", text: "Learning curves")
    page.curveControls(
      variants.enumerated().map { ($1.name, $0) },
      hasSeeds: variants.contains { $0.runs.count > 1 },
      hasTime: variants.flatMap(\.runs).contains { !$0.clock.isEmpty })
    if hasEvaluationCurves {
      write(evaluationFigure(), over: .evaluation, caption: evaluationCaption, to: &page)
    }
    if !hasEvaluationCurves
      || variants.flatMap(\.runs).contains(where: { !$0.episodes.returns.isEmpty })
    {
      write(trainingFigure(), over: .training, caption: trainingCaption, to: &page)
    }
    guard summary.tasks.count > 1 else { return }
    page.element("h3", text: "By task")
    page.element("div", ["class": "multiples"]) { page in
      for task in summary.tasks.indices {
        var figure = hasEvaluationCurves ? evaluationFigure(task: task) : trainingFigure(task: task)
        figure.title = summary.tasks[task]
        writeSmall(figure, to: &page)
      }
    }
  }

  /// Whether any run was evaluated more than once: a single point is no curve, the tables tell it.
  var hasEvaluationCurves: Bool {
    variants.flatMap(\.runs).contains { Set($0.evaluations.map(\.step)).count > 1 }
  }

  func writeMetrics(to page: inout Markup) {
    guard !metrics.isEmpty else { return }
    page.element("h2", text: "Metrics")
    page.element(
      "p",
      text:
        "Everything that the runs logged while they learned, as the interquartile mean over seeds "
        + "with its pointwise interval. Scales are logarithmic where values span more than a "
        + "factor of a thousand.")
    if variants.count > 1 { page.legend(variants.enumerated().map { ($1.name, $0) }) }
    page.element("div", ["class": "multiples"]) { page in
      for metric in metrics { writeSmall(metricFigure(metric.name, unit: metric.unit), to: &page) }
    }
    page.newline()
  }

  func writeProfile(to page: inout Markup) {
    guard summary.variants.count(where: { $0.countedRuns > 1 }) > 1 else { return }
    write(
      profileFigure,
      caption: "The share of runs whose \(summary.score.title) lies above each value; the higher, "
        + "the better, and best where one curve lies above another everywhere. Bands are "
        + "pointwise \(levelText) bootstrap intervals.", xName: "above", to: &page)
  }

  private var evaluationCaption: String {
    "The agent acts without exploration; each point is the mean return of the episodes of one "
      + "evaluation. " + bandCaption
  }

  private var trainingCaption: String {
    "The return while learning, exploration included: the mean of each seed's last "
      + "\(settings.curves.episodeWindow) episodes. " + bandCaption
  }

  private var bandCaption: String {
    let hasBand = variants.contains { $0.runs.count > 1 }
    guard hasBand else { return "One seed: there is no interval to show." }
    return "Lines are the interquartile mean over seeds, bands pointwise \(levelText) bootstrap "
      + "intervals; a line is dotted where not all seeds have data."
  }

  var levelText: String {
    "\(NumberText.significant(summary.level * 100, digits: 3).withoutZeros) %"
  }

  /// Curves over steps, and beside them over time where runs have clocks.
  private func write(
    _ figure: Figure, over source: ScoreSource, caption: String, to page: inout Markup
  ) {
    func write(_ figure: Figure, xName: String, axis: String?, to page: inout Markup) {
      page.chart(figure, xName: xName, axis: axis) { page in
        page.element("b", text: "\(figure.title). ")
        page.write(caption)
      }
    }
    let timed = timeFigure(source)
    write(figure, xName: "step", axis: timed == nil ? nil : "steps", to: &page)
    if let timed { write(timed, xName: "seconds", axis: "time", to: &page) }
  }

  /// Curves over seconds of work; nothing where a run has no clock.
  func timeFigure(_ source: ScoreSource) -> Figure? {
    let window = settings.curves.episodeWindow
    var curves: [Figure.Curve] = []
    for (index, variant) in variants.enumerated() {
      let lines = variant.runs.compactMap { $0.overWallTime(source, window: window) }
      guard lines.count == variant.runs.count else { return nil }
      let last = lines.compactMap(\.xs.last).max() ?? 0
      guard last > 0 else { continue }
      let points = settings.curves.gridPoints
      let grid = (0...points).map { Double($0) * last / Double(points) }
      var random = stream("\(source.rawValue) by time/\(variant.name)")
      let curve = LearningCurve(
        name: variant.name, seeds: variant.runs.map(\.seed), grid: grid,
        rows: lines.map { $0.interpolated(at: grid) }, skippedValues: 0,
        bootstrap: settings.curves.bootstrap, using: &random)
      if !curve.isEmpty { curves.append(Figure.Curve(curve, color: index)) }
    }
    guard !curves.isEmpty else { return nil }
    let figure = Figure(
      title: source == .evaluation ? "Evaluation return" : "Training return",
      xLabel: CurveAxis.wallTime.title,
      yLabel: source == .evaluation
        ? "mean return" : "mean return of \(window) episodes", curves: curves,
      references: settings.references)
    return figure
  }

  private func write(
    _ figure: Figure, caption: String, xName: String = "step", to page: inout Markup
  ) {
    page.chart(figure, xName: xName) { page in
      page.element("b", text: "\(figure.title). ")
      page.write(caption)
    }
  }

  private func writeSmall(_ figure: Figure, to page: inout Markup) {
    var small = figure
    small.width = 300
    small.height = 170
    small.xLabel = ""
    let unit =
      small.yLabel.isEmpty || !summary.tasks.allSatisfy { $0 != figure.title }
      ? ""
      : " (\(small.yLabel)\(small.yKind == .logarithmic ? ", log scale" : ""))"
    let scale = unit.isEmpty && small.yKind == .logarithmic ? " (log scale)" : unit
    small.yLabel = ""
    page.chart(small, xName: "step") { page in
      page.element("b", text: figure.title)
      page.write(scale)
    }
  }
}
