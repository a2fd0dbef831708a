import ArgumentParser
import Experiments
import Foundation
import Reports
import Tracking

struct Results: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make the table of results: algorithm by environment, beside published values.",
    discussion: """
      Each row that FOLDER/results.yaml names is an experiment file of FOLDER, run on all of its \
      seeds. What came of it is kept in RESULTS/rows/<row>.json, and the table (README.md and \
      table.html) is made of these files alone. Without names, the rows that are missing or out of \
      date are run; with names, these, whatever they are. Runs go to a new folder below \
      runs/results; --output names one to go on with: what is finished there is taken, what was \
      interrupted goes on. --runs takes finished runs of other folders and runs nothing.
      """)

  @Argument(
    help: "Rows to make again, by the names of their experiments.", completion: .resultsRow)
  var rows: [String] = []

  @Option(help: "The folder with results.yaml and the experiment files.")
  var folder = "experiments"

  @Option(help: "The folder of the table; FOLDER/results unless given.")
  var results: String?

  @Option(help: "The folder for the runs; a new one below runs/results unless given.")
  var output: String?

  @Option(
    parsing: .upToNextOption,
    help: "Run nothing: take the finished runs in these folders, such as those of `fledge run`.")
  var runs: [String] = []

  @Flag(help: "Run nothing: make the table of what is there.")
  var render = false

  @Flag(help: "Write nothing: fail if the table is not what its rows give.")
  var check = false

  @Flag(
    help: """
      Tiny budgets and two seeds, to see that everything works; the table goes to OUTPUT/results \
      unless --results is given.
      """)
  var quick = false

  @Option(help: "Seeds that run at the same time, at most (and by default) one a processor.")
  var jobs: Int?

  @Flag(help: "List the rows and how they stand.")
  var list = false

  @Flag(help: "Print one JSON object a row.")
  var json = false

  @Flag(name: .shortAndLong, help: "Show no progress.")
  var quiet = false

  func validate() throws {
    if let jobs, jobs < 1 { throw ValidationError("--jobs must be 1 or more, not \(jobs)") }
    for (option, value) in [("--output", output), ("--results", results)] where value == "" {
      throw ValidationError("\(option) must name a folder")
    }
    let ways = [!runs.isEmpty, render, check, list]
    guard ways.count(where: { $0 }) <= 1 else {
      throw ValidationError("--runs, --render, --check and --list exclude each other")
    }
    if render || check || list, quick || output != nil || !rows.isEmpty {
      throw ValidationError("--render, --check and --list run nothing: leave out what to run")
    }
    if !runs.isEmpty, quick || output != nil {
      throw ValidationError("--runs runs nothing: leave out --quick and --output")
    }
  }

  func run() throws {
    let output = self.output ?? Self.newOutput()
    let isTrial = quick
    let folder = ResultsFolder(
      experiments: self.folder, results: results ?? (isTrial ? output : self.folder) + "/results",
      catalogue: Extensions.environments
    ) { if isTrial { $0.shrinkForTrial() } }
    let list = try ResultsList.load(path: folder.listPath)
    var chosen: [ResultsRow]?
    if !rows.isEmpty { chosen = try rows.map { try list.row(named: $0) } }
    let making = ResultsMaking(folder: folder, list: list, width: jobs, isQuiet: quiet || json)
    if check { return try making.check() }
    if self.list { return try making.list(json: json) }
    var failure: ExitCode?
    if !runs.isEmpty {
      try making.take(chosen, from: runs)
    } else if !render {
      failure = try making.run(chosen, output: output, options: optionsToRepeat)
    }
    let table = try making.render()
    if json {
      for row in table.rows { try JSONOutput.print(ResultsLine(row)) }
    } else {
      print(table.terminalText)
      print("The table: \(folder.results)/README.md and table.html")
    }
    if let failure { throw failure }
  }

  /// A folder that no run is in, named by the clock.
  private static func newOutput() -> String {
    let time = Provenance.timestamp(Int(Date().timeIntervalSince1970)).replacing(":", with: "")
    return "runs/results/\(time)"
  }

  /// The options beside --output that the same work is gone on with.
  private var optionsToRepeat: [String] {
    (self.folder == "experiments" ? [] : ["--folder", self.folder])
      + (results.map { ["--results", $0] } ?? []) + (quick ? ["--quick"] : [])
  }
}

/// A row as `--json` prints it.
struct ResultsLine: Encodable {
  let row, environment, algorithm: String
  let seeds: Int
  let shortcoming: String?
  let mean, interquartileMean: Estimate?
  let isExact: Bool
  let reference, minimum: Double?
  let referenceSource: String?
  let againstReference: ReferenceVerdict?
  let againstMinimum: MinimumVerdict?
  let seconds: Double?

  init(_ row: ResultsTableRow) {
    let entry = row.entry
    self.row = entry.name
    environment = entry.environment
    algorithm = entry.algorithm
    seeds = entry.outcome?.seeds.count ?? 0
    shortcoming = entry.shortcoming
    mean = row.mean
    interquartileMean = row.interquartileMean
    isExact = row.isExact
    reference = entry.reference?.value
    minimum = entry.minimum?.value
    referenceSource = entry.reference?.source
    againstReference = row.againstReference
    againstMinimum = row.againstMinimum
    seconds = entry.outcome?.seeds.reduce(0) { $0 + $1.seconds }
  }
}
