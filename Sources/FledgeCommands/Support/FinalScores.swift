import Experiments
import Tracking

/// What runs with several tasks came to: of every cell and task the mean over its finished seeds.
struct FinalScores {
  struct Row: Encodable {
    let cell: String
    let role: String
    let seeds: Int
    let learningRate: Double
    let parameters: Int
    /// Means over the seeds, by task and score.
    let scores: [String: [String: Double]]
  }

  let rows: [Row]
  /// Tasks with the score that counts for each.
  private let columns: [(task: String, score: RecordedScore)]
  private let unfinished: Int

  init(of folders: [RunFolder]) throws {
    var cells: [String] = []
    var runs: [String: [(TaskRecord, [String: [String: Double]])]] = [:]
    var columns: [(String, RecordedScore)] = []
    var unfinished = 0
    for folder in folders {
      let reader = try RunReader(folder)
      guard let record = reader.multitask else { continue }
      for task in record.tasks where !columns.contains(where: { $0.0 == task.name }) {
        if let score = task.scores.first { columns.append((task.name, score)) }
      }
      guard try reader.status == .finished else {
        unfinished += 1
        continue
      }
      let name = Self.cellName(of: folder)
      if runs[name] == nil { cells.append(name) }
      runs[name, default: []].append((record, try Self.scores(record, reader)))
    }
    self.columns = columns
    self.unfinished = unfinished
    rows = cells.compactMap { name in runs[name].map { Self.row(name, $0) } ?? nil }
  }

  /// The second folder.
  private static func cellName(of folder: RunFolder) -> String {
    folder.path.split(separator: "/").dropLast().last.map(String.init) ?? folder.path
  }

  private static func scores(
    _ record: TaskRecord, _ reader: RunReader
  ) throws -> [String: [String: Double]] {
    var scores: [String: [String: Double]] = [:]
    for task in record.tasks {
      for score in task.scores {
        let series = try reader.series("selected/\(task.name)/\(score.name)")
        if let value = series.values.last {
          scores[task.name, default: [:]][score.name] = Double(value)
        }
      }
    }
    return scores
  }

  private static func row(
    _ name: String, _ runs: [(record: TaskRecord, scores: [String: [String: Double]])]
  ) -> Row? {
    guard let cell = runs.first?.record.cell else { return nil }
    var means: [String: [String: Double]] = [:]
    for (task, names) in runs[0].scores {
      for score in names.keys {
        let values = runs.compactMap { $0.scores[task]?[score] }
        means[task, default: [:]][score] = values.reduce(0, +) / Double(max(1, values.count))
      }
    }
    return Row(
      cell: name, role: cell.role.rawValue, seeds: runs.count, learningRate: cell.learningRate,
      parameters: cell.parameterCount, scores: means)
  }

  /// A table with a row a cell and a column a task.
  var text: String {
    var table = TextTable()
    table.add(
      ["cell", "seeds", "rate"]
        + columns.map { "\($0.task) (\($0.score.name)\($0.score.higherIsBetter ? " ↑" : " ↓"))" })
    for row in rows {
      table.add(
        [row.cell, "\(row.seeds)", "\(row.learningRate)"]
          + columns.map { column in
            row.scores[column.task]?[column.score.name].map(Self.short) ?? "-"
          })
    }
    let left =
      unfinished > 0
      ? "\n\(counted(unfinished, "run")) \(unfinished == 1 ? "is" : "are") not finished." : ""
    return rows.isEmpty ? "No run is finished yet." : table.text + left
  }

  /// A number with four digits that count.
  private static func short(_ value: Double) -> String {
    guard value.isFinite, value != 0 else { return "\(value)" }
    var scale = 1.0
    while abs(value) * scale < 1000 { scale *= 10 }
    let rounded = (value * scale).rounded() / scale
    return "\(rounded)"
  }
}
