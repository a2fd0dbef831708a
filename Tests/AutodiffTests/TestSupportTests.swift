import Autodiff
import Foundation
import Kernels
import TestSupport
import Testing

/// The checks that all other tests rely on find what they are there to find.
@Suite struct TestSupportTests {
  @Test func `the gradient check finds a missing term`() {
    let x = [sampleNumbers([3])]
    expectGradient(at: x) { $0[0] * $0[0] }
    withKnownIssue { expectGradient(at: x) { $0[0] * $0[0].withoutGradient() } }
  }

  @Test func `the gradient check finds an error of one in ten million`() {
    let x = [sampleNumbers([3])]
    withKnownIssue {
      expectGradient(at: x) { $0[0].squared() + 1e-7 * $0[0].withoutGradient() }
    }
  }

  @Test func `the second derivative check finds an error that the first does not show`() {
    let x = [sampleNumbers([3])]
    // Right to first order: x² has derivative 2·x, here with the inner x held constant.
    let flat = { (x: [Tensor]) -> Tensor in
      let held = x[0].withoutGradient()
      return held.squared() + 2 * held * (x[0] - held)
    }
    expectGradient(at: x, of: flat)
    withKnownIssue { expectSecondDerivative(at: x, of: flat) }
  }

  @Test func `the engine check finds a different output and a different state`() {
    let (x, state) = (Tensor([1, 2]), Tensor([3, 4]))
    expectEnginesAgree(updating: state, on: x) { state, x in
      state = 0.5 * state + x
      return state.sum()
    }
    // The plan and the interpreter each trace the function once.
    var calls = 0
    func next() -> Double {
      calls += 1
      return Double(calls)
    }
    withKnownIssue { expectEnginesAgree(on: x) { $0 * next() } }
    withKnownIssue {
      expectEnginesAgree(updating: state, on: x) { state, x in
        state = state * next()
        return x
      }
    }
  }

  @Test func `numbers that differ too much are found and named`() {
    expectClose([1, 2] as [Float], [1, 2.000001], relative: 1e-6)
    withKnownIssue {
      expectClose([1, 2] as [Float], [1, 2.00001], relative: 1e-6)
    } matching: {
      $0.description.contains("element 1: 2.0 instead of 2.00001")
    }
    withKnownIssue { expectClose([1] as [Float], [1, 2], relative: 1) }
    withKnownIssue { expectClose(Float.nan, 1, relative: 1) }
    withKnownIssue { expectClose(Float.infinity, 1e38, relative: 1) }
    expectClose(Float.nan, .nan, relative: 0)
    expectClose(-Double.infinity, -.infinity, relative: 0)
    expectClose(1e-9, 2e-9, relative: 1e-8)
    withKnownIssue { expectClose(1e-9, 2e-9, relative: 1e-8, scale: 0) }
  }

  @Test func `the distance in units of the last place counts the numbers between`() {
    #expect(ulpDistance(Float(1), Float(1).nextUp.nextUp) == 2)
    #expect(ulpDistance(Float(0), -0.0) == 0)
    #expect(ulpDistance(-Float.leastNonzeroMagnitude, .leastNonzeroMagnitude) == 2)
    #expect(ulpDistance(1.0, 1.0.nextDown) == 1)
    #expect(ulpDistance(-Double.greatestFiniteMagnitude, -.infinity) == 1)
    #expect(ulpDistance(Double.nan, .nan) == 0)
    #expect(ulpDistance(Float.nan, 1) == nil)
  }

  @Test func `sample numbers are the same each time, apart, and inside their range`() {
    let numbers = sampleNumbers([3, 5, 7], in: -1...3).scalars
    #expect(numbers == sampleNumbers([3, 5, 7], in: -1...3).scalars)
    #expect(numbers != sampleNumbers([3, 5, 7], in: -1...3, name: "other").scalars)
    let sorted = numbers.sorted()
    #expect(zip(sorted, sorted.dropFirst()).allSatisfy { $1 - $0 > 0.03 })
    #expect(sorted.first.map { $0 >= -1 } == true && sorted.last.map { $0 <= 3 } == true)
    #expect(sampleNumbers([7]).scalars.allSatisfy { abs($0) > 0.01 })
  }

  @Test func `the cases cover every primitive`() {
    let covered = Set(
      OpCase.all.flatMap { operation in
        let inputs = operation.inputs.map { Tensor($0.rounded) }
        return topologicalOrder(of: trace(inputs: inputs, body: operation.body).outputs.nodes)
          .map(\.op.name)
      })
    let all = [
      "input", "constant", "literal", "iota", "negate", "reciprocal", "exp", "log", "squareRoot",
      "square",
      "tanh", "sigmoid", "erf", "sine", "cosine", "softplus", "absolute", "sign", "relu", "step",
      "add", "subtract", "multiply", "divide", "maximum", "minimum", "power", "greater", "equal",
      "select", "sum", "maximumOver", "argmax", "reshape", "transpose", "broadcast", "slice",
      "pad", "concatenate", "matmul", "gatherRows", "scatterRows", "pick", "place",
      "patches", "overlay", "takeLargest", "placeLargest",
    ]
    #expect(Set(all).subtracting(covered).isEmpty)
  }

  @Test func `a temporary folder is there while it is needed`() throws {
    var folder: URL?
    try withTemporaryDirectory { url in
      folder = url
      try Data([1]).write(to: url.appending(path: "file"))
      #expect(FileManager.default.fileExists(atPath: url.path(percentEncoded: false)))
    }
    let path = try #require(folder).path(percentEncoded: false)
    #expect(!FileManager.default.fileExists(atPath: path))
  }
}
