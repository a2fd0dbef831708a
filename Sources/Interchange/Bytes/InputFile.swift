import Glibc

/// Reads whole files of moderate size that came from somewhere else.
package enum InputFile {
  /// All bytes of a file.
  ///
  /// - Parameter limit: The most bytes that are read.
  /// - Throws: a sentence where there is none, or a larger one.
  package static func bytes(
    of path: String, limit: Int = 4 << 30
  ) throws(InterchangeError) -> [UInt8] {
    let descriptor = try open(path)
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw InterchangeError("'\(path)' is no ordinary file; name a file")
    }
    let size = Int(status.st_size)
    guard size <= limit else {
      throw InterchangeError(
        "'\(path)' has \(size) bytes, more than the \(limit) that are read; it cannot be meant")
    }
    let bytes = read(size, from: descriptor)
    guard bytes.count == size else {
      throw InterchangeError(
        "'\(path)' ends after \(bytes.count) of its \(size) bytes; copy it again")
    }
    return bytes
  }

  /// The first bytes of a file, or all where there are fewer.
  ///
  /// - Throws: a sentence where there is none.
  package static func start(of path: String, count: Int) throws(InterchangeError) -> [UInt8] {
    let descriptor = try open(path)
    defer { close(descriptor) }
    return read(count, from: descriptor)
  }

  private static func open(_ path: String) throws(InterchangeError) -> Int32 {
    let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw InterchangeError(
        "'\(path)' cannot be read (\(String(cString: strerror(errno)))); name a file that is there")
    }
    return descriptor
  }

  /// So many bytes, or fewer where the file ends or fails.
  private static func read(_ size: Int, from descriptor: Int32) -> [UInt8] {
    var (bytes, start) = ([UInt8](repeating: 0, count: size), 0)
    while start < size {
      let count = bytes.withUnsafeMutableBytes {
        Glibc.read(descriptor, $0.baseAddress.map { $0 + start }, size - start)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { break }
      start += count
    }
    bytes.removeLast(size - start)
    return bytes
  }
}
