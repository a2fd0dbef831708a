import Sweeps

extension SweepReport {
  /// A line for each trial through its settings to its score.
  package var parallelSVG: String? { nil }
}
