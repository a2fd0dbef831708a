// Many draws at once. Each gives exactly what the same number of single draws would give, and leaves
// the stream in the same place; it is faster because blocks are made one after another in a loop
// without branches, which the processor overlaps.

extension RandomStream {
  /// Fills a buffer with whole numbers from `0..<bound`: `integer(below:)` for each element.
  ///
  /// - Parameters:
  ///   - integers: what is filled.
  ///   - bound: from 1 to 2³¹.
  public mutating func fillIntegers(
    below bound: Int, into integers: UnsafeMutableBufferPointer<Int32>
  ) {
    precondition(
      bound > 0 && bound <= 1 << 31,
      "the bound of random 32-bit integers must be from 1 to 2147483648, not \(bound)")
    let limit = UInt32(bound)
    var filled = 0
    while filled < integers.count {
      filled = fillFromWords(count: integers.count - filled) { words in
        var place = filled
        for word in words {
          let product = UInt64(word) &* UInt64(limit)
          integers[place] = Int32(truncatingIfNeeded: product >> 32)
          // A rejected word's place is simply written again by the next one.
          place += acceptable(UInt32(truncatingIfNeeded: product), limit) ? 1 : 0
        }
        return place
      }
    }
  }

  /// Fills a buffer with numbers from `[0, 1)`: `uniform()` for each element.
  public mutating func fillUniform(_ numbers: UnsafeMutableBufferPointer<Float>) {
    fill(numbers) { Float($0 >> 8) * 0x1p-24 }
  }

  /// Fills a buffer with numbers from `range`: `uniform(in:)` for each element.
  public mutating func fillUniform(
    _ numbers: UnsafeMutableBufferPointer<Float>, in range: ClosedRange<Float>
  ) {
    let (start, width) = (range.lowerBound, range.upperBound - range.lowerBound)
    fill(numbers) { start + width * (Float($0 >> 8) * 0x1p-24) }
  }

  /// Fills a buffer with draws from the standard normal distribution: `normal()` for each element.
  public mutating func fillNormal(_ numbers: UnsafeMutableBufferPointer<Float>) {
    fill(numbers) { Float(normalQuantile((Double($0) + 0.5) * 0x1p-32)) }
  }

  private mutating func fill(
    _ numbers: UnsafeMutableBufferPointer<Float>, _ value: (UInt32) -> Float
  ) {
    var filled = 0
    while filled < numbers.count {
      filled = fillFromWords(count: numbers.count - filled) { words in
        for (index, word) in words.enumerated() { numbers[filled + index] = value(word) }
        return filled + words.count
      }
    }
  }

  /// Hands out the next words, at most 256 of them and no more than `count`.
  @inline(__always)
  private mutating func fillFromWords<Result>(
    count: Int, _ body: (UnsafeBufferPointer<UInt32>) -> Result
  ) -> Result {
    let lead = Int(position & 3)
    let taken = min(count, 256 - lead)
    let blocks = (lead + taken + 3) / 4
    let (first, key) = (position / 4, key)
    let result = withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 2 * blocks) { made in
      if let start = made.baseAddress {
        Philox.write(blocks: blocks, from: first, key: key, to: start)
      }
      return UnsafeRawBufferPointer(made).withMemoryRebound(to: UInt32.self) { words in
        body(UnsafeBufferPointer(rebasing: words[lead..<lead + taken]))
      }
    }
    skip(words: UInt64(taken))
    return result
  }
}
