public import Randomness

/// Spreads trials over the space more evenly than chance does: a scrambled Halton sequence.
///
/// Halton (1960); scrambled as in Owen (2017), "A randomized Halton algorithm in R": each digit of
/// the number in the axis's prime base is permuted at random, independently for each axis and
/// place. Any stretch of trials is spread evenly, however long the search turns out to be, and each
/// point alone is uniformly distributed.
public struct QuasiRandomSampler: Sampler {
  /// The only one there is.
  public init() {}

  public func values(
    forTrial number: Int, of study: Study, seeds: Seeds
  ) throws -> [ParameterValue]? {
    let space = try UnitSpace(study.space)
    let sequence = HaltonSequence(dimensions: space.axes.count, seeds: seeds.branch("halton"))
    let point = zip(space.axes, sequence.point(number)).map { $0.drawn($1) }
    return space.values(at: point)
  }
}

/// A Halton sequence whose digits are permuted at random.
package struct HaltonSequence {
  private let bases: [Int]
  /// For each axis and digit, most significant first, a permutation of the base's digits.
  private let permutations: [[[Int]]]

  package init(dimensions: Int, seeds: Seeds) {
    bases = Self.primes(dimensions)
    permutations = bases.enumerated().map { axis, base in
      var stream = seeds["axis \(axis)"]
      var digits = 0
      var resolution = 1.0
      while resolution > 0x1p-40 {
        resolution /= Double(base)
        digits += 1
      }
      return (0..<digits).map { _ in stream.permutation(of: base) }
    }
  }

  /// The point with this number: coordinates from `[0, 1)`.
  package func point(_ number: Int) -> [Double] {
    zip(bases, permutations).map { base, permutations in
      var rest = max(0, number)
      var (value, scale) = (0.0, 1.0)
      for permutation in permutations {
        scale /= Double(base)
        value += Double(permutation[rest % base]) * scale
        rest /= base
      }
      return min(value + 0.5 * scale, 1 - 0x1p-53)
    }
  }

  private static func primes(_ count: Int) -> [Int] {
    var primes: [Int] = []
    var candidate = 2
    while primes.count < count {
      if primes.allSatisfy({ !candidate.isMultiple(of: $0) }) { primes.append(candidate) }
      candidate += 1
    }
    return primes
  }
}
