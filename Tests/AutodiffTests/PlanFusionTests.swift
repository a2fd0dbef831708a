import Autodiff
import Kernels
import TestSupport
import Testing

/// What becomes one kernel, and that it still computes the same.
@Suite struct PlanFusionTests {
  private func numbers(_ shape: Shape, _ name: String) -> NDArray<Float> {
    sampleNumbers(shape, in: -1.5...1.5, name: name).rounded
  }

  /// Expects the function to become so many kernels, and to agree with the interpreter.
  private func expect(
    _ kernels: Int, on inputs: [NDArray<Float>], relative: Float = 1e-5,
    sourceLocation: SourceLocation = #_sourceLocation, _ body: ([Tensor]) -> [Tensor]
  ) {
    let plan = Plan(inputs: inputs.map { Tensor($0) }, body)
    #expect(
      plan.summary.kernels.count == kernels, "\(plan.describe())", sourceLocation: sourceLocation)
    expectPlanAgrees(on: inputs, relative: relative, sourceLocation: sourceLocation, body: body)
  }

  @Test(arguments: [1, 7, 16, 33, 600, 3001])
  func `a chain of operations is one kernel`(count: Int) {
    let x = numbers([count], "x")
    let y = numbers([count], "y")
    expect(1, on: [x, y]) { x in
      let z = (x[0] * x[1] + x[0].tanh()).squared() - x[1].sigmoid() * 0.5
      return [z, select(z.greater(than: x[0]), z.exp(), x[1] / (z.squared() + 1))]
    }
  }

  @Test(arguments: [[3, 5], [64, 64], [700, 3], [3, 700], [5, 1500], [33, 47]])
  func `rows, columns and numbers are repeated within a kernel`(size: [Int]) {
    let (rows, columns) = (size[0], size[1])
    let inputs = [
      numbers([rows, columns], "x"), numbers([columns], "row"), numbers([rows], "column"),
      numbers([], "number"),
    ]
    expect(1, on: inputs) { x in
      let shifted = x[0].addingRow(x[1]).multiplyingColumn(x[2])
      return [shifted.tanh() * x[3].broadcast(to: [rows, columns])]
    }
  }

  @Test(arguments: [[3, 5], [64, 64], [700, 3], [3, 700], [2, 2500], [33, 47], [40, 1]])
  func `a sum is taken in the kernel of what is summed`(size: [Int]) {
    let inputs = [numbers([size[0], size[1]], "x"), numbers([size[0], size[1]], "y")]
    expect(1, on: inputs) { x in
      let z = (x[0] - x[1]).squared()
      return [z.sum(axis: 0), z.sum(axis: 1), z.maximum(axis: 0), z.maximum(axis: 1), z]
    }
    expect(1, on: inputs) { x in
      let z = x[0] * x[1]
      return [z.sum(), z.maximum(), (x[0] - x[1]).squared().sum(), x[0].squaredNorm()]
    }
  }

  /// A cell's gates, an attention's heads: parts of a stored matrix need no copy of their own.
  @Test(arguments: [[8, 5, 7], [64, 32, 48], [1, 128, 96], [33, 17, 3]])
  func `a product reads some columns of a matrix where they are`(size: [Int]) {
    let (rows, depth, part) = (size[0], size[1], size[2])
    let inputs = [
      numbers([rows, depth], "x"), numbers([depth, 3 * part], "weights"),
      numbers([rows, 3 * depth], "wide"), numbers([part, 2 * depth], "turned"),
      numbers([rows, 3 * part], "slopes"),
    ]
    func second(_ x: Tensor, _ count: Int) -> Tensor {
      x.sliced(axis: 1, from: x.shape[1] - count, count: count)
    }
    expect(1, on: inputs) { [matmul($0[0], second($0[1], part))] }
    expect(1, on: inputs) { [matmul(second($0[2], depth), $0[1])] }
    expect(1, on: inputs) { [matmul(second($0[2], depth), second($0[1], part)).tanh()] }
    expect(1, on: inputs) { [matmul($0[0], second($0[3], depth).transposed())] }
    expect(1, on: inputs) { [matmul(second($0[2], depth).transposed(), second($0[4], part))] }
  }

  @Test func `a sum along a middle axis`() {
    expect(1, on: [numbers([3, 20, 17], "x")]) { [$0[0].tanh().sum(axis: 1)] }
    expect(1, on: [numbers([3, 20, 17], "x")]) { [$0[0].tanh().maximum(axis: 1)] }
    expect(1, on: [numbers([3, 20, 17], "x")]) { [$0[0].sum(axis: 2).sum(axis: 1)] }
  }

  @Test func `bias and activation are part of the product`() {
    let inputs = [numbers([9, 5], "x"), numbers([5, 7], "w"), numbers([7], "b")]
    let activations: [(Tensor) -> Tensor] = [
      { $0 }, { $0.relu() }, { $0.tanh() }, { $0.sigmoid() }, { $0.softplus() },
      { $0 * $0.sigmoid() }, { maximum(0.01 * $0, $0) },
      { 0.5 * $0 * (1 + ($0 * 0.5.squareRoot()).erf()) },
    ]
    for activation in activations {
      expect(1, on: inputs) { [activation(matmul($0[0], $0[1]).addingRow($0[2]))] }
    }
  }

  @Test func `a product of one row takes in its bias`() {
    expect(1, on: [numbers([1, 5], "x"), numbers([5, 7], "w"), numbers([7], "b")]) {
      [matmul($0[0], $0[1]).addingRow($0[2]).relu()]
    }
  }

  @Test func `transposes and factors are part of the product`() {
    let (a, b) = (numbers([5, 9], "a"), numbers([7, 5], "b"))
    expect(1, on: [a, b]) { [matmul($0[0].transposed(), $0[1].transposed()) * 0.25] }
    expect(1, on: [a, b]) { [matmul($0[1], $0[0]).transposed()] }
  }

  @Test func `the backward pass of a rectifier is part of the product`() {
    let inputs = [numbers([9, 5], "x"), numbers([5, 7], "w"), numbers([7, 3], "v")]
    // Forward two products; backward one for each weight, one for the hidden layer. Twice the
    // result, the slope of its squared norm, comes out of the second product.
    let plan = Plan(inputs: inputs.map { Tensor($0) }) { x in
      let loss = matmul(matmul(x[0], x[1]).relu(), x[2]).squaredNorm()
      return gradient(of: loss, withRespectTo: [x[1], x[2]])
    }
    #expect(plan.summary.kernels.count == 5, "\(plan.describe())")
    expectPlanAgrees(on: inputs, relative: 1e-5) { x in
      let loss = matmul(matmul(x[0], x[1]).relu(), x[2]).squaredNorm()
      return gradient(of: loss, withRespectTo: [x[1], x[2]])
    }
  }

  @Test func `equal work on several tensors is one kernel`() {
    let shapes: [Shape] = [[4, 8], [8], [8, 2], [2], [1000]]
    let state = shapes.enumerated().map { numbers($1, "s\($0)") }
    let slopes = shapes.enumerated().map { numbers($1, "g\($0)") }
    func body(_ state: inout [Tensor], _ slopes: [Tensor]) -> [Tensor] {
      let norm = slopes.map { $0.squaredNorm() }.reduce(Tensor(0), +).squareRoot()
      let scale = 1 / (norm + 1)
      for index in state.indices {
        let slope = slopes[index] * scale.broadcast(to: slopes[index].shape)
        state[index] = state[index] * 0.9 - slope.tanh()
      }
      return [norm]
    }
    let plan = Plan(
      updating: Variables(state.map { Tensor($0) }), inputs: slopes.map { Tensor($0) }, body)
    // All norms, one small program of numbers, all updates.
    #expect(plan.summary.kernels.count == 3, "\(plan.describe())")
    #expect(plan.summary.kernels[0].segmentCount == 5)
    #expect(plan.summary.kernels[2].segmentCount == 5)
    expectPlanUpdates(state, inputs: slopes, relative: 1e-5, body: body)
  }

  @Test func `gradients of parts come together without padding`() {
    func body(_ x: [Tensor]) -> [Tensor] {
      let parts = x[0].split(axis: 1, into: [1, 2, 1])
      let loss = parts[0].squaredNorm() + parts[1].tanh().sum() + parts[2].exp().sum()
      return [gradient(of: loss, withRespectTo: x[0])]
    }
    let x = numbers([6, 4], "x")
    let plan = Plan(inputs: [Tensor(x)], body)
    #expect(!plan.describe().contains("pad"), "\(plan.describe())")
    expectPlanAgrees(on: [x], relative: 1e-5, body: body)
  }

  @Test func `what nobody needs is not computed, what is known is computed once`() {
    let plan = Plan(inputs: Tensor(numbers([7], "x"))) { x in
      _ = x.exp()
      let known = (Tensor.ones([7]) * 3).squareRoot()
      return [
        x * 1 + 0, known, (x + 1) + (x + 1), -(-x), x.reshaped(to: [7, 1]).reshaped(to: [7]),
      ]
    }
    #expect(plan.summary.kernels.reduce(0) { $0 + $1.segmentCount } <= 4, "\(plan.describe())")
    expectPlanAgrees(on: [numbers([7], "x")]) { x in
      [x[0] * 1 + 0, (Tensor.ones([7]) * 3).squareRoot(), (x[0] + 1) + (x[0] + 1), -(-x[0])]
    }
  }

  @Test func `a plan describes its kernels`() {
    let inputs = [numbers([9, 5], "x"), numbers([5, 7], "w"), numbers([7], "b")]
    let plan = Plan(inputs: inputs.map { Tensor($0) }) { x in
      matmul(x[0], x[1]).addingRow(x[2]).relu().squared().sum()
    }
    let text = plan.describe()
    #expect(text.contains("product + bias relu [9, 5] [5, 7] [7] → [9, 7]  600 B  630 FLOP"))
    #expect(text.contains("fused [63] Σa²"))
    #expect(text.contains("2 kernels"))
    #expect(plan.summary.kernels[1].fusedCount == 2)
  }
}
