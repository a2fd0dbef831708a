import Checksums
public import HDF5Store

/// Reads a run on disk, whether it is going on, finished, crashed or resumed.
///
/// What it gives is the last commit: exactly the rows that the writer's last flush made safe, the
/// same moment in every column. One thread at a time.
public final class RunReader {
  /// The file.
  public let path: String
  /// Where the run lies.
  public let folder: RunFolder
  /// The experiment with all defaults, as text.
  public let config: String
  /// One entry for each process that wrote the run, the newest last.
  public let sessions: [Provenance]
  /// What follows from configuration and seed alone.
  public let metrics: [MetricColumn]
  /// What a clock said.
  public let timings: [MetricColumn]
  /// The arrays that the run ends with.
  public let weightArrays: [WeightArray]
  /// The run's tasks and its place in a comparison; `nil` for a run with one task.
  public let multitask: TaskRecord?

  private let root: HDF5Group
  private let columns: [String]
  private let indices: [String: Int]
  private var commit: Commit

  /// Opens the run in a folder.
  ///
  /// - Throws: `HDF5Error` when there is none or it is damaged, `TrackingError` when it is of
  ///   another kind or version.
  public init(_ folder: RunFolder) throws {
    self.folder = folder
    path = folder.runPath
    root = try RunLayout.open(path, format: RunLayout.runFormat, kind: "run")
    config = try root.text(RunLayout.config)
    sessions = try RunLayout.readSessions(from: root)
    metrics = try RunLayout.readMetrics(from: root.group(RunLayout.metrics))
    timings = try RunLayout.readMetrics(from: root.group(RunLayout.timing))
    multitask = try RunLayout.readTaskRecord(from: root, path: path)
    (columns, commit) = try CommitSlots.read(from: root)
    indices = Dictionary(columns.enumerated().map { ($1, $0) }, uniquingKeysWith: { $1 })
    let prefix = "/" + RunLayout.weights + "/"
    var arrays = [WeightArray]()
    for column in columns where column.hasPrefix(prefix) {
      guard case .numbers(.float32, let shape) = try root.child(String(column.dropFirst())) else {
        throw TrackingError.inconsistent(path: path, reason: "'\(column)' is not float32")
      }
      arrays.append(WeightArray(String(column.dropFirst(prefix.count)), shape: shape))
    }
    weightArrays = arrays
  }

  /// Looks for a newer commit of a run that is going on.
  ///
  /// After a resumption there is a new file: open a new reader.
  public func refresh() throws {
    commit = try CommitSlots.read(from: root).commit
  }

  /// How far the run got.
  public var status: RunStatus {
    get throws {
      if commit.status == 0 {
        guard !folder.isBeingWritten else { return .running }
        // It may have ended since the last look.
        try refresh()
      }
      switch commit.status {
      case 0: return .crashed
      case 1: return .interrupted
      case 2: return .finished
      case 3: return .failed(try message())
      default:
        throw TrackingError.inconsistent(path: path, reason: "its status is unknown")
      }
    }
  }

  /// Why a finished run ended before its budget was used up; `nil` for one that went all the way.
  public var earlyEnd: String? {
    get throws {
      guard commit.status == StateFields.code(of: .finished) else { return nil }
      let text = try message()
      return text.isEmpty ? nil : text
    }
  }

  /// Environment steps done at the last commit.
  public var stepsDone: Int64 { commit.steps }

  /// Whether the log says that the run was stopped before its first checkpoint.
  ///
  /// Nothing that it did until then counts; one that failed says so and how far it came. Meant for a run that nobody writes and that has no checkpoint.
  public var isUnbegun: Bool {
    commit.status == Self.failedCode
      || stepsDone == 0 && commit.status != StateFields.code(of: .finished)
  }

  private static let failedCode = StateFields.code(of: .failed(""))

  /// Of the process that began the run.
  public var provenance: Provenance? { sessions.first }

  /// One number for everything deterministic in the run: metrics, episodes, evaluations, weights.
  ///
  /// Two runs of one configuration and seed have the same, interrupted or not.
  public var fingerprint: UInt64 {
    let timing = "/" + RunLayout.timing + "/"
    var hash = XXHash64()
    for (column, entry) in zip(columns, commit.entries) where !column.hasPrefix(timing) {
      Array(column.utf8).withUnsafeBytes { hash.update($0) }
      [UInt64(entry.rows), entry.checksum].withUnsafeBytes { hash.update($0) }
    }
    return hash.digest
  }

  private func message() throws -> String {
    let text = try root.text("state/message")
    guard StateFields.checksum(of: text) == commit.messageChecksum else {
      throw TrackingError.inconsistent(path: path, reason: "its message has changed")
    }
    return text
  }
}

// Columns.
extension RunReader {
  /// Places of the columns that grow, in the file's order.
  var columnPaths: [String] {
    let weights = [RunLayout.weights, RunLayout.bestWeights].map { "/" + $0 + "/" }
    return columns.filter { column in !weights.contains { column.hasPrefix($0) } }
  }

  /// Whether the weights of the best evaluation are kept beside the final ones.
  public var keepsBest: Bool {
    columns.contains { $0.hasPrefix("/" + RunLayout.bestWeights + "/") }
  }

  /// Rows of a column at the last commit; 0 for one that is not there.
  func committedRows(of column: String) -> Int {
    indices[column].flatMap { commit.entries.indices.contains($0) ? commit.entries[$0].rows : nil }
      ?? 0
  }

