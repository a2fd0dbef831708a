/// The cyclic redundancy check of Castagnoli, by which TensorBoard's records are guarded.
///
/// Reflected polynomial `0x82F63B78` (RFC 3720, appendix B.4).
package enum CRC32C {
  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { remainder, _ in
      remainder & 1 == 1 ? (remainder >> 1) ^ 0x82F6_3B78 : remainder >> 1
    }
  }

  /// The check of these bytes.
  package static func digest(of bytes: some Sequence<UInt8>) -> UInt32 {
    let table = table
    return ~bytes.reduce(0xFFFF_FFFF) { remainder, byte in
      table[Int(UInt8(truncatingIfNeeded: remainder) ^ byte)] ^ (remainder >> 8)
    }
  }

  /// The check turned and moved, as record files keep it: a check of bytes that hold checks of their
  /// own would be no good one.
  package static func masked(_ bytes: some Sequence<UInt8>) -> UInt32 {
    let digest = digest(of: bytes)
    return ((digest >> 15) | (digest << 17)) &+ 0xA282_EAD8
  }
}
