import Tracking

/// What the numbers of a comparison come to in words: verdicts, and what to bear in mind.
struct MultiTaskWords {
  let summary: MultiTaskSummary
  let table: MultiTaskTable

  var rows: [MultiTaskSummary.Cell] { summary.rows.compactMap(summary.cell) }

  /// One sentence a cell against the baseline, then those on fronts, ranks and architectures.
  var verdicts: [String] {
    lacking + rows.compactMap(sentence) + matched
      + rows.filter { $0.frontMargin != nil }.map(frontSentence) + rankStability
  }

  var lacking: [String] {
    guard summary.baseline == nil else { return [] }
    return [
      "No cell weights tasks equally, so nothing is compared with it; name a cell with --baseline."
    ]
  }

  func sentence(_ cell: MultiTaskSummary.Cell) -> String? {
    cell.againstBaseline.map { "\(cell.name): \($0.words)." }
  }

  var matched: [String] {
    rows.compactMap { cell in
      cell.againstMatched.map {
        "\(cell.name), against equal weighting with as many parameters: \($0.words)."
      }
    }
  }

  var rankStability: [String] {
    let firsts = rows.filter { ($0.rankFirst ?? 0) > 0 }.sorted {
      ($0.rankFirst ?? 0) > ($1.rankFirst ?? 0)
    }
    guard rows.count > 1, !firsts.isEmpty else { return [] }
    let shares = firsts.prefix(4).map { cell in
      "\(cell.name) \(percent(((cell.rankFirst ?? 0) * 100).rounded() / 100))"
    }
    return [
      "Rank stability: first under random weights of the tasks is "
        + "\(shares.joined(separator: ", "))."
    ]
  }

  func frontSentence(_ cell: MultiTaskSummary.Cell) -> String {
    guard let margin = cell.frontMargin else { return "" }
    let text = PairedComparison.text(margin)
    let answer =
      if let interval = margin.interval {
        interval.lower > 0 ? "yes" : interval.upper < 0 ? "no" : "cannot be told from it"
      } else {
        "one seed on a side says nothing"
      }
    return "\(cell.name) above the front of static weights? \(answer) (margin \(text))."
  }

  var warnings: [String] {
    table.cells.flatMap(divergence) + table.cells.compactMap(edge) + unequalTuning + tooFewSeeds
      + unpaired + rows.compactMap(groups) + mixtures + otherProcedures
  }

  private func divergence(_ cell: MultiTaskCell) -> [String] {
    cell.diverged.map(\.seed).uniqued.map { seed in
      let tasks = cell.diverged.filter { $0.seed == seed }.map {
        table.columns[$0.column].taskName
      }.uniqued
      let run = cell.runs.first { $0.seed == seed }
      let event =
        run?.state == .failed
        ? "failed\(run?.failure.map { " (\($0))" } ?? "")" : "diverged on \(listed(tasks))"
      return
        "\(cell.name), seed \(seed), \(event): it is kept and counts as the worst score of all runs, "
        + "or the trivial one where that is worse."
    }
  }

  private func edge(_ cell: MultiTaskCell) -> String? {
    let rates = Set(cell.record.trials.map(\.learningRate))
    // A cell without a run that learned took none.
    guard rates.count > 1, let low = rates.min(), let high = rates.max(),
      cell.runs.contains(where: { $0.state != .failed })
    else { return nil }
    let own = cell.record.learningRate
    guard own <= low || own >= high else { return nil }
    return
      "\(cell.name) took the \(own <= low ? "lowest" : "highest") learning rate that was tried "
      + "(\(NumberText.significant(own, digits: 2))): a wider grid might serve it better."
  }

  private var unequalTuning: [String] {
    let groups = Dictionary(grouping: table.cells, by: \.record.trials.count)
    guard groups.count > 1 else { return [] }
    let words = groups.sorted { $0.key < $1.key }.map { count, cells in
      "\(listed(cells.map(\.name))): \(count)"
    }
    return [
      "Tuning budgets are unequal (\(words.joined(separator: "; ")) learning rates tried), which can "
        + "make a difference larger than that between strategies."
    ]
  }

  private var tooFewSeeds: [String] {
    let groups = Dictionary(grouping: rows, by: \.seeds.count)
    return groups.sorted { $0.key < $1.key }.compactMap { count, cells in
      guard count < WilcoxonTest.fewestPairs else { return nil }
      let names = "\(listed(cells.map(\.name))) \(cells.count == 1 ? "has" : "have")"
      return count == 1
        ? "\(names) one seed, which says nothing about the spread between seeds: no interval is "
          + "given."
        : "\(names) \(count) seeds: no test is possible, and intervals of so few are rough."
    }
  }

  private var unpaired: [String] {
    rows.compactMap { cell in
      guard let comparison = cell.againstBaseline, comparison.unpairedSeeds > 0 else { return nil }
      return "\(cell.name) and \(comparison.baseline) have "
        + "\(counted(comparison.differences.count, "seed")) in common; paired differences are of "
        + "these, and \(counted(comparison.unpairedSeeds, "seed")) of one of them "
        + "\(comparison.unpairedSeeds == 1 ? "is" : "are") left out."
    }
  }

  private func groups(_ cell: MultiTaskSummary.Cell) -> String? {
    cell.twoGroups.map { "\(cell.name): seeds fall into \($0.words); look at the seeds." }
  }

  /// Cells that learned by other rules than the one that all are compared with.
  private var otherProcedures: [String] {
    let whole = table.cells.filter { $0.record.role != .singleTask }
    guard let reference = whole.first(where: { $0.name == summary.baseline }) ?? whole.first,
      let usual = reference.runs.first
    else { return [] }
    var found: [(keys: [String], names: [String])] = []
    for cell in table.cells {
      let groups = Dictionary(grouping: cell.runs) { $0.procedureKeys(differingFrom: usual) }
      for (keys, runs) in groups.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) })
      where !keys.isEmpty {
        let seeds = runs.map { "\($0.seed)" }.joined(separator: ", ")
        let name = runs.count == cell.runs.count ? cell.name : "\(cell.name) (seed \(seeds))"
        if let place = found.firstIndex(where: { $0.keys == keys }) {
          found[place].names.append(name)
        } else {
          found.append((keys, [name]))
        }
      }
    }
    return found.map { keys, names in
      "\(listed(names)) \(names.count == 1 ? "is" : "are") not of one procedure with "
        + "\(reference.name): \(listed(keys)) of the configurations differ, which alone may make "
        + "their scores differ."
    }
  }

  /// Cells whose runs differ in more than their seeds.
  private var mixtures: [String] {
    table.cells.compactMap { cell in
      func configuration(_ run: MultiTaskRun) -> RecordedCell {
        var record = run.record.cell
        record.trials = []
        return record
      }
      guard let first = cell.runs.first,
        let other = cell.runs.first(where: { configuration($0) != configuration(first) })
      else { return nil }
      return
        "\(cell.name): seeds \(first.seed) and \(other.seed) are not of one configuration; give "
        + "changed runs a variant of their own."
    }
  }
}
