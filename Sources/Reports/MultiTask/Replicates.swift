import Randomness

/// The bootstrap's draws of the seeds of every cell.
///
/// Cells are the strata. The seeds of a cell are drawn whole, with all tasks of a run together,
/// since what one run has by chance its tasks have in common; where each task has a run of its own,
/// as in single-task controls, they are drawn apart. Every number that is worked out of several
/// cells takes the same draw of each, so that single-task controls vary too.
struct Replicates {
  let count: Int
  private let bootstrap: Bootstrap
  /// Places of runs, `count` draws of as many as the cell has; by cell.
  private let drawn: [[Int32]]
  private let runs: [Int]
  private let values: [[[Double]]]
  /// Means over the runs of each draw: by cell, by column.
  private let drawnMeans: [[[Double]]]
  private let means: [[Double]]

  init(of table: MultiTaskTable, _ bootstrap: Bootstrap, seeds: Seeds) {
    count = bootstrap.repetitions
    self.bootstrap = bootstrap
    runs = table.cells.map(\.runs.count)
    values = table.cells.map(\.values)
    means = values.map { columns in columns.map(\.mean) }
    let repetitions = count
    drawn = table.cells.map { cell in
      guard cell.runs.count > 1 else { return [] }
      var stream = seeds["compare/\(cell.name)"]
      return (0..<(repetitions * cell.runs.count)).map { _ in
        Int32(stream.integer(below: cell.runs.count))
      }
    }
    drawnMeans = zip(drawn, table.cells).map { draws, cell in
      guard !draws.isEmpty else { return cell.values.map { _ in [] } }
      return cell.values.map { Self.means(of: $0, draws, repetitions) }
    }
  }

  private static func means(of values: [Double], _ draws: [Int32], _ repetitions: Int) -> [Double] {
    let runs = values.count
    return (0..<repetitions).map { repetition in
      var sum = 0.0
      for place in 0..<runs { sum += values[Int(draws[repetition * runs + place])] }
      return sum / Double(runs)
    }
  }

  /// One draw of everything, or the runs as they are.
  struct Draw {
    fileprivate let replicates: Replicates
    fileprivate let repetition: Int?

    /// The mean over runs.
    func mean(_ cell: Int, _ column: Int) -> Double {
      guard let repetition else { return replicates.means[cell][column] }
      let drawn = replicates.drawnMeans[cell][column]
      return drawn.isEmpty ? replicates.means[cell][column] : drawn[repetition]
    }

    /// Appends each run's value.
    func append(_ cell: Int, _ column: Int, to list: inout [Double]) {
      let values = replicates.values[cell][column]
      guard let repetition, !replicates.drawn[cell].isEmpty else { return list += values }
      let start = repetition * values.count
      for place in 0..<values.count {
        list.append(values[Int(replicates.drawn[cell][start + place])])
      }
    }
  }

  /// The runs as they are.
  var whole: Draw { Draw(replicates: self, repetition: nil) }

  /// A number with its interval; none where any of the cells that it depends on has one run.
  func estimate(
    of cells: [Int], upTo limit: Int = .max, isShare: Bool = false,
    _ statistic: (Draw) -> Double
  ) -> Estimate {
    let value = statistic(whole)
    let fewest = cells.map { runs[$0] }.min() ?? 0
    guard fewest > 1, value.isFinite else {
      return Estimate(value: value, interval: nil, runs: fewest)
    }
    let draws = (0..<min(limit, count)).map { statistic(Draw(replicates: self, repetition: $0)) }
    let degrees = cells.reduce(0) { $0 + runs[$1] - 1 }
    return Estimate(
      value: value,
      interval: bootstrap.interval(
        of: draws, around: value, runs: fewest, degrees: degrees, isShare: isShare),
      runs: fewest)
  }
}
