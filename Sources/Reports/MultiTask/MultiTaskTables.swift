package import Tracking

extension MultiTaskSummary {
  /// The row of the single-task runs, whose cells are one a task.
  static let singleTaskRow = "single-task"

  private func text(_ value: Double?, _ decimals: Int) -> String {
    value.map { $0.isFinite ? NumberText.fixed($0, decimals: decimals) : "" } ?? ""
  }

  /// "0.042 [0.040, 0.045]".
  private func text(_ estimate: Estimate?, _ decimals: Int, signed: Bool = false) -> String {
    guard let estimate, estimate.value.isFinite else { return "" }
    func number(_ value: Double) -> String {
      signed
        ? NumberText.signed(value, decimals: decimals)
        : NumberText.fixed(value, decimals: decimals)
    }
    guard let interval = estimate.interval else { return number(estimate.value) }
    return "\(number(estimate.value)) [\(number(interval.lower)), \(number(interval.upper))]"
  }

  /// The decimals of a column: those that give the usual width of its intervals two digits, and no
  /// fewer than `least`.
  private func decimals(_ estimates: [Estimate?], atLeast least: Int) -> Int {
    let widths = estimates.compactMap { $0?.interval }.map { $0.upper - $0.lower }
      .filter { $0 > 0 && $0.isFinite }
    return max(least, widths.isEmpty ? 0 : NumberText.decimals(for: [widths.median], digits: 2))
  }

  private var scoreDecimals: Int {
    decimals(rows.map { cell($0)?.interquartileMean } + [singleTask], atLeast: 3)
  }

  /// The cells that any row is compared with.
  private var baselines: [String] {
    rows.compactMap { cell($0)?.againstBaseline?.baseline }.uniqued
  }

  private var architectures: [String] {
    rows.compactMap { cell($0)?.architecture }.uniqued
  }

  /// What a row is called: its strategy, and its variant where that says more.
  func title(_ cell: Cell) -> String {
    switch cell.role {
    case .candidate: cell.strategy
    case .staticWeights: cell.name == bestStatic ? "best static (\(cell.name))" : cell.name
    case .parameterMatched: "\(cell.strategy), as large as \(cell.matchedTo ?? "another")"
    case .singleTask: cell.name
    }
  }

  /// Whether strategies alone name the rows, so that titles need no variants.
  private func name(_ cell: Cell) -> String {
    let all = rows.compactMap(self.cell)
    let isUnique =
      all.count {
        $0.strategy == cell.strategy && $0.architecture == cell.architecture
          && $0.role == cell.role
      } == 1
    return cell.role == .candidate && !isUnique ? cell.name : title(cell)
  }

  /// The rows that a table shows, grouped by architecture.
  package var mainTable: Table {
    var columns: [Table.Column] = [.init("Strategy", isNumeric: false)]
    if architectures.count > 1 { columns.append(.init("Architecture", isNumeric: false)) }
    let level = percent(level)
    columns += [
      .init("Seeds"), .init("IQM [\(level)]"), .init("Worst task"), .init("Δm %"), .init("Δp %"),
      .init("Difference"), .init("p (Holm)"), .init("P(better)"),
      .init("Verdict", isNumeric: false),
    ]
    let all = rows.compactMap(cell)
    let scoreDecimals = scoreDecimals
    let worstDecimals = decimals(all.map(\.worstTask?.score), atLeast: 2)
    let differenceDecimals = decimals(all.map(\.againstBaseline?.difference), atLeast: 3)
    let cells = rows.map { row -> [String] in
      guard let cell = cell(row) else { return singleTaskCells(columns.count) }
      var line = [name(cell)]
      if architectures.count > 1 { line.append(cell.architecture) }
      let against = cell.againstBaseline
      line += [
        "\(cell.seeds.count)", text(cell.interquartileMean, scoreDecimals),
        cell.worstTask.map { "\(text($0.score, worstDecimals)) \($0.task)" } ?? "",
        text(cell.deltaM, 1, signed: true), text(cell.deltaP, 1, signed: true),
        baselines.contains(cell.name)
          ? "baseline" : text(against?.difference, differenceDecimals, signed: true),
        pText(against), text(against?.probabilityOfImprovement, 2),
        against.map { $0.verdict == .untested ? "no test" : $0.verdict.rawValue } ?? "",
      ]
      return line
    }
    let others =
      baselines.isEmpty
      ? ""
      : "; paired differences from "
        + (baselines.count > 1 ? "equal weighting of the same architecture" : baselines[0])
    return Table(
      caption: scale.title.capitalizedFirst + others, columns: columns, rows: cells
    ).withoutEmptyColumns
  }

  private func pText(_ comparison: PairedComparison?) -> String {
    guard let comparison else { return "" }
    guard let p = comparison.adjustedPValue else {
      return "no test (n=\(comparison.differences.count))"
    }
    return NumberText.probability(p)
  }

