/// The root of all chance in a run: a tree of named streams.
///
/// Every consumer of chance has a stream of its own, named by purpose (`seeds["replay"]`), so that
/// adding a consumer, or drawing more often from one, never shifts what another draws. Equal roots
/// and names give equal streams on every machine and in every version of this library.
public struct Seeds: Codable, Equatable, Sendable {
  /// The number that the whole run depends on.
  public let root: UInt64

  /// Makes the tree of streams that grows from one root.
  public init(root: UInt64) {
    self.root = root
  }

  /// The stream of one purpose, at its beginning.
  public subscript(name: String) -> RandomStream {
    RandomStream(key: Self.hash(name, from: root))
  }

  /// The seeds of a part of the run that names its own streams, such as one of several workers.
  public func branch(_ name: String) -> Seeds {
    // A different starting point than the streams', so that no branch's root is a stream's key.
    Seeds(root: Self.hash(name, from: ~root))
  }

  /// A number to seed something that is not a `RandomStream`, such as a batch of environments.
  public func number(for name: String) -> UInt64 {
    var stream = self[name]
    return stream.next()
  }

  /// Absorbs a name byte by byte, scrambling all 64 bits after each, and its length at the end.
  private static func hash(_ name: String, from root: UInt64) -> UInt64 {
    var hash = scrambled(root)
    for byte in name.utf8 {
      hash = scrambled(hash ^ UInt64(byte))
    }
    return scrambled(hash ^ UInt64(name.utf8.count) << 32)
  }

  /// One step of SplitMix64: a bijection in which each bit of the result depends on all bits.
  ///
  /// Steele, Lea & Flood (2014), "Fast splittable pseudorandom number generators", with the
  /// constants of Stafford's variant 13.
  private static func scrambled(_ value: UInt64) -> UInt64 {
    var z = value &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
