import Sweeps

extension SweepReport {
  /// A line for each trial through its settings to its score.
  package var parallelFigure: ParallelCoordinatesFigure? {
    let places = state.space.parameters.indices.filter {
      if case .constant = state.space.parameters[$0].range { false } else { true }
    }
    guard !places.isEmpty, ranked.count > 1 else { return nil }
    return ParallelCoordinatesFigure(
      title: "Settings and scores",
      axes: places.map { .init(names[$0], Self.kind(of: state.space.parameters[$0].range)) },
      score: .init("score"), higherIsBetter: isMaximized,
      lines: state.trials.map { trial in
        .init(
          name: "trial \(trial.trial.number)",
          values: places.map { value(of: trial.trial.values[$0], at: $0) }, score: trial.score)
      })
  }

  private static func kind(of range: ParameterRange) -> ParallelCoordinatesFigure.Axis.Kind {
    switch range {
    case .choice(let values, _): .categorical(values.map(text))
    case .real(_, _, let scale, _), .integer(_, _, let scale, _), .normal(_, _, let scale):
      scale == .logarithmic ? .logarithmic : .linear
    case .constant: .linear
    }
  }

  private func value(of value: ParameterValue, at place: Int) -> Double? {
    guard case .choice(let values, _) = state.space.parameters[place].range else {
      return value.numeric
    }
    return values.firstIndex(of: value).map(Double.init)
  }
}
