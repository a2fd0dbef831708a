/// Collet's XXH64 with seed 0, fed piece by piece: the checksum of everything that is stored.
///
/// Chosen because every language has it (`xxhash` in Python, `xxhsum` in a shell) and because it
/// runs at the speed of memory. Specification: github.com/Cyan4973/xxHash, doc/xxhash_spec.md.
/// It finds accidents, not forgeries.
package struct XXHash64: Sendable {
  private static let prime1: UInt64 = 0x9E37_79B1_85EB_CA87
  private static let prime2: UInt64 = 0xC2B2_AE3D_27D4_EB4F
  private static let prime3: UInt64 = 0x1656_67B1_9E37_79F9
  private static let prime4: UInt64 = 0x85EB_CA77_C2B2_AE63
  private static let prime5: UInt64 = 0x27D4_EB2F_1656_67C5

  private var lanes: (UInt64, UInt64, UInt64, UInt64) = (
    prime1 &+ prime2, prime2, 0, 0 &- prime1
  )
  /// The last, unfinished stripe of 32 bytes.
  private var pending: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
  private var byteCount = 0

  package init() {}

  /// Of these bytes alone.
  package static func digest(of bytes: UnsafeRawBufferPointer) -> UInt64 {
    var hash = XXHash64()
    hash.update(bytes)
    return hash.digest
  }

  package mutating func update(_ bytes: UnsafeRawBufferPointer) {
    var offset = 0
    let filled = byteCount & 31
    byteCount += bytes.count
    if filled > 0 {
      offset = min(32 - filled, bytes.count)
      keep(bytes, from: 0, count: offset, at: filled)
      guard filled + offset == 32 else { return }
      consume(pending.0, pending.1, pending.2, pending.3)
    }
    while offset + 32 <= bytes.count {
      consume(
        Self.word(bytes, offset), Self.word(bytes, offset + 8), Self.word(bytes, offset + 16),
        Self.word(bytes, offset + 24))
      offset += 32
    }
    keep(bytes, from: offset, count: bytes.count - offset, at: 0)
  }

  /// The checksum of all bytes so far; more may follow.
  package var digest: UInt64 {
    var hash: UInt64
    if byteCount >= 32 {
      hash =
        Self.rotate(lanes.0, 1) &+ Self.rotate(lanes.1, 7) &+ Self.rotate(lanes.2, 12)
        &+ Self.rotate(lanes.3, 18)
      for lane in [lanes.0, lanes.1, lanes.2, lanes.3] {
        hash = (hash ^ Self.round(0, lane)) &* Self.prime1 &+ Self.prime4
      }
    } else {
      hash = Self.prime5
    }
    hash = hash &+ UInt64(byteCount)
    withUnsafeBytes(of: pending) { rest in
      Self.mix(UnsafeRawBufferPointer(rebasing: rest[..<(byteCount & 31)]), into: &hash)
    }
    hash = (hash ^ (hash >> 33)) &* Self.prime2
    hash = (hash ^ (hash >> 29)) &* Self.prime3
    return hash ^ (hash >> 32)
  }

  private mutating func keep(
    _ bytes: UnsafeRawBufferPointer, from start: Int, count: Int, at offset: Int
  ) {
    guard count > 0 else { return }
    withUnsafeMutableBytes(of: &pending) { kept in
      UnsafeMutableRawBufferPointer(rebasing: kept[offset..<(offset + count)])
        .copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[start..<(start + count)]))
    }
  }

  @inline(__always)
  private mutating func consume(_ a: UInt64, _ b: UInt64, _ c: UInt64, _ d: UInt64) {
    lanes.0 = Self.round(lanes.0, a)
    lanes.1 = Self.round(lanes.1, b)
    lanes.2 = Self.round(lanes.2, c)
    lanes.3 = Self.round(lanes.3, d)
  }

  private static func mix(_ rest: UnsafeRawBufferPointer, into hash: inout UInt64) {
    var offset = 0
    while offset + 8 <= rest.count {
      hash = rotate(hash ^ round(0, word(rest, offset)), 27) &* prime1 &+ prime4
      offset += 8
    }
    if offset + 4 <= rest.count {
      let half = UInt64(
        UInt32(littleEndian: rest.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
      hash = rotate(hash ^ (half &* prime1), 23) &* prime2 &+ prime3
      offset += 4
    }
    for byte in rest[offset...] {
      hash = rotate(hash ^ (UInt64(byte) &* prime5), 11) &* prime1
    }
  }

  @inline(__always)
  private static func round(_ lane: UInt64, _ word: UInt64) -> UInt64 {
    rotate(lane &+ word &* prime2, 31) &* prime1
  }

  @inline(__always)
  private static func rotate(_ x: UInt64, _ count: UInt64) -> UInt64 {
    (x << count) | (x >> (64 - count))
  }

  @inline(__always)
  private static func word(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> UInt64 {
    UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }
}
