import Autodiff
import Kernels
import TestSupport
import Testing

/// Expects some runs of a plan with state to do what the interpreter does, tensor by tensor.
func expectPlanUpdates(
  _ state: [NDArray<Float>], inputs: [NDArray<Float>] = [], runs: Int = 3, relative: Float = 1e-6,
  _ comment: @autoclosure () -> String = "", sourceLocation: SourceLocation = #_sourceLocation,
  body: (inout [Tensor], [Tensor]) -> [Tensor]
) {
  let variables = Variables(state.map { Tensor($0) })
  let plan = Plan(updating: variables, inputs: inputs.map { Tensor($0) }, body)
  for (index, array) in inputs.enumerated() {
    for (position, number) in array.scalars.enumerated() { plan.input(index)[position] = number }
  }
  let traced = trace(inputs: state.map { Tensor($0) }, inputs.map { Tensor($0) }) { state, inputs in
    var state = state
    let outputs = body(&state, inputs)
    return state + outputs
  }
  var expected = state
  for run in 1...runs {
    plan.run()
    let results = interpret(traced.outputs.nodes, inputs: expected + inputs)
    expected = Array(results.prefix(state.count))
    for (index, tensor) in variables.value.enumerated() {
      expectClose(
        tensor.scalars, expected[index].scalars, relative: relative,
        "\(comment()) state \(index), run \(run):", sourceLocation: sourceLocation)
    }
    for (index, array) in results.dropFirst(state.count).enumerated() {
      expectClose(
        Array(plan.output(index)), array.scalars, relative: relative,
        "\(comment()) output \(index), run \(run):", sourceLocation: sourceLocation)
    }
  }
}

@Suite struct PlanStateTests {
  private let a = sampleNumbers([5, 3], name: "a").rounded
  private let b = sampleNumbers([5, 3], name: "b").rounded
  private let c = sampleNumbers([5, 3], name: "c").rounded
  private let square = sampleNumbers([3, 3], in: -0.5...0.5, name: "square").rounded

  @Test func `a counter counts`() {
    let variables = Variables(Tensor(0))
    let plan = Plan(updating: variables, inputs: NoTensors()) { count, _ in
      count = count + 1
      return count
    }
    for run in 1...5 {
      plan.run()
      #expect(plan.output(0)[0] == Float(run))
      #expect(variables.value.scalar == Float(run))
    }
  }

  @Test func `two tensors change places`() {
    expectPlanUpdates([a, b], relative: 0) { state, _ in
      state.swapAt(0, 1)
      return []
    }
  }

  @Test func `three tensors change places in a circle`() {
    expectPlanUpdates([a, b, c], relative: 0) { state, _ in
      state = [state[1], state[2], state[0]]
      return []
    }
  }

  @Test func `changing places while changing`() {
    expectPlanUpdates([a, b]) { state, _ in
      (state[0], state[1]) = (state[1] * 0.5 + 1, state[0] + state[1])
      return [state[0] - state[1]]
    }
  }

  @Test func `a target becomes a copy of what it follows`() {
    expectPlanUpdates([a, b], relative: 0) { state, _ in
      state[1] = state[0]
      return []
    }
  }

  @Test func `a target follows the value before the update`() {
    expectPlanUpdates([a, b]) { state, _ in
      state[1] = state[0]
      state[0] = state[0] * 0.5 + 1
      return []
    }
  }

  @Test func `a target follows the value after the update`() {
    expectPlanUpdates([a, b]) { state, _ in
      state[0] = state[0] * 0.5 + 1
      state[1] = state[0]
      return [state[0], state[1]]
    }
  }

  @Test func `a target follows slowly`() {
    expectPlanUpdates([a, b]) { state, _ in
      state[0] = state[0] - state[0].squared() * 0.1
      state[1] = state[1] * 0.9 + state[0] * 0.1
      return []
    }
  }

  @Test func `old and new values are told apart`() {
    expectPlanUpdates([a, b, c]) { state, _ in
      let old = state[0]
      state[0] = state[0] + state[1]
      state[1] = state[0] - state[1] * 0.5
      state[2] = old * state[0].sine() + state[1]
      return [old, state[0], old - state[0]]
    }
  }

  @Test func `an output may be an input or a state`() {
    expectPlanUpdates([a, b], inputs: [c], relative: 0) { state, inputs in
      let outputs = [inputs[0], state[0], state[1], inputs[0]]
      state[0] = inputs[0]
      return outputs + [state[0]]
    }
  }

  @Test func `an output is a copy that later changes do not reach`() {
    let variables = Variables(Tensor(a))
    let plan = Plan(updating: variables, inputs: Tensor(b)) { state, input in [state, input] }
    for (position, number) in b.scalars.enumerated() { plan.input(0)[position] = number }
    plan.run()
    variables.value = Tensor(c)
    plan.input(0)[0] = 100
    #expect(Array(plan.output(0)) == a.scalars)
    #expect(Array(plan.output(1)) == b.scalars)
  }

