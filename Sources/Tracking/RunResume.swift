import Checksums
import HDF5Store

extension RunWriter {
  /// Goes on with a run that was interrupted or killed, or that failed.
  ///
  /// The log is never opened for writing again: its first rows, up to the checkpoint's lengths,
  /// are copied into a new file that takes its place in one step. A kill in between changes
  /// nothing.
  ///
  /// - Parameters:
  ///   - folder: the run.
  ///   - lengths: from the checkpoint.
  ///   - provenance: of this process; the earlier ones are kept.
  /// - Throws: `TrackingError` when another process writes the run, or log and checkpoint do not
  ///   belong together; `HDF5Error` when the log is damaged.
  public static func resume(
    _ folder: RunFolder, cuttingTo lengths: RunLengths, provenance: Provenance
  ) throws -> RunWriter {
    // Says in words that there is no run before the claim says that there is no folder.
    _ = try FileSystem.sizeOfFile(at: folder.runPath)
    let claim = try folder.claim()
    let old = try RunReader(folder)
    // It may have been finished since the caller looked, before the claim.
    if try old.status == .finished { throw TrackingError.alreadyFinished(folder: folder.path) }
    try old.requireEnough(for: lengths)
    let schema = RunSchema(
      metrics: old.metrics, timings: old.timings, weights: old.weightArrays,
      keepsBest: old.keepsBest, multitask: old.multitask)
    return try make(
      in: folder, claim: claim, schema: schema, config: old.config,
      sessions: old.sessions + [provenance]
    ) { writer in
      for column in writer.columns { try column.copyRows(from: old, lengths) }
    }
  }
}

extension RunReader {
  /// Makes sure that every column is in the checkpoint and is long enough.
  func requireEnough(for lengths: RunLengths) throws(TrackingError) {
    let columns = columnPaths
    for column in columns where lengths.rows[column] == nil {
      throw .otherColumns(path: path, column: column)
    }
    for (column, needed) in lengths.rows.sorted(by: { $0.key < $1.key }) {
      guard columns.contains(column) else { throw .otherColumns(path: path, column: column) }
      let rows = committedRows(of: column)
      guard rows >= needed, needed >= 0 else {
        throw .logTooShort(path: path, column: column, rows: rows, needed: needed)
      }
    }
  }
}

extension HDF5Column {
  /// Copies the first rows of the column of the same place, and checks all that are committed.
  func copyRows(from reader: RunReader, _ lengths: RunLengths) throws {
    let blockRows = 65_536
    let kept = lengths.rows[path] ?? 0
    let (old, entry) = try reader.committedColumn(path, of: Scalar.self)
    var hash = XXHash64()
    for start in stride(from: 0, to: entry.rows, by: blockRows) {
      let end = min(start + blockRows, entry.rows)
      let values = try old.read(start..<end)
      values.withUnsafeBytes { hash.update($0) }
      guard start < kept else { continue }
      try append(Array(values[..<((min(end, kept) - start) * width)]))
    }
    try reader.requireUnchanged(hash.digest, entry, path)
  }
}
