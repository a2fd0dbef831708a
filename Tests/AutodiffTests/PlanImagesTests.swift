import Autodiff
import Kernels
import TestSupport
import Testing

/// What becomes one kernel of convolutions and poolings, and that it computes the same.
@Suite struct PlanImagesTests {
  private func numbers(_ shape: Shape, _ name: String) -> NDArray<Float> {
    sampleNumbers(shape, in: -1...1, name: name).rounded
  }

  private func expectOneKernel(
    _ title: String, on inputs: [NDArray<Float>],
    sourceLocation: SourceLocation = #_sourceLocation, _ body: ([Tensor]) -> Tensor
  ) {
    let plan = Plan(inputs: inputs.map { Tensor($0) }) { [body($0)] }
    #expect(
      plan.summary.kernels.count == 1 && plan.describe().contains(title), "\(plan.describe())",
      sourceLocation: sourceLocation)
    expectPlanAgrees(on: inputs, relative: 1e-5, title, sourceLocation: sourceLocation) {
      [body($0)]
    }
  }

  @Test(arguments: [[1, 6], [1, 20], [3, 5], [2, 40]])
  func `bias, activation and gate are part of a convolution`(channels: [Int]) {
    let (inputs, outputs) = (channels[0], channels[1])
    let rows = 2 * 5 * 18
    let x = [
      numbers([2, 7, 20, inputs], "images"), numbers([9 * inputs, outputs], "filters"),
      numbers([outputs], "bias"), numbers([rows, outputs], "gate"),
    ]
    func convolved(_ x: [Tensor]) -> Tensor { matmul(x[0].patches(height: 3, width: 3), x[1]) }
    expectOneKernel("convolution + bias relu", on: x) { convolved($0).addingRow($0[2]).relu() }
    expectOneKernel("convolution + bias tanh", on: x) { convolved($0).addingRow($0[2]).tanh() }
    expectOneKernel("convolution ·0.5", on: x) { convolved($0) * 0.5 }
    expectOneKernel("convolution gated", on: x) { convolved($0) * $0[3].step() }
    expectOneKernel("convolution filters ·0.5", on: x) {
      matmul($0[0].patches(height: 3, width: 3).transposed(), $0[3]) * 0.5
    }
  }

  @Test func `filters may be stored in the other order`() {
    let x = [numbers([2, 6, 6, 3], "images"), numbers([5, 12], "filters")]
    expectOneKernel("convolution [2, 6, 6, 3]", on: x) {
      matmul($0[0].patches(height: 2, width: 2, stride: 2, padding: 1), $0[1].transposed())
    }
    let slopes = [numbers([2, 6, 6, 3], "images"), numbers([5, 32], "slopes")]
    expectOneKernel("convolution filters", on: slopes) {
      let patches = $0[0].patches(height: 2, width: 2, stride: 2, padding: 1)
      return matmul(patches.transposed(), $0[1].transposed())
    }
  }

  @Test func `pooling after ReLU sends its gradient back in one kernel`() {
    let x = [numbers([2, 6, 6, 5], "images")]
    func body(_ x: [Tensor]) -> [Tensor] {
      let rectified = x[0].reshaped(to: [72, 5]).relu()
      let pooled = rectified.reshaped(to: [2, 6, 6, 5]).maximumPooled(
        height: 2, width: 2, stride: 2)
      return [gradient(of: pooled.squaredNorm(), withRespectTo: x[0])]
    }
    let plan = Plan(inputs: x.map { Tensor($0) }, body)
    #expect(plan.describe().contains("placeLargest gated"), "\(plan.describe())")
    #expect(!plan.describe().contains("step"))
    expectPlanAgrees(on: x, relative: 1e-5, body: body)
  }

  @Test func `patches that are asked for are there`() {
    let x = [numbers([1, 3, 3, 2], "images")]
    expectOneKernel("patches", on: x) { $0[0].patches(height: 2, width: 2) }
  }
}
