package import Sweeps

// The findings in sentences.
extension SweepReport {
  /// What there is, in a line.
  package var facts: String {
    var facts = ["\(state.endedCount) of \(about.trials) trials ended"]
    if !stopped.isEmpty { facts.append("\(stopped.count) of them stopped early") }
    if !failures.isEmpty { facts.append("\(failures.count) failed") }
    let running = state.trials.count - state.endedCount
    if running > 0 { facts.append("\(running) running or left off") }
    facts.append("\(counted(about.seedsPerTrial, "seed")) each")
    facts.append(about.method)
    if let stopping = about.stopping { facts.append("early stopping: \(stopping)") }
    return facts.joined(separator: " · ")
  }

  /// What came of it, first things first.
  package var headline: [String] {
    guard let best = state.best, let score = best.score else {
      return ["No trial has finished yet, so there is no best one."]
    }
    var sentences = [
      "Best of \(counted(finished.count, "finished trial")): trial \(best.trial.number) with "
        + "\(number(score)) (\(meanOf) \(about.metric)): \(point(best.trial.values))."
    ]
    // Arms are confirmed and compared together.
    if about.arm == nil { sentences.append(contentsOf: confirmationWords(best)) }
    if stopped.count > 0 {
      sentences.append(
        "Early stopping left out \(percent(savedShare)) of the steps of the "
          + "\(finished.count + stopped.count) trials that have a score.")
    }
    if let first = importances.first, importances.count > 1 {
      sentences.append(
        "What mattered most: \(name(of: first.path)), which by itself explains "
          + "\(percent(first.share)) of the differences between scores in a model of them.")
    }
    return sentences
  }

  var meanOf: String {
    about.seedsPerTrial > 1 ? "mean over \(about.seedsPerTrial) seeds of the" : "one seed,"
  }

  /// What the best comes to where chance did not choose it.
  private func confirmationWords(_ best: JournaledTrial) -> [String] {
    let bias =
      "The score of the best of many is likely too good, because chance on these seeds helped to "
      + "choose it"
    guard let confirmation else {
      return ["\(bias); `confirm: {seeds: 10}` in the sweep's file tries it on fresh ones."]
    }
    guard let comparison else {
      return [
        "\(bias); its confirmation on \(confirmation.planned) fresh seeds is still to be run."
      ]
    }
    let own = estimate(confirmation.best, "best"), base = estimate(confirmation.base, "base")
    let missing =
      min(confirmation.best.count, confirmation.base.count) < confirmation.planned
      ? " (\(confirmation.planned) are planned)" : ""
    let direction = isMaximized ? "" : " (differences count lower scores as better)"
    return [
      "\(bias). On \(counted(confirmation.best.count, "fresh seed"))\(missing) it comes to "
        + "\(PairedComparison.plain(own)), the experiment as it is to "
        + "\(PairedComparison.plain(base)): \(comparison.words)\(direction)."
    ]
  }

  /// A parameter's values in words.
  package func point(_ values: [ParameterValue]) -> String {
    Self.account(of: values, in: state.space)
  }

  /// A point of a space in words.
  package static func account(of values: [ParameterValue], in space: SearchSpace) -> String {
    zip(shortNames(space.parameters.map(\.path)), values)
      .map { "\($0) \(text($1))" }.joined(separator: ", ")
  }

  static func text(_ value: ParameterValue) -> String {
    guard case .number(let number) = value else { return value.yaml }
    return NumberText.significant(number).withoutZeros
  }

  func number(_ score: Double) -> String { NumberText.significant(score).withoutZeros }

  // MARK: Tables

  /// A row for each trial, the best first, those without a score at the end.
  package func trialTable(most: Int? = nil) -> Table {
    let ranked = ranked
    let others = state.trials.filter { $0.score == nil }
    let shown = Array((ranked + others).prefix(most ?? .max))
    let isLong = most == nil
    var columns: [Table.Column] = [
      .init("Trial"), .init("Score"), .init("State", isNumeric: false),
    ]
    columns += names.map { Table.Column($0) }
    if isLong { columns += [.init("Scores of the seeds"), .init("Steps"), .init("Time")] }
    let rows = shown.map { trial -> [String] in
      var row = [
        "\(trial.trial.number)", trial.score.map(number) ?? "", stateText(trial.trial.state),
      ]
      row += trial.trial.values.map(Self.text)
      guard isLong else { return row }
      row.append(
        trial.seedScores.sorted { $0.key < $1.key }.map { number($0.value) }.joined(separator: " "))
      row.append(trial.trial.reports.last.map { NumberText.grouped(Int64($0.step)) } ?? "")
      if let began = trial.began, let ended = trial.ended {
        row.append(NumberText.duration(ended - began))
      } else {
        row.append("")
      }
      return row
    }
    let rest = state.trials.count - shown.count
    let whose = about.arm.map { " of arm \($0)" } ?? ""
    return Table(
      caption: (isLong || rest == 0
        ? "Trials" : "The best \(shown.count) of \(state.trials.count) trials") + whose,
      columns: columns, rows: rows
    ).withoutEmptyColumns
  }

