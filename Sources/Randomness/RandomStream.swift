/// A reproducible stream of random numbers: Philox 4×32-10 read word by word.
///
/// Its state is a key, the number of a block and a position inside that block, so it is saved and
/// restored exactly and streams of different keys never overlap. All distributions drawn from it
/// are this library's own and pinned by tests: those of the standard library may change between
/// its releases.
public struct RandomStream: RandomNumberGenerator, Sendable {
  /// What the stream is told apart by.
  public let key: UInt64
  /// The number of 32-bit words drawn so far: four times the block's number, plus the position
  /// inside the block.
  public private(set) var position: UInt64
  /// The block that holds the word at `position`; a function of `key` and `position`.
  private var block: Philox.Block

  /// Makes the stream of a key, at a position counted in words of 32 bits.
  public init(key: UInt64, position: UInt64 = 0) {
    self.key = key
    self.position = position
    block = Philox.block(position / 4, key: key)
  }

  /// 32 random bits.
  public mutating func nextWord() -> UInt32 {
    let word = block[Int(truncatingIfNeeded: position & 3)]
    position &+= 1
    if position & 3 == 0 { block = Philox.block(position / 4, key: key) }
    return word
  }

  /// 64 random bits: two words, the first one in the low half.
  public mutating func next() -> UInt64 {
    let low = UInt64(nextWord())
    return low | UInt64(nextWord()) << 32
  }

  /// Goes on as if this many words had been drawn.
  mutating func skip(words: UInt64) {
    self = RandomStream(key: key, position: position &+ words)
  }
}

extension RandomStream: Equatable {
  public static func == (left: RandomStream, right: RandomStream) -> Bool {
    left.key == right.key && left.position == right.position
  }
}

extension RandomStream: Codable {
  private enum CodingKeys: String, CodingKey { case key, position }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      key: try container.decode(UInt64.self, forKey: .key),
      position: try container.decode(UInt64.self, forKey: .position))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(key, forKey: .key)
    try container.encode(position, forKey: .position)
  }
}
