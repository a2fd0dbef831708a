import Glibc
import Synchronization

/// The few calls to the system that keep a file whole through a crash.
package enum FileSystem {
  /// The size of a regular file, bytes; anything else is an error.
  package static func sizeOfFile(at path: String) throws(HDF5Error) -> UInt64 {
    var status = stat()
    guard stat(path, &status) == 0 else { throw failure(path) }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return UInt64(max(0, status.st_size))
    case S_IFDIR: throw HDF5Error(.notAFile, path, "", "this is a folder")
    default: throw HDF5Error(.notAFile, path, "", "this is not a regular file")
    }
  }

  /// Refuses to put a file in the place of a folder or of a device, such as `/dev/null`.
  static func requireReplaceable(_ path: String) throws(HDF5Error) {
    var status = stat()
    guard stat(path, &status) == 0 else { return }
    _ = try sizeOfFile(at: path)
  }

  /// The size of an open file, bytes.
  static func size(ofDescriptor descriptor: Int32, _ path: String) throws(HDF5Error) -> UInt64 {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .system(errno, "inspecting", path) }
    return UInt64(max(0, status.st_size))
  }

  private static func failure(_ path: String) -> HDF5Error {
    let code = errno
    guard code == ENOENT else { return .system(code, "opening", path) }
    return HDF5Error(.missing, path, "", "there is no such file")
  }

  /// Waits until a descriptor's data is on the disk.
  package static func sync(_ descriptor: Int32, _ path: String) throws(HDF5Error) {
    guard fsync(descriptor) == 0 else { throw .system(errno, "writing to the disk", path) }
  }

  /// Waits until the names in a folder are on the disk, so that a rename survives a power cut.
  package static func syncFolder(of path: String) throws(HDF5Error) {
    let folder = folderAndName(of: path).folder
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .system(errno, "opening the folder", folder) }
    defer { close(descriptor) }
    // Some file systems cannot sync a folder and say EINVAL; there is nothing to wait for then.
    guard fsync(descriptor) == 0 || errno == EINVAL else {
      throw .system(errno, "writing to the disk", folder)
    }
  }

  /// Puts a finished file in the place of another, in one step that no reader sees halfway.
  package static func replace(_ path: String, by temporary: String) throws(HDF5Error) {
    guard rename(temporary, path) == 0 else { throw .system(errno, "renaming", path) }
    try syncFolder(of: path)
  }

  /// A name beside `path` for a file that is not yet whole; unique among living processes.
  ///
  /// What killed processes left under such names is removed first.
  package static func temporaryName(for path: String) -> String {
    removeLeftovers(of: path)
    let (folder, name) = folderAndName(of: path)
    let number = namesGiven.add(1, ordering: .relaxed).newValue
    return "\(folder)/.\(name).\(getpid())-\(number).partial"
  }

  private static let namesGiven = Atomic<Int>(0)

  private static func removeLeftovers(of path: String) {
    let (folder, name) = folderAndName(of: path)
    guard let listing = opendir(folder) else { return }
    defer { closedir(listing) }
    while let entry = readdir(listing) {
      let found = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
        tuple.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      guard found.hasPrefix(".\(name)."), found.hasSuffix(".partial") else { continue }
      let digits = found.dropFirst(name.utf8.count + 2).prefix { $0.isNumber }
      guard let process = pid_t(digits), kill(process, 0) != 0, errno == ESRCH else { continue }
      unlink("\(folder)/\(found)")
    }
  }

  package static func folderAndName(of path: String) -> (folder: String, name: String) {
    guard let slash = path.lastIndex(of: "/") else { return (".", path) }
    let folder = path[..<slash]
    return (folder.isEmpty ? "/" : String(folder), String(path[path.index(after: slash)...]))
  }
}

/// What a file is, whatever its name.
struct FileIdentity: Hashable {
  private let device: dev_t
  private let number: ino_t

  init?(ofDescriptor descriptor: Int32) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return nil }
    (device, number) = (status.st_dev, status.st_ino)
  }

  init?(ofFileAt path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    (device, number) = (status.st_dev, status.st_ino)
  }
}