  private func singleTaskCells(_ count: Int) -> [String] {
    let alone = cells.filter { $0.role == .singleTask }
    let seeds = Set(alone.map(\.seeds.count)).sorted().map(String.init)
    let head =
      [Self.singleTaskRow] + (architectures.count > 1 ? [""] : [])
      + [seeds.joined(separator: "–"), text(singleTask, scoreDecimals), ""]
      + (cells.contains { $0.deltaM != nil } ? ["0", "0"] : ["", ""])
    return head + Array(repeating: "", count: count - head.count)
  }

  /// What each cell costs and how it came to its learning rate.
  package var costTable: Table {
    let rows = rows.compactMap { row -> [String]? in
      guard let cell = cell(row) else {
        let total = cells.filter { $0.role == .singleTask }.reduce(0) { $0 + $1.parameterCount }
        return [
          Self.singleTaskRow, "", text(singleTaskStepTime, 3), "",
          total == 0 ? "" : NumberText.grouped(Int64(total)), "", "", "",
        ]
      }
      let tuned = cell.trials.isEmpty ? "" : " of \(cell.trials.count)"
      return [
        name(cell), architectures.count > 1 ? cell.architecture : "", text(cell.stepTime, 3),
        text(cell.relativeCost, 2),
        cell.parameterCount == 0 ? "" : NumberText.grouped(Int64(cell.parameterCount)),
        cell.gradients, NumberText.significant(cell.learningRate, digits: 2) + tuned,
        cell.sampling,
      ]
    }
    return Table(
      caption: "Cost and settings",
      columns: [
        .init("Strategy", isNumeric: false), .init("Architecture", isNumeric: false),
        .init("ms/step"), .init("Relative"), .init("Parameters"),
        .init("Gradients", isNumeric: false), .init("Learning rate"),
        .init("Sampling", isNumeric: false),
      ], rows: rows
    ).withoutEmptyColumns
  }

  /// Cells that tables by task have: single-task ones where they belong, then the rows.
  func scored(_ task: String) -> [Cell] {
    cells.filter { $0.role == .singleTask && $0.scores.contains { $0.task == task } }
      + rows.compactMap(cell)
  }

  /// Every score of one task, a row a cell.
  package func taskTable(_ task: RecordedTask) -> Table {
    let summaries = task.scores.flatMap { score in
      scored(task.name).compactMap { cell -> (Cell, ScoreSummary)? in
        cell.scores.first { $0.task == task.name && $0.score == score.name }.map { (cell, $0) }
      }
    }
    let places = decimals(summaries.map(\.1.normalized), atLeast: 3)
    let rows = summaries.map { cell, own in
      let decimals = NumberText.decimals(
        for: summaries.filter { $0.1.score == own.score }.map(\.1.mean.value))
      let wilson = own.wilson.map {
        "\(NumberText.fixed($0.lower, decimals: 3)) to \(NumberText.fixed($0.upper, decimals: 3)) "
          + "(\(own.trials ?? 0))"
      }
      return [
        cell.role == .singleTask ? Self.singleTaskRow : name(cell),
        architectures.count > 1 ? cell.architecture : "",
        task.scores.count > 1 ? own.score : "",
        text(own.interquartileMean, decimals), text(own.mean, decimals), text(own.median, decimals),
        text(own.minimum, decimals), text(own.maximum, decimals), text(own.normalized, places),
        wilson ?? "",
        text(task.scores.first { $0.name == own.score }.flatMap { regret(own.mean, $0) }, decimals),
      ]
    }
    let direction = task.scores.first.map { score in
      let unit = score.unit.isEmpty ? "" : " in \(score.unit)"
      let word = isOfAgents ? "random" : "trivial"
      let trivial = score.trivial.map { ", \(word) \(NumberText.significant($0))" } ?? ""
      let optimum = score.optimum.map { ", optimum \(NumberText.significant($0))" } ?? ""
      return "\(score.name)\(unit), \(score.higherIsBetter ? "higher" : "lower") is better"
        + trivial + optimum
    }
    return Table(
      caption: "\(task.name): \(direction ?? "")",
      columns: [
        .init("Strategy", isNumeric: false), .init("Architecture", isNumeric: false),
        .init("Score", isNumeric: false), .init("IQM [\(percent(level))]"), .init("Mean"),
        .init("Median"), .init("Min"), .init("Max"), .init("Normalized"), .init("Wilson (trials)"),
        .init("Regret"),
      ], rows: rows
    ).withoutEmptyColumns
  }

  /// Against the single-task runs, by seed.
  package var singleTaskTable: Table {
    let places = decimals(rows.map { cell($0)?.againstSingleTask?.difference }, atLeast: 3)
    let rows = rows.compactMap(cell).compactMap { cell -> [String]? in
      cell.againstSingleTask.map { comparison in
        [
          name(cell), architectures.count > 1 ? cell.architecture : "",
          "\(comparison.differences.count)", text(comparison.difference, places, signed: true),
          pText(comparison), comparison.words,
        ]
      }
    }
    return Table(
      caption: "Against single-task runs, by seed",
      columns: [
        .init("Strategy", isNumeric: false), .init("Architecture", isNumeric: false),
        .init("Pairs"), .init("Difference"), .init("p (Holm)"), .init("In words", isNumeric: false),
      ], rows: rows
    ).withoutEmptyColumns
  }

