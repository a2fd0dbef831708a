import Autodiff
import Kernels
import TestSupport
import Testing

/// What sequences need: many uses of one weight, slices of one array, parts put together.
@Suite struct SequenceTests {
  /// Rows of `count` steps through one weight, each adding to the last.
  private func recurrence(_ x: Tensor, _ weight: Tensor, _ bias: Tensor, steps: Int) -> Tensor {
    let rows = x.shape[0] / steps
    var state = Tensor.zeros([rows, weight.shape[0]])
    var states: [Tensor] = []
    for step in 0..<steps {
      let part = x.sliced(axis: 0, from: step * rows, count: rows)
      state = (matmul(state + part, weight).addingRow(bias)).tanh()
      states.append(state)
    }
    return concatenated(states, axis: 0)
  }

  @Test(arguments: [2, 3, 4, 7])
  func `gradients of a weight used at every step agree with finite differences`(steps: Int) {
    let x = sampleNumbers([2 * steps, 3], in: -1...1, name: "x")
    let weight = sampleNumbers([3, 3], in: -1...1, name: "weight")
    let bias = sampleNumbers([3], in: -1...1, name: "bias")
    expectGradient(at: [x, weight, bias]) { recurrence($0[0], $0[1], $0[2], steps: steps) }
    expectSecondDerivative(at: [x, weight, bias], tolerance: 1e-7) {
      recurrence($0[0], $0[1], $0[2], steps: steps)
    }
  }

  @Test func `slices may overlap, leave gaps, repeat and lie along several axes`() {
    let x = sampleNumbers([6, 5], in: -1...1, name: "x")
    expectGradient(at: [x]) { inputs in
      let x = inputs[0]
      let parts = [
        x.sliced(axis: 0, from: 0, count: 2).exp(), x.sliced(axis: 0, from: 2, count: 2).sine(),
        x.sliced(axis: 0, from: 1, count: 2), x.sliced(axis: 0, from: 1, count: 2).squared(),
        x.sliced(axis: 0, from: 5, count: 1).exp(),
      ]
      let columns = [x.sliced(axis: 1, from: 3, count: 2).tanh(), x.squared()]
      return concatenated((parts + columns).map { $0.flattened() }, axis: 0)
    }
  }

  @Test func `a weight used at every step has one product for its gradient`() {
    let inputs: [Tensor] = [.zeros([64, 16]), .zeros([16, 16]), .zeros([16])]
    let plan = Plan(inputs: inputs) { inputs in
      let loss = recurrence(inputs[0], inputs[1], inputs[2], steps: 8).squared().mean()
      return gradient(of: loss, withRespectTo: [inputs[1], inputs[2]])
    }
    let titles = plan.summary.kernels.map(\.title)
    #expect(titles.count { $0.hasPrefix("product TN") } == 1, "\(plan.describe())")
    #expect(!titles.contains { $0.hasPrefix("pad") }, "\(plan.describe())")
  }

  @Test(arguments: [16, 24, 32, 5])
  func `parts that are put together may be used again, shared and shown`(width: Int) {
    let rows = Tensor(sampleNumbers(Shape([4, width]), name: "rows").rounded)
    expectEnginesAgree(updating: rows, on: rows) { (state: inout Tensor, rows: Tensor) in
      let parts = [rows.exp(), (rows + state).tanh(), rows.squared() + 1]
      let first = concatenated(parts, axis: 0)
      let again = concatenated([parts[1], parts[0], parts[1]], axis: 0)
      let nested = concatenated([first, again.exp()], axis: 0)
      let turned = concatenated([parts[2], rows], axis: 1)
      // One of the parts becomes the state, and one is an output.
      state = parts[1]
      return [nested.squared(), turned, parts[0], matmul(first, first.transposed())]
    }
  }
}
