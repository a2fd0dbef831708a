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
    writeControls(hasSwitch: variants.contains { $0.runs.count > 1 }, to: &page)
    if hasEvaluationCurves {
      write(evaluationFigure(), caption: evaluationCaption, to: &page)
    }
    if !hasEvaluationCurves
      || variants.flatMap(\.runs).contains(where: { !$0.episodes.returns.isEmpty })
    {
      write(trainingFigure(), caption: trainingCaption, to: &page)
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
    if variants.count > 1 { writeControls(hasSwitch: false, to: &page) }
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

  /// Buttons that show and hide variants, and the switch for thin lines of single seeds.
  private func writeControls(hasSwitch: Bool, to page: inout Markup) {
    guard hasSwitch || variants.count > 1 else { return }
    page.element("div", ["class": "controls"]) { page in
      if variants.count > 1 {
        page.element(
          "div", ["class": "legend", "role": "group", "aria-label": "Variants shown"]
        ) { page in
          for (index, variant) in variants.enumerated() {
            page.legendButton(variant.name, color: index)
          }
        }
      }
      if hasSwitch {
        page.element("label", ["class": "switch"]) { page in
          page.void("input", ["type": "checkbox", "id": "seeds"])
          page.write("single seeds")
        }
      }
    }
    page.newline()
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
