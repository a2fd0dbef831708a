/// Philox 4×32-10: a block of four random words as a function of a key and a counter.
///
/// Salmon, Moraes, Dror & Shaw (2011), "Parallel random numbers: as easy as 1, 2, 3", section 4.3
/// and table 2. Counter based: any block can be made at any time, so a stream's whole state is a
/// key and a position. Each of the ten rounds multiplies two words by constants and crosses the
/// halves of the products with the other two words and the key, which a Weyl sequence advances.
package enum Philox {
  package typealias Block = SIMD4<UInt32>

  /// The multipliers of the two products.
  private static let multipliers: (UInt64, UInt64) = (0xD251_1F53, 0xCD9E_8D57)
  /// What is added to the two words of the key after each round: from the golden ratio and √3 - 1.
  private static let increments: (UInt32, UInt32) = (0x9E37_79B9, 0xBB67_AE85)

  /// The block at a 128-bit counter, least significant word first.
  @inline(__always)
  package static func block(at counter: Block, key: UInt64) -> Block {
    var (x0, x1, x2, x3) = (counter.x, counter.y, counter.z, counter.w)
    var key0 = UInt32(truncatingIfNeeded: key)
    var key1 = UInt32(truncatingIfNeeded: key >> 32)
    for _ in 0..<10 {
      let product0 = multipliers.0 &* UInt64(x0)
      let product1 = multipliers.1 &* UInt64(x2)
      x0 = UInt32(truncatingIfNeeded: product1 >> 32) ^ x1 ^ key0
      x2 = UInt32(truncatingIfNeeded: product0 >> 32) ^ x3 ^ key1
      x1 = UInt32(truncatingIfNeeded: product1)
      x3 = UInt32(truncatingIfNeeded: product0)
      key0 &+= increments.0
      key1 &+= increments.1
    }
    return Block(x0, x1, x2, x3)
  }

  /// The block with a number below 2⁶⁴; the upper half of the counter stays zero.
  @inline(__always)
  package static func block(_ number: UInt64, key: UInt64) -> Block {
    block(
      at: Block(
        UInt32(truncatingIfNeeded: number), UInt32(truncatingIfNeeded: number >> 32), 0, 0),
      key: key)
  }

  /// Writes the words of `count` blocks, the first of which has this number.
  ///
  /// The same rounds on words widened to 64 bits and written out one by one: in this form the
  /// compiler turns the loop over the blocks into vector code.
  package static func write(
    blocks count: Int, from number: UInt64, key: UInt64, to words: UnsafeMutablePointer<UInt64>
  ) {
    let (key0, key1, key2, key3, key4) = (
      roundKey(0, key), roundKey(1, key), roundKey(2, key), roundKey(3, key), roundKey(4, key)
    )
    let (key5, key6, key7, key8, key9) = (
      roundKey(5, key), roundKey(6, key), roundKey(7, key), roundKey(8, key), roundKey(9, key)
    )
    for index in 0..<count {
      let counter = number &+ UInt64(truncatingIfNeeded: index)
      var wide = Wide(x0: counter & lowerHalf, x1: counter >> 32, x2: 0, x3: 0)
      wide.round(key0)
      wide.round(key1)
      wide.round(key2)
      wide.round(key3)
      wide.round(key4)
      wide.round(key5)
      wide.round(key6)
      wide.round(key7)
      wide.round(key8)
      wide.round(key9)
      words[2 &* index] = UInt64(littleEndian: wide.x0 & lowerHalf | wide.x1 << 32)
      words[2 &* index &+ 1] = UInt64(littleEndian: wide.x2 & lowerHalf | wide.x3 << 32)
    }
  }

  private static var lowerHalf: UInt64 { 0xFFFF_FFFF }

  /// The two words of a round's key.
  private static func roundKey(_ round: UInt32, _ key: UInt64) -> (UInt64, UInt64) {
    let first = UInt32(truncatingIfNeeded: key) &+ round &* increments.0
    let second = UInt32(truncatingIfNeeded: key >> 32) &+ round &* increments.1
    return (UInt64(first), UInt64(second))
  }

  /// A block on its way, whose words have a meaning in their lower halves only.
  private struct Wide {
    var x0, x1, x2, x3: UInt64

    @inline(__always)
    mutating func round(_ key: (UInt64, UInt64)) {
      let product0 = multipliers.0 &* (x0 & lowerHalf)
      let product1 = multipliers.1 &* (x2 & lowerHalf)
      x0 = product1 >> 32 ^ (x1 & lowerHalf) ^ key.0
      x2 = product0 >> 32 ^ (x3 & lowerHalf) ^ key.1
      x1 = product1
      x3 = product0
    }
  }
}
