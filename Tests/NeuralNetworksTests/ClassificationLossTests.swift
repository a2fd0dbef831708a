import Autodiff
import NeuralNetworks
import TestSupport
import Testing

/// Against PyTorch 2.13 in double precision, at logits where naive formulas overflow or cancel.
@Suite struct ClassificationLossTests {
  private let logits = Tensor(
    shape: [5, 3],
    scalars: [1000, -1000, 0, 0, 0, 0, -30000, 20, 19.5, 1000, 999, -88, 0.1, -0.2, 0.3])
  private let labels = Tensor([0, 2, 1, 1, 0])

  private func slope(_ loss: @escaping (Tensor) -> Tensor, at x: Tensor) -> [Float] {
    gradient { (x: Tensor) in loss(x).sum() }(x).scalars
  }

  @Test func `cross-entropy with labels`() {
    let loss = { [labels] in crossEntropy(logits: $0, labels: labels, reduction: .none) }
    expectClose(
      loss(logits).scalars, [0, 1.0986123, 0.474077, 1.3132616, 1.0859393], relative: 1e-6)
    expectClose(
      slope(loss, at: logits),
      [
        0, 0, 0, 0.33333334, 0.33333334, -0.6666667, 0, -0.37754068, 0.37754068, 0.7310586,
        -0.7310586, 0, -0.66241544, 0.25008878, 0.4123267,
      ], relative: 1e-6, scale: 0.2)
  }

  @Test func `cross-entropy with smoothed labels`() {
    let loss = { [labels] in
      crossEntropy(logits: $0, labels: labels, labelSmoothing: 0.1, reduction: .none)
    }
    expectClose(
      loss(logits).scalars, [100, 1.0986123, 1001.1574, 37.51326, 1.0892726], relative: 1e-6)
    expectClose(
      slope(loss, at: logits),
      [
        0.06666667, -0.033333335, -0.033333335, 0.3, 0.3, -0.6, -0.033333335, -0.31087402,
        0.34420735, 0.69772524, -0.66439193, -0.033333335, -0.5957488, 0.21675543, 0.37899336,
      ], relative: 1e-6, scale: 0.2)
  }

  @Test func `cross-entropy with probabilities`() {
    let probabilities = Tensor(
      shape: [5, 3],
      scalars: [
        0.2, 0.3, 0.5, 1, 0, 0, 0, 0.5, 0.5, 0.9, 0.1, 0, 1.0 / 3, 1.0 / 3, 1.0 / 3,
      ])
    let loss = { crossEntropy(logits: $0, probabilities: probabilities, reduction: .none) }
    expectClose(
      loss(logits).scalars, [1100, 1.0986123, 0.724077, 0.41326168, 1.1192727], relative: 1e-6)
    expectClose(
      slope(loss, at: logits),
      [
        0.8, -0.3, -0.5, -0.6666667, 0.33333334, 0.33333334, 0, 0.12245933, -0.12245933,
        -0.16894141, 0.16894141, 0, 0.0042512035, -0.08324456, 0.07899336,
      ], relative: 1e-6, scale: 0.2)
  }

  @Test func `labels are the special case of probabilities that are all in one place`() {
    let soft = crossEntropy(
      logits: logits, probabilities: labels.oneHot(count: 3), reduction: .none)
    let hard = crossEntropy(logits: logits, labels: labels, reduction: .none)
    expectClose(soft.scalars, hard.scalars, relative: 1e-6)
    let likelihood = negativeLogLikelihood(
      logProbabilities: logits.logSoftmax(), labels: labels, reduction: .none)
    expectClose(likelihood.scalars, hard.scalars, relative: 1e-6)
  }

  static let binaryLogits: [Float] = [-200, -30, -20, -1, 0, 1, 20, 30, 200]
  static let binary: [(target: Float, losses: [Float], slopes: [Float])] = [
    (
      0,
      [0, 9.357623e-14, 2.0611537e-09, 0.3132617, 0.6931472, 1.3132616, 20, 30, 200],
      [0, 9.357623e-14, 2.0611537e-09, 0.26894143, 0.5, 0.7310586, 1, 1, 1]
    ),
    (
      1,
      [200, 30, 20, 1.3132616, 0.6931472, 0.3132617, 2.0611537e-09, 9.357623e-14, 0],
      [-1, -1, -1, -0.7310586, -0.5, -0.26894143, -2.0611537e-09, -9.357623e-14, 0]
    ),
    (
      0.3,
      [60, 9, 6, 0.6132617, 0.6931472, 1.0132617, 14, 21, 140],
      [-0.3, -0.3, -0.3, -0.031058578, 0.2, 0.4310586, 0.7, 0.7, 0.7]
    ),
  ]

  /// The wanted losses at ±30 for certain targets are exp(−30): PyTorch loses them on one side.
  @Test(arguments: binary.indices)
  func `binary cross-entropy keeps its digits on both sides`(index: Int) {
    let (target, losses, slopes) = Self.binary[index]
    let targets = Tensor.filled(with: target, shape: [9])
    let loss = { binaryCrossEntropy(logits: $0, targets: targets, reduction: .none) }
    expectClose(loss(Tensor(Self.binaryLogits)).scalars, losses, relative: 2e-6, scale: 5e-25)
    expectClose(
      slope(loss, at: Tensor(Self.binaryLogits)), slopes, relative: 2e-6, scale: 5e-25)
  }

  @Test func `Kullback-Leibler divergence of logits`() {
    let p = Tensor(shape: [4, 3], scalars: [0, 0, 0, 1, 2, 3, 50, -50, 0, 1000, 0, -1000])
    let q = Tensor(shape: [4, 3], scalars: [0, 1, 2, 3, 2, 1, 49, -50, 1, 0, 1000, -1000])
    expectClose(
      klDivergence(logitsP: p, logitsQ: q, reduction: .none).scalars,
      [0.30899367, 1.1504208, 0, 1000], relative: 2e-6, scale: 0.1)
    expectClose(
      slope({ klDivergence(logitsP: $0, logitsQ: q, reduction: .none) }, at: p),
      [0.33333334, 0, -0.33333334, -0.2836342, -0.28154072, 0.5651749, 0, 0, 0, 0, 0, 0],
      relative: 1e-6, scale: 0.5)
    expectClose(
      slope({ klDivergence(logitsP: p, logitsQ: $0, reduction: .none) }, at: q),
      [-0.24330276, -0.08860486, 0.33190763, 0.5752104, 0, -0.5752104, 0, 0, 0, -1, 1, 0],
      relative: 1e-6, scale: 0.5)
  }

  @Test func `divergence from itself is zero`() {
    let zero = klDivergence(logitsP: logits, logitsQ: logits, reduction: .none)
    #expect(zero.scalars == [0, 0, 0, 0, 0])
  }

  @Test func `reductions and weights of rows`() {
    let weights = Tensor([1, 2, 0, 0.5, 1])
    let each = crossEntropy(
      logits: logits, labels: labels, weights: weights, reduction: .none
    ).scalars
    expectClose(each, [0, 2.1972246, 0, 0.6566308, 1.0859393], relative: 1e-6)
    let sum = crossEntropy(logits: logits, labels: labels, weights: weights, reduction: .sum)
    expectClose([sum.scalar], [each.reduce(0, +)], relative: 1e-6)
    let mean = crossEntropy(logits: logits, labels: labels, weights: weights)
    expectClose([mean.scalar], [each.reduce(0, +) / 5], relative: 1e-6)
  }
}
