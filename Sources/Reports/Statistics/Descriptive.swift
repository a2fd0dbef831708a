// Every function here answers NaN for an empty list, as it would for a list that holds a NaN:
// callers keep non-finite scores out beforehand and say how many there were.

extension Collection<Double> {
  /// The arithmetic mean; NaN when empty.
  package var mean: Double { reduce(0, +) / Double(count) }

  /// The middle of the sorted values, or the mean of the two in the middle; NaN when empty.
  package var median: Double { withSorted { $0.quantileOfSorted(0.5) } }

  /// The square root of the unbiased variance (divisor n - 1); NaN below two values.
  package var standardDeviation: Double {
    guard count > 1 else { return .nan }
    let center = mean
    let squares = reduce(0) { $0 + ($1 - center) * ($1 - center) }
    return (squares / Double(count - 1)).squareRoot()
  }

  /// The standard deviation of the mean of these values, s / √n; NaN below two values.
  package var standardError: Double { standardDeviation / Double(count).squareRoot() }

  /// The mean of what is left after ⌊n / 4⌋ values are cut from each end of the sorted list.
  ///
  /// No value is weighted by a fraction: 5 values lose one at each end, 3 values lose none, so that
  /// below four values this is the mean. The definition of Agarwal et al. 2021 (rliable), which is
  /// that of `scipy.stats.trim_mean(x, 0.25)`.
  package var interquartileMean: Double {
    let cut = count / 4
    return withSorted { $0[cut..<(count - cut)].mean }
  }

  /// The values in ascending order, without an array of their own: the bootstrap asks a million
  /// times.
  private func withSorted<Result>(_ body: (UnsafeBufferPointer<Double>) -> Result) -> Result {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: count) { buffer in
      _ = buffer.initialize(from: self)
      guard count <= 32 else {
        var all = buffer
        all.sort()
        return body(UnsafeBufferPointer(all))
      }
      for place in buffer.indices.dropFirst() {
        let value = buffer[place]
        var hole = place
        while hole > 0, value < buffer[hole - 1] {
          buffer[hole] = buffer[hole - 1]
          hole -= 1
        }
        buffer[hole] = value
      }
      return body(UnsafeBufferPointer(buffer))
    }
  }

  /// The value below which a share `q` in 0...1 lies, interpolated linearly between order
  /// statistics.
  ///
  /// The position is (n - 1) q: NumPy's default and Hyndman and Fan's definition 7.
  package func quantile(_ q: Double) -> Double { sorted().quantileOfSorted(q) }
}

extension RandomAccessCollection<Double> where Index == Int {
  /// `quantile` of values that already are in ascending order.
  package func quantileOfSorted(_ q: Double) -> Double {
    guard !isEmpty else { return .nan }
    let position = Double(count - 1) * q
    let below = Int(position.rounded(.down))
    let above = Swift.min(below + 1, count - 1)
    let share = position - Double(below)
    let low = self[startIndex + below]
    // The same infinity on both sides has no difference that could be shared.
    if low == self[startIndex + above] { return low }
    return share == 0 ? low : low + (self[startIndex + above] - low) * share
  }
}
