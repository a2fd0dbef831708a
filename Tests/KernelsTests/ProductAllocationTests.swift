import CAllocationCounter
import Kernels
import Testing

@Suite struct ProductAllocationTests {
  @Test(arguments: [(64, 64, 64), (64, 2, 64), (1, 84, 120)])
  func `a product does not allocate`(rows: Int, columns: Int, depth: Int) {
    let left = AlignedBuffer<Float>(count: rows * depth)
    let right = AlignedBuffer<Float>(count: depth * columns)
    let result = AlignedBuffer<Float>(count: rows * columns)
    for isTransposed in [false, true] {
      let product = MatrixProduct(
        rows: rows, columns: columns, depth: depth, isRightTransposed: isTransposed)
      let scratch = AlignedBuffer<Float>(count: product.scratchCount)
      let before = allocation_count()
      product.run(left.start, right.start, into: result.start, scratch: scratch.start)
      #expect(allocation_count() == before)
    }
  }

  @Test func `allocations are counted`() {
    let before = allocation_count()
    let buffer = AlignedBuffer<Float>(count: 100)
    #expect(allocation_count() >= before + 1)
    #expect(buffer.count == 100)
  }
}
