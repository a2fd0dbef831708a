package import Autodiff
import Kernels
package import Testing

/// Expects a plan to compute what the interpreter computes, run after run, and to change the state
/// in the same way.
///
/// Each run goes on from the state of the run before. The interpreter adds up in `Double`, so the
/// difference is the rounding of the plan's own sums: 10⁻⁵ relative to the larger of the two
/// numbers and of `scale` is room for a few thousand terms.
///
/// - Parameters:
///   - state: Where the first run begins.
///   - inputs: The inputs of every run; concrete tensors.
///   - runs: How many steps to take.
///   - relative: The largest allowed difference.
///   - scale: Numbers smaller than this are compared as if they were this large.
///   - sourceLocation: Where a failure is shown.
///   - body: The function, which may change the state.
package func expectEnginesAgree<State: Traceable, Inputs: Traceable, Outputs: Traceable>(
  updating state: State, on inputs: Inputs, runs: Int = 3, relative: Float = 1e-5,
  scale: Float = 1, sourceLocation: SourceLocation = #_sourceLocation,
  _ body: (inout State, Inputs) -> Outputs
) {
  let variables = Variables(state)
  let plan = Plan(updating: variables, inputs: inputs, body)
  for (index, tensor) in inputs.tensors.enumerated() {
    _ = plan.input(index).update(fromContentsOf: tensor.scalars)
  }
  let traced = trace(inputs: state, inputs) { state, inputs in
    var state = state
    let outputs = body(&state, inputs)
    return Pair(state, outputs)
  }

  var current = state
  func expectSame(_ actual: some Sequence<Float>, _ expected: Tensor, _ name: String) {
    expectClose(
      Array(actual), expected.scalars, relative: relative, scale: scale, name,
      sourceLocation: sourceLocation)
  }
  for run in 1...runs {
    let numbers = (current.tensors + inputs.tensors).map(\.array)
    let results = interpret(traced.outputs.nodes, inputs: numbers).map { Tensor($0) }
    let expected = traced.outputs.replacingTensors(with: results)
    current = expected.first
    plan.run()

    for (index, output) in expected.second.namedTensors.enumerated() {
      expectSame(plan.output(index), output.tensor, "run \(run), output \(index) \(output.name):")
    }
    for (actual, expected) in zip(variables.value.namedTensors, current.namedTensors) {
      expectSame(actual.tensor.scalars, expected.tensor, "run \(run), state \(expected.name):")
    }
  }
}

/// Expects a plan of a function without state to compute what the interpreter computes.
package func expectEnginesAgree<Inputs: Traceable, Outputs: Traceable>(
  on inputs: Inputs, relative: Float = 1e-5, scale: Float = 1,
  sourceLocation: SourceLocation = #_sourceLocation, _ body: (Inputs) -> Outputs
) {
  expectEnginesAgree(
    updating: NoTensors(), on: inputs, runs: 2, relative: relative, scale: scale,
    sourceLocation: sourceLocation
  ) { _, inputs in body(inputs) }
}
