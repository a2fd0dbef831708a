import Sweeps

/// What is shown of a sweep in a terminal, on a page and to scripts, whether it is one search or
/// compares several.
package protocol SweepFindings: Sendable {
  /// What the sweep is, from its file.
  var about: SweepReport.Description { get }
  /// All that was found, for scripts.
  var record: any Encodable { get }
  /// All but the trials.
  var recordWithoutTrials: any Encodable { get }
  /// A line for each trial, for scripts.
  var trialLines: [SweepSummary.TrialLine] { get }
  /// The figure that says most, as SVG.
  var mainFigure: String { get }
  /// Whether runs of the confirmation are still to be made.
  var awaitsConfirmation: Bool { get }
  /// Whether some search has no finished trial.
  var lacksBest: Bool { get }

  /// The report for a terminal.
  ///
  /// - Parameter mostTrials: How many trials are listed, the best first.
  func terminalText(mostTrials: Int) -> String
  /// The report as GitHub's Markdown.
  func markdown() -> String
  /// The report as one page of HTML that needs nothing beside itself.
  func html() -> String
}

extension SweepReport: SweepFindings {
  package var record: any Encodable { summary }
  package var recordWithoutTrials: any Encodable { summary.findings }
  package var trialLines: [SweepSummary.TrialLine] { summary.trials }
  package var mainFigure: String { progressFigure.svg() }
  package var lacksBest: Bool { state.best == nil }

  package var awaitsConfirmation: Bool {
    guard let confirmation, !lacksBest else { return false }
    return min(confirmation.best.count, confirmation.base.count) < confirmation.planned
  }
}
