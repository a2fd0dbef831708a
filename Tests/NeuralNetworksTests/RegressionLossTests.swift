import Autodiff
import NeuralNetworks
import TestSupport
import Testing

@Suite struct RegressionLossTests {
  static let errors: [Float] = [-3, -0.7, -0.69, -0.1, 0, 0.1, 0.7, 0.71, 1e6]
  private let errors = Tensor(Self.errors)
  private let zeros = Tensor.zeros([9])

  @Test func `Huber's loss and derivative are PyTorch's`() {
    expectClose(
      huberLoss(errors, zeros, delta: 0.7, reduction: .none).scalars,
      [1.855, 0.245, 0.23805, 0.005, 0, 0.005, 0.245, 0.252, 699999.75], relative: 1e-6)
    let slope = gradient { (x: Tensor) in
      huberLoss(x, Tensor.zeros([9]), delta: 0.7, reduction: .sum)
    }
    expectClose(
      slope(errors).scalars, [-0.7, -0.7, -0.69, -0.1, 0, 0.1, 0.7, 0.7, 0.7], relative: 1e-6)
  }

  @Test func `with a large delta Huber's loss is half the squared error`() {
    expectClose(
      (2 * huberLoss(errors, zeros, delta: 1e7, reduction: .none)).scalars,
      squaredError(errors, zeros, reduction: .none).scalars, relative: 1e-6)
  }

  @Test func `with a small delta Huber's loss is the absolute error times delta`() {
    expectClose(
      huberLoss(errors, zeros, delta: 1e-4, reduction: .none).scalars,
      (absoluteError(errors, zeros, reduction: .none) * 1e-4).scalars, relative: 1e-3, scale: 0.0001
    )
  }

  @Test func `the squared error has no factor of a half`() {
    let (p, t) = (Tensor([1, 5]), Tensor([3, 2]))
    #expect(squaredError(p, t, reduction: .none).scalars == [4, 9])
    #expect(squaredError(p, t).scalar == 6.5)
    #expect(absoluteError(p, t, reduction: .sum).scalar == 5)
  }

  @Test func `weights count for whole rows`() {
    let predictions = Tensor(shape: [2, 3], scalars: [1, 2, 3, 4, 5, 6])
    let losses = squaredError(
      predictions, Tensor.zeros([2, 3]), weights: Tensor([1, 0.5]), reduction: .none)
    #expect(losses.scalars == [1, 4, 9, 8, 12.5, 18])
    let mean = squaredError(predictions, Tensor.zeros([2, 3]), weights: Tensor([1, 0.5]))
    // Divided by the number of elements, not by the sum of the weights.
    expectClose([mean.scalar], [52.5 / 6], relative: 1e-6)
  }
}
