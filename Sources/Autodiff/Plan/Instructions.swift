import CKernels
import Kernels

/// One step of a plan at run time: a kind and a pointer to all that it needs, resolved when the
/// plan was made.
///
/// Nothing here is counted, looked up or allocated while it runs.
enum PlanInstruction {
  case fused(UnsafePointer<fledge_fused_kernel>)
  case product(UnsafePointer<ProductInstruction>)
  case imageProduct(UnsafePointer<ImageProductInstruction>)
  case window(UnsafePointer<WindowInstruction>)
  case copyRows(UnsafePointer<RowsInstruction>)
  case transpose(UnsafePointer<RowsInstruction>)
  case zeros(UnsafePointer<RowsInstruction>)
  case gather(UnsafePointer<RowsInstruction>)
  case scatter(UnsafePointer<RowsInstruction>)
  case pick(UnsafePointer<RowsInstruction>)
  case place(UnsafePointer<RowsInstruction>)
  case argmaxOfRows(UnsafePointer<RowsInstruction>)
  case argmaxOfColumns(UnsafePointer<RowsInstruction>)
  case strided(UnsafePointer<StridedInstruction>)
}

/// A matrix product with its addresses.
struct ProductInstruction {
  let product: MatrixProduct
  let left: UnsafePointer<Float>
  let right: UnsafePointer<Float>
  let result: UnsafeMutablePointer<Float>
  let epilogue: UnsafePointer<fledge_epilogue>?
  let scratch: UnsafeMutablePointer<Float>
}

/// A loop over rows; what the fields mean is the loop's own.
struct RowsInstruction {
  let source: UnsafePointer<Float>
  let indices: UnsafePointer<Float>
  let result: UnsafeMutablePointer<Float>
  var rows = 0
  var columns = 0
  var sourceStride = 0
  var resultStride = 0
  /// Rows of a table.
  var bound = 0
}

/// Copies elements from where their strides say to where they follow one another.
struct StridedInstruction {
  let source: UnsafePointer<Float>
  let result: UnsafeMutablePointer<Float>
  /// Of the result, outermost first, and the distances in the source for each.
  let counts: (Int, Int, Int, Int)
  let strides: (Int, Int, Int, Int)
}

extension UnsafeBufferPointer<PlanInstruction> {
  /// Carries out the instructions in order.
  func run() {
    for instruction in self { instruction.run() }
  }
}

extension PlanInstruction {
  @inline(__always)
  fileprivate func run() {
    switch self {
    case .fused(let kernel): fledge_fused_run(kernel)
    case .product(let x):
      x.pointee.product.run(
        x.pointee.left, x.pointee.right, into: x.pointee.result, epilogue: x.pointee.epilogue,
        scratch: x.pointee.scratch)
    case .imageProduct(let product): product.pointee.run()
    case .window(let loop): loop.pointee.run()
    case .strided(let copy): copy.pointee.run()
    case .copyRows(let x): x.pointee.copyRows()
    case .transpose(let x): x.pointee.transpose()
    case .zeros(let x): x.pointee.result.update(repeating: 0, count: x.pointee.columns)
    case .gather(let x): x.pointee.gather()
    case .scatter(let x): x.pointee.scatter()
    case .pick(let x): x.pointee.pick()
    case .place(let x): x.pointee.place()
    case .argmaxOfRows(let x): x.pointee.argmaxOfRows()
    case .argmaxOfColumns(let x): x.pointee.argmaxOfColumns()
    }
  }
}

extension RowsInstruction {
  fileprivate func copyRows() {
    fledge_copy_rows(source, Int64(rows), Int64(columns), sourceStride, result, resultStride)
  }

  fileprivate func transpose() {
    fledge_transpose(source, Int64(rows), Int64(columns), sourceStride, result, resultStride)
  }

  fileprivate func gather() {
    fledge_gather_rows_float(
      source, Int64(bound), Int64(columns), sourceStride, indices, Int64(rows), result, resultStride
    )
  }

  fileprivate func scatter() {
    fledge_scatter_rows(
      source, Int64(rows), Int64(columns), sourceStride, indices, result, Int64(bound), resultStride
    )
  }

  fileprivate func pick() {
    fledge_pick(source, Int64(rows), Int64(columns), sourceStride, indices, result)
  }

  fileprivate func place() {
    fledge_place(source, indices, Int64(rows), Int64(columns), result, resultStride)
  }

  fileprivate func argmaxOfRows() {
    fledge_argmax_rows_float(source, Int64(rows), Int64(columns), sourceStride, result)
  }

  /// `[bound, rows, columns]` → `[bound, columns]`: the first row with the largest element.
  fileprivate func argmaxOfColumns() {
    for outer in 0..<bound {
      for column in 0..<columns {
        let line = source + outer * rows * columns + column
        var best = 0
        for row in 1..<max(1, rows) where line[row * columns] > line[best * columns] { best = row }
        result[outer * columns + column] = Float(best)
      }
    }
  }
}

extension StridedInstruction {
  fileprivate func run() {
    var next = result
    for i in 0..<counts.0 {
      for j in 0..<counts.1 {
        for k in 0..<counts.2 {
          let line = source + i * strides.0 + j * strides.1 + k * strides.2
          for l in 0..<counts.3 { next[l] = line[l * strides.3] }
          next += counts.3
        }
      }
    }
  }
}
