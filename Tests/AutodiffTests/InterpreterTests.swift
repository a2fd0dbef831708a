import Autodiff
import Glibc
import Kernels
import TestSupport
import Testing

/// The forward value of every primitive against its closed form.
@Suite struct InterpreterTests {
  struct Function: Sendable, CustomTestStringConvertible {
    let op: Op
    let expected: @Sendable (Double) -> Double
    var testDescription: String { op.name }
  }

  static let functions: [Function] = [
    Function(op: .negate) { 0 - $0 }, Function(op: .reciprocal) { pow($0, -1) },
    Function(op: .exp) { exp($0) }, Function(op: .log) { log2($0) * M_LN2 },
    Function(op: .squareRoot) { pow($0, 0.5) }, Function(op: .square) { pow($0, 2) },
    Function(op: .tanh) { (exp($0) - exp(-$0)) / (exp($0) + exp(-$0)) },
    Function(op: .sigmoid) { 1 / (1 + exp(-$0)) }, Function(op: .softplus) { log(1 + exp($0)) },
    Function(op: .erf) { 1 - erfc($0) }, Function(op: .sine) { cos($0 - .pi / 2) },
    Function(op: .cosine) { 1 - 2 * pow(sin($0 / 2), 2) },
    Function(op: .absolute) { max($0, -$0) },
    Function(op: .sign) { $0 < 0 ? -1 : $0 > 0 ? 1 : 0 }, Function(op: .relu) { max($0, 0) },
    Function(op: .step) { $0 > 0 ? 1 : 0 }, Function(op: .stopGradient) { $0 },
  ]

  @Test(arguments: functions)
  func `a function of one operand has its closed form`(_ function: Function) {
    let isPositive = [.log, .squareRoot, .reciprocal].contains(function.op)
    let x = sampleNumbers([3, 7], in: isPositive ? 0.1...4 : -4...4)
    let expected = x.scalars.map(function.expected)

    let inDouble = evaluate(function.op, x)
    expectClose(inDouble, expected, relative: 1e-14)
    let inFloat = evaluate(function.op, x.rounded)
    expectClose(
      inFloat, x.rounded.scalars.map { Float(function.expected(Double($0))) }, relative: 3e-7)
  }

  @Test func `a function of two operands has its closed form`() {
    let a = NDArray<Double>(shape: [5], scalars: [2, 3, 0.5, 4, 1])
    let b = NDArray<Double>(shape: [5], scalars: [3, 2, 0.5, -1, 0])
    #expect(evaluate(.add, a, b) == [5, 5, 1, 3, 1])
    #expect(evaluate(.subtract, a, b) == [-1, 1, 0, 5, 1])
    #expect(evaluate(.multiply, a, b) == [6, 6, 0.25, -4, 0])
    #expect(evaluate(.divide, a, b) == [2.0 / 3, 1.5, 1, -4, .infinity])
    #expect(evaluate(.maximum, a, b) == [3, 3, 0.5, 4, 1])
    #expect(evaluate(.minimum, a, b) == [2, 2, 0.5, -1, 0])
    #expect(evaluate(.power, a, b) == [8, 9, 0.5.squareRoot(), 0.25, 1])
    #expect(evaluate(.greater, a, b) == [0, 1, 0, 1, 1])
    #expect(evaluate(.equal, a, b) == [0, 0, 1, 0, 0])
    let condition = NDArray<Double>(shape: [5], scalars: [1, 0, -1, 0, 2])
    #expect(evaluate(.select, condition, a, b) == [2, 2, 0.5, -1, 1])
  }

  @Test func `extreme operands neither overflow nor lose their sign`() {
    let x = NDArray<Float>(shape: [4], scalars: [-200, -20, 20, 200])
    #expect(evaluate(.sigmoid, x)[0] >= 0 && evaluate(.sigmoid, x)[0] < 1e-38)
    expectClose(evaluate(.sigmoid, x)[1], exp(-20), relative: 1e-6, scale: 0)
    expectClose(evaluate(.softplus, x)[1], exp(-20), relative: 1e-6, scale: 0)
    #expect(evaluate(.softplus, x)[3] == 200)
    #expect(evaluate(.tanh, x) == [-1, -1, 1, 1])
  }

