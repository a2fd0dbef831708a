import Experiments
import Foundation
import Tracking

/// How far the runs of a comparison are, cell by cell and seed by seed.
struct ComparisonProgress: Encodable {
  struct Standing: Encodable {
    let seed: UInt64
    /// `finished`, `running`, `interrupted`, `crashed`, `failed` or `missing`.
    let state: String
    /// Optimizer steps done.
    var step: Int64 = 0
    /// The share of the budget that is done, where the budget is known.
    var share: Double?
    var problem: String?
  }

  struct Cell: Encodable {
    let cell: String
    let runs: [Standing]
  }

  let experiment: String
  let cells: [Cell]
  /// The words that go on with what is not finished, where they are known.
  let command: [String]?

  var isComplete: Bool { cells.allSatisfy { $0.runs.allSatisfy { $0.state == "finished" } } }

  /// - Parameters:
  ///   - folder: The experiment's.
  ///   - runs: Those that are there.
  init(of folder: String, runs: [RunFolder]) throws {
    let plan = ComparisonPlan.read(in: folder)
    experiment = plan?.experiment ?? (folder as NSString).lastPathComponent
    command = plan?.command
    var known: [String: [UInt64: Standing]] = [:]
    var (names, seeds) = (plan?.cells ?? [], Set(plan?.seeds ?? []))
    for run in runs {
      let (cell, found) = (Self.cell(of: run), try Self.run(run))
      // Names in folders may be written otherwise than in the plan.
      let name = names.first { Self.folderName($0) == cell } ?? cell
      if !names.contains(name) { names.append(name) }
      known[name, default: [:]][found.seed] = found
      seeds.insert(found.seed)
    }
    cells = names.map { name in
      Cell(
        cell: name,
        runs: seeds.sorted().map { known[name]?[$0] ?? Standing(seed: $0, state: "missing") })
    }
  }

  /// The second folder.
  private static func cell(of run: RunFolder) -> String {
    run.path.split(separator: "/").dropLast().last.map(String.init) ?? run.path
  }

  private static func folderName(_ cell: String) -> String? {
    let place = try? RunFolder(output: "o", experiment: "e", variant: cell, seed: 0)
    return place.map { Self.cell(of: $0) }
  }

  private static func run(_ folder: RunFolder) throws -> Standing {
    let reader = try RunReader(folder)
    let seed = reader.provenance?.seed ?? 0
    let planned = reader.multitask?.plannedSteps
    func run(_ state: String, _ problem: String? = nil) -> Standing {
      Standing(
        seed: seed, state: state, step: reader.stepsDone,
        share: planned.map { Double(reader.stepsDone) / Double(max(1, $0)) }, problem: problem)
    }
    return switch try reader.status {
    case .finished: run("finished")
    case .running: run("running")
    case .interrupted: run("interrupted")
    case .crashed: run("crashed")
    case .failed(let sentence): run("failed", sentence)
    }
  }

  /// A row for each cell that is not finished, what failed, and how to go on.
  var text: String {
    let all = cells.flatMap(\.runs)
    func count(_ states: String...) -> Int { all.count { states.contains($0.state) } }
    let parts = [
      (count("finished"), "finished"), (count("running"), "under way"),
      (count("interrupted", "crashed"), "stopped on the way"), (count("failed"), "failed"),
      (count("missing"), "not begun"),
    ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
    var lines = [
      "\(experiment): \(counted(cells.count, "cell")) x "
        + "\(counted(cells.first?.runs.count ?? 0, "seed")): \(parts.joined(separator: ", "))"
    ]
    var table = TextTable()
    table.add("  cell", "finished", "under way", "not begun")
    for cell in cells where cell.runs.contains(where: { $0.state != "finished" }) {
      table.add("  " + cell.cell, Self.finished(cell), Self.underWay(cell), Self.missing(cell))
    }
    lines.append(table.text)
    for cell in cells {
      // All seeds of a cell may have failed for one reason.
      var told = Set<String>()
      for run in cell.runs {
        if let problem = run.problem, told.insert(problem).inserted {
          lines.append("  \(cell.cell) seed \(run.seed) failed: \(problem)")
        }
      }
    }
    if count("finished", "running") < all.count {
      lines.append(
        "To go on with what is missing, give the command"
          + (command.map { " again: \(Self.words($0))" } ?? "s again with which it was begun."))
    }
    return lines.joined(separator: "\n")
  }

  private static func finished(_ cell: Cell) -> String {
    "\(cell.runs.count { $0.state == "finished" }) of \(cell.runs.count)"
  }

  private static func underWay(_ cell: Cell) -> String {
    cell.runs.filter { !["finished", "missing"].contains($0.state) }.map { run in
      let share = run.share.map { " \(Int($0 * 100)) %" } ?? " step \(run.step)"
      let word = run.state == "running" ? "" : " " + run.state
      return "seed \(run.seed)" + (run.state == "failed" ? "" : share) + word
    }.joined(separator: ", ")
  }

  private static func missing(_ cell: Cell) -> String {
    let seeds = cell.runs.filter { $0.state == "missing" }.map(\.seed)
    guard let first = seeds.first else { return "" }
    guard seeds.count < cell.runs.count else { return "all seeds" }
    let shown = seeds.prefix(6).map { "\($0)" }.joined(separator: ", ")
    return seeds.count == 1 ? "seed \(first)" : "seeds \(shown)\(seeds.count > 6 ? ", …" : "")"
  }

  /// A command as a person types it.
  private static func words(_ command: [String]) -> String {
    let words = command.enumerated().map { index, word in
      index == 0 ? (word as NSString).lastPathComponent : word
    }
    return words.map { word in
      let isPlain = word.allSatisfy {
        $0.isLetter || $0.isNumber || "-_./=,:+@%".contains($0)
      }
      return isPlain && !word.isEmpty
        ? word : "'" + word.replacing("'", with: "'\\''") + "'"
    }.joined(separator: " ")
  }
}

extension ComparisonProgress {
  /// Of every comparison that these paths hold whole; none for a path inside of one.
  static func all(under paths: [String], runs: [RunFolder]) throws -> [ComparisonProgress] {
    func full(_ path: String) -> String {
      URL(fileURLWithPath: path).standardizedFileURL.resolvingSymlinksInPath().path
    }
    func above(_ path: String) -> String { (path as NSString).deletingLastPathComponent }
    let groups = Dictionary(grouping: runs) { above(above(full($0.path))) }
    var folders = groups.keys.sorted()
    // One of which no run has begun yet.
    for path in paths.map(full) where ComparisonPlan.read(in: path) != nil {
      if !folders.contains(path) { folders.append(path) }
    }
    return try folders.filter { folder in
      paths.contains { folder == full($0) || folder.hasPrefix(full($0) + "/") }
    }.map { try ComparisonProgress(of: $0, runs: groups[$0] ?? []) }
  }
}
