import Checksums
import Glibc
public import HDF5Store

/// Writes what a run measures while it goes, so that it can be read at any moment and survives a
/// kill at any instant.
///
/// Rows are kept in small buffers. `flush()` commits them: whatever happens afterwards, exactly
/// what was committed can be read. One thread at a time.
public final class RunWriter {
  /// Where the run is written.
  public let folder: RunFolder
  /// All that the run will write.
  public let schema: RunSchema
  /// Environment steps done so far; committed by the next flush.
  public var stepsDone: Int64 = 0

  let file: HDF5File
  let metrics: SeriesBuffers<Float>
  let timings: SeriesBuffers<Double>
  var episodes: EpisodeBuffers
  var evaluations: EvaluationBuffers
  /// The final arrays, then the best ones if they are kept.
  private let weights: [HDF5ReservedArray<Float>]
  private let state: StateFields
  private let slots: CommitSlots
  let columns: [any GrowingColumn]
  private var commit: Commit
  private var claim: RunClaim?
  private var lastFlush = -Double.infinity

  /// Seconds between flushes that `flushIfDue(at:)` makes.
  public static let flushInterval = 1.0

  /// Makes all objects of a run in a file that other processes cannot see yet.
  init(
    folder: RunFolder, claim: RunClaim, schema: RunSchema, config: String,
    sessions: [Provenance], location: String
  ) throws {
    try schema.validate()
    (self.folder, self.schema, self.claim) = (folder, schema, claim)
    file = try HDF5File.create(at: location, namedInMessages: folder.runPath)
    let root = try file.root
    try RunLayout.mark(root, format: RunLayout.runFormat)
    try root.writeText(config, named: RunLayout.config)
    for (index, session) in sessions.enumerated() {
      try RunLayout.write(
        session, to: root.createGroup("\(RunLayout.provenance)/\(index)"))
    }
    if let record = schema.multitask { try RunLayout.write(record, to: root) }
    metrics = try SeriesBuffers(schema.metrics, in: root.createGroup(RunLayout.metrics))
    timings = try SeriesBuffers(schema.timings, in: root.createGroup(RunLayout.timing))
    episodes = try EpisodeBuffers(in: root.createGroup(RunLayout.episodes))
    evaluations = try EvaluationBuffers(in: root.createGroup(RunLayout.evaluations))
    let groups = [RunLayout.weights] + (schema.keepsBest ? [RunLayout.bestWeights] : [])
    weights = try groups.flatMap { name in
      let group = try root.createGroup(name)
      return try schema.weights.map {
        try group.reserveArray(named: $0.name, shape: $0.shape, of: Float.self)
      }
    }
    state = try StateFields(in: root.createGroup("state"))
    columns = metrics.columns + episodes.columns + evaluations.columns + timings.columns
    slots = try CommitSlots(columns: columns.map(\.path) + weights.map(\.path), in: root)
    let none = Commit.Entry(rows: 0, checksum: 0)
    commit = Commit(entries: Array(repeating: none, count: columns.count + weights.count))
  }

  deinit {
    episodes.deallocate()
    evaluations.deallocate()
  }

  /// Begins a new run.
  ///
  /// - Parameters:
  ///   - provenance: of this process.
  ///   - folder: made if needed.
  ///   - schema: everything that will be written.
  ///   - config: the experiment with all defaults, as text.
  ///   - replacingUnbegun: whether a run that left no checkpoint may be written over.
  /// - Throws: `TrackingError` when there is a run already or the folder cannot be written,
  ///   `HDF5Error` when the disk refuses.
  public static func create(
    in folder: RunFolder, schema: RunSchema, config: String, provenance: Provenance,
    replacingUnbegun: Bool = false
  ) throws -> RunWriter {
    if !replacingUnbegun { try folder.prepare() }
    let claim = try folder.claim()
    // Looked at under the claim: until then another process may have begun the run.
    if folder.hasRun {
      guard replacingUnbegun, !folder.hasCheckpoint, try RunReader(folder).isUnbegun else {
        throw TrackingError.runExists(folder: folder.path)
      }
    }
    return try make(
      in: folder, claim: claim, schema: schema, config: config, sessions: [provenance]
    ) { _ in }
  }

  /// Makes a file beside `run.h5`, lets `fill` put rows into it, and puts it in place.
  static func make(
    in folder: RunFolder, claim: RunClaim, schema: RunSchema, config: String,
    sessions: [Provenance], fill: (RunWriter) throws -> Void
  ) throws -> RunWriter {
    let location = FileSystem.temporaryName(for: folder.runPath)
    do {
      let writer = try RunWriter(
        folder: folder, claim: claim, schema: schema, config: config, sessions: sessions,
        location: location)
      try fill(writer)
      try writer.file.beginLiveWriting()
      try writer.flush()
      try writer.file.sync()
      try FileSystem.replace(folder.runPath, by: location)
      return writer
    } catch {
      unlink(location)
      throw error
    }
  }
}

// Recording: no call to the system and no allocation but when a buffer is full.
extension RunWriter {
  /// Writes one number of a metric.
  ///
  /// - Parameters:
  ///   - value: what was measured.
  ///   - metric: its index in the schema.
  ///   - step: environment steps done when it was measured.
  public func record(metric: Int, step: Int64, value: Float) throws(HDF5Error) {
    try metrics.record(metric, step: step, value: value)
  }

