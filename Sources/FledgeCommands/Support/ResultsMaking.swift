import ArgumentParser
import Experiments
import Foundation
import Reports
import Tracking

/// Makes rows of the table of results, from new runs or from those that are there, and the table.
struct ResultsMaking {
  let folder: ResultsFolder
  let list: ResultsList
  let width: Int?
  let isQuiet: Bool

  // MARK: Rows

  /// Runs rows: these, or all that are missing or out of date.
  ///
  /// - Returns: the exit status, if it is not that of success: 1 if a row failed, 130 if a stop was
  ///   requested.
  func run(_ chosen: [ResultsRow]?, output: String, options: [String]) throws -> ExitCode? {
    var toRun: [ResultsRow] = []
    var hasFailed = false
    // The table needs all rows, so a damaged one is told before hours are spent on others.
    let named = Set((chosen ?? []).map(\.experiment))
    let kept = list.rows.filter { !named.contains($0.experiment) }
    let current = Set(try kept.filter { try folder.state(of: $0).isCurrent }.map(\.experiment))
    for row in chosen ?? list.rows {
      if chosen == nil {
        guard !current.contains(row.experiment) else { continue }
        if !FileManager.default.fileExists(atPath: folder.experimentPath(row.experiment)) {
          Terminal.writeError(
            "Error: \(row.experiment): there is no \(folder.experimentPath(row.experiment))\n")
          hasFailed = true
          continue
        }
      }
      // What is wrong in an experiment is told before hours are spent on others.
      _ = try folder.experiment(of: row)
      toRun.append(row)
    }
    let stop = StopSignal()
    let handler = InterruptHandler(stop)
    try withExtendedLifetime(handler) {
      for (index, row) in toRun.enumerated() where !stop.isRequested {
        note("\(row.experiment) (\(index + 1) of \(toRun.count)), in \(output)")
        if try !run(row, output: output, until: stop) { hasFailed = true }
      }
    }
    guard stop.isRequested else { return hasFailed ? .failure : nil }
    let words = ["fledge", "results"] + (chosen ?? []).map(\.experiment) + options
    Terminal.writeError(
      "To go on exactly there: \(words.joined(separator: " ")) --output \(output)\n")
    return ExitCode(130)
  }

  /// - Returns: whether no seed of the row failed.
  private func run(_ row: ResultsRow, output: String, until stop: StopSignal) throws -> Bool {
    let jobs = try folder.jobs(for: row, output: output, command: CommandLine.arguments)
    let display = ProgressDisplay(isQuiet: isQuiet)
    let runner = ExperimentRunner(
      jobs: jobs, width: width ?? ExperimentRunner.availableProcessors)
    var isSound = true
    for outcome in runner.run(until: stop, progress: { display.show($0) }) {
      guard case .failed(let reason) = outcome.outcome else { continue }
      Terminal.writeError("Error: \(row.experiment), seed \(outcome.seed): \(reason)\n")
      isSound = false
    }
    guard isSound, !stop.isRequested || isWhole(row, in: output) else { return isSound }
    if let reason = try take(row, from: output) {
      Terminal.writeError("Error: \(row.experiment): \(reason)\n")
      return false
    }
    return true
  }

  private func isWhole(_ row: ResultsRow, in output: String) -> Bool {
    guard case .found? = try? folder.outcome(of: row, runs: output) else { return false }
    return true
  }

  /// Takes rows (all that have finished runs, unless some are chosen) from folders with runs.
  func take(_ chosen: [ResultsRow]?, from runs: [String]) throws {
    for path in runs where !RunLookup.isFolder(path) {
      throw CommandFailure("there is no folder '\(path)'; give --runs a folder that holds runs")
    }
    for row in chosen ?? list.rows {
      if chosen == nil,
        !FileManager.default.fileExists(atPath: folder.experimentPath(row.experiment))
      {
        continue
      }
      var reasons: [String] = []
      for path in runs {
        if let reason = try take(row, from: path) { reasons.append(reason) } else { break }
      }
      guard reasons.count == runs.count else { continue }
      let reason = "\(row.experiment): not taken, because \(reasons.joined(separator: "; "))"
      if chosen != nil { throw CommandFailure(reason) }
      note(reason + ".")
    }
  }

  /// Writes a row's outcome and its own page from finished runs.
  ///
  /// - Returns: why there is no outcome, if there is none.
  private func take(_ row: ResultsRow, from runs: String) throws -> String? {
    switch try folder.outcome(of: row, runs: runs) {
    case .none(let reason): return reason
    case .found(let outcome, let folders):
      let report = try ExperimentReport.make(of: folders)
      let page = "\(folder.results)/\(row.experiment)"
      try prepare(folder.results + "/rows")
      try write(report.markdown(), to: page + ".md")
      try write(report.mainFigure.svg(), to: page + ".svg")
      try SafeFile.write(
        outcome.encoded(), to: folder.outcomePath(row.experiment), option: "--results")
      return nil
    }
  }

