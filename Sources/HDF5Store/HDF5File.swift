import CHDF5
import Glibc
import Synchronization

/// An open HDF5 file.
///
/// Not for use by several threads at once; different files may be.
///
/// Once a write has failed, nothing more is written to the file: what had been flushed before
/// stays as it is, and every further attempt throws the same error.
public final class HDF5File {
  enum State {
    /// Objects may be created and written.
    case writing
    /// Other processes read along: columns grow and arrays are filled, but nothing is created.
    case writingLive
    case reading
    /// Read while another process may be writing, or after it died.
    case readingLive
    case closed
  }

  /// The name of the file in messages.
  public let path: String
  let id: hid_t
  private(set) var state: State
  /// The first write that failed.
  private var failure: HDF5Error?

  /// The files that this process has open for writing; the library would share their innards.
  private static let beingWritten = Mutex<Set<FileIdentity>>([])
  private let identity: FileIdentity?

  private init(id: hid_t, path: String, state: State) {
    self.id = id
    self.path = path
    self.state = state
    // A program started meanwhile would inherit the file and its lock.
    _ = fcntl(chdf5_descriptor(id), F_SETFD, FD_CLOEXEC)
    identity = state == .writing ? FileIdentity(ofDescriptor: chdf5_descriptor(id)) : nil
    if let identity { Self.beingWritten.withLock { _ = $0.insert(identity) } }
  }

  /// A new, empty file.
  ///
  /// - Parameters:
  ///   - location: where it lies; there must be nothing of that name.
  ///   - name: how messages call it, where it will be renamed later.
  /// - Throws: `HDF5Error`: the folder is missing or not writable, the name is taken.
  public static func create(
    at location: String, namedInMessages name: String? = nil
  ) throws(HDF5Error) -> HDF5File {
    let path = name ?? location
    HDF5Library.enter()
    defer { HDF5Library.leave() }
    guard access(location, F_OK) != 0 else {
      throw HDF5Error(.exists, path, "", "there is already a file of this name")
    }
    let id = H5Fcreate(
      location, chdf5_create_new(), HDF5Library.fileCreation, HDF5Library.fileAccess)
    return HDF5File(
      id: try HDF5Library.check(id, "creating the file", path), path: path, state: .writing)
  }

  /// Opens a file for reading, also while another process writes it or after that process died.
  ///
  /// Every object is looked at before it is read: links out of the file, external storage,
  /// virtual datasets, unknown filters and sizes beyond what is stored are refused.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - isOurs: whether only a file of the newest format will do, as this program writes it:
  ///     there, every byte that is not a stored number has a checksum.
  /// - Throws: `HDF5Error` when it is missing, not HDF5, truncated or not readable.
  public static func open(_ path: String, isOurs: Bool = false) throws(HDF5Error) -> HDF5File {
    for attempt in 0..<5 {
      do {
        return try openOnce(path, isOurs)
      } catch {
        // The writer may have closed it between the look at its first bytes and the opening, or
        // a program that is being started may hold the lock for a moment.
        let mayPass = error.reason == .busy || error.reason == .damaged && attempt == 0
        guard mayPass else { throw error }
        usleep(5_000)
      }
    }
    return try openOnce(path, isOurs)
  }

  private static func openOnce(_ path: String, _ isOurs: Bool) throws(HDF5Error) -> HDF5File {
    if let identity = FileIdentity(ofFileAt: path),
      beingWritten.withLock({ $0.contains(identity) })
    {
      throw HDF5Error(.busy, path, "", "this process has the file open for writing")
    }
    let superblock = try Superblock(ofFileAt: path)
    guard superblock.version == 3 || !isOurs else {
      throw HDF5Error(.notHDF5, path, "", "this HDF5 file was not written by fledge")
    }
    guard superblock.isLive || !superblock.isOpenForWriting else {
      throw HDF5Error(
        .damaged, path, "", "another process has the file open for writing or died doing so")
    }
    HDF5Library.enter()
    defer { HDF5Library.leave() }
    let id =
      superblock.isLive
      ? H5Fopen(path, chdf5_read_live(), HDF5Library.liveAccess)
      : H5Fopen(path, chdf5_read_only(), HDF5Library.fileAccess)
    return HDF5File(
      id: try HDF5Library.check(id, "opening the file", path), path: path,
      state: superblock.isLive ? .readingLive : .reading)
  }

