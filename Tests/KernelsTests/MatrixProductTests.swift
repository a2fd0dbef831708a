import CKernels
import Kernels
import Testing

@Suite struct MatrixProductTests {
  private func expectRight(_ problem: ProductCase, usesOpenBLAS: Bool?) {
    let numbers = problem.numbers()
    let product = MatrixProduct(
      rows: problem.rows, columns: problem.columns, depth: problem.depth,
      isLeftTransposed: problem.isLeftTransposed, isRightTransposed: problem.isRightTransposed,
      leftStride: problem.leftStride, rightStride: problem.rightStride,
      resultStride: problem.resultStride, alpha: problem.alpha, beta: problem.beta,
      usesOpenBLAS: usesOpenBLAS)
    let scratch = AlignedBuffer<Float>(count: product.scratchCount)
    var result = numbers.result
    numbers.bias.withUnsafeBufferPointer { bias in
      numbers.gate.withUnsafeBufferPointer { gate in
        var epilogue = fledge_epilogue(
          bias: bias.baseAddress, activation: Int32(FLEDGE_RELU.rawValue), slope: 0,
          gate: gate.baseAddress, gate_row: problem.resultStride)
        product.run(
          numbers.left, numbers.right, into: &result, epilogue: &epilogue, scratch: scratch.start)
      }
    }
    #expect(result.map { Double($0) } == problem.expected(numbers), "\(problem)")
  }

  @Test(arguments: [false, true], [false, true])
  func `both implementations agree with the definition`(left: Bool, right: Bool) {
    for usesOpenBLAS in [false, true, nil] {
      expectRight(
        ProductCase(
          rows: 11, columns: 21, depth: 6, isLeftTransposed: left, isRightTransposed: right,
          padding: 2, alpha: 2, beta: 3, hasBias: true, hasGate: true, activation: FLEDGE_RELU),
        usesOpenBLAS: usesOpenBLAS)
    }
  }

  @Test func `products of networks are ours, those of large matrices are OpenBLAS's`() {
    #expect(!MatrixProduct(rows: 256, columns: 256, depth: 256).usesOpenBLAS)
    #expect(!MatrixProduct(rows: 1, columns: 64, depth: 4).usesOpenBLAS)
    #expect(MatrixProduct(rows: 2048, columns: 2048, depth: 2048).usesOpenBLAS)
  }

  @Test func `empty products are allowed`() {
    for (rows, columns, depth) in [(0, 3, 2), (3, 0, 2), (0, 0, 0)] {
      let product = MatrixProduct(rows: rows, columns: columns, depth: depth)
      let scratch = AlignedBuffer<Float>(count: product.scratchCount)
      let operand = [Float](repeating: 1, count: 8)
      var result = [Float](repeating: 5, count: 8)
      product.run(operand, operand, into: &result, scratch: scratch.start)
      #expect(result.allSatisfy { $0 == 5 })
    }
    let product = MatrixProduct(rows: 2, columns: 2, depth: 0)
    let scratch = AlignedBuffer<Float>(count: product.scratchCount)
    var result: [Float] = [5, 5, 5, 5]
    product.run([1], [1], into: &result, scratch: scratch.start)
    #expect(result == [0, 0, 0, 0])
  }
}
