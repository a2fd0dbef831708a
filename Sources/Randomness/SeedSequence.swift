/// NumPy's `SeedSequence`: one number stretched into as many well-mixed words as a generator needs.
///
/// After O'Neill (2015), "Developing a seed_seq alternative". Fixed by NumPy's promise that equal
/// seeds give equal streams for ever; all arithmetic is modulo 2³².
struct SeedSequence {
  private var pool: [UInt32] = [0, 0, 0, 0]
  private var multiplier: UInt32 = 0x43b0_d7e5

  init(_ seed: UInt64) {
    pool[0] = hashed(UInt32(truncatingIfNeeded: seed))
    pool[1] = hashed(UInt32(truncatingIfNeeded: seed >> 32))
    pool[2] = hashed(0)
    pool[3] = hashed(0)
    for source in 0..<4 {
      for target in 0..<4 where target != source {
        pool[target] = Self.mixed(pool[target], hashed(pool[source]))
      }
    }
  }

  private mutating func hashed(_ word: UInt32) -> UInt32 {
    var value = word ^ multiplier
    multiplier &*= 0x931e_8875
    value &*= multiplier
    return value ^ (value >> 16)
  }

  private static func mixed(_ x: UInt32, _ y: UInt32) -> UInt32 {
    let value = 0xca01_f9dd &* x &- 0x4973_f715 &* y
    return value ^ (value >> 16)
  }

  /// `generate_state(4, uint64)`: four words of 64 bits, each from two words of 32, low half first.
  func fourWords() -> [UInt64] {
    var multiplier: UInt32 = 0x8b51_f9dd
    let halves = (0..<8).map { index in
      var value = pool[index % 4] ^ multiplier
      multiplier &*= 0x58f3_8ded
      value &*= multiplier
      return UInt64(value ^ (value >> 16))
    }
    return (0..<4).map { halves[2 * $0] | halves[2 * $0 + 1] << 32 }
  }
}