  @Test func `a matrix multiplied by itself`() {
    expectPlanUpdates([square], relative: 1e-5) { state, _ in
      state[0] = matmul(state[0], state[0]) + state[0]
      return []
    }
    expectPlanUpdates([square], relative: 1e-5) { state, _ in
      state[0] = matmul(state[0], state[0])
      return []
    }
  }

  @Test func `a matrix transposed in its place`() {
    expectPlanUpdates([square], relative: 0) { state, _ in
      state[0] = state[0].transposed()
      return []
    }
  }

  @Test func `rows that move up`() {
    expectPlanUpdates([a], inputs: [sampleNumbers([1, 3]).rounded], relative: 0) { state, inputs in
      let kept = state[0].sliced(axis: 0, from: 1, count: 4)
      state[0] = concatenated([kept, inputs[0]], axis: 0)
      return [state[0].sliced(axis: 0, from: 2, count: 2)]
    }
  }

  @Test func `neighbours that are added`() {
    // The new value would be written over what the next element needs.
    expectPlanUpdates([sampleNumbers([40]).rounded]) { state, _ in
      let left = state[0].sliced(axis: 0, from: 0, count: 39).padded(axis: 0, before: 1, after: 0)
      state[0] = (state[0] + left) * 0.5
      return []
    }
  }

  @Test func `a sum of the old elements in every new one`() {
    expectPlanUpdates([sampleNumbers([2000], in: -1...1).rounded], relative: 1e-5) { state, _ in
      let mean = state[0].mean()
      state[0] = state[0] * 0.5 + mean.broadcast(to: [2000])
      return [mean]
    }
  }

  @Test func `states become constants, parts and other shapes`() {
    expectPlanUpdates([a, b, sampleNumbers([15]).rounded, square], relative: 0) { state, _ in
      let old = state
      state[0] = Tensor.zeros([5, 3])
      state[1] = old[2].reshaped(to: [5, 3])
      state[2] = old[1].flattened()
      state[3] = old[0].sliced(axis: 0, from: 1, count: 3)
      return []
    }
  }

  @Test func `several states become one value`() {
    expectPlanUpdates([a, b, c]) { state, _ in
      let next = state[0] + state[1]
      state = [next, next, next]
      return [next]
    }
  }

  @Test func `what stays the same costs nothing`() {
    let variables = Variables([Tensor(a), Tensor(b)])
    let plan = Plan(updating: variables, inputs: NoTensors()) { state, _ in
      state[0] = state[0] * 1 + 0
      return state[1].sum()
    }
    #expect(plan.summary.kernels.count == 1)
    plan.run()
    #expect(variables.value[0].scalars == a.scalars)
  }

  @Test func `new values are written in place without a copy`() {
    let variables = Variables([Tensor(a), Tensor(b)])
    let plan = Plan(updating: variables, inputs: Tensor(c)) { state, slope in
      state[0] = state[0] * 0.9 + slope * 0.1
      state[1] = state[1] - state[0] * 0.01
      return NoTensors()
    }
    #expect(plan.summary.kernels.count == 1)
    #expect(plan.summary.arenaByteCount == 0)
  }

  @Test func `plans share variables`() {
    let variables = Variables([Tensor(a), Tensor(b)])
    let update = Plan(updating: variables, inputs: NoTensors()) { state, _ in
      state[0] = state[0] + 1
      return NoTensors()
    }
    let copy = Plan(updating: variables, inputs: NoTensors()) { state, _ in
      state[1] = state[0]
      return NoTensors()
    }
    let read = Plan(updating: variables, inputs: Tensor(0)) { state, factor in
      state[1].sum() * factor
    }
    update.run()
    copy.run()
    update.run()
    read.input(0)[0] = 2
    read.run()
    let sum = a.scalars.reduce(0) { $0 + $1 + 1 }
    expectClose(read.output(0)[0], 2 * sum, relative: 1e-6)
    expectClose(variables.value[0].scalars, a.scalars.map { $0 + 2 }, relative: 1e-6)
  }

  @Test func `variables are copied in and out`() {
    let variables = Variables([Tensor(a), Tensor(square)])
    #expect(variables.layout.map(\.name) == ["0", "1"])
    #expect(variables.layout.allSatisfy { $0.offset % 16 == 0 })
    #expect(variables.value.map(\.scalars) == [a.scalars, square.scalars])
    variables.value = [Tensor(b), Tensor(square)]
    #expect(variables.value[0].scalars == b.scalars)
  }
}
