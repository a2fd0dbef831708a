import CHDF5
import Glibc
import Synchronization

/// An open HDF5 file. Not for use by several threads at once; different files may be.
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

  /// The files that this process has open for writing; the library would share their innards.
  private static let beingWritten = Mutex<Set<FileIdentity>>([])
  private let identity: FileIdentity?

  private init(id: hid_t, path: String, state: State) {
    self.id = id
    self.path = path
    self.state = state
    identity = state == .writing ? FileIdentity(ofDescriptor: chdf5_descriptor(id)) : nil
    if let identity { Self.beingWritten.withLock { _ = $0.insert(identity) } }
  }

  private func endWriting() {
    if let identity { Self.beingWritten.withLock { _ = $0.remove(identity) } }
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
    let id = H5Fcreate(location, chdf5_create_new(), 0, HDF5Library.fileAccess)
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
    do {
      return try openOnce(path, isOurs)
    } catch {
      // The writer may have closed it between the look at its first bytes and the opening.
      guard error.reason == .damaged || error.reason == .busy else { throw error }
      return try openOnce(path, isOurs)
    }
  }

  private static func openOnce(_ path: String, _ isOurs: Bool) throws(HDF5Error) -> HDF5File {
    if let identity = FileIdentity(ofFileAt: path),
      beingWritten.withLock({ $0.contains(identity) })
    {
      throw HDF5Error(.busy, path, "", "this process is writing the file at the moment")
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
    let flags = superblock.isLive ? chdf5_read_live() : chdf5_read_only()
    let id = H5Fopen(path, flags, HDF5Library.fileAccess)
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
      let id = H5Gopen2(self.id, "/", 0)
      return HDF5Group(
        file: self, path: "/",
        handle: HDF5Handle(try HDF5Library.check(id, "opening", path, "/")))
    }
  }

  /// Lets other processes read along from now on; nothing may be created any more.
  ///
  /// What is flushed from here on stays readable if this process is killed at any instant.
  public func beginLiveWriting() throws(HDF5Error) {
    HDF5Library.enter()
    defer { HDF5Library.leave() }
    try requireSetup("/")
    try HDF5Library.check(H5Fstart_swmr_write(id), "starting to write live", path)
    state = .writingLive
  }

  /// Hands everything written so far to the system: other processes see it, a kill cannot take it.
  public func flush() throws(HDF5Error) {
    HDF5Library.enter()
    defer { HDF5Library.leave() }
    try requireWritable("/")
    try HDF5Library.check(H5Fflush(id, H5F_SCOPE_LOCAL), "writing", path)
  }

  /// Flushes and waits until everything is on the disk: a power cut cannot take it.
  public func sync() throws(HDF5Error) {
    try flush()
    HDF5Library.enter()
    let descriptor = chdf5_descriptor(id)
    HDF5Library.leave()
    guard descriptor >= 0 else {
      throw HDF5Error(.system, path, "", "the file has no descriptor to sync")
    }
    try FileSystem.sync(descriptor, path)
  }

  /// Closes the file and everything opened from it.
  ///
  /// - Throws: when the last of what was written did not reach the file.
  public func close() throws(HDF5Error) {
    guard state != .closed else { return }
    HDF5Library.enter()
    defer { HDF5Library.leave() }
    state = .closed
    defer { endWriting() }
    try HDF5Library.check(H5Fclose(id), "writing the last of the file", path)
  }

  deinit {
    guard state != .closed else { return }
    HDF5Library.enter()
    defer { HDF5Library.leave() }
    if H5Iis_valid(id) > 0 { H5Fclose(id) }
    endWriting()
  }
}

extension HDF5File {
  /// Whether other processes may be changing what is read.
  var isReadingLive: Bool { state == .readingLive }

  func requireOpen(_ object: String) throws(HDF5Error) {
    guard state == .closed else { return }
    throw HDF5Error(.misuse, path, object, "the file is closed")
  }

  func requireWritable(_ object: String) throws(HDF5Error) {
    try requireOpen(object)
    guard state == .reading || state == .readingLive else { return }
    throw HDF5Error(.misuse, path, object, "the file is open for reading only")
  }

  func requireSetup(_ object: String) throws(HDF5Error) {
    try requireWritable(object)
    guard state == .writingLive else { return }
    throw HDF5Error(
      .misuse, path, object, "nothing can be created once other processes may read along")
  }
}

extension HDF5File {
  /// Writes a new file in the place of `path`, so that the old one or the new one is there whole
  /// at every instant, through kills and power cuts.
  ///
  /// Written beside it, flushed, closed, synced, renamed. On failure the old file stays.
  public static func replaceAtomically(
    at path: String, _ body: (HDF5Group) throws -> Void
  ) throws {
    let temporary = FileSystem.temporaryName(for: path)
    do {
      let file = try create(at: temporary, namedInMessages: path)
      try body(file.root)
      try file.close()
      try syncFile(at: temporary, path)
      try FileSystem.replace(path, by: temporary)
    } catch {
      unlink(temporary)
      throw error
    }
  }

  private static func syncFile(at location: String, _ path: String) throws(HDF5Error) {
    let descriptor = Glibc.open(location, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .system(errno, "opening", path) }
    defer { Glibc.close(descriptor) }
    try FileSystem.sync(descriptor, path)
  }
}
