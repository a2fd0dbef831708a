/// NumPy's default generator, bit for bit: PCG64 (XSL-RR) seeded through `SeedSequence`.
///
/// O'Neill (2014), "PCG: a family of simple fast space-efficient statistically good algorithms for
/// random number generation". Environments draw from it, so that a seed gives the same episodes
/// here and in Gymnasium. For everything else there is `RandomStream`.
public struct PCG64: RandomNumberGenerator, Equatable, Sendable {
  @usableFromInline var state: UInt128
  @usableFromInline let increment: UInt128
  /// The unused high half of the last 64 bits that were split into two numbers of 32 bits.
  @usableFromInline var kept: UInt32?

  /// What `numpy.random.default_rng(seed)` starts with.
  public init(seed: UInt64) {
    let words = SeedSequence(seed).fourWords()
    let initial = UInt128(words[0]) << 64 | UInt128(words[1])
    let stream = UInt128(words[2]) << 64 | UInt128(words[3])
    increment = stream << 1 | 1
    state = 0
    advance()
    state &+= initial
    advance()
  }

  @inlinable @inline(__always)
  mutating func advance() {
    state = state &* (0x2360_ED05_1FC6_5DA4 << 64 | 0x4385_DF64_9FCC_F645) &+ increment
  }

  /// 64 random bits.
  @inlinable
  public mutating func next() -> UInt64 {
    advance()
    let mixed = UInt64(truncatingIfNeeded: state >> 64) ^ UInt64(truncatingIfNeeded: state)
    let turn = UInt64(truncatingIfNeeded: state >> 122)
    return mixed >> turn | mixed << (64 &- turn & 63)
  }

  /// 32 random bits: each 64 bits serve twice, the low half first.
  @inlinable
  public mutating func nextWord() -> UInt32 {
    if let word = kept {
      kept = nil
      return word
    }
    let both = next()
    kept = UInt32(truncatingIfNeeded: both >> 32)
    return UInt32(truncatingIfNeeded: both)
  }

  /// A number from `[0, 1)`: `Generator.random()`.
  @inlinable
  public mutating func uniform() -> Double {
    Double(next() >> 11) * 0x1p-53
  }

  /// A number from a range: `Generator.uniform(low, high)`.
  @inlinable
  public mutating func uniform(in range: ClosedRange<Double>) -> Double {
    range.lowerBound + (range.upperBound - range.lowerBound) * uniform()
  }

  /// A whole number from `0..<bound`: `Generator.integers(bound)`.
  ///
  /// Lemire's multiplication with rejection, on 32 bits where the bound allows and else on 64.
  ///
  /// - Parameter bound: at least 1; a bound of 1 draws nothing.
  @inlinable
  public mutating func integer(below bound: Int) -> Int {
    precondition(bound > 0, "the bound of a random integer must be at least 1, not \(bound)")
    if bound == 1 { return 0 }
    if bound == 1 << 32 { return Int(nextWord()) }
    if bound < 1 << 32 {
      let limit = UInt32(truncatingIfNeeded: bound)
      while true {
        let product = UInt64(nextWord()) &* UInt64(limit)
        let low = UInt32(truncatingIfNeeded: product)
        if low >= limit || low >= (0 &- limit) % limit { return Int(product >> 32) }
      }
    }
    let limit = UInt64(bound)
    while true {
      let (high, low) = next().multipliedFullWidth(by: limit)
      if low >= limit || low >= (0 &- limit) % limit { return Int(high) }
    }
  }

  /// An index drawn with these probabilities, as Gymnasium's tabular worlds do it.
  ///
  /// One number from `[0, 1)`; the first index whose cumulative probability exceeds it.
  @inlinable
  public mutating func categorical(_ probabilities: some Collection<Double>) -> Int {
    let unit = uniform()
    var cumulative = 0.0
    var index = 0
    for probability in probabilities {
      cumulative += probability
      if cumulative > unit { return index }
      index += 1
    }
    return 0  // as NumPy's argmax over "none exceeds" gives
  }
}

extension PCG64: Codable {
  private enum CodingKeys: String, CodingKey { case state, increment, kept }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    func wide(_ key: CodingKeys) throws -> UInt128 {
      let words = try container.decode([UInt64].self, forKey: key)
      guard words.count == 2 else {
        throw DecodingError.dataCorruptedError(
          forKey: key, in: container,
          debugDescription: "\(key.rawValue) needs two words, low and high, not \(words.count)")
      }
      return UInt128(words[1]) << 64 | UInt128(words[0])
    }
    state = try wide(.state)
    increment = try wide(.increment)
    kept = try container.decodeIfPresent(UInt32.self, forKey: .kept)
  }

  public func encode(to encoder: any Encoder) throws {
    func words(_ number: UInt128) -> [UInt64] {
      [UInt64(truncatingIfNeeded: number), UInt64(truncatingIfNeeded: number >> 64)]
    }
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(words(state), forKey: .state)
    try container.encode(words(increment), forKey: .increment)
    try container.encodeIfPresent(kept, forKey: .kept)
  }
}
