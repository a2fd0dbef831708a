import Autodiff
import Kernels
import TestSupport
import Testing

/// Expects a plan and the interpreter to agree about a function without state.
///
/// Rounding of a single operation is allowed to differ by a few units in the last place: 10⁻⁶
/// relative to the larger of the two numbers and of 1.
func expectPlanAgrees(
  on inputs: [NDArray<Float>], relative: Float = 1e-6, _ comment: @autoclosure () -> String = "",
  sourceLocation: SourceLocation = #_sourceLocation, body: ([Tensor]) -> [Tensor]
) {
  let tensors = inputs.map { Tensor($0) }
  let plan = Plan(inputs: tensors, body)
  let traced = trace(inputs: tensors, body: body)
  let expected = interpret(traced.outputs.nodes, inputs: inputs)
  for (index, array) in inputs.enumerated() {
    for (position, number) in array.scalars.enumerated() { plan.input(index)[position] = number }
  }
  for run in 1...2 {
    plan.run()
    #expect(plan.outputShapes == expected.map(\.shape), sourceLocation: sourceLocation)
    for (index, array) in expected.enumerated() {
      expectClose(
        Array(plan.output(index)), array.scalars, relative: relative,
        "\(comment()), output \(index), run \(run):", sourceLocation: sourceLocation)
    }
  }
}

@Suite struct PlanAgreementTests {
  @Test(arguments: OpCase.all)
  func `plan and interpreter agree about an operation`(_ operation: OpCase) {
    expectPlanAgrees(on: operation.inputs.map(\.rounded), operation.name) {
      [operation.body($0)]
    }
  }

  @Test(arguments: OpCase.all)
  func `plan and interpreter agree about a derivative`(_ operation: OpCase) {
    expectPlanAgrees(on: operation.inputs.map(\.rounded), relative: 1e-5, operation.name) { x in
      let output = operation.body(x)
      let varied = operation.varied.map { x[$0] }
      return gradient(of: output.squaredNorm(), withRespectTo: varied) + [output]
    }
  }

  @Test(arguments: OpCase.all.filter(\.isSmooth))
  func `plan and interpreter agree about a second derivative`(_ operation: OpCase) {
    expectPlanAgrees(on: operation.inputs.map(\.rounded), relative: 1e-5, operation.name) { x in
      let varied = operation.varied.map { x[$0] }
      let slopes = gradient(of: operation.body(x).squaredNorm(), withRespectTo: varied)
      let norm = slopes.map { $0.squaredNorm() }.reduce(Tensor(0), +)
      return gradient(of: norm, withRespectTo: varied)
    }
  }
}
