import Glibc

extension HDF5File {
  /// Writes a new file in the place of `path`, so that the old one or the new one is there whole
  /// at every instant, through kills and power cuts.
  ///
  /// Written beside it, flushed, synced, closed, renamed. On failure the old file stays.
  public static func replaceAtomically(
    at path: String, _ body: (HDF5Group) throws -> Void
  ) throws {
    try FileSystem.requireReplaceable(path)
    let temporary = FileSystem.temporaryName(for: path)
    var file: HDF5File?
    do {
      let created = try create(at: temporary, namedInMessages: path)
      file = created
      try body(created.root)
      try created.sync()
      try created.close()
      try syncFile(at: temporary, path)
      try FileSystem.replace(path, by: temporary)
    } catch {
      unlink(temporary)
      file?.abandon()
      throw error
    }
  }

  /// Closing writes the last bytes, so that the disk is waited for once more.
  private static func syncFile(at location: String, _ path: String) throws(HDF5Error) {
    let descriptor = Glibc.open(location, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .system(errno, "opening", path) }
    defer { Glibc.close(descriptor) }
    try FileSystem.sync(descriptor, path)
  }
}
