import Glibc

/// A process that takes part in a search, alive as long as it holds the lock on a file of its own.
///
/// The system gives the lock back however the process ends, so that nobody has to guess from times
/// whether it still works.
final class WorkerClaim: Sendable {
  /// What the journal calls it: the machine, the process and a random number.
  let name: String
  private let path: String
  private let descriptor: Int32

  /// Makes the file and locks it.
  init(in folder: String) throws(JournalError) {
    var host = [CChar](repeating: 0, count: 65)
    gethostname(&host, host.count - 1)
    let machine = String(decoding: host.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self)
    let number = String(UInt32.random(in: .min ... .max), radix: 36)
    name = "\(machine)-\(getpid())-\(number)"
    path = Self.path(of: name, in: folder)
    guard mkdir(folder, 0o777) == 0 || errno == EEXIST else {
      throw .unusable(path: folder, reason: String(cString: strerror(errno)))
    }
    descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw .unusable(path: path, reason: String(cString: strerror(errno)))
    }
    guard lock(descriptor, LOCK_EX) else {
      let reason = String(cString: strerror(errno))
      close(descriptor)
      throw .unusable(path: path, reason: "it cannot be locked: \(reason)")
    }
  }

  deinit {
    unlink(path)
    close(descriptor)
  }

  /// Whether the process that had this name still runs.
  static func isAlive(_ name: String, in folder: String) -> Bool {
    let file = open(path(of: name, in: folder), O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return false }
    defer { close(file) }
    return flock(file, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK
  }

  /// Removes what a dead process has left.
  static func forget(_ name: String, in folder: String) { unlink(path(of: name, in: folder)) }

  private static func path(of name: String, in folder: String) -> String {
    let safe = String(name.map { $0 == "/" ? "-" : $0 })
    return "\(folder)/\(safe).lock"
  }
}

/// Waits for a lock, whatever signals come meanwhile.
func lock(_ descriptor: Int32, _ kind: Int32) -> Bool {
  while flock(descriptor, kind) != 0 {
    guard errno == EINTR else { return false }
  }
  return true
}
