import Glibc

/// A file written piece by piece, which has its name only once it is whole.
///
/// Until `commit()` the bytes lie beside it under another name, and go away with this value: a full
/// disk or an error in between leaves nothing, and a file that was there before stays as it was.
package final class OutputFile {
  package let path: String
  private let temporary: String
  private var descriptor: Int32
  private var buffer: [UInt8] = []
  private static let bufferSize = 1 << 16

  /// Begins a file.
  ///
  /// - Parameters:
  ///   - path: Where it is to be; `-` is standard output.
  ///   - replaces: Whether a file that is there may go.
  /// - Throws: a sentence where there is one already, or where none can be made.
  package init(_ path: String, replaces: Bool) throws(InterchangeError) {
    self.path = path
    temporary = "\(path).part-\(getpid())"
    buffer.reserveCapacity(Self.bufferSize)
    guard path != "-" else {
      descriptor = STDOUT_FILENO
      return
    }
    descriptor = -1
    try Self.requireFree(path, replaces: replaces)
    // A limit on the size of files then shows as an error, not as the end of the program.
    signal(SIGXFSZ, SIG_IGN)
    unlink(temporary)
    descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw failure(errno) }
  }

  deinit {
    guard descriptor > STDERR_FILENO else { return }
    close(descriptor)
    unlink(temporary)
  }

  /// Files that are the only record of what was measured.
  private static let records: Set<Substring> = [
    "run.h5", "checkpoint.h5", "journal.jsonl", "sweep.yaml",
  ]

  /// Refuses a place where something is that may not be replaced: a record of a run or a sweep never.
  package static func requireFree(
    _ path: String, replaces: Bool
  ) throws(InterchangeError) {
    var status = stat()
    guard path != "-", stat(path, &status) == 0 else { return }
    guard status.st_mode & S_IFMT == S_IFREG else {
      let what = status.st_mode & S_IFMT == S_IFDIR ? "a folder" : "no ordinary file"
      throw InterchangeError("'\(path)' is \(what); name a file with --output")
    }
    guard !records.contains(path.split(separator: "/").last ?? "") else {
      throw InterchangeError(
        "'\(path)' is the record of a run or a sweep, which is never replaced; name another file "
          + "with --output")
    }
    guard replaces else {
      throw InterchangeError("'\(path)' exists; name another with --output, or give --force")
    }
  }

  /// Refuses a place that is one of the files that are read.
  package static func requireOther(
    _ path: String, than sources: [String]
  ) throws(InterchangeError) {
    var status = stat()
    guard stat(path, &status) == 0 else { return }
    for source in sources {
      var other = stat()
      guard stat(source, &other) == 0, status.st_dev == other.st_dev,
        status.st_ino == other.st_ino
      else { continue }
      throw InterchangeError(
        "'\(path)' is itself what is read; name another file with --output")
    }
  }

  package func write(_ bytes: some Collection<UInt8>) throws(InterchangeError) {
    buffer += bytes
    if buffer.count >= Self.bufferSize { try drain() }
  }

  package func write(_ text: String) throws(InterchangeError) { try write(text.utf8) }

  private func drain() throws(InterchangeError) {
    var start = 0
    while start < buffer.count {
      let written = buffer.withUnsafeBytes {
        Glibc.write(descriptor, $0.baseAddress.map { $0 + start }, $0.count - start)
      }
      if written < 0, errno == EINTR { continue }
      guard written > 0 else { throw failure(written < 0 ? errno : ENOSPC) }
      start += written
    }
    buffer.removeAll(keepingCapacity: true)
  }

  /// Writes what is left, waits for the disk and gives the file its name.
  package func commit() throws(InterchangeError) {
    try drain()
    guard path != "-" else { return }
    var problem = fsync(descriptor) == 0 ? 0 : errno
    if close(descriptor) != 0, problem == 0 { problem = errno }
    descriptor = -1
    if problem == 0, rename(temporary, path) != 0 { problem = errno }
    guard problem == 0 else {
      unlink(temporary)
      throw failure(problem)
    }
  }

  private func failure(_ number: Int32) -> InterchangeError {
    let reason = strerror(number).map { String(cString: $0) } ?? "error \(number)"
    return InterchangeError(
      path == "-"
        ? "standard output takes no more (\(reason)); name a file with --output"
        : "'\(path)' cannot be written (\(reason)); name another file with --output")
  }
}

/// Folders that files of other tools go into.
package enum OutputFolder {
  /// Makes a folder and those that it lies in.
  package static func make(_ path: String) throws(InterchangeError) {
    var made = path.hasPrefix("/") ? "" : "."
    for part in path.split(separator: "/") {
      made += "/" + part
      guard mkdir(made, 0o777) == 0 || errno == EEXIST else {
        throw InterchangeError(
          "the folder '\(made)' cannot be made (\(String(cString: strerror(errno)))); name another "
            + "with --output")
      }
    }
  }

  /// Refuses a file in the place of a folder.
  package static func requireFolder(_ path: String) throws(InterchangeError) {
    var status = stat()
    guard stat(path, &status) != 0 || status.st_mode & S_IFMT == S_IFDIR else {
      throw InterchangeError("'\(path)' is a file; name a folder with --output")
    }
  }
}
