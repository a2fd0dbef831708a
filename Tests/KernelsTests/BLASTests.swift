import CKernels
import Kernels
import Testing

@Suite struct BLASTests {
  @Test func `one thread is used`() {
    BLAS.prepare()
    #expect(BLAS.configuration.threads == 1)
  }

  @Test func `a processor with AVX-512 gets kernels for it`() {
    let names = ["SkylakeX", "Cooperlake", "Sapphirerapids"]
    let hasAVX512 = fledge_loops_at(VectorLevel.avx512.rawValue) != nil
    let isAskedFor = Environment.value(of: "OPENBLAS_CORETYPE") != nil
    #expect(isAskedFor || !hasAVX512 || names.contains(BLAS.kernelName), "\(BLAS.kernelName)")
    #expect(!BLAS.configuration.detectedKernel.isEmpty)
    #expect(BLAS.configuration.library.contains("OpenBLAS"))
  }

  @Test func `selecting kernels leaves the environment as it was`() {
    let before = Environment.value(of: "OPENBLAS_CORETYPE")
    BLAS.prepare()
    #expect(Environment.value(of: "OPENBLAS_CORETYPE") == before)
  }

  @Test(arguments: [false, true], [false, true])
  func `products are right in both precisions`(leftTransposed: Bool, rightTransposed: Bool) {
    let sizes = (m: 5, n: 7, k: 6)
    let problem = ProductCase(
      rows: sizes.m, columns: sizes.n, depth: sizes.k, isLeftTransposed: leftTransposed,
      isRightTransposed: rightTransposed, alpha: 2, beta: 3)
    let numbers = problem.numbers()
    var single = numbers.result
    BLAS.multiply(
      rows: sizes.m, columns: sizes.n, depth: sizes.k,
      numbers.left, stride: problem.leftStride, transposed: leftTransposed,
      numbers.right, stride: problem.rightStride, transposed: rightTransposed,
      alpha: 2, beta: 3, into: &single, stride: problem.resultStride)
    var double = numbers.result.map { Double($0) }
    BLAS.multiply(
      rows: sizes.m, columns: sizes.n, depth: sizes.k,
      numbers.left.map { Double($0) }, stride: problem.leftStride, transposed: leftTransposed,
      numbers.right.map { Double($0) }, stride: problem.rightStride, transposed: rightTransposed,
      alpha: 2, beta: 3, into: &double, stride: problem.resultStride)
    let expected = problem.expected(numbers)
    #expect(single.map { Double($0) } == expected)
    #expect(double == expected)
  }
}
