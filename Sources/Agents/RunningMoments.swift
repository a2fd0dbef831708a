/// Mean and variance of each of several numbers, over all rows seen so far.
///
/// Chan, Golub & LeVeque (1979), "Updating formulae and a pairwise algorithm for computing sample
/// variances": the moments of a batch are merged into those of everything before. Begins, as in
/// Gymnasium and Stable-Baselines3, with mean 0 and variance 1 that count for 10⁻⁴ of a row.
struct RunningMoments: Codable, Equatable, Sendable {
  /// The mean of each number.
  private(set) var means: [Double]
  /// The variance of each, divided by the number of rows.
  private(set) var variances: [Double]
  /// Rows seen, and 10⁻⁴.
  private(set) var count = 1e-4

  init(size: Int) {
    means = Array(repeating: 0, count: size)
    variances = Array(repeating: 1, count: size)
  }

  /// Takes note of `count` rows, at least one.
  mutating func update<Number: BinaryFloatingPoint>(_ rows: UnsafePointer<Number>, count added: Int)
  {
    let size = means.count
    let (count, total) = (count, count + Double(added))
    means.withUnsafeMutableBufferPointer { means in
      variances.withUnsafeMutableBufferPointer { variances in
        for index in 0..<size {
          var sum = 0.0
          for row in 0..<added { sum += Double(rows[row &* size &+ index]) }
          let mean = sum / Double(added)
          var squares = 0.0
          for row in 0..<added {
            let difference = Double(rows[row &* size &+ index]) - mean
            squares += difference * difference
          }
          let difference = mean - means[index]
          let between = difference * difference * count * Double(added) / total
          variances[index] = (variances[index] * count + squares + between) / total
          means[index] += difference * Double(added) / total
        }
      }
    }
    self.count = total
  }

  /// Writes the means, and what deviations are divided away by: `1 / √(variance + epsilon)`.
  ///
  /// Happens at every step, so nothing is copied.
  ///
  /// - Parameters:
  ///   - start: Where in both the first number's place is.
  ///   - count: How many of the numbers are written, the first ones.
  func write(
    means: inout [Float], scales: inout [Float], at start: Int, count: Int, epsilon: Double
  ) {
    means.withUnsafeMutableBufferPointer { means in
      scales.withUnsafeMutableBufferPointer { scales in
        for index in 0..<count {
          means[start + index] = Float(self.means[index])
          scales[start + index] = Self.scale(variances[index], epsilon: epsilon)
        }
      }
    }
  }

  static func scale(_ variance: Double, epsilon: Double) -> Float {
    Float(1 / (variance + epsilon).squareRoot())
  }
}
