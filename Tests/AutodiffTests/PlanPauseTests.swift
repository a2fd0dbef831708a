import Autodiff
import Kernels
import TestSupport
import Testing

/// Plans with inputs that are given after a pause.
@Suite struct PlanPauseTests {
  private let rows = sampleNumbers([6, 5], name: "rows").rounded
  private let first = sampleNumbers([5, 4], name: "first").rounded
  private let second = sampleNumbers([4, 3], name: "second").rounded

  /// Two losses of a small network, and a step along the gradient of their weighted sum that is
  /// made of gradients computed before the weights are known.
  private func step(
    _ state: inout [Tensor], _ rows: Tensor, _ weights: Tensor
  ) -> [Tensor] {
    let answers = matmul(matmul(rows, state[0]).relu(), state[1])
    let losses = [answers.squared().mean(), (answers - 1).absolute().mean()]
    let slopes = losses.map { gradient(of: $0, withRespectTo: [state[0], state[1]]) }
    let parts = (0..<2).map { weights.sliced(axis: 0, from: $0, count: 1).reshaped(to: []) }
    for index in 0..<2 {
      let sum = zip(parts, slopes).map { $0.broadcast(to: $1[index].shape) * $1[index] }
      state[index] = state[index] - 0.1 * (sum[0] + sum[1])
    }
    state[2] = state[2] + 1
    return losses + slopes.flatMap { $0 } + [state[0].sum()]
  }

  private var state: [Tensor] { [Tensor(first), Tensor(second), Tensor(0)] }

  private func fill(_ input: UnsafeMutableBufferPointer<Float>, _ numbers: [Float]) {
    _ = input.update(fromContentsOf: numbers)
  }

  private func paused(_ variables: Variables<[Tensor]>) -> Plan {
    let plan = Plan(updating: variables, inputs: Tensor(rows), late: Tensor.zeros([2])) {
      step(&$0, $1, $2)
    }
    fill(plan.input(0), rows.scalars)
    return plan
  }

  @Test func `a plan with a pause equals the interpreter and the plan without one`() {
    let variables = Variables(state)
    let plan = paused(variables)
    let others = Variables(state)
    let whole = Plan(updating: others, inputs: Pair(Tensor(rows), Tensor.zeros([2]))) {
      step(&$0, $1.first, $1.second)
    }
    fill(whole.input(0), rows.scalars)
    let traced = trace(inputs: state, Tensor(rows), Tensor.zeros([2])) { state, rows, weights in
      var state = state
      let outputs = step(&state, rows, weights)
      return state + outputs
    }
    var expected = state.map(\.array)
    for weights: [Float] in [[1, 0.5], [0.25, 2], [-1, 3]] {
      let results = interpret(
        traced.outputs.nodes,
        inputs: expected + [rows, NDArray(shape: Shape([2]), scalars: weights)])
      expected = Array(results.prefix(3))
      plan.run(.early)
      for index in 0..<6 {
        expectClose(Array(plan.output(index)), results[3 + index].scalars, relative: 1e-5)
      }
      fill(plan.lateInput(0), weights)
      plan.run(.late)
      fill(whole.input(1), weights)
      whole.run()
      for (index, tensor) in variables.value.enumerated() {
        expectClose(tensor.scalars, expected[index].scalars, relative: 1e-5)
        #expect(tensor.scalars == others.value[index].scalars)
      }
      for index in 0..<plan.outputCount {
        expectClose(Array(plan.output(index)), results[3 + index].scalars, relative: 1e-5)
      }
    }
  }

  @Test func `the state stays as it is until the pause is over`() {
    let variables = Variables(state)
    let plan = paused(variables)
    let before = variables.value.map(\.scalars)
    plan.run(.early)
    plan.run(.early)
    #expect(variables.value.map(\.scalars) == before)
    fill(plan.lateInput(0), [1, 1])
    plan.run(.late)
    #expect(variables.value[2].scalar == 1)
    #expect(variables.value[0].scalars != before[0])
  }

  @Test func `a new value that is wanted early reaches the state late`() {
    // The counter's and the average's new values do not depend on anything late, and the early
    // output needs them.
    let variables = Variables([Tensor(3), Tensor([1, 2, 3])])
    let plan = Plan(
      updating: variables, inputs: Tensor.zeros([3]), late: Tensor(0)
    ) { state, row, late in
      state[0] = state[0] + 1
      state[1] = 0.5 * state[1] + 0.5 * row
      return [state[0] * 2, state[1], state[1] * late.broadcast(to: [3])]
    }
    fill(plan.input(0), [5, 6, 7])
    plan.run(.early)
    #expect(plan.output(0)[0] == 8)
    #expect(Array(plan.output(1)) == [3, 4, 5])
    #expect(variables.value[0].scalar == 3)
    #expect(variables.value[1].scalars == [1, 2, 3])
    plan.lateInput(0)[0] = 10
    plan.run(.late)
    #expect(variables.value[0].scalar == 4)
    #expect(variables.value[1].scalars == [3, 4, 5])
    #expect(Array(plan.output(2)) == [30, 40, 50])
  }

  @Test func `the early phase may be repeated with other inputs`() {
    let variables = Variables(state)
    let plan = paused(variables)
    let others = Variables(state)
    let once = paused(others)
    fill(plan.input(0), rows.scalars.map { -$0 })
    plan.run(.early)
    fill(plan.input(0), rows.scalars)
    plan.run(.early)
    once.run(.early)
    for plan in [plan, once] {
      fill(plan.lateInput(0), [0.5, 2])
      plan.run(.late)
    }
    #expect(variables.value.map(\.scalars) == others.value.map(\.scalars))
  }

  @Test func `early outputs survive the late phase`() {
    let variables = Variables(state)
    let plan = paused(variables)
    plan.run(.early)
    let early = (0..<6).map { Array(plan.output($0)) }
    fill(plan.lateInput(0), [3, -2])
    plan.run(.late)
    #expect((0..<6).map { Array(plan.output($0)) } == early)
  }

  @Test func `an early phase does only what its outputs need`() {
    // A loss alone is wanted: the backward pass belongs to the late phase, as the weight does.
    let variables = Variables([Tensor(first)])
    let rows = rows
    let plan = Plan(
      updating: variables, inputs: Tensor(rows), late: Tensor(0)
    ) { state, rows, weight in
      let loss = matmul(rows, state[0]).squared().mean()
      let slope = gradient(of: weight * loss, withRespectTo: state)
      state[0] = state[0] - slope[0]
      return loss
    }
    fill(plan.input(0), rows.scalars)
    plan.run(.early)
    let loss = plan.output(0)[0]
    plan.lateInput(0)[0] = 0
    plan.run(.late)
    #expect(variables.value[0].scalars == first.scalars)
    #expect(plan.output(0)[0] == loss)
  }

  @Test func `two plans may read the same inputs`() {
    let variables = Variables([Tensor(2)])
    let owner = Plan(updating: variables, inputs: Tensor.zeros([3])) { state, row in
      row * state[0].broadcast(to: [3])
    }
    let reader = Plan(
      updating: variables, inputs: Tensor.zeros([3]), late: NoTensors(), sharingInputsOf: owner
    ) { _, row, _ in row.sum() }
    fill(owner.input(0), [1, 2, 4])
    reader.run()
    #expect(reader.output(0)[0] == 7)
  }
}
