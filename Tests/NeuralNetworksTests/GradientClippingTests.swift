import Autodiff
import NeuralNetworks
import TestSupport
import Testing

@Suite struct GradientClippingTests {
  private let gradients = Pair(Tensor([3, -4]), Tensor([12]))

  /// As PyTorch 2.13's `clip_grad_norm_`.
  @Test(
    arguments: [
      (1, [0.23076922, -0.3076923, 0.92307687]), (13, [2.9999998, -3.9999998, 11.999999]),
      (100, [3, -4, 12]), (0, [0, 0, 0]),
    ] as [(Double, [Float])])
  func `the global norm is limited as in PyTorch`(limit: Double, wanted: [Float]) {
    var clipped = gradients
    let norm = clip(&clipped, toGlobalNorm: limit)
    #expect(norm.scalar == 13)
    expectClose(clipped.tensors.flatMap(\.scalars), wanted, relative: 2e-7, scale: 0.5)
  }

  @Test func `short gradients are not touched at all`() {
    var clipped = gradients
    clip(&clipped, toGlobalNorm: 13.1)
    #expect(clipped.tensors.map(\.scalars) == gradients.tensors.map(\.scalars))
  }

  @Test func `very short gradients are shortened by PyTorch's 1e-6 more`() {
    var clipped = Tensor([1e-6])
    clip(&clipped, toGlobalNorm: 1e-6)
    expectClose(clipped.scalars, [5e-7], relative: 1e-6, scale: 0)
  }

  @Test func `zero gradients stay zero`() {
    var clipped = Pair(Tensor.zeros([2]), Tensor.zeros([1]))
    #expect(clip(&clipped, toGlobalNorm: 1).scalar == 0)
    #expect(clipped.tensors.flatMap(\.scalars) == [0, 0, 0])
  }

  @Test func `each element is limited by value`() {
    var clipped = gradients
    clip(&clipped, toValue: 3.5)
    #expect(clipped.tensors.flatMap(\.scalars) == [3, -3.5, 3.5])
  }
}
