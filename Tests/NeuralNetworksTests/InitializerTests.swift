import Autodiff
import NeuralNetworks
import Randomness
import TestSupport
import Testing

@Suite struct InitializerTests {
  private func stream(_ name: String) -> RandomStream { Seeds(root: 7)[name] }

  // MARK: Orthogonal

  @Test(arguments: [[6, 3], [3, 6], [5, 5], [1, 4], [64, 48]], [1, 2.0.squareRoot(), 0.01])
  func `the shorter side of an orthogonal weight is orthonormal up to the gain`(
    shape: [Int], gain: Double
  ) {
    var random = stream("orthogonal")
    let weight = Initializer.orthogonal(gain: gain)
      .weight(inputs: shape[0], outputs: shape[1], using: &random)
    #expect(weight.shape == shape)
    let product =
      shape[0] >= shape[1]
      ? matmul(weight.transposed(), weight) : matmul(weight, weight.transposed())
    let count = min(shape[0], shape[1])
    let square = Float(gain * gain)
    let wanted = (0..<count * count).map { $0 % (count + 1) == 0 ? square : 0 }
    expectClose(product.scalars, wanted, relative: 1e-6, scale: square)
  }

  /// Then every element has mean 0 and variance 1/n, and the determinant is as often 1 as -1.
  ///
  /// A QR decomposition whose signs are not corrected fails this: its diagonal is biased.
  @Test func `orthogonal weights are uniform over all orthogonal matrices`() {
    var random = stream("uniform")
    let (size, draws) = (3, 4000)
    var sums = [Float](repeating: 0, count: size * size)
    var squares = sums
    var reflections = 0
    for _ in 0..<draws {
      let w = Initializer.orthogonal.weight(inputs: size, outputs: size, using: &random).scalars
      for (index, value) in w.enumerated() {
        sums[index] += value
        squares[index] += value * value
      }
      let determinant =
        w[0] * (w[4] * w[8] - w[5] * w[7]) - w[1] * (w[3] * w[8] - w[5] * w[6])
        + w[2] * (w[3] * w[7] - w[4] * w[6])
      reflections += determinant < 0 ? 1 : 0
    }
    // Four standard errors: sqrt(1/3 / 4000) = 0.0091 for means; sqrt(4/45 / 4000) = 0.0047 for
    // squares; sqrt(1/4 / 4000) = 0.0079 for the share of reflections.
    for index in sums.indices {
      #expect(abs(sums[index] / Float(draws)) < 0.0365)
      #expect(abs(squares[index] / Float(draws) - 1.0 / 3) < 0.0189)
    }
    #expect(abs(Double(reflections) / Double(draws) - 0.5) < 0.0316)
  }

  // MARK: Independent elements

  /// Name, initialiser, variance for fanIn 200 and fanOut 100, whether it is uniform.
  static let independent: [(Initializer, variance: Double, isUniform: Bool)] = [
    (.kaimingUniform, 2.0 / 200, true),
    (.kaimingUniform(slope: 0.5), 2 / (1.25 * 200), true),
    (.kaimingNormal, 2.0 / 200, false),
    (.kaimingNormal(slope: 0.5), 2 / (1.25 * 200), false),
    (.xavierUniform, 2.0 / 300, true),
    (.xavierUniform(gain: 2), 8.0 / 300, true),
    (.xavierNormal, 2.0 / 300, false),
    (.xavierNormal(gain: 2), 8.0 / 300, false),
    (.lecunUniform, 1.0 / 200, true),
    (.lecunNormal, 1.0 / 200, false),
    (.torchDefault, 1.0 / 600, true),
  ]

  @Test(arguments: independent.indices)
  func `mean, variance and tails are the distribution's`(index: Int) {
    let (initializer, variance, isUniform) = Self.independent[index]
    var random = stream("independent")
    let weight = initializer.weight(inputs: 200, outputs: 100, using: &random)
    #expect(weight.shape == [200, 100])
    let values = weight.scalars.map(Double.init)
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    let spread = values.reduce(0) { $0 + $1 * $1 } / count
    // Five standard errors of the mean; of the mean square: kurtosis 1.8 or 3.
    #expect(abs(mean) < 5 * (variance / count).squareRoot())
    let kurtosis = isUniform ? 1.8 : 3.0
    #expect(abs(spread / variance - 1) < 5 * ((kurtosis - 1) / count).squareRoot())

    let largest = values.map(abs).max() ?? 0
    let bound = (3 * variance).squareRoot()
    if isUniform {
      #expect(largest <= bound * (1 + 1e-6))
      #expect(largest > 0.999 * bound)
    } else {
      #expect(largest > 3.3 * variance.squareRoot())
      #expect(largest < 6 * variance.squareRoot())
    }
  }

  @Test func `only PyTorch's default draws biases`() {
    for initializer in Initializer.alternatives.map(\.standard) where initializer != .torchDefault {
      var random = stream("bias")
      let before = random
      let bias = initializer.bias(inputs: 9, outputs: 4, using: &random)
      #expect(bias.scalars == [0, 0, 0, 0])
      #expect(random == before)
    }
    var random = stream("bias")
    let bias = Initializer.torchDefault.bias(inputs: 9, outputs: 1000, using: &random).scalars
    #expect(bias.allSatisfy { abs($0) <= 1.0 / 3 })
    #expect((bias.max() ?? 0) > 0.33)
    #expect((bias.min() ?? 0) < -0.33)
  }

  @Test func `constants and zeros draw nothing`() {
    var random = stream("none")
    let before = random
    #expect(
      Initializer.constant(0.5).weight(inputs: 2, outputs: 1, using: &random).scalars == [0.5, 0.5])
    #expect(Initializer.zeros.weight(inputs: 1, outputs: 2, using: &random).scalars == [0, 0])
    #expect(random == before)
  }

  @Test func `the same stream gives the same weight`() {
    for initializer in Initializer.alternatives.map(\.standard) {
      var (a, b) = (stream("same"), stream("same"))
      let first = initializer.weight(inputs: 5, outputs: 3, using: &a)
      #expect(first.scalars == initializer.weight(inputs: 5, outputs: 3, using: &b).scalars)
    }
  }
}
