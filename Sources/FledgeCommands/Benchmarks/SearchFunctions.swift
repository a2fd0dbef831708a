import Glibc
package import Sweeps

/// A function with a known minimum on which samplers are compared.
///
/// `experiments/benchmarks/optuna.py` holds the same functions in Python. Optima lie off the middle
/// of their ranges, where every sampler's prior would find them for nothing.
package struct SearchFunction: Sendable {
  package let name: String
  package let space: SearchSpace
  /// The smallest value.
  package let minimum: Double
  /// The standard deviation of what is added to each value that a sampler sees.
  package var noise = 0.0
  package let value: @Sendable (_ values: [ParameterValue]) -> Double

  /// The noise of a trial: the same here and in Python, a function of seed and number alone.
  package func noise(seed: Int, trial: Int) -> Double {
    guard noise > 0 else { return 0 }
    var state = UInt64(truncatingIfNeeded: seed) &* 0x9E37_79B9_7F4A_7C15
    state &+= UInt64(truncatingIfNeeded: trial) &* 0xD1B5_4A32_D192_ED03
    func unit() -> Double {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return (Double((z ^ (z >> 31)) >> 12) + 0.5) * 0x1p-52
    }
    let radius = (-2 * log(unit())).squareRoot()
    return noise * radius * cos(2 * Double.pi * unit())
  }
}

extension SearchFunction {
  /// A function of real numbers, all with the same range.
  private static func real(
    _ name: String, axes: Int, from lowest: Double, to highest: Double, minimum: Double = 0,
    _ formula: @escaping @Sendable ([Double]) -> Double
  ) -> SearchFunction {
    let parameters = (0..<axes).map {
      SearchParameter("x\($0)", .real(lowest: lowest, highest: highest))
    }
    return SearchFunction(name: name, space: SearchSpace(parameters), minimum: minimum) {
      formula($0.map { $0.numeric ?? .nan })
    }
  }

  /// Where the optimum of a shifted function lies along each axis, in parts of the half range.
  private static let shifts = [0.37, -0.61, 0.23, -0.11, 0.52, -0.43]

  package static let all = [
    sphere, rosenbrock, branin, hartmann, ackley, rastrigin, levy, styblinskiTang, mixed,
    learningRate,
  ]

  package static let sphere = real("sphere", axes: 5, from: -5, to: 5) { x in
    x.indices.reduce(0) { $0 + square(x[$1] - 5 * shifts[$1]) }
  }

  package static let rosenbrock = real("rosenbrock", axes: 4, from: -2, to: 3) { x in
    (0..<x.count - 1).reduce(0) {
      $0 + 100 * square(x[$1 + 1] - square(x[$1])) + square(1 - x[$1])
    }
  }

  package static let branin = SearchFunction(
    name: "branin",
    space: SearchSpace([
      SearchParameter("x0", .real(lowest: -5, highest: 10)),
      SearchParameter("x1", .real(lowest: 0, highest: 15)),
    ]), minimum: 0.397887357729739
  ) { values in
    let (x, y) = (values[0].numeric ?? .nan, values[1].numeric ?? .nan)
    let pi = Double.pi
    return square(y - 5.1 / (4 * pi * pi) * x * x + 5 / pi * x - 6)
      + 10 * (1 - 1 / (8 * pi)) * cos(x) + 10
  }