  private func stateText(_ state: Trial.State) -> String {
    switch state {
    case .running: "running or left off"
    case .finished: "finished"
    case .stopped: "stopped early"
    case .failed: "failed"
    }
  }

  /// How much each parameter mattered.
  package var importanceTable: Table {
    Table(
      caption: "What mattered" + (about.arm.map { " in arm \($0)" } ?? ""),
      columns: [.init("Parameter", isNumeric: false), .init("Share by itself"), .init("±")],
      rows: importances.map { [$0.path, percent($0.share), percent($0.deviation)] }
        + [["(only together)", percent(interactions), ""]])
  }

  /// The report for a terminal.
  package func terminalText(mostTrials: Int = 10) -> String {
    var parts = ["\(about.title)\n\(facts)", headline.joined(separator: "\n")]
    if !state.trials.isEmpty { parts.append(trialTable(most: mostTrials).terminalText) }
    if !importances.isEmpty { parts.append(importanceTable.terminalText) }
    if let failure = failures.first {
      parts.append("Trial \(failure.number) failed: \(failure.reason)\n")
    }
    let text = parts.joined(separator: "\n\n").replacing("\n\n\n", with: "\n\n")
    return text.hasSuffix("\n") ? text : text + "\n"
  }

  /// The report as GitHub's Markdown.
  package func markdown() -> String {
    var parts = ["# \(about.title)"]
    if !about.question.isEmpty { parts.append("*\(about.question)*") }
    parts.append(facts)
    parts.append(headline.joined(separator: "\n\n"))
    parts.append(trialTable().markdown)
    if !importances.isEmpty { parts.append(importanceTable.markdown) }
    parts.append(notes.map { "* \($0)" }.joined(separator: "\n"))
    return parts.joined(separator: "\n\n") + "\n"
  }

  /// How the numbers were made.
  var notes: [String] {
    var notes = [
      scoreNote,
      "All trials have the same seeds, so that they differ by their settings and not by those.",
      Self.stoppedNote,
    ]
    if confirmation != nil {
      notes.append(
        "The confirmation runs the best trial's settings and the experiment as it is with the same "
          + "fresh seeds. \(Self.intervalNote); the test is Wilcoxon's signed-rank test of the "
          + "differences by seed.")
    }
    if !importances.isEmpty { notes.append(Self.importanceNote) }
    return notes + failureNotes
  }

  var scoreNote: String {
    "Score of a trial: \(meanOf) \(about.metric); "
      + (isMaximized ? "higher is better." : "lower is better.")
  }

  static let stoppedNote =
    "A trial that was stopped early has the score of its last report, which is not comparable "
    + "with that of a finished one; only finished trials can be the best."

  static let intervalNote =
    "Intervals: percentile bootstrap over seeds, "
    + "\(NumberText.grouped(Int64(Bootstrap.estimates.repetitions))) draws"

  static let importanceNote =
    "What mattered: functional analysis of variance of a random forest of 64 trees fitted to the "
    + "finished trials (Hutter, Hoos & Leyton-Brown 2014); ± is the standard deviation over "
    + "trees. It holds for the ranges that were searched, and is rough with few trials."

  var failureNotes: [String] {
    failures.prefix(20).map { failure in
      "Trial \(failure.number)\(about.arm.map { " of arm \($0)" } ?? "") failed: "
        + "\(failure.reason)."
    }
  }
}

extension PairedComparison {
  /// A number with its interval in brackets.
  static func plain(_ estimate: Estimate) -> String {
    let value = NumberText.significant(estimate.value).withoutZeros
    guard let interval = estimate.interval else { return value }
    return "\(value) [\(NumberText.significant(interval.lower).withoutZeros), "
      + "\(NumberText.significant(interval.upper).withoutZeros)]"
  }
}