  /// What each cell trades: whether it is dominated, volume, margin beyond the static front, ranks.
  package var tradeOffTable: Table {
    let places = decimals(rows.map { cell($0)?.frontMargin }, atLeast: 3)
    let rows = rows.compactMap(cell).map { cell in
      [
        name(cell), architectures.count > 1 ? cell.architecture : "",
        cell.isNonDominated.map { $0 ? "no" : "yes" } ?? "",
        text(hypervolumes.first { $0.cells == [cell.name] }?.hypervolume, 3),
        text(cell.frontMargin, places, signed: true),
        cell.rankFirst.map { NumberText.fixed($0 * 100, decimals: 0) } ?? "",
      ]
    }
    let front = hypervolumes.first { $0.cells.count > 1 }.map { front in
      [front.name, "", "", text(front.hypervolume, 3), "", ""]
    }
    return Table(
      caption: "Trade-offs between tasks",
      columns: [
        .init("Strategy", isNumeric: false), .init("Architecture", isNumeric: false),
        .init("Dominated"), .init("Hypervolume"), .init("Beyond static front"),
        .init("First, % of weights"),
      ], rows: rows + (front.map { [$0] } ?? [])
    ).withoutEmptyColumns
  }

  /// The cells whose gradients were logged, the baseline first.
  var conflicted: [Cell] { rows.compactMap(cell).filter { $0.conflict != nil } }

  /// The share of steps at which two tasks' gradients pointed apart.
  package func conflictTable(_ cell: Cell) -> Table {
    guard let conflict = cell.conflict else { return Table(columns: [], rows: []) }
    let names = tasks.map(\.name)
    let rows = names.indices.map { row in
      [names[row]]
        + names.indices.map { column in
          row == column
            ? "." : text(conflict.negativeShare[row * conflict.taskCount + column], 2)
        }
    }
    return Table(
      caption: "Share of \(NumberText.grouped(Int64(conflict.steps))) logged steps with negative "
        + "cosine, \(name(cell))\(architectures.count > 1 ? ", \(cell.architecture)" : "")",
      columns: [.init("", isNumeric: false)] + names.map { .init($0) }, rows: rows)
  }

  /// How each pair of tasks' gradients stood to one another, in every cell that logged them.
  package var pairTable: Table {
    let rows = conflicted.flatMap { cell -> [[String]] in
      guard let conflict = cell.conflict else { return [] }
      return tasks.indices.flatMap { row in
        tasks.indices.filter { $0 > row }.map { column in
          let place = row * conflict.taskCount + column
          return [
            label(cell), "\(tasks[row].name) and \(tasks[column].name)",
            text(conflict.negativeShare[place], 2), text(conflict.meanCosine[place], 2),
            text(conflict.magnitudeSimilarity[place], 2),
          ]
        }
      }
    }
    return Table(
      caption: "Gradients of pairs of tasks",
      columns: [
        .init("Cell", isNumeric: false), .init("Tasks", isNumeric: false),
        .init("Negative cosine"), .init("Mean cosine"), .init("Magnitude similarity"),
      ], rows: rows)
  }

  /// The median weight of each task.
  package var weightTable: Table { taskTable("Median weights of the tasks") { $0.medianWeights } }

  /// How likely each task was to have a step, where tasks take turns.
  package var turnTable: Table {
    taskTable("Mean probability that a step is on the task") { $0.meanTurns }
  }

  /// A number of each task, by cell.
  private func taskTable(_ caption: String, _ numbers: (Cell) -> [Double]?) -> Table {
    let rows = rows.compactMap(cell).compactMap { cell -> [String]? in
      numbers(cell).map { numbers in
        [name(cell), architectures.count > 1 ? cell.architecture : ""]
          + numbers.map { text($0, 3) }
      }
    }
    return Table(
      caption: caption,
      columns: [.init("Strategy", isNumeric: false), .init("Architecture", isNumeric: false)]
        + tasks.map { .init($0.name) }, rows: rows
    ).withoutEmptyColumns
  }

  /// Every run and score with all digits, for a program to read.
  package var csv: String {
    let columns = [
      "experiment", "variant", "role", "strategy", "architecture", "seed", "task", "score", "value",
      "diverged",
    ]
    let rows = cells.flatMap { cell in
      cell.scores.flatMap { score in
        zip(cell.seeds, score.values).map { seed, value in
          [
            experiment, cell.name, cell.role.rawValue, cell.strategy, cell.architecture,
            "\(seed)", score.task, score.score, "\(value)",
            cell.divergedSeeds.contains(seed) ? "1" : "0",
          ]
        }
      }
    }
    return Table(columns: columns.map { .init($0) }, rows: rows).csv
  }
}
