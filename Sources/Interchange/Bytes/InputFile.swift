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
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw InterchangeError(
        "'\(path)' cannot be read (\(String(cString: strerror(errno)))); name a file that is there")
    }
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
    var (bytes, start) = ([UInt8](repeating: 0, count: size), 0)
    while start < size {
      let count = bytes.withUnsafeMutableBytes {
        read(descriptor, $0.baseAddress.map { $0 + start }, size - start)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        throw InterchangeError("'\(path)' ends after \(start) of its \(size) bytes; copy it again")
      }
      start += count
    }
    return bytes
  }
}
