import Checksums
import HDF5Store

/// The state of a run at its last flush: what a reader may rely on.
struct Commit: Equatable {
  struct Entry: Equatable {
    /// Rows of a column; numbers of a final array, 0 until it is written.
    var rows: Int
    /// XXH64 of their bytes.
    var checksum: UInt64
  }

  var sequence: UInt64 = 0
  var status: UInt64 = 0
  var steps: Int64 = 0
  /// XXH64 of the message in `/state/message`.
  var messageChecksum: UInt64 = 0
  /// In the order of `/committed/columns`.
  var entries: [Entry]

  var words: [UInt64] {
    var words = [sequence, 0, status, UInt64(bitPattern: steps), messageChecksum]
    for entry in entries { words += [UInt64(entry.rows), entry.checksum] }
    words[1] = Self.seal(words)
    return words
  }

  init(entries: [Entry]) { self.entries = entries }

  /// - Returns: `nil` for words that were written halfway or damaged.
  init?(words: [UInt64]) {
    guard words.count >= Self.headerCount, words[1] == Self.seal(words) else { return nil }
    (sequence, status, steps) = (words[0], words[2], Int64(bitPattern: words[3]))
    messageChecksum = words[4]
    entries = []
    for index in stride(from: Self.headerCount, to: words.count - 1, by: 2) {
      guard let rows = Int(exactly: words[index]) else { return nil }
      entries.append(Entry(rows: rows, checksum: words[index + 1]))
    }
  }

  static let headerCount = 5

  /// The checksum of all words but the place for itself.
  private static func seal(_ words: [UInt64]) -> UInt64 {
    var words = words
    words[1] = 0
    return words.withUnsafeBytes { XXHash64.digest(of: $0) }
  }
}

/// Two places for a commit, written in turn: a kill in the middle of one leaves the other.
struct CommitSlots {
  private let slots: HDF5ReservedArray<UInt64>

  /// Makes `/committed/columns` and `/committed/slots`.
  init(columns: [String], in root: HDF5Group) throws(HDF5Error) {
    try root.writeText(columns.joined(separator: "\n"), named: "committed/columns")
    let width = Commit.headerCount + 2 * columns.count
    slots = try root.reserveArray(named: "committed/slots", shape: [2, width], of: UInt64.self)
    let none = Commit.Entry(rows: 0, checksum: 0)
    let first = Commit(entries: Array(repeating: none, count: columns.count)).words
    try (first + first).withUnsafeBufferPointer { (words) throws(HDF5Error) in
      try slots.fill(words)
    }
  }

  func write(_ commit: Commit) throws(HDF5Error) {
    let row = Int(commit.sequence & 1)
    try commit.words.withUnsafeBufferPointer { (words) throws(HDF5Error) in
      try slots.fill(words, fromRow: row)
    }
  }

  /// The newest whole commit in a file and the columns that it speaks of.
  static func read(from root: HDF5Group) throws -> (columns: [String], commit: Commit) {
    let columns = try root.text("committed/columns").split(separator: "\n").map(String.init)
    let width = Commit.headerCount + 2 * columns.count
    let slots = try root.column("committed/slots", of: UInt64.self, width: width)
    try slots.refresh()
    guard slots.count == 2 else {
      throw TrackingError.inconsistent(path: root.file.path, reason: "it has no commit slots")
    }
    let whole = try (0..<2).compactMap { Commit(words: try slots.read($0..<($0 + 1))) }
    // A commit that was interrupted is only possible in a file that was not closed.
    guard whole.count == 2 || root.file.isReadingLive else {
      throw TrackingError.inconsistent(path: root.file.path, reason: "a commit in it has changed")
    }
    guard let newest = whole.max(by: { $0.sequence < $1.sequence }) else {
      throw TrackingError.inconsistent(path: root.file.path, reason: "no commit in it is whole")
    }
    return (columns, newest)
  }
}
