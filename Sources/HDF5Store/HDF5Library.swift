import CHDF5
import Glibc

// Priorities of this room:
// 1. No call into HDF5 without the lock, and none whose answer is not looked at.
// 2. What was flushed stays readable, whatever happens to the process.
// 3. A file from a stranger reads nothing but itself and allocates no more than it holds.
// 4. Appending a buffer to a column allocates nothing on our side.

/// The one door to the C library, which is used by one thread at a time.
///
/// Debian's build locks for itself, others do not; several runs live in threads of one process.
enum HDF5Library {
  private static let lock = RecursiveLock()
  /// Lists of properties that live as long as the process; made once, under the lock.
  private static let lists = PropertyLists()

  /// Waits for the library; every function that calls into it begins with this and `defer`s
  /// `leave()`.
  static func enter() {
    lock.lock()
    lists.prepare()
    chdf5_quiet()
  }

  static func leave() { lock.unlock() }

  static var fileAccess: hid_t { lists.fileAccess }
  static var liveAccess: hid_t { lists.liveAccess }
  static var linkAccess: hid_t { lists.linkAccess }
  static var fileCreation: hid_t { lists.fileCreation }
  static var groupCreation: hid_t { lists.groupCreation }

  /// Turns a negative answer into an error that carries the library's own words.
  @discardableResult
  static func check<Answer: SignedInteger>(
    _ answer: Answer, _ action: String, _ path: String, _ object: String = ""
  ) throws(HDF5Error) -> Answer {
    guard answer < 0 else { return answer }
    throw failure(action, path, object)
  }

  /// The error for the call that has just failed.
  static func failure(_ action: String, _ path: String, _ object: String = "") -> HDF5Error {
    let words = [CChar](unsafeUninitializedCapacity: Int(CHDF5_ERROR_BYTES)) { buffer, count in
      if let text = buffer.baseAddress { chdf5_take_error(text) }
      count = buffer.count
    }
    let text = words.withUnsafeBufferPointer { buffer in
      buffer.baseAddress.map { String(cString: $0) } ?? ""
    }
    if let code = systemCode(in: text), let reason = HDF5Error.systemReason(code) {
      return HDF5Error(reason, path, object, "\(action) failed: \(systemMessage(code))")
    }
    let cause = text.prefix { $0 != "\n" && $0 != ";" }
    return HDF5Error(.damaged, path, object, "\(action) failed (HDF5: \(cause.prefix(200)))")
  }

  /// The `errno` that the library quotes in its messages as `errno = 28, …`.
  static func systemCode(in text: String) -> Int32? {
    var rest = text.utf8[...]
    let mark = Array("errno = ".utf8)
    while let start = rest.firstIndex(of: mark[0]) {
      if rest[start...].starts(with: mark) {
        let digits = rest[start...].dropFirst(mark.count).prefix { (48...57).contains($0) }
        return Int32(Substring(digits))
      }
      rest = rest[rest.index(after: start)...]
    }
    return nil
  }
}

private struct PropertyLists {
  let fileAccess: hid_t
  let liveAccess: hid_t
  let linkAccess: hid_t
  let fileCreation: hid_t
  let groupCreation: hid_t

  init() {
    // At exit the library would close again what it could not close on a full disk, and crash.
    H5dont_atexit()
    H5open()
    chdf5_refuse_plugins()
    _ = chdf5_boolean()  // made here, before threads can ask for it at once
    fileAccess = chdf5_file_access()
    liveAccess = chdf5_live_access()
    linkAccess = chdf5_link_access()
    fileCreation = chdf5_file_creation()
    groupCreation = chdf5_group_creation()
  }

  /// Being asked is enough: the first call to the library has to be the one in `init`.
  func prepare() {}
}

/// A lock that its holder may take again, so that handles can be closed wherever they die.
///
/// Unchecked: its only state is the system's mutex, which is made to be shared.
private final class RecursiveLock: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)

  init() {
    var attributes = pthread_mutexattr_t()
    pthread_mutexattr_init(&attributes)
    pthread_mutexattr_settype(&attributes, Int32(PTHREAD_MUTEX_RECURSIVE))
    pthread_mutex_init(mutex, &attributes)
    pthread_mutexattr_destroy(&attributes)
  }

  func lock() { pthread_mutex_lock(mutex) }
  func unlock() { pthread_mutex_unlock(mutex) }
}

/// Something open in the library; closed when its last user lets go of it.
final class HDF5Handle {
  let id: hid_t
  /// The file of a group, a dataset or an attribute; none for types, extents and properties.
  private let file: HDF5File?

  init(_ id: hid_t, in file: HDF5File? = nil) {
    self.id = id
    self.file = file
  }

  deinit {
    HDF5Library.enter()
    defer { HDF5Library.leave() }
    if file?.mayClose(id) ?? true { H5Idec_ref(id) }
  }
}