  /// Writes one row of a metric that has a width.
  public func record(
    metric: Int, step: Int64, row: UnsafeBufferPointer<Float>
  ) throws(HDF5Error) {
    try metrics.record(metric, step: step, row: row)
  }

  /// Writes what a clock said, kept apart from what follows from the seed.
  public func record(timing: Int, step: Int64, value: Double) throws(HDF5Error) {
    try timings.record(timing, step: step, value: value)
  }

  /// Writes an episode that has ended.
  ///
  /// - Parameters:
  ///   - step: environment steps done when it ended.
  ///   - return: undiscounted sum of its rewards.
  ///   - length: its steps.
  ///   - task: index of the task it belonged to; 0 where there is one.
  public func recordEpisode(
    step: Int64, return: Double, length: Int64, task: Int32 = 0
  ) throws(HDF5Error) {
    try episodes.record(EpisodeRow(step: step, return: `return`, length: length, task: task))
  }

  /// Writes the episodes of one evaluation, numbered from 0.
  ///
  /// - Parameters:
  ///   - step: environment steps of training done before it.
  ///   - episodes: As many of each task, those of the first task first.
  ///   - tasks: The number of tasks.
  public func recordEvaluation(
    step: Int64, episodes: [(return: Double, length: Int64)], tasks: Int = 1
  ) throws(HDF5Error) {
    for (index, episode) in episodes.enumerated() {
      try evaluations.record(
        EvaluationRow(
          step: step, episode: Int32(index), return: episode.return, length: episode.length,
          task: Int32(index * tasks / max(1, episodes.count))))
    }
  }
}

// Committing.
extension RunWriter {
  /// Rows of every column so far, in the file or about to be: what a checkpoint keeps.
  public var lengths: RunLengths {
    get throws(HDF5Error) {
      try drain()
      return RunLengths(
        rows: Dictionary(uniqueKeysWithValues: columns.map { ($0.path, $0.count) }))
    }
  }

  /// Commits everything recorded so far: no kill can take it and readers see it.
  public func flush() throws(HDF5Error) {
    try drain()
    try state.write(status: commit.status, steps: stepsDone)
    // First the rows, then the word that they are there: never the other way round.
    try file.flush()
    commit.sequence += 1
    commit.steps = stepsDone
    for (index, column) in columns.enumerated() {
      commit.entries[index] = Commit.Entry(rows: column.count, checksum: column.checksum)
    }
    try slots.write(commit)
    try file.flush()
  }

  /// Flushes if the last flush is a second ago.
  ///
  /// - Parameter seconds: the caller's clock; any that never goes back.
  public func flushIfDue(at seconds: Double) throws(HDF5Error) {
    guard seconds - lastFlush >= Self.flushInterval else { return }
    try flush()
    lastFlush = seconds
  }

  /// Commits and waits for the disk.
  ///
  /// Call it before a checkpoint is put in place, so that the log
  /// is never shorter than the checkpoint says.
  ///
  /// - Returns: the lengths that belong into the checkpoint.
  public func prepareForCheckpoint() throws(HDF5Error) -> RunLengths {
    try flush()
    try file.sync()
    return try lengths
  }

  /// Ends the run: writes the weights, commits and closes.
  ///
  /// - Parameters:
  ///   - early: why the run ends before its time, in a sentence of at most 500 bytes.
  ///   - best: gives the numbers of each array as they were at their best, where these are kept.
  ///   - scalars: gives the numbers of each array of the schema, row-major.
  public func finish(
    early: String? = nil, best: (WeightArray) throws -> [Float] = { _ in [] },
    weights scalars: (WeightArray) throws -> [Float]
  ) throws {
    let arrays = schema.keepsBest ? schema.weights + schema.weights : schema.weights
    for (index, (array, place)) in zip(arrays, weights).enumerated() {
      let numbers = try index < schema.weights.count ? scalars(array) : best(array)
      precondition(numbers.count == array.count, "\(array.name) has shape \(array.shape)")
      try numbers.withUnsafeBufferPointer { (numbers) throws(HDF5Error) in
        try place.fill(numbers)
        commit.entries[columns.count + index] = Commit.Entry(
          rows: numbers.count, checksum: XXHash64.digest(of: UnsafeRawBufferPointer(numbers)))
      }
    }
    try end(.finished, message: early)
  }

  /// Ends this process's part of the run in good order; it can be resumed.
  public func interrupt() throws(HDF5Error) { try end(.interrupted) }

  /// Ends the run with an error, told in a sentence of at most 500 bytes.
  public func fail(_ message: String) throws(HDF5Error) { try end(.failed(message)) }

  private func end(_ status: RunStatus, message: String? = nil) throws(HDF5Error) {
    let written = try state.write(message: status, or: message)
    (commit.status, commit.messageChecksum) = (StateFields.code(of: status), written)
    try flush()
    try file.sync()
    try file.close()
    claim = nil
  }

  private func drain() throws(HDF5Error) {
    try metrics.drain()
    try timings.drain()
    try episodes.drain()
    try evaluations.drain()
  }
}
