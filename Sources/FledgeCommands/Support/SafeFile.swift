import ArgumentParser
import Foundation
import Glibc

/// Writes files whole or not at all.
enum SafeFile {
  /// Writes to a temporary name beside the file and then gives it the file's own.
  ///
  /// - Parameter option: what named the file, for the error's sentence.
  /// - Throws: a sentence; a file that was there before is then as it was.
  static func write(_ bytes: [UInt8], to path: String, option: String) throws {
    var status = stat()
    if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
      let what = status.st_mode & S_IFMT == S_IFDIR ? "a folder" : "no ordinary file"
      throw CommandFailure("'\(path)' is \(what); name a file with \(option)")
    }
    let temporary = "\(path).part-\(getpid())"
    let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard file >= 0 else { throw failure(path, option, errno) }
    var problem = writeAll(bytes, to: file)
    if problem == 0, fsync(file) != 0 { problem = errno }
    if close(file) != 0, problem == 0 { problem = errno }
    if problem == 0, rename(temporary, path) != 0 { problem = errno }
    guard problem == 0 else {
      unlink(temporary)
      throw failure(path, option, problem)
    }
  }

  /// Refuses options of which two name the same file, or one names none.
  static func requireDistinct(_ files: [(option: String, path: String?)]) throws {
    var owners: [String: String] = [:]
    for case (let option, let path?) in files {
      guard !path.isEmpty else { throw ValidationError("\(option) must name a file") }
      let place = URL(fileURLWithPath: path).standardizedFileURL.path
      if let other = owners.updateValue(option, forKey: place) {
        throw ValidationError(
          "\(other) and \(option) name the same file '\(path)'; give each its own")
      }
    }
  }

  /// Makes the folder that a file is to lie in, where there is none.
  static func makeFolder(above path: String, option: String) throws {
    guard let slash = path.lastIndex(of: "/") else { return }
    try makeFolder(String(path[..<slash]), option: option)
  }

  /// Makes a folder with those above it, and makes sure that something can be put into it.
  ///
  /// - Parameter option: what named the folder, for the error's sentence.
  static func makeFolder(_ path: String, option: String) throws {
    var made = path.hasPrefix("/") ? "/" : "./"
    for part in path.split(separator: "/") {
      made += made.hasSuffix("/") ? part : "/" + part
      guard mkdir(made, 0o777) == 0 || errno == EEXIST else {
        throw folderFailure(made, option, errno)
      }
    }
    var status = stat()
    guard stat(made, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
      throw folderFailure(made, option, ENOTDIR)
    }
    guard access(made, W_OK | X_OK) == 0 else { throw folderFailure(made, option, errno) }
  }

  private static func folderFailure(
    _ path: String, _ option: String, _ number: Int32
  ) -> CommandFailure {
    CommandFailure(
      "nothing can be written into the folder '\(path.trimmingPrefix("./"))' "
        + "(\(String(cString: strerror(number)))); name another one with \(option)")
  }

  /// - Returns: the number of the error, 0 if there was none.
  private static func writeAll(_ bytes: [UInt8], to file: Int32) -> Int32 {
    var rest = bytes[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
      if written < 0 && errno == EINTR { continue }
      guard written > 0 else { return written < 0 ? errno : ENOSPC }
      rest = rest.dropFirst(written)
    }
    return 0
  }

  private static func failure(_ path: String, _ option: String, _ number: Int32) -> CommandFailure {
    CommandFailure(
      "'\(path)' cannot be written (\(String(cString: strerror(number)))); name another file with "
        + "\(option)")
  }
}