  /// A column and what is committed of it.
  func committedColumn<Scalar: HDF5Scalar>(
    _ place: String, of _: Scalar.Type
  ) throws -> (HDF5Column<Scalar>, Commit.Entry) {
    guard let index = indices[place], commit.entries.indices.contains(index) else {
      throw TrackingError.inconsistent(path: path, reason: "nothing is committed of '\(place)'")
    }
    let name = String(place.dropFirst())
    var width: Int?
    if case .numbers(_, let shape) = try root.child(name), shape.count == 2 { width = shape[1] }
    let column = try root.column(name, of: Scalar.self, width: width)
    try column.refresh()
    let entry = commit.entries[index]
    guard column.count >= entry.rows else {
      throw TrackingError.inconsistent(
        path: path, reason: "'\(place)' has \(column.count) of \(entry.rows) committed rows")
    }
    return (column, entry)
  }

  func requireUnchanged(
    _ checksum: UInt64, _ entry: Commit.Entry, _ place: String
  ) throws(TrackingError) {
    guard checksum == entry.checksum || entry.rows == 0 else {
      throw .inconsistent(path: path, reason: "the numbers of '\(place)' have changed")
    }
  }

  private func read<Scalar: HDF5Scalar>(_ place: String, of _: Scalar.Type) throws -> [Scalar] {
    let (column, entry) = try committedColumn(place, of: Scalar.self)
    let values = try column.read(0..<entry.rows)
    try requireUnchanged(
      values.withUnsafeBytes { XXHash64.digest(of: $0) }, entry, place)
    return values
  }

  /// What was measured of a metric.
  ///
  /// - Throws: `TrackingError.noSuchMetric` with the names that there are.
  public func series(_ name: String) throws -> Series<Float> {
    try series(name, among: metrics, in: RunLayout.metrics)
  }

  /// What a clock said.
  public func timing(_ name: String) throws -> Series<Double> {
    try series(name, among: timings, in: RunLayout.timing)
  }

  private func series<Value: HDF5Scalar>(
    _ name: String, among metrics: [MetricColumn], in group: String
  ) throws -> Series<Value> {
    guard let metric = metrics.first(where: { $0.name == name }) else {
      throw TrackingError.noSuchMetric(path: path, name: name, known: metrics.map(\.name))
    }
    let place = "/\(group)/\(name)"
    let series = Series(
      metric: metric, steps: try read(place + "/step", of: Int64.self),
      values: try read(place + "/value", of: Value.self))
    try requireEqual([series.steps.count, series.values.count / (metric.width ?? 1)], in: place)
    return series
  }

  /// The episodes of training that have ended.
  public func episodes() throws -> [EpisodeRow] {
    let place = "/" + RunLayout.episodes
    let steps = try read(place + "/end_step", of: Int64.self)
    let returns = try read(place + "/return", of: Double.self)
    let lengths = try read(place + "/length", of: Int64.self)
    let tasks = try read(place + "/task", of: Int32.self)
    try requireEqual([steps.count, returns.count, lengths.count, tasks.count], in: place)
    return steps.indices.map {
      EpisodeRow(step: steps[$0], return: returns[$0], length: lengths[$0], task: tasks[$0])
    }
  }

  /// The episodes of all evaluations.
  public func evaluations() throws -> [EvaluationRow] {
    let place = "/" + RunLayout.evaluations
    let steps = try read(place + "/step", of: Int64.self)
    let episodes = try read(place + "/episode", of: Int32.self)
    let returns = try read(place + "/return", of: Double.self)
    let lengths = try read(place + "/length", of: Int64.self)
    // Runs of the first releases have no such column, and one task.
    let tasks =
      columns.contains(place + "/task")
      ? try read(place + "/task", of: Int32.self) : Array(repeating: 0, count: steps.count)
    try requireEqual(
      [steps.count, episodes.count, returns.count, lengths.count, tasks.count], in: place)
    return steps.indices.map {
      EvaluationRow(
        step: steps[$0], episode: episodes[$0], return: returns[$0], length: lengths[$0],
        task: tasks[$0])
    }
  }

  /// The weights that the run ended with, in the order of `weightArrays`; `nil` before its end.
  public func finalWeights() throws -> [HDF5Array<Float>]? { try weights(in: RunLayout.weights) }

  /// The weights of the evaluation with the highest mean return, in the order of `weightArrays`;
  /// `nil` before the run's end, and where they are not kept.
  public func bestWeights() throws -> [HDF5Array<Float>]? {
    keepsBest ? try weights(in: RunLayout.bestWeights) : nil
  }

  private func weights(in group: String) throws -> [HDF5Array<Float>]? {
    guard commit.status == StateFields.code(of: .finished) else { return nil }
    return try weightArrays.map { array in
      let name = group + "/" + array.name
      let numbers = try root.array(name, of: Float.self)
      guard let index = indices["/" + name], commit.entries.indices.contains(index) else {
        throw TrackingError.inconsistent(path: path, reason: "'\(name)' was not committed")
      }
      let digest = numbers.scalars.withUnsafeBytes { XXHash64.digest(of: $0) }
      try requireUnchanged(digest, commit.entries[index], "/" + name)
      return numbers
    }
  }

  private func requireEqual(_ counts: [Int], in place: String) throws(TrackingError) {
    guard Set(counts).count > 1 else { return }
    throw .inconsistent(path: path, reason: "the columns of '\(place)' have \(counts) rows")
  }
}

/// Steps and what was measured at them.
public struct Series<Value: HDF5Scalar>: Sendable {
  /// What was measured.
  public var metric: MetricColumn
  /// Environment steps done, one entry a row.
  public var steps: [Int64]
  /// One number a row, or `metric.width` of them, row after row.
  public var values: [Value]
}

extension Series: Equatable where Value: Equatable {}
