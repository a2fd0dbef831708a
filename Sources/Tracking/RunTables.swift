import Checksums
import HDF5Store

/// An episode of training.
public struct EpisodeRow: Hashable, Sendable {
  /// Environment steps done when it ended.
  public var step: Int64
  /// Undiscounted sum of its rewards.
  public var `return`: Double
  /// Its steps.
  public var length: Int64
  /// Index of the task it belonged to; 0 where there is one.
  public var task: Int32

  /// Puts an episode's numbers together.
  public init(step: Int64, return: Double, length: Int64, task: Int32) {
    (self.step, self.return, self.length, self.task) = (step, `return`, length, task)
  }
}

/// An episode of an evaluation, which learns nothing.
public struct EvaluationRow: Hashable, Sendable {
  /// Environment steps of training done before it.
  public var step: Int64
  /// Its number within this evaluation, from 0, over all tasks.
  public var episode: Int32
  /// Undiscounted sum of its rewards.
  public var `return`: Double
  /// Its steps.
  public var length: Int64
  /// Index of the task it belonged to; 0 where there is one.
  public var task: Int32

  /// Puts an episode's numbers together.
  public init(step: Int64, episode: Int32, return: Double, length: Int64, task: Int32 = 0) {
    (self.step, self.episode, self.return, self.length) = (step, episode, `return`, length)
    self.task = task
  }
}

/// `/episodes`, buffered.
struct EpisodeBuffers {
  private var steps: ColumnBuffer<Int64>
  private var returns: ColumnBuffer<Double>
  private var lengths: ColumnBuffer<Int64>
  private var tasks: ColumnBuffer<Int32>

  init(in group: HDF5Group) throws(HDF5Error) {
    steps = ColumnBuffer(try group.createColumn("end_step", of: Int64.self))
    returns = ColumnBuffer(try group.createColumn("return", of: Double.self))
    lengths = ColumnBuffer(try group.createColumn("length", of: Int64.self))
    tasks = ColumnBuffer(try group.createColumn("task", of: Int32.self))
  }

  var columns: [any GrowingColumn] {
    [steps.column, returns.column, lengths.column, tasks.column]
  }

  mutating func record(_ row: EpisodeRow) throws(HDF5Error) {
    if steps.isFull || returns.isFull || lengths.isFull || tasks.isFull { try drain() }
    steps.append(row.step)
    returns.append(row.return)
    lengths.append(row.length)
    tasks.append(row.task)
  }

  mutating func drain() throws(HDF5Error) {
    try steps.drain()
    try returns.drain()
    try lengths.drain()
    try tasks.drain()
  }

  func deallocate() {
    steps.deallocate()
    returns.deallocate()
    lengths.deallocate()
    tasks.deallocate()
  }
}

/// `/evaluations`, buffered.
struct EvaluationBuffers {
  private var steps: ColumnBuffer<Int64>
  private var episodes: ColumnBuffer<Int32>
  private var returns: ColumnBuffer<Double>
  private var lengths: ColumnBuffer<Int64>
  private var tasks: ColumnBuffer<Int32>

  init(in group: HDF5Group) throws(HDF5Error) {
    steps = ColumnBuffer(try group.createColumn("step", of: Int64.self))
    episodes = ColumnBuffer(try group.createColumn("episode", of: Int32.self))
    returns = ColumnBuffer(try group.createColumn("return", of: Double.self))
    lengths = ColumnBuffer(try group.createColumn("length", of: Int64.self))
    tasks = ColumnBuffer(try group.createColumn("task", of: Int32.self))
  }

  var columns: [any GrowingColumn] {
    [steps.column, episodes.column, returns.column, lengths.column, tasks.column]
  }

  mutating func record(_ row: EvaluationRow) throws(HDF5Error) {
    if steps.isFull || lengths.isFull || tasks.isFull { try drain() }
    steps.append(row.step)
    episodes.append(row.episode)
    returns.append(row.return)
    lengths.append(row.length)
    tasks.append(row.task)
  }

  mutating func drain() throws(HDF5Error) {
    try steps.drain()
    try episodes.drain()
    try returns.drain()
    try lengths.drain()
    try tasks.drain()
  }

  func deallocate() {
    steps.deallocate()
    episodes.deallocate()
    returns.deallocate()
    lengths.deallocate()
    tasks.deallocate()
  }
}

/// `/state`: how far the run got, for people and other tools; the commit holds the same.
struct StateFields {
  private static let messageBytes = 500

  private let status: HDF5ReservedArray<Int32>
  private let steps: HDF5ReservedArray<Int64>
  private let message: HDF5ReservedText

  init(in group: HDF5Group) throws(HDF5Error) {
    try group.setAttribute("status", to: "0 running, 1 interrupted, 2 finished, 3 failed")
    status = try group.reserveArray(named: "status", shape: [], of: Int32.self)
    steps = try group.reserveArray(named: "steps", shape: [], of: Int64.self)
    message = try group.reserveText(named: "message", byteCount: Self.messageBytes)
    try message.fill("")
    try write(status: 0, steps: 0)
  }

  static func code(of status: RunStatus) -> UInt64 {
    switch status {
    case .running, .crashed: 0
    case .interrupted: 1
    case .finished: 2
    case .failed: 3
    }
  }

  func write(status code: UInt64, steps done: Int64) throws(HDF5Error) {
    try withUnsafePointer(to: Int32(code)) { (code) throws(HDF5Error) in
      try status.fill(UnsafeBufferPointer(start: code, count: 1))
    }
    try withUnsafePointer(to: done) { (done) throws(HDF5Error) in
      try steps.fill(UnsafeBufferPointer(start: done, count: 1))
    }
  }

  /// Writes the message of a status and gives its checksum.
  func write(message status: RunStatus, or other: String?) throws(HDF5Error) -> UInt64 {
    var text = other
    if case .failed(let reason) = status { text = reason }
    guard let text else { return Self.checksum(of: "") }
    return Self.checksum(of: try message.fill(text))
  }

  static func checksum(of text: String) -> UInt64 {
    Array(text.utf8).withUnsafeBytes { XXHash64.digest(of: $0) }
  }
}
