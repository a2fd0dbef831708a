import Glibc

// Every draw below says how many words of 32 bits it takes, because that fixes what all later draws
// of the stream give. Changing any of it changes every recorded result: the tests pin it.

extension RandomStream {
  /// A number from `[0, 1)` in steps of 2⁻²⁴.
  ///
  /// One word.
  public mutating func uniform() -> Float {
    Float(nextWord() >> 8) * 0x1p-24
  }

  /// A number from `[0, 1)` in steps of 2⁻⁵³.
  ///
  /// Two words.
  public mutating func uniform() -> Double {
    Double(next() >> 11) * 0x1p-53
  }

  /// A number from `range`, whose upper end rounding may reach.
  ///
  /// One word.
  public mutating func uniform(in range: ClosedRange<Float>) -> Float {
    let unit: Float = uniform()
    return range.lowerBound + (range.upperBound - range.lowerBound) * unit
  }

  /// A number from `range`, whose upper end rounding may reach.
  ///
  /// Two words.
  public mutating func uniform(in range: ClosedRange<Double>) -> Double {
    let unit: Double = uniform()
    return range.lowerBound + (range.upperBound - range.lowerBound) * unit
  }

  /// True with this probability.
  ///
  /// Two words.
  public mutating func chance(_ probability: Double) -> Bool {
    let unit: Double = uniform()
    return unit < probability
  }

  /// A draw from the standard normal distribution, within ±6.4.
  ///
  /// One word.
  public mutating func normal() -> Float {
    Float(normalQuantile((Double(nextWord()) + 0.5) * 0x1p-32))
  }

  /// A draw from the standard normal distribution, within ±8.3.
  ///
  /// Two words.
  public mutating func normal() -> Double {
    normalQuantile((Double(next() >> 12) + 0.5) * 0x1p-52)
  }

  /// A draw from the standard Gumbel distribution, `-log(-log u)`.
  ///
  /// Two words.
  ///
  /// The index of the largest `logit + gumbel()` is a draw from `softmax(logits)`.
  public mutating func gumbel() -> Double {
    -log(-log((Double(next() >> 12) + 0.5) * 0x1p-52))
  }

  /// A whole number from `0..<bound`, each equally likely.
  ///
  /// Lemire (2019), "Fast random integer generation in an interval", algorithm 5: one word, and
  /// another one for each (rare) rejection; pairs of words where `bound` exceeds 2³².
  ///
  /// - Parameter bound: at least 1.
  public mutating func integer(below bound: Int) -> Int {
    precondition(bound > 0, "the bound of a random integer must be at least 1, not \(bound)")
    guard bound <= Int(UInt32.max) else { return wideInteger(below: UInt64(bound)) }
    let limit = UInt32(bound)
    while true {
      let product = UInt64(nextWord()) &* UInt64(limit)
      if acceptable(UInt32(truncatingIfNeeded: product), limit) { return Int(product >> 32) }
    }
  }

  private mutating func wideInteger(below bound: UInt64) -> Int {
    while true {
      let (high, low) = next().multipliedFullWidth(by: bound)
      if low >= bound || low >= (0 &- bound) % bound { return Int(high) }
    }
  }

  /// The indices `0..<count` in random order: Fisher and Yates, from the last place down.
  public mutating func permutation(of count: Int) -> [Int] {
    var indices = Array(0..<count)
    shuffle(&indices)
    return indices
  }

  /// Brings the elements into random order: Fisher and Yates, from the last place down.
  @inlinable
  public mutating func shuffle<Elements>(_ elements: inout Elements)
  where Elements: MutableCollection & RandomAccessCollection, Elements.Index == Int {
    for last in stride(from: elements.count - 1, to: 0, by: -1) {
      let other = integer(below: last + 1)
      elements.swapAt(elements.startIndex + last, elements.startIndex + other)
    }
  }

  /// An index drawn in proportion to its weight; an index of weight zero is never drawn.
  ///
  /// Two words.
  ///
  /// - Parameter weights: finite and not negative, at least one positive; their sum need not be 1.
  public mutating func categorical(_ weights: some Collection<Float>) -> Int {
    var total = 0.0
    for weight in weights { total += Double(weight) }
    precondition(
      total > 0 && total < .infinity, "categorical weights must have a positive, finite sum")
    let unit: Double = uniform()
    var remaining = unit * total
    var chosen = 0
    for (index, weight) in weights.enumerated() where weight > 0 {
      chosen = index  // rounding may leave a rest behind the last weight: then the last one it is
      remaining -= Double(weight)
      if remaining < 0 { break }
    }
    return chosen
  }
}

/// Whether a product's low half is free of the bias that multiplication alone would leave.
@inline(__always)
func acceptable(_ low: UInt32, _ bound: UInt32) -> Bool {
  low >= bound || low >= (0 &- bound) % bound
}
