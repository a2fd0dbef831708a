import Sweeps

// The findings in sentences and tables.
extension ArmsReport {
  /// What there is, in a line.
  package var facts: String {
    var facts = arms.map { arm in
      let (state, stopped) = (arm.search.state, arm.search.stopped.count)
      var text = "\(arm.name): \(state.endedCount) of \(arm.search.about.trials) trials ended"
      if stopped > 0 { text += ", \(stopped) of them stopped early" }
      let failed = arm.search.failures.count
      return failed > 0 ? text + ", \(failed) failed" : text
    }
    facts.append("\(counted(about.seedsPerTrial, "seed")) each")
    facts.append(about.method)
    if let stopping = about.stopping { facts.append("early stopping: \(stopping)") }
    return facts.joined(separator: " · ")
  }

  /// What came of it, first things first.
  package var headline: [String] {
    var sentences = verdictWords
    for arm in arms {
      let own = arm.search.headline
      sentences.append("\(arm.name): " + own.joined(separator: " "))
    }
    return sentences
  }

  /// Which arm is better, where chance did not choose the points.
  private var verdictWords: [String] {
    let ended = arms.allSatisfy { $0.search.state.endedCount >= $0.search.about.trials }
    guard ended else { return ["The arms are compared when all of their trials have ended."] }
    var sentences = arms.filter(\.search.lacksBest).map {
      "No trial of \($0.name) has finished, so it is not compared."
    }
    guard !comparisons.isEmpty else {
      return sentences
        + ["The arms' best points are still to be run on \(planned) fresh seeds."]
    }
    let known = arms.compactMap { arm in
      estimate(arm).map { "\(arm.name) comes to \(PairedComparison.plain($0))" }
    }
    let fewest = arms.map(\.confirmed.count).filter { $0 > 0 }.min() ?? 0
    let missing = fewest < planned ? " (\(planned) are planned)" : ""
    sentences.append(
      "Each arm's best point on \(counted(fewest, "fresh seed"))\(missing): "
        + known.joined(separator: ", ") + ".")
    let direction = isMaximized ? "" : " (differences count lower scores as better)"
    sentences += comparisons.map { "\($0.name) is \($0.words)\(direction)." }
    return sentences
  }

  // MARK: Tables

  /// Budgets and outcomes, a row for each arm.
  package var armTable: Table {
    Table(
      caption: "Arms",
      columns: [
        .init("Arm", isNumeric: false), .init("Settings varied"), .init("Trials"),
        .init("Stopped early"), .init("Failed"), .init("Steps"), .init("Best trial"),
        .init("Its score"), .init("On fresh seeds [95 %]"),
      ],
      rows: arms.map { arm in
        let (search, best) = (arm.search, arm.search.state.best)
        return [
          arm.name, "\(search.variedCount)", "\(search.state.endedCount)",
          search.stopped.isEmpty ? "" : "\(search.stopped.count)",
          search.failures.isEmpty ? "" : "\(search.failures.count)",
          NumberText.grouped(Int64(arm.steps)), best.map { "\($0.trial.number)" } ?? "",
          best?.score.map(search.number) ?? "", estimate(arm).map(PairedComparison.plain) ?? "",
        ]
      }
    ).withoutEmptyColumns
  }

  /// The tests, a row for each pair.
  package var comparisonTable: Table {
    Table(
      caption: "Pairs of arms, by fresh seed",
      columns: [
        .init("Arm", isNumeric: false), .init("Against", isNumeric: false),
        .init("Seeds in common"), .init("Difference [95 %]"), .init("p (Holm)"),
        .init("P(better)"), .init("Verdict", isNumeric: false),
      ],
      rows: comparisons.map { pair in
        [
          pair.name, pair.baseline, "\(pair.differences.count)",
          pair.difference.map(PairedComparison.text) ?? "",
          pair.adjustedPValue.map(NumberText.probability) ?? "no test",
          pair.probabilityOfImprovement.map(PairedComparison.plain) ?? "",
          pair.verdict == .untested ? "no test" : pair.verdict.rawValue,
        ]
      })
  }

  /// The report for a terminal.
  package func terminalText(mostTrials: Int) -> String {
    var parts = ["\(about.title)\n\(facts)", headline.joined(separator: "\n")]
    parts.append(armTable.terminalText)
    if !comparisons.isEmpty { parts.append(comparisonTable.terminalText) }
    for arm in arms where !arm.search.state.trials.isEmpty {
      parts.append(arm.search.trialTable(most: max(3, mostTrials / arms.count)).terminalText)
      if !arm.search.importances.isEmpty { parts.append(arm.search.importanceTable.terminalText) }
      if let failure = arm.search.failureNotes.first { parts.append(failure + "\n") }
    }
    let text = parts.joined(separator: "\n\n").replacing("\n\n\n", with: "\n\n")
    return text.hasSuffix("\n") ? text : text + "\n"
  }

  /// The report as GitHub's Markdown.
  package func markdown() -> String {
    var parts = ["# \(about.title)"]
    if !about.question.isEmpty { parts.append("*\(about.question)*") }
    parts += [facts, headline.joined(separator: "\n\n"), armTable.markdown]
    if !comparisons.isEmpty { parts.append(comparisonTable.markdown) }
    for arm in arms {
      parts += ["## Arm \(arm.name)", arm.search.trialTable().markdown]
      if !arm.search.importances.isEmpty { parts.append(arm.search.importanceTable.markdown) }
    }
    parts.append(notes.map { "* \($0)" }.joined(separator: "\n"))
    return parts.joined(separator: "\n\n") + "\n"
  }

  /// How the numbers were made.
  private var notes: [String] {
    guard let first = arms.first?.search else { return [] }
    var notes = [
      first.scoreNote,
      "Each arm has a search of its own, with equal numbers of trials, steps and seeds. All trials "
        + "of all arms have the same seeds. Steps are those that were taken, over all seeds.",
      SweepReport.stoppedNote,
      "Each arm's best point runs with the same fresh seeds, which chose none of them. "
        + "\(SweepReport.intervalNote); the tests are Wilcoxon's signed-rank tests of the "
        + "differences by seed, with Holm's correction for all pairs. They tell of the points that "
        + "were found: another search of the same size may find others.",
    ]
    if arms.contains(where: { !$0.search.importances.isEmpty }) {
      notes.append(SweepReport.importanceNote)
    }
    return notes + arms.flatMap(\.search.failureNotes)
  }

  /// The report as one page of HTML that needs nothing beside itself.
  package func html() -> String {
    about.page(facts: facts, headline: headline, notes: notes) { page in
      page.element("h2", text: "Arms")
      armTable.write(to: &page)
      if let figure = comparisonFigure {
        page.sweepFigure(
          figure.svg(.page), "Mean over fresh seeds with its 95 % interval; a dot for each seed.")
        comparisonTable.write(to: &page)
      }
      if !progressFigure.curves.isEmpty {
        page.sweepFigure(
          progressFigure.svg(.page), "The best finished trial so far, over each arm's trials.")
      }
      for arm in arms {
        page.element("h2", text: "Arm \(arm.name)")
        for sentence in arm.search.headline { page.element("p", text: sentence) }
        arm.search.writeFigures(to: &page, heading: "h3")
        arm.search.trialTable().write(to: &page)
      }
    }
  }
}

extension SweepReport {
  /// Parameters with more than one value.
  fileprivate var variedCount: Int {
    state.space.parameters.count { if case .constant = $0.range { false } else { true } }
  }
}
