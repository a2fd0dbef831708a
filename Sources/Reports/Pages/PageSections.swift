import Randomness

extension ExperimentReport {
  /// The configuration of the first variant whole, and how the others differ from it.
  func writeConfiguration(to page: inout Markup) {
    let texts = variants.map { $0.runs.first?.configuration ?? "" }
    guard let first = texts.first, texts.contains(where: { !$0.isEmpty }) else { return }
    page.element("h2", text: "Configuration")
    let others = variants.count > 1 ? "; of the other variants the lines that differ" : ""
    page.element(
      "p",
      text:
        "After defaults, as the runs recorded it\(others)."
    )
    page.element("details", ["open": texts.count > 1 ? nil : ""]) { page in
      page.element("summary", text: variants[0].name)
      page.element("pre") { $0.element("code", text: first) }
    }
    for (variant, text) in zip(variants, texts).dropFirst() {
      writeDifference(from: first, to: text, of: variant.name, to: &page)
    }
    page.newline()
  }

  private func writeDifference(
    from old: String, to new: String, of variant: String, to page: inout Markup
  ) {
    let difference = LineDifference(from: old.textLines, to: new.textLines)
    page.element("details", ["open": ""]) { page in
      page.element(
        "summary",
        text: "\(variant) against \(variants[0].name)\(difference.isEmpty ? ": no difference" : "")"
      )
      guard !difference.isEmpty else { return }
      page.element("pre") { page in
        page.element("code") { page in
          for line in difference.lines {
            switch line {
            case .same: continue
            case .removed(let text): page.element("del", text: "− \(text)\n")
            case .added(let text): page.element("ins", text: "+ \(text)\n")
            }
          }
        }
      }
    }
  }

  /// Where the runs come from: one line for what they share, one a run for what they do not.
  func writeProvenance(to page: inout Markup) {
    let runs = variants.flatMap { variant in variant.runs.map { (variant.name, $0) } }
    let names = runs.flatMap { $0.1.provenance.map(\.name) }.uniqued
    guard !names.isEmpty else { return }
    page.element("h2", text: "Provenance")
    let rows = names.flatMap { name -> [[String]] in
      let values = runs.map { variant, run in
        (
          label: "\(variant), seed \(run.seed)",
          value: run.provenance.first { $0.name == name }?.value ?? "not recorded"
        )
      }
      let distinct = values.map(\.value).uniqued
      if distinct.count == 1 { return [[name, distinct[0], runs.count == 1 ? "" : "all runs"]] }
      if distinct.count == runs.count, runs.count > 6 {
        return [[name, distinct.joined(separator: "; "), "one each, as in the table of runs"]]
      }
      return distinct.map { value in
        let owners = values.filter { $0.value == value }.map(\.label)
        return [name, value, owners.joined(separator: "; ")]
      }
    }
    Table(
      caption: "Where the runs come from",
      columns: [
        .init("Item", isNumeric: false), .init("Value", isNumeric: false),
        .init("Runs", isNumeric: false),
      ], rows: rows
    ).withoutEmptyColumns.write(to: &page)
  }

  /// What the report did to the data, in sentences that match its settings.
  package var notes: [String] {
    let window = settings.curves.episodeWindow
    var notes = [
      summary.score == .evaluation
        ? "Score of a run: the mean return of the episodes of its last evaluation."
        : "Score of a run: the mean return of its last \(window) training episodes, because not "
          + "all runs were evaluated. It includes exploration.",
      "IQM, the interquartile mean: a quarter of the scores (rounded down) is cut from each end "
        + "and the rest averaged, so that with fewer than four seeds it is the mean (Agarwal et "
        + "al. 2021).",
      "Intervals: \(settings.estimates.note)",
      "Draws are stratified by task, "
        + "\(NumberText.grouped(Int64(settings.curves.bootstrap.repetitions))) for curves and "
        + "profiles, from the root seed \(settings.seeds.root); quantiles are interpolated. "
        + "Intervals describe chance between seeds of this experiment, nothing else.",
      "Training return: the mean of the last \(window) episodes of a seed (of all, while there "
        + "are fewer), held until the next episode ends, read at "
        + "\(settings.curves.gridPoints) equal steps. No curve is extended beyond its last step.",
      "Evaluations and metrics are read at the steps at which they were logged, on the line "
        + "between neighbours where seeds logged at different steps; where there are many, as "
        + "means over equal bins. Intervals of curves are pointwise.",
      "Only runs that finished count in the tables, unless none of a variant has. Curves show all "
        + "runs. Values that are not finite are left out and named above.",
    ]
    if summary.tasks.count > 1 {
      notes.append(
        "Mean and median over tasks are those of each task's mean over seeds; the IQM is that of "
          + "all scores of all tasks together. Scores are not normalised, so tasks with larger "
          + "returns weigh more.")
    }
    if !summary.comparisons.isEmpty {
      notes.append(
        "P(better) is the chance that a run of the variant scores higher than one of the "
          + "baseline (ties count one half); p is that of a two-sided permutation test of equal "
          + "means over runs, after Holm's correction for "
          + "\(counted(summary.comparisons.count, "comparison")). This test does not pair runs; "
          + "`fledge compare` does, seed by seed, and may come to another verdict. Differences paired "
          + "by seed use the seeds that both have.")
    }
    return notes
  }
}

extension String {
  /// The lines of a text, without their ends.
  var textLines: [String] {
    split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(String.init)
  }
}
