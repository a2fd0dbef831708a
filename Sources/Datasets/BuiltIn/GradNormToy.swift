import Glibc
public import Randomness

/// Regressions that differ in scale alone: equation 3 of "GradNorm" (Chen and others, 2018).
///
/// `y_k = σ_k tanh((B + E_k) x)` with inputs `x` in R²⁵⁰, uniform in [-1, 1] and then scaled to
/// length 1 (as in the public codes; the paper does not say), labels in R¹⁰⁰, entries of the
/// shared `B` drawn from N(0, 10²) and of the private `E_k` from N(0, 3.5²).
public struct GradNormToy: Codable, Hashable, Sendable {
  /// σ, by task.
  public var scales: [Double]
  /// Numbers of an input.
  public var inputs: Int
  /// Numbers of each task's label.
  public var outputs: Int
  /// The standard deviation of what the tasks share.
  public var sharedDeviation: Double
  /// The standard deviation of what each has for itself.
  public var privateDeviation: Double
  /// Examples.
  public var count: Int

  /// Chooses sizes and scales; those of the paper unless given.
  public init(
    scales: [Double] = [1, 100], inputs: Int = 250, outputs: Int = 100,
    sharedDeviation: Double = 10, privateDeviation: Double = 3.5, count: Int = 2_000
  ) {
    precondition(!scales.isEmpty && inputs > 0 && outputs > 0 && count > 0)
    self.scales = scales
    self.inputs = inputs
    self.outputs = outputs
    self.sharedDeviation = sharedDeviation
    self.privateDeviation = privateDeviation
    self.count = count
  }

  /// Uses the streams `shared`, `private 0`, `private 1`, … and `inputs`.
  public func dataset(seeds: Seeds) -> Dataset {
    var stream = seeds["inputs"]
    let x = (0..<count).flatMap { _ in
      let direction = (0..<inputs).map { _ -> Double in stream.uniform(in: -1...1) }
      let length = max(direction.reduce(0) { $0 + $1 * $1 }.squareRoot(), .leastNormalMagnitude)
      return direction.map { Float($0 / length) }
    }
    let shared = matrix(seeds["shared"], sharedDeviation)
    let tasks = scales.enumerated().map { index, scale in
      let own = matrix(seeds["private \(index)"], privateDeviation)
      let map = zip(shared, own).map { $0 + $1 }
      return TaskColumn(
        name: "scale\(index)", kind: .regression(width: outputs),
        labels: labels(of: x, map, scale))
    }
    return Dataset(
      name: "gradNormToy",
      provenance: [
        "made": "\(self)", "seed": "\(seeds.root)",
        "source": "Chen et al. 2018, GradNorm, equation 3",
      ], inputShape: [inputs], inputs: x, tasks: tasks)
  }

  private func matrix(_ stream: RandomStream, _ deviation: Double) -> [Double] {
    var stream = stream
    return (0..<(outputs * inputs)).map { _ in
      let draw: Double = stream.normal()
      return deviation * draw
    }
  }

  private func labels(of x: [Float], _ map: [Double], _ scale: Double) -> [Float] {
    [Float](unsafeUninitializedCapacity: count * outputs) { labels, filled in
      for row in 0..<count {
        for output in 0..<outputs {
          var sum = 0.0
          for input in 0..<inputs {
            sum += map[output * inputs + input] * Double(x[row * inputs + input])
          }
          labels[row * outputs + output] = Float(scale * tanh(sum))
        }
      }
      filled = count * outputs
    }
  }
}
