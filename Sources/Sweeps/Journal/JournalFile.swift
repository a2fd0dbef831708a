import Glibc

/// A file of lines that many processes read and append to, each line whole or not at all.
///
/// Who appends holds a lock on the file. A process that is killed while it writes leaves at most the
/// beginning of a line at the end, which the next one that appends cuts off and readers pass over.
struct JournalFile: ~Copyable {
  let path: String
  private let descriptor: Int32
  /// Bytes that were read and understood.
  private var offset = 0
  private(set) var lineCount = 0

  /// Opens the file; makes it if it is not there, unless only to read.
  init(_ path: String, readOnly: Bool = false) throws(JournalError) {
    self.path = path
    let flags = readOnly ? O_RDONLY : O_RDWR | O_CREAT | O_APPEND
    descriptor = open(path, flags | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw .unusable(path: path, reason: String(cString: strerror(errno)))
    }
  }

  deinit { close(descriptor) }

  private func failure(_ number: Int32 = errno) -> JournalError {
    .unusable(path: path, reason: String(cString: strerror(number)))
  }

  /// Does something while nobody else writes.
  mutating func withLock<Result>(_ body: (inout JournalFile) throws -> Result) throws -> Result {
    guard lock(descriptor, LOCK_EX) else { throw failure() }
    defer { flock(descriptor, LOCK_UN) }
    return try body(&self)
  }

  /// Gives the whole lines that were added since the last look, with their numbers.
  mutating func readNew(_ take: (ArraySlice<UInt8>, _ line: Int) throws -> Void) throws {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure() }
    guard status.st_size >= offset else {
      throw JournalError.badLine(
        path: path, line: lineCount, reason: "the file has become shorter")
    }
    var bytes = [UInt8](repeating: 0, count: Int(status.st_size - offset))
    var count = 0
    while count < bytes.count {
      let read = bytes.withUnsafeMutableBytes {
        pread(descriptor, $0.baseAddress.map { $0 + count }, $0.count - count, offset + count)
      }
      if read < 0, errno == EINTR { continue }
      guard read >= 0 else { throw failure() }
      if read == 0 { break }
      count += read
    }
    var rest = bytes[..<count]
    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
      try take(rest[..<end], lineCount + 1)
      offset += end + 1 - rest.startIndex
      lineCount += 1
      rest = rest[(end + 1)...]
    }
  }

  /// Cuts off what is behind the last whole line; only under the lock and after `readNew`.
  mutating func repair() throws {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure() }
    guard status.st_size > offset else { return }
    guard ftruncate(descriptor, offset) == 0 else { throw failure() }
  }

  /// Adds whole lines at the end, safe on the disk when it returns; only under the lock and after
  /// `repair`.
  mutating func append(_ bytes: [UInt8], lines: Int) throws {
    // A limit on the size of files then shows as an error, not as the end of the program.
    signal(SIGXFSZ, SIG_IGN)
    var rest = bytes[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      if written < 0, errno == EINTR { continue }
      guard written > 0 else {
        let problem = failure()
        _ = ftruncate(descriptor, offset)
        throw problem
      }
      rest = rest.dropFirst(written)
    }
    guard fdatasync(descriptor) == 0 else { throw failure() }
    offset += bytes.count
    lineCount += lines
  }
}