  // MARK: The table

  /// Writes the table as Markdown and as a page.
  func render() throws -> ResultsTable {
    let table = try table()
    try prepare(folder.results)
    for (path, text) in files(of: table) { try write(text, to: path) }
    return table
  }

  /// Fails where the table is not what its rows give.
  func check() throws {
    for (path, text) in files(of: try table()) {
      guard FileManager.default.contents(atPath: path) == Data(text.utf8) else {
        throw CommandFailure(
          "'\(path)' is not what its rows give; `fledge results --render` makes it again")
      }
    }
  }

  private func files(of table: ResultsTable) -> [(path: String, text: String)] {
    [
      (folder.results + "/README.md", table.markdown),
      (folder.results + "/table.html", table.html()),
    ]
  }

  private func table() throws -> ResultsTable {
    let sources = list.sources.sorted { $0.value.name < $1.value.name }
    let used = Set(list.rows.compactMap { $0.reference?.source })
    return ResultsTable(
      try list.rows.map(entry),
      sources: sources.filter { used.contains($0.key) }.map { ($0.value.name, $0.value.text) },
      author: "Fledge \(FledgeVersion.current)")
  }

  private func entry(_ row: ResultsRow) throws -> ResultsTable.Entry {
    let state = try folder.state(of: row)
    let page = row.experiment + ".md"
    let hasPage = FileManager.default.fileExists(atPath: "\(folder.results)/\(page)")
    return ResultsTable.Entry(
      name: row.experiment, environment: row.environment, algorithm: row.algorithm,
      reference: row.reference.map { reference in
        ResultsTable.Reference(
          text: reference.value.text, value: reference.value.value,
          decimals: reference.value.decimals,
          source: list.sources[reference.source]?.name ?? reference.source,
          steps: reference.steps.map(Int64.init), isMost: reference.isMost || row.optimum != nil)
      },
      minimum: row.minimum.map { ($0.text, $0.value) }, remark: row.remark,
      outcome: state.outcome.map(ResultsTable.Outcome.init), shortcoming: state.shortcoming,
      page: state.outcome != nil && hasPage ? page : nil)
  }

  private struct ListLine: Encodable {
    let row, environment, algorithm, state: String
  }

  /// Prints the rows and how they stand.
  func list(json: Bool) throws {
    var text = TextTable()
    for row in list.rows {
      let state = try folder.state(of: row).words
      if json {
        try JSONOutput.print(
          ListLine(
            row: row.experiment, environment: row.environment, algorithm: row.algorithm,
            state: state))
      } else {
        text.add(row.experiment, row.algorithm, row.environment, state)
      }
    }
    if !json { print(text.text) }
  }

  // MARK: Files

  private func prepare(_ path: String) throws {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw CommandFailure("the folder '\(path)' cannot be made; name another one with --results")
    }
  }

  private func write(_ text: String, to path: String) throws {
    try SafeFile.write(Array(text.utf8), to: path, option: "--results")
  }

  private func note(_ text: String) {
    if !isQuiet { Terminal.writeError(text + "\n") }
  }
}

extension RowState {
  fileprivate var shortcoming: String? {
    switch self {
    case .current: nil
    case .missing(let reason), .outOfDate(_, let reason): reason
    }
  }

  fileprivate var words: String {
    switch self {
    case .current(let outcome): "made on \(outcome.date), \(counted(outcome.seeds.count, "seed"))"
    case .missing(let reason): "not yet made: \(reason)"
    case .outOfDate(_, let reason): "out of date: \(reason)"
    }
  }
}

extension ResultsTable.Outcome {
  fileprivate init(_ outcome: RowOutcome) {
    self.init(
      seeds: outcome.seeds.map {
        ResultsTable.Seed(
          finalReturn: $0.finalReturn, exactReturn: $0.exactReturn, steps: $0.steps,
          seconds: $0.seconds)
      }, episodes: outcome.episodes,
      origin: [
        ProvenanceEntry("Date", outcome.date), ProvenanceEntry("Fledge", outcome.fledge),
        ProvenanceEntry(
          "Commit", outcome.commits.map { String($0.prefix(10)) }.joined(separator: ", ")),
        ProvenanceEntry("Processor", outcome.processors.joined(separator: ", ")),
        ProvenanceEntry("Final episodes", String(outcome.episodes)),
      ])
  }
}
