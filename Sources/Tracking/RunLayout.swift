import Foundation
import HDF5Store

/// Names of things in `run.h5` and `checkpoint.h5`; the README beside this file is their document.
enum RunLayout {
  static let runFormat = "fledge run"
  static let checkpointFormat = "fledge checkpoint"
  /// Raised whenever a reader of the old layout would misread the new one.
  static let version: Int64 = 1

  static let config = "config"
  static let provenance = "provenance"
  static let metrics = "metrics"
  static let timing = "timing"
  static let episodes = "episodes"
  static let evaluations = "evaluations"
  static let weights = "final/weights"
  static let bestWeights = "best/weights"
  static let multitask = "multitask"

  static func mark(_ group: HDF5Group, format: String) throws(HDF5Error) {
    try group.setAttribute("format", to: format)
    try group.setAttribute("version", to: version)
  }

  /// Opens a file of one of our formats and of a version that is known.
  static func open(_ path: String, format: String, kind: String) throws -> HDF5Group {
    let root = try HDF5File.open(path, isOurs: true).root
    guard try root.hasAttribute("format"), try root.textAttribute("format") == format else {
      throw TrackingError.notA(kind: kind, path: path)
    }
    let found: Int64 = try root.attribute("version")
    guard found == version else {
      throw TrackingError.unknownVersion(path: path, found: found, known: version)
    }
    return root
  }
}

// A run's fixed parts, written once and read back.
extension RunLayout {
  static func write(_ provenance: Provenance, to group: HDF5Group) throws(HDF5Error) {
    try group.setAttribute("fledge_version", to: provenance.version)
    try group.setAttribute("commit", to: provenance.commit ?? "")
    try group.setAttribute("processor", to: provenance.processor)
    try group.setAttribute("blas_kernel", to: provenance.blasKernel)
    try group.setAttribute("seed", to: provenance.seed)
    try group.writeText(
      provenance.commandLine.joined(separator: "\n").replacing("\0", with: ""),
      named: "command_line")
    try group.setAttribute("host", to: provenance.host)
    try group.setAttribute("start_time", to: provenance.startTime)
    try group.setAttribute("swift_version", to: provenance.swiftVersion)
  }

  static func readProvenance(from group: HDF5Group) throws(HDF5Error) -> Provenance {
    let commit = try group.textAttribute("commit")
    return Provenance(
      version: try group.textAttribute("fledge_version"),
      commit: commit.isEmpty ? nil : commit,
      processor: try group.textAttribute("processor"),
      blasKernel: try group.textAttribute("blas_kernel"),
      seed: try group.attribute("seed"),
      commandLine: try group.text("command_line").split(separator: "\n").map(String.init),
      host: try group.textAttribute("host"), startTime: try group.textAttribute("start_time"),
      swiftVersion: try group.textAttribute("swift_version"))
  }

  /// One group a process that wrote the run: `/provenance/0`, then one more for each resumption.
  static func readSessions(from root: HDF5Group) throws(HDF5Error) -> [Provenance] {
    let group = try root.group(provenance)
    var sessions = [Provenance]()
    for index in 0..<(try group.names().count) {
      sessions.append(try readProvenance(from: try group.group(String(index))))
    }
    return sessions
  }

  static func write(_ metric: MetricColumn, index: Int, to group: HDF5Group) throws(HDF5Error) {
    try group.setAttribute("index", to: Int64(index))
    try group.setAttribute("unit", to: metric.unit)
    try group.setAttribute("meaning", to: metric.meaning)
  }

  /// The metrics below a group, in the order in which they were declared.
  static func readMetrics(from group: HDF5Group) throws -> [MetricColumn] {
    var found = [(index: Int64, metric: MetricColumn)]()
    for path in try group.datasetPaths() where path.hasSuffix("/value") {
      let name = String(path.dropLast("/value".count))
      let series = try group.group(name)
      guard case .numbers(_, let shape) = try series.child("value") else { continue }
      let metric = MetricColumn(
        name, unit: try series.textAttribute("unit"), meaning: try series.textAttribute("meaning"),
        width: shape.count == 2 ? shape[1] : nil)
      found.append((try series.attribute("index"), metric))
    }
    return found.sorted { $0.index < $1.index }.map(\.metric)
  }
}

extension RunLayout {
  static func write(_ record: TaskRecord, to root: HDF5Group) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    try root.writeText(String(decoding: encoder.encode(record), as: UTF8.self), named: multitask)
  }

  static func readTaskRecord(from root: HDF5Group, path: String) throws -> TaskRecord? {
    guard try root.contains(multitask) else { return nil }
    let text = try root.text(multitask)
    do {
      return try JSONDecoder().decode(TaskRecord.self, from: Data(text.utf8))
    } catch {
      throw TrackingError.inconsistent(path: path, reason: "its tasks cannot be read")
    }
  }

  /// A group of this name, which may stand above another metric and so exist already.
  static func makeGroup(_ name: String, in group: HDF5Group) throws(HDF5Error) -> HDF5Group {
    try group.contains(name) ? group.group(name) : group.createGroup(name)
  }
}