  @Test func `not-a-number goes through maxima and fails comparisons`() {
    let x = NDArray<Float>(shape: [2], scalars: [.nan, 1])
    let y = NDArray<Float>(shape: [2], scalars: [1, .nan])
    for op in [Op.maximum, .minimum, .add] {
      let results = evaluate(op, x, y)
      #expect(results[0].isNaN && results[1].isNaN, "\(op)")
    }
    for op in [Op.greater, .equal] { #expect(evaluate(op, x, y) == [0, 0], "\(op)") }
    for op in [Op.step, .sign] { #expect(evaluate(op, x) == [0, 1], "\(op)") }
    #expect(evaluate(.relu, x)[0].isNaN)
    #expect(evaluate(.maximumOver(axis: 0), y)[0].isNaN)
  }

  @Test func `leaves fill the shape of their node`() {
    let leaves = [
      Node(leaf: .constant(2.5), shape: [2, 2]), Node(leaf: .iota(axis: 0), shape: [2, 3]),
      Node(leaf: .iota(axis: 1), shape: [2, 3]), Node(leaf: .iota(axis: 1), shape: [2, 2, 2]),
      Node(leaf: .literal(Literal(NDArray(shape: [2], scalars: [3, 4]))), shape: [2]),
      Node(leaf: .input(1), shape: [1]),
    ]
    let inputs = [NDArray<Double>(shape: [], scalars: [0]), NDArray(shape: [1], scalars: [7])]
    let values = interpret(leaves, inputs: inputs).map(\.scalars)
    #expect(values[0] == [2.5, 2.5, 2.5, 2.5])
    #expect(values[1] == [0, 0, 0, 1, 1, 1])
    #expect(values[2] == [0, 1, 2, 0, 1, 2])
    #expect(values[3] == [0, 0, 1, 1, 0, 0, 1, 1])
    #expect(values[4] == [3, 4])
    #expect(values[5] == [7])
  }

  @Test func `a reduction takes away its axis`() {
    let x = NDArray<Double>(shape: [2, 3, 2], scalars: [1, 9, 3, 4, 5, 9, 7, 0, 9, 2, 7, 1])
    #expect(evaluate(.sum(axis: 0), x) == [8, 9, 12, 6, 12, 10])
    #expect(evaluate(.sum(axis: 1), x) == [9, 22, 23, 3])
    #expect(evaluate(.sum(axis: 2), x) == [10, 7, 14, 7, 11, 8])
    #expect(evaluate(.maximumOver(axis: 1), x) == [5, 9, 9, 2])
    #expect(evaluate(.argmax(axis: 1), x) == [2, 0, 1, 1])
    #expect(evaluate(.sum(axis: 0), NDArray<Double>(shape: [0, 2], scalars: [])) == [0, 0])
  }

  @Test func `sums and products in Float are added up in Double`() {
    let x = NDArray<Float>(shape: [3], scalars: [1e8, 1, -1e8])
    #expect(evaluate(.sum(axis: 0), x) == [1])
    let row = NDArray<Float>(shape: [1, 3], scalars: x.scalars)
    let ones = NDArray<Float>(shape: [3, 1], scalars: [1, 1, 1])
    #expect(evaluate(.matmul, row, ones) == [1])
  }

  @Test func `rearrangements move elements where they say`() {
    let x = NDArray<Double>(shape: [2, 3], scalars: [1, 2, 3, 4, 5, 6])
    #expect(evaluate(.reshape([3, 2]), x) == [1, 2, 3, 4, 5, 6])
    #expect(evaluate(.transpose([1, 0]), x) == [1, 4, 2, 5, 3, 6])
    #expect(evaluate(.broadcast(axis: 0, count: 2), x) == x.scalars + x.scalars)
    #expect(evaluate(.broadcast(axis: 1, count: 2), x) == [1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6])
    #expect(evaluate(.broadcast(axis: 2, count: 2), x) == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6])
    #expect(evaluate(.slice(axis: 1, start: 1, count: 2), x) == [2, 3, 5, 6])
    #expect(evaluate(.slice(axis: 0, start: 1, count: 1), x) == [4, 5, 6])
    #expect(evaluate(.pad(axis: 1, before: 1, after: 0), x) == [0, 1, 2, 3, 0, 4, 5, 6])
    #expect(evaluate(.pad(axis: 0, before: 0, after: 1), x) == [1, 2, 3, 4, 5, 6, 0, 0, 0])
    let y = NDArray<Double>(shape: [2, 1], scalars: [7, 8])
    #expect(evaluate(.concatenate(axis: 1), x, y) == [1, 2, 3, 7, 4, 5, 6, 8])

    let cube = NDArray<Double>(shape: [2, 2, 2], scalars: [0, 1, 2, 3, 4, 5, 6, 7])
    #expect(evaluate(.transpose([2, 0, 1]), cube) == [0, 2, 4, 6, 1, 3, 5, 7])
  }

  @Test func `products and look-ups`() {
    let x = NDArray<Double>(shape: [2, 3], scalars: [1, 2, 3, 4, 5, 6])
    let y = NDArray<Double>(shape: [3, 2], scalars: [1, 0, 2, 1, 0, 3])
    #expect(evaluate(.matmul, x, y) == [5, 11, 14, 23])
    let table = NDArray<Double>(shape: [3, 2], scalars: [1, 2, 3, 4, 5, 6])
    let rows = NDArray<Double>(shape: [4], scalars: [2, 0, 2, 1])
    #expect(evaluate(.gatherRows, table, rows) == [5, 6, 1, 2, 5, 6, 3, 4])
    let values = NDArray<Double>(shape: [4, 1], scalars: [1, 10, 100, 1000])
    #expect(evaluate(.scatterRows(rows: 4), values, rows) == [10, 1000, 101, 0])
    let actions = NDArray<Double>(shape: [2], scalars: [2, 0])
    #expect(evaluate(.pick, x, actions) == [3, 4])
    let gains = NDArray<Double>(shape: [2], scalars: [7, 8])
    #expect(evaluate(.place(count: 3), gains, actions) == [0, 0, 7, 8, 0, 0])
  }

  @Test func `an index outside its table ends the process`() async {
    await #expect(processExitsWith: .failure) {
      _ = Tensor(shape: [1, 3], scalars: [1, 2, 3]).picked(at: Tensor([3]))
    }
    await #expect(processExitsWith: .failure) {
      _ = Tensor(shape: [1, 3], scalars: [1, 2, 3]).picked(at: Tensor([0.5]))
    }
  }

  @Test func `a shared result is computed for all that use it`() {
    let x = Node(leaf: .input(0), shape: [])
    let shared = Node.recording(.exp, x)
    let sum = Node.recording(.add, shared, shared)
    let input = NDArray<Double>(shape: [], scalars: [1])
    let values = interpret([sum, shared, sum], inputs: [input]).map(\.scalars)
    #expect(values == [[2 * exp(1)], [exp(1)], [2 * exp(1)]])
  }
}

private func evaluate(_ op: Op, _ operands: NDArray<Float>...) -> [Float] {
  interpret([.recording(op, inputs(shaped: operands.map(\.shape)))], inputs: operands)[0].scalars
}

private func evaluate(_ op: Op, _ operands: NDArray<Double>...) -> [Double] {
  interpret([.recording(op, inputs(shaped: operands.map(\.shape)))], inputs: operands)[0].scalars
}

private func inputs(shaped shapes: [Shape]) -> [Node] {
  shapes.enumerated().map { Node(leaf: .input($0.offset), shape: $0.element) }
}