  package static let hartmann = real(
    "hartmann", axes: 6, from: 0, to: 1, minimum: -3.32236801141551
  ) { x in
    let weights = [1.0, 1.2, 3.0, 3.2]
    let scales: [[Double]] = [
      [10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14], [3, 3.5, 1.7, 10, 17, 8],
      [17, 8, 0.05, 10, 0.1, 14],
    ]
    let centers: [[Double]] = [
      [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886],
      [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
      [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650],
      [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
    ]
    return -(0..<4).reduce(0) { sum, peak in
      let distance = x.indices.reduce(0) {
        $0 + scales[peak][$1] * square(x[$1] - centers[peak][$1])
      }
      return sum + weights[peak] * exp(-distance)
    }
  }

  package static let ackley = real("ackley", axes: 5, from: -10, to: 10) { x in
    let moved = x.indices.map { x[$0] - 10 * shifts[$0] }
    let count = Double(x.count)
    let spread = (moved.reduce(0) { $0 + $1 * $1 } / count).squareRoot()
    let waves = moved.reduce(0) { $0 + cos(2 * Double.pi * $1) } / count
    return 20 + M_E - 20 * exp(-0.2 * spread) - exp(waves)
  }

  package static let rastrigin = real("rastrigin", axes: 3, from: -5.12, to: 5.12) { x in
    x.indices.reduce(0) { sum, axis in
      let moved = x[axis] - 5.12 * shifts[axis]
      return sum + moved * moved + 10 - 10 * cos(2 * Double.pi * moved)
    }
  }

  package static let levy = real("levy", axes: 4, from: -10, to: 10) { x in
    let w = x.map { 1 + ($0 - 1) / 4 }
    let first = square(sin(Double.pi * w[0]))
    let middle = w.dropLast().reduce(0) {
      $0 + square($1 - 1) * (1 + 10 * square(sin(Double.pi * $1 + 1)))
    }
    let last = w[w.count - 1]
    return first + middle + square(last - 1) * (1 + square(sin(2 * Double.pi * last)))
  }

  package static let styblinskiTang = real(
    "styblinski-tang", axes: 4, from: -5, to: 5, minimum: -156.66466281508687
  ) { x in
    x.reduce(0) { $0 + square($1 * $1) - 16 * $1 * $1 + 5 * $1 } / 2
  }

  /// Shaped like a search for a network: depth, width, activation, dropout, learning rate.
  package static let mixed = SearchFunction(
    name: "mixed",
    space: SearchSpace([
      SearchParameter("layers", .integer(lowest: 1, highest: 8)),
      SearchParameter("width", .integer(lowest: 8, highest: 512, scale: .logarithmic)),
      SearchParameter(
        "activation", .choice([.text("relu"), .text("tanh"), .text("gelu"), .text("elu")])),
      SearchParameter("dropout", .real(lowest: 0, highest: 0.8, step: 0.1)),
      SearchParameter("rate", .real(lowest: 1e-5, highest: 1, scale: .logarithmic)),
    ]), minimum: 0
  ) { values in
    let layers = values[0].numeric ?? .nan
    let width = log2(values[1].numeric ?? .nan)
    let activations: [ParameterValue: Double] = [
      .text("relu"): 0.3, .text("tanh"): 1, .text("gelu"): 0, .text("elu"): 0.6,
    ]
    let activation = activations[values[2]] ?? .nan
    let dropout = values[3].numeric ?? .nan
    let rate = log10(values[4].numeric ?? .nan)
    // Deeper networks want smaller rates; wide ones want more dropout.
    return 0.15 * square(layers - 3) + 0.3 * square(width - 7) + activation
      + 6 * square(dropout - 0.2 - 0.05 * (width - 7))
      + square(rate + 2.5 + 0.25 * (layers - 3)) + 0.4 * activation * abs(layers - 3)
  }

  /// Shaped like the loss over learning rate, batch size, discount factor and decay, with noise.
  ///
  /// Flat where the rate is too small, a wall where it is too large.
  package static let learningRate = SearchFunction(
    name: "learning-rate",
    space: SearchSpace([
      SearchParameter("rate", .real(lowest: 1e-6, highest: 1, scale: .logarithmic)),
      SearchParameter("batch", .integer(lowest: 8, highest: 1024, scale: .logarithmic)),
      SearchParameter("horizon", .real(lowest: 1e-3, highest: 0.3, scale: .logarithmic)),
      SearchParameter("decay", .real(lowest: 0, highest: 0.5)),
    ]), minimum: 0, noise: 0.1
  ) { values in
    let batch = log2(values[1].numeric ?? .nan)
    let offset = log10(values[0].numeric ?? .nan) + 3.2 - 0.15 * (batch - 6)
    let horizon = log10(values[2].numeric ?? .nan) + 1.7
    let decay = (values[3].numeric ?? .nan) - 0.08
    let flat = 1 - exp(-0.8 * offset * offset)
    let wall = offset > 0 ? 2 * (1 - exp(-square(offset * 0.7))) : 0
    return 2 * flat + wall + 0.05 * square(batch - 6) + 0.8 * horizon * horizon
      + 3 * decay * decay
  }
}

private func square(_ x: Double) -> Double { x * x }
