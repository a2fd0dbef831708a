import Sweeps

// The findings in pictures.
extension SweepReport {
  private func point(_ trial: JournaledTrial, x: Double, named: Bool) -> ScatterFigure.Point? {
    guard let score = trial.score else { return nil }
    let isBest = trial.trial.number == state.best?.trial.number
    let color = isBest ? 1 : trial.trial.state == .stopped ? 5 : 0
    return ScatterFigure.Point(
      name: isBest && named ? "trial \(trial.trial.number)" : "", color: color,
      x: Estimate(value: x, interval: nil, runs: 1),
      y: Estimate(value: score, interval: nil, runs: 1), isOfFront: trial.trial.state == .stopped)
  }

  /// Scores in the order of the trials, and the best so far.
  package var progressFigure: ScatterFigure {
    var best: Double?
    var line: [(x: Double, y: Double)] = []
    for trial in state.trials {
      guard case .finished(let score) = trial.trial.state else { continue }
      let x = Double(trial.trial.number)
      let next = best.map { isMaximized ? max($0, score) : min($0, score) } ?? score
      if let best { line.append((x, best)) }
      line.append((x, next))
      best = next
    }
    if let best, let last = state.trials.last { line.append((Double(last.trial.number), best)) }
    return ScatterFigure(
      title: "Best score so far", xLabel: "trial", yLabel: about.metric,
      points: state.trials.compactMap { point($0, x: Double($0.trial.number), named: true) },
      front: line)
  }

  /// How much each parameter mattered.
  package var importanceFigure: BarFigure? {
    guard !importances.isEmpty else { return nil }
    return BarFigure(
      title: "What mattered", yLabel: "share of what the parameters explain, in %",
      bars: importances.enumerated().map {
        .init(name: name(of: $1.path), color: $0, value: $1.share * 100)
      })
  }

  private func name(of path: String) -> String {
    zip(state.space.parameters, names).first { $0.0.path == path }?.1 ?? path
  }

  /// Each parameter against the score, the important ones first.
  package var parameterFigures: [(name: String, svg: String, text: String)] {
    let order = importances.compactMap { importance in
      state.space.parameters.firstIndex { $0.path == importance.path }
    }
    let rest = state.space.parameters.indices.filter { !order.contains($0) }
    return (order + rest).prefix(8).compactMap { place in
      switch state.space.parameters[place].range {
      case .constant: nil
      case .choice(let values, _): (names[place], bars(place, values).svg(.page), "")
      case .real(_, _, let scale, _), .integer(_, _, let scale, _), .normal(_, _, let scale):
        (names[place], scatter(place, scale).svg(.page), "")
      }
    }
  }

  private func scatter(_ place: Int, _ scale: ParameterRange.Scale) -> ScatterFigure {
    var figure = ScatterFigure(
      title: names[place], xLabel: names[place], yLabel: about.metric,
      points: state.trials.compactMap { trial in
        trial.trial.values[place].numeric.flatMap { point(trial, x: $0, named: true) }
      })
    figure.xKind = scale == .logarithmic ? .logarithmic : .linear
    return figure
  }

  private func bars(_ place: Int, _ values: [ParameterValue]) -> BarFigure {
    BarFigure(
      title: names[place], yLabel: about.metric,
      bars: values.enumerated().map { index, value in
        let scores = finished.filter { $0.trial.values[place] == value }.compactMap(\.score)
        return .init(
          name: Self.text(value), color: index, value: scores.isEmpty ? .nan : scores.mean,
          members: scores)
      })
  }

  /// The confirmation's two points with the scores of their seeds.
  package var confirmationFigure: BarFigure? {
    guard let confirmation, let best = state.best, comparison != nil else { return nil }
    func bar(_ name: String, _ color: Int, _ scores: [UInt64: Double]) -> BarFigure.Bar {
      let estimate = estimate(scores, name)
      return .init(
        name: name, color: color, value: estimate.value, interval: estimate.interval,
        members: scores.keys.sorted().compactMap { scores[$0] })
    }
    return BarFigure(
      title: "Confirmation on fresh seeds", yLabel: about.metric,
      bars: [
        bar("trial \(best.trial.number)", 1, confirmation.best), bar("base", 0, confirmation.base),
      ])
  }
}
