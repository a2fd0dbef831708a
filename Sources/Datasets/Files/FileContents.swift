import CZlib
import Checksums
import Foundation

/// The bytes of a file, unpacked if they are packed by gzip.
package struct FileContents {
  /// As it was named.
  package let path: String
  package let bytes: [UInt8]

  /// More is refused, packed or not.
  package static let limit = 1 << 31

  package init(path: String, bytes: [UInt8]) {
    self.path = path
    self.bytes = bytes
  }

  /// Reads a file whole.
  ///
  /// - Parameter limit: bytes that it may have, before and after unpacking.
  package init(of path: String, limit: Int = FileContents.limit) throws(DatasetError) {
    let packed = try Self.read(path, limit)
    self.path = path
    let isPacked = packed.count > 2 && packed[0] == 0x1f && packed[1] == 0x8b
    bytes = isPacked ? try inflated(packed[...], of: path, limit: limit) : packed
  }

  private static func read(_ path: String, _ limit: Int) throws(DatasetError) -> [UInt8] {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw DatasetError("'\(path)'", "there is no such file", remedy: "check the path")
    }
    // Also says what a link points to; devices and pipes would never end.
    let location = URL(filePath: path).resolvingSymlinksInPath()
    let attributes = try? FileManager.default.attributesOfItem(atPath: location.path)
    guard attributes?[.type] as? FileAttributeType == .typeRegular else {
      throw DatasetError(
        "'\(path)'", isFolder.boolValue ? "it is a folder" : "it is not a file",
        remedy: "name a file")
    }
    guard (attributes?[.size] as? NSNumber)?.intValue ?? 0 <= limit else {
      throw DatasetError(
        "'\(path)'", "it is larger than \(limit) bytes",
        remedy: "take a part of it or turn it into HDF5 with your own program")
    }
    do {
      return [UInt8](try Data(contentsOf: location))
    } catch {
      throw DatasetError(
        "'\(path)'", "it cannot be read", remedy: "check the owner and the permissions")
    }
  }
}

/// Unpacks what zlib or gzip packed, also several pieces one after another.
///
/// Memory grows with what comes out, never with what a header says.
///
/// - Throws: `DatasetError` when the stream is damaged, ends early or unpacks to more than `limit`.
package func inflated(
  _ packed: ArraySlice<UInt8>, of path: String, limit: Int
) throws(DatasetError) -> [UInt8] {
  var stream = z_stream()
  // 15 bits of window, and 32 to tell zlib from gzip by the header.
  guard
    inflateInit2_(&stream, 15 + 32, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
  else { throw DatasetError("'\(path)'", "zlib does not start", remedy: "free some memory") }
  defer { inflateEnd(&stream) }
  var (output, flaw) = ([UInt8](), String?.none)
  var piece = [UInt8](repeating: 0, count: 1 << 16)
  packed.withUnsafeBufferPointer { packed in
    stream.next_in = UnsafeMutablePointer(mutating: packed.baseAddress)
    var rest = packed.count
    while flaw == nil {
      // zlib counts in 32 bits.
      if stream.avail_in == 0 {
        stream.avail_in = UInt32(min(rest, 1 << 30))
        rest -= Int(stream.avail_in)
      }
      let answer = piece.withUnsafeMutableBufferPointer { piece in
        stream.next_out = piece.baseAddress
        stream.avail_out = UInt32(piece.count)
        return inflate(&stream, Z_NO_FLUSH)
      }
      output += piece[..<(piece.count - Int(stream.avail_out))]
      let left = rest + Int(stream.avail_in)
      if output.count > limit {
        flaw = "it unpacks to more than \(limit) bytes"
      } else if answer == Z_STREAM_END {
        guard left > 0, inflateReset(&stream) == Z_OK else { break }
      } else if answer == Z_BUF_ERROR || answer == Z_OK && left == 0 && stream.avail_out > 0 {
        flaw = "the packed data end early"
      } else if answer != Z_OK {
        flaw = "the packed data are damaged"
      }
    }
  }
  if let flaw { throw DatasetError("'\(path)'", flaw, remedy: "fetch the file again") }
  return output
}

extension FileContents {
  /// The SHA-256 of the bytes, unpacked, in hexadecimal digits.
  package var sha256: String {
    var hash = SHA256()
    bytes.withUnsafeBytes { hash.update($0) }
    return hash.hexDigest
  }
}
