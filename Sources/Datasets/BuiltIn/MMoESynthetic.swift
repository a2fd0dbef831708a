import Glibc
public import Randomness

/// Regressions whose correlation is chosen: section 3.2 of "MMoE" (Ma and others, 2018).
///
/// With orthonormal `u₁, u₂` in Rᵈ: `w₁ = c u₁`, `w₂ = c (p u₁ + √(1 − p²) u₂)`, inputs
/// `x ~ N(0, I)` and `y_k = w_k·x + Σᵢ sin(αᵢ w_k·x + βᵢ) + ε`, `ε ~ N(0, 0.01)`, of variance 0.01.
/// The paper leaves α and β open; here `αᵢ = i` and `βᵢ = (i − 1) π/4` for i = 1, …, sines.
public struct MMoESynthetic: Codable, Hashable, Sendable {
  /// `p`, the cosine between the weights of the two tasks, from -1 to 1.
  public var correlation: Double
  /// `d`.
  public var inputs: Int
  /// `c`.
  public var scale: Double
  /// Sines that are added to the linear part.
  public var sines: Int
  /// The variance of the noise on labels.
  public var noiseVariance: Double
  /// Examples.
  public var count: Int

  /// Chooses sizes and how alike the tasks are.
  public init(
    correlation: Double = 0.5, inputs: Int = 100, scale: Double = 1, sines: Int = 4,
    noiseVariance: Double = 0.01, count: Int = 10_000
  ) {
    precondition((-1...1).contains(correlation) && inputs >= 2 && sines >= 0 && count > 0)
    precondition(noiseVariance >= 0)
    self.correlation = correlation
    self.inputs = inputs
    self.scale = scale
    self.sines = sines
    self.noiseVariance = noiseVariance
    self.count = count
  }

  /// Uses the streams `directions`, `inputs`, `noise 0` and `noise 1`.
  public func dataset(seeds: Seeds) -> Dataset {
    let basis = orthonormalBasis(2, in: inputs, seeds["directions"])
    let rest = (1 - correlation * correlation).squareRoot()
    let weights = [
      basis[0].map { scale * $0 },
      zip(basis[0], basis[1]).map { scale * (correlation * $0 + rest * $1) },
    ]
    var stream = seeds["inputs"]
    let x = (0..<(count * inputs)).map { _ -> Float in stream.normal() }
    let tasks = weights.enumerated().map { index, weights in
      var noise = seeds["noise \(index)"]
      let labels = (0..<count).map { row -> Float in
        var projection = 0.0
        for input in 0..<inputs { projection += weights[input] * Double(x[row * inputs + input]) }
        let draw: Double = noise.normal()
        return Float(value(at: projection) + noiseVariance.squareRoot() * draw)
      }
      return TaskColumn(name: "task\(index)", kind: .regression(width: 1), labels: labels)
    }
    return Dataset(
      name: "mmoeSynthetic",
      provenance: [
        "made": "\(self)", "seed": "\(seeds.root)", "source": "Ma et al. 2018, MMoE, section 3.2",
      ], inputShape: [inputs], inputs: x, tasks: tasks)
  }

  /// What a label is before the noise.
  func value(at projection: Double) -> Double {
    (0..<sines).reduce(projection) { sum, index in
      sum + sin(Double(index + 1) * projection + Double(index) * .pi / 4)
    }
  }
}

/// Directions of length 1 at right angles, drawn uniformly: Gram and Schmidt, twice.
func orthonormalBasis(_ count: Int, in size: Int, _ stream: RandomStream) -> [[Double]] {
  precondition(count <= size, "\(count) directions at right angles need as many dimensions")
  var (stream, basis) = (stream, [[Double]]())
  while basis.count < count {
    var candidate = (0..<size).map { _ -> Double in stream.normal() }
    for _ in 0..<2 {
      for other in basis {
        let overlap = zip(candidate, other).reduce(0) { $0 + $1.0 * $1.1 }
        candidate = zip(candidate, other).map { $0 - overlap * $1 }
      }
      let length = candidate.reduce(0) { $0 + $1 * $1 }.squareRoot()
      candidate = candidate.map { $0 / max(length, .leastNormalMagnitude) }
    }
    basis.append(candidate)
  }
  return basis
}
