package import CKernels

/// One product of two matrices of fixed sizes, with what is to happen to the result before it is
/// stored.
///
/// `C = epilogue(alpha · op(A) op(B) + beta · C)`, row-major, `op(A)` being `[rows, depth]` and
/// `op(B)` `[depth, columns]`. A value of this type is made once, chooses between the kernel of
/// this package and OpenBLAS, and runs any number of times without allocating.
package struct MatrixProduct: Sendable {
  package let rows: Int
  package let columns: Int
  package let depth: Int
  /// Whether A is stored as `[depth, rows]`, B as `[columns, depth]`.
  package let isLeftTransposed: Bool
  package let isRightTransposed: Bool
  /// Distances between stored rows, in floats.
  package let leftStride: Int
  package let rightStride: Int
  package let resultStride: Int
  package let alpha: Float
  package let beta: Float
  /// Whether OpenBLAS computes the product.
  package let usesOpenBLAS: Bool

  /// A product of matrices whose stored rows follow one another unless strides say otherwise.
  package init(
    rows: Int, columns: Int, depth: Int,
    isLeftTransposed: Bool = false, isRightTransposed: Bool = false,
    leftStride: Int? = nil, rightStride: Int? = nil, resultStride: Int? = nil,
    alpha: Float = 1, beta: Float = 0, usesOpenBLAS: Bool? = nil
  ) {
    self.rows = rows
    self.columns = columns
    self.depth = depth
    self.isLeftTransposed = isLeftTransposed
    self.isRightTransposed = isRightTransposed
    self.leftStride = leftStride ?? (isLeftTransposed ? rows : depth)
    self.rightStride = rightStride ?? (isRightTransposed ? depth : columns)
    self.resultStride = resultStride ?? columns
    self.alpha = alpha
    self.beta = beta
    self.usesOpenBLAS =
      usesOpenBLAS ?? Self.isFasterWithOpenBLAS(rows: rows, columns: columns, depth: depth)
    if self.usesOpenBLAS { BLAS.prepare() }
  }

  /// Floats of scratch memory that a run needs.
  package var scratchCount: Int {
    usesOpenBLAS ? 0 : Int(fledge_gemm_scratch(Int64(rows), Int64(columns), Int64(depth)))
  }

  /// Computes the product.
  ///
  /// - Parameters:
  ///   - epilogue: Bias, activation and gate, or `nil`.
  ///   - scratch: Room for ``scratchCount`` floats; not kept.
  package func run(
    _ left: UnsafePointer<Float>, _ right: UnsafePointer<Float>,
    into result: UnsafeMutablePointer<Float>, epilogue: UnsafePointer<fledge_epilogue>? = nil,
    scratch: UnsafeMutablePointer<Float>?
  ) {
    if usesOpenBLAS {
      BLAS.multiply(
        rows: rows, columns: columns, depth: depth,
        left, stride: max(1, leftStride), transposed: isLeftTransposed,
        right, stride: max(1, rightStride), transposed: isRightTransposed,
        alpha: alpha, beta: beta, into: result, stride: max(1, resultStride))
      if let epilogue {
        fledge_apply_epilogue(Int64(rows), Int64(columns), result, resultStride, epilogue)
      }
    } else {
      fledge_gemm(
        Int64(rows), Int64(columns), Int64(depth),
        left, isLeftTransposed ? 1 : leftStride, isLeftTransposed ? leftStride : 1,
        right, isRightTransposed ? 1 : rightStride, isRightTransposed ? rightStride : 1,
        result, resultStride, alpha, beta, epilogue, scratch)
    }
  }

  /// OpenBLAS, which packs both operands, wins where they outgrow the second-level cache.
  ///
  /// Measured on one core of a Zen 5 with 1 MB of it: ours is ahead in cubes up to 512, behind from
  /// 768 on, and never far behind where one side is narrow.
  private static func isFasterWithOpenBLAS(rows: Int, columns: Int, depth: Int) -> Bool {
    min(rows, columns, depth) >= 128 && rows * columns * depth > 600 * 600 * 600
  }
}
