import Glibc

/// The first bytes of a file, read without the library: whether and how it may be opened.
///
/// HDF5 File Format Specification 3.0, section II.A. The library tells a truncated file only when
/// nobody writes it, and refuses one whose writer died unless it is asked in the right way; the
/// bytes here say which way that is.
package struct Superblock {
  /// 3 for every file of ours; 0 to 2 for older ones.
  package let version: UInt8
  /// Whether a writer has it open, or died having it open.
  let isOpenForWriting: Bool
  /// Whether that writer wrote in single-writer/multiple-readers mode.
  let isLive: Bool
  /// Bytes that the file should have, where the file says so reliably.
  let declaredSize: UInt64

  private static let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]
  private static let byteCount = 96

  package init(ofFileAt path: String) throws(HDF5Error) {
    let (bytes, size) = try Self.firstBytes(of: path)
    guard size > 0 else { throw HDF5Error(.notHDF5, path, "", "the file is empty") }
    guard bytes.starts(with: Self.signature), bytes.count > 48 else {
      let found = bytes.starts(with: Self.signature) ? .damaged : HDF5Error.Reason.notHDF5
      let text = found == .damaged ? "the file is truncated" : "this is not an HDF5 file"
      throw HDF5Error(found, path, "", text)
    }
    version = bytes[8]
    let sizes: (offsets: UInt8, lengths: UInt8)
    let base: Int
    switch version {
    case 0, 1:
      sizes = (bytes[13], bytes[14])
      base = version == 0 ? 24 : 28
      (isOpenForWriting, isLive) = (false, false)
    case 2, 3:
      sizes = (bytes[9], bytes[10])
      base = 12
      isOpenForWriting = version == 3 && bytes[11] & 1 != 0
      isLive = isOpenForWriting && bytes[11] & 4 != 0
    default:
      throw HDF5Error(
        .notHDF5, path, "", "the file has version \(version) of the HDF5 format, known are 0 to 3")
    }
    guard sizes == (8, 8), bytes.count >= base + 24, Self.word(bytes, base) == 0 else {
      throw HDF5Error(.notHDF5, path, "", "the file has an unusual or damaged HDF5 header")
    }
    declaredSize = Self.word(bytes, base + 16)
    guard isLive || declaredSize <= size else {
      throw HDF5Error(
        .damaged, path, "", "the file is truncated: \(size) of \(declaredSize) bytes are there")
    }
  }

  private static func word(_ bytes: [UInt8], _ offset: Int) -> UInt64 {
    (0..<8).reduce(0) { $0 | UInt64(bytes[offset + $1]) << UInt64(8 * $1) }
  }

  private static func firstBytes(of path: String) throws(HDF5Error) -> ([UInt8], UInt64) {
    let size = try FileSystem.sizeOfFile(at: path)
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .system(errno, "opening", path) }
    defer { close(descriptor) }
    let bytes = [UInt8](unsafeUninitializedCapacity: byteCount) { buffer, count in
      count = max(0, read(descriptor, buffer.baseAddress, buffer.count))
    }
    return (bytes, size)
  }
}