  /// The top group, `/`.
  public var root: HDF5Group {
    get throws(HDF5Error) {
      HDF5Library.enter()
      defer { HDF5Library.leave() }
      try requireOpen("/")
      let id = try check(H5Gopen2(self.id, "/", 0), "opening", "/")
      return HDF5Group(file: self, path: "/", handle: HDF5Handle(id, in: self))
    }
  }

  /// Lets other processes read along from now on; nothing may be created any more.
  ///
  /// What is flushed from here on stays readable if this process is killed at any instant.
  public func beginLiveWriting() throws(HDF5Error) {
    HDF5Library.enter()
    defer { HDF5Library.leave() }
    try requireSetup("/")
    try check(H5Fstart_swmr_write(id), "starting to write live", "")
    state = .writingLive
  }

  /// Hands everything written so far to the system: other processes see it, a kill cannot take it.
  public func flush() throws(HDF5Error) {
    HDF5Library.enter()
    defer { HDF5Library.leave() }
    try requireWritable("")
    try check(H5Fflush(id, H5F_SCOPE_LOCAL), "writing", "")
  }

  /// Flushes and waits until everything is on the disk: a power cut cannot take it.
  public func sync() throws(HDF5Error) {
    try flush()
    HDF5Library.enter()
    let descriptor = chdf5_descriptor(id)
    HDF5Library.leave()
    do {
      try FileSystem.sync(descriptor, path)
    } catch {
      failure = error
      throw error
    }
  }

  /// Closes the file and everything opened from it.
  ///
  /// - Throws: when the last of what was written did not reach the file.
  public func close() throws(HDF5Error) {
    guard state != .closed else { return }
    HDF5Library.enter()
    defer { HDF5Library.leave() }
    if isWriting { try flush() }
    state = .closed
    try HDF5Library.check(H5Fclose(id), "writing the last of the file", path)
    endWriting()
  }

  /// Gives up a file that could not be written, and the space that it takes.
  ///
  /// The library frees half of what it cannot write and crashes on the rest later, so such a
  /// file is not given back to it: it stays open, empty, until the process ends.
  func abandon() {
    HDF5Library.enter()
    defer { HDF5Library.leave() }
    guard failure != nil else { return }
    _ = ftruncate(chdf5_descriptor(id), 0)
  }

  deinit {
    HDF5Library.enter()
    defer { HDF5Library.leave() }
    guard state != .closed, failure == nil else { return }
    guard !isWriting || H5Fflush(id, H5F_SCOPE_LOCAL) >= 0 else { return }
    H5Fclose(id)
    endWriting()
  }

  private func endWriting() {
    if let identity { Self.beingWritten.withLock { _ = $0.remove(identity) } }
  }
}

// What may be done, and what came of it. All of it with the library's lock held.
extension HDF5File {
  /// Whether the file, opened for reading, was not closed by its writer, which is at work or died.
  public var isReadingLive: Bool { state == .readingLive }

  private var isWriting: Bool { state == .writing || state == .writingLive }

  /// Turns a negative answer into an error; a failed write ends all writing.
  @discardableResult
  func check<Answer: SignedInteger>(
    _ answer: Answer, _ action: String, _ object: String
  ) throws(HDF5Error) -> Answer {
    guard answer < 0 else { return answer }
    let error = HDF5Library.failure(action, path, object)
    if isWriting, failure == nil { failure = error }
    throw error
  }

  /// Whether an object of this file may be closed: not after a failure, and not with numbers
  /// that cannot be written, which the library would free and stumble over later.
  func mayClose(_ object: hid_t) -> Bool {
    guard state != .closed, failure == nil else { return false }
    guard isWriting, H5Iget_type(object) == H5I_DATASET, H5Dflush(object) < 0 else { return true }
    failure = HDF5Library.failure("writing", path, "")
    return false
  }

  func requireOpen(_ object: String) throws(HDF5Error) {
    guard state == .closed else { return }
    throw HDF5Error(.misuse, path, object, "the file is closed")
  }

  func requireWritable(_ object: String) throws(HDF5Error) {
    try requireOpen(object)
    guard isWriting else {
      throw HDF5Error(.misuse, path, object, "the file is open for reading only")
    }
    if let failure { throw failure }
  }

  func requireSetup(_ object: String) throws(HDF5Error) {
    try requireWritable(object)
    guard state == .writingLive else { return }
    throw HDF5Error(
      .misuse, path, object, "nothing can be created once other processes may read along")
  }
}
