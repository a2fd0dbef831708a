package import Autodiff
package import Kernels
package import Testing

/// Expects the derivative rules to agree with finite differences, both in `Double`.
///
/// The function is checked through one number, the sum of its results with fixed weights. Its
/// derivative with respect to each input element is estimated by the fourth-order central
/// difference
///
///     f'(x) ≈ (8 (f(x+h) - f(x-h)) - (f(x+2h) - f(x-2h))) / 12h,   error h⁴ f⁗'/30 + ε f/h,
///
/// with `h = 10⁻³`, good to about 10⁻¹² for functions of moderate curvature. The agreement asked
/// for, 10⁻⁸ relative to the larger of the two and of 1, therefore leaves room for steep functions
/// and none for a wrong rule.
///
/// - Parameters:
///   - inputs: The numbers at which to check.
///   - varied: The inputs that are differentiated; the rest (indices, conditions) stay fixed.
///   - tolerance: The largest allowed difference.
///   - comment: What is checked, for the message.
///   - sourceLocation: Where a failure is shown.
///   - body: The function; inputs should stay `2h` clear of its kinks.
package func expectGradient(
  at inputs: [NDArray<Double>], varying varied: [Int]? = nil, tolerance: Double = 1e-8,
  _ comment: @autoclosure () -> String = "", sourceLocation: SourceLocation = #_sourceLocation,
  of body: ([Tensor]) -> Tensor
) {
  let varied = varied ?? Array(inputs.indices)
  let traced = inputs.enumerated().map {
    Node(leaf: .input($0.offset), shape: $0.element.shape)
  }
  let output = body(traced.map { Tensor($0) }).node
  let weights = sampleNumbers(output.shape, in: -1...1, name: "weights")
  let cotangent = Node(leaf: .input(inputs.count), shape: output.shape)

  let slopes = gradients(
    of: output, cotangent: cotangent, withRespectTo: varied.map { traced[$0] })
  let found = zip(slopes, varied).map { slope, input in
    slope ?? .constant(0, shape: inputs[input].shape)
  }
  let analytic = interpret(found, inputs: inputs + [weights])

  for (input, gradient) in zip(varied, analytic) {
    #expect(gradient.shape == inputs[input].shape, sourceLocation: sourceLocation)
    let numeric = centralDifferences(of: output, weights: weights, at: inputs, varying: input)
    expectClose(
      gradient.scalars, numeric, relative: tolerance, "\(comment()), input \(input):",
      sourceLocation: sourceLocation)
  }
}

/// Expects the derivative rules of the derivative rules to agree with finite differences.
///
/// The function that is checked is the gradient of the weighted results, which is differentiated
/// once more. See ``expectGradient(at:varying:tolerance:_:sourceLocation:of:)``.
package func expectSecondDerivative(
  at inputs: [NDArray<Double>], varying varied: [Int]? = nil, tolerance: Double = 1e-8,
  _ comment: @autoclosure () -> String = "", sourceLocation: SourceLocation = #_sourceLocation,
  of body: ([Tensor]) -> Tensor
) {
  let varied = varied ?? Array(inputs.indices)
  expectGradient(
    at: inputs, varying: varied, tolerance: tolerance, "second, \(comment())",
    sourceLocation: sourceLocation
  ) { x in
    let output = body(x)
    let weights = sampleNumbers(output.extents, in: -1...1, name: "inner weights").rounded
    let slopes = gradient(
      of: output, along: Tensor(weights), withRespectTo: varied.map { x[$0] })
    return concatenated(slopes.map { $0.flattened() }, axis: 0)
  }
}

private func centralDifferences(
  of output: Node, weights: NDArray<Double>, at inputs: [NDArray<Double>], varying input: Int
) -> [Double] {
  let step = 1e-3
  let numbers = inputs[input].scalars
  func value(moving element: Int, by distance: Double) -> Double {
    var moved = numbers
    moved[element] += distance
    var inputs = inputs
    inputs[input] = NDArray(shape: inputs[input].shape, scalars: moved)
    let results = interpret([output], inputs: inputs)[0].scalars
    return zip(results, weights.scalars).reduce(0) { $0 + $1.0 * $1.1 }
  }
  return numbers.indices.map { element in
    let near = value(moving: element, by: step) - value(moving: element, by: -step)
    let far = value(moving: element, by: 2 * step) - value(moving: element, by: -2 * step)
    return (8 * near - far) / (12 * step)
  }
}
