import CKernels
import Kernels

/// A product with patches of images, with its addresses.
struct ImageProductInstruction {
  enum Kind { case convolution, filters, images }
  let kind: Kind
  let windows: fledge_windows
  /// Outputs of the convolution.
  let outputs: Int
  let left: UnsafePointer<Float>
  /// Distances between rows and columns, as in `fledge_gemm`; unused where it is images.
  let leftStrides: (Int, Int)
  let right: UnsafePointer<Float>
  let rightStrides: (Int, Int)
  let result: UnsafeMutablePointer<Float>
  let alpha: Float
  let epilogue: UnsafePointer<fledge_epilogue>?
  let scratch: UnsafeMutablePointer<Float>

  func run() {
    withUnsafePointer(to: windows) { windows in
      switch kind {
      case .convolution:
        fledge_convolve(
          windows, Int64(outputs), left, right, rightStrides.0, rightStrides.1, result, alpha,
          epilogue, scratch)
      case .filters:
        fledge_convolve_filters(
          windows, Int64(outputs), left, right, rightStrides.0, rightStrides.1, result, alpha,
          scratch)
      case .images:
        fledge_convolve_images(
          windows, Int64(outputs), left, leftStrides.0, leftStrides.1, right, rightStrides.0,
          rightStrides.1, result, alpha, scratch)
      }
    }
  }
}

/// A loop over the places of a window on images.
struct WindowInstruction {
  enum Kind { case patches, overlay, takeLargest, placeLargest, placeLargestPositive }
  let kind: Kind
  let windows: fledge_windows
  let source: UnsafePointer<Float>
  let keys: UnsafePointer<Float>
  let result: UnsafeMutablePointer<Float>

  func run() {
    withUnsafePointer(to: windows) { windows in
      switch kind {
      case .patches: fledge_patches(windows, source, result)
      case .overlay: fledge_overlay(windows, source, result)
      case .takeLargest: fledge_take_largest(windows, source, keys, result)
      case .placeLargest: fledge_place_largest(windows, source, keys, 0, result)
      case .placeLargestPositive: fledge_place_largest(windows, source, keys, 1, result)
      }
    }
  }
}

extension Lowering {
  mutating func addImageProduct(
    _ id: Int, _ product: Product, epilogue: UnsafePointer<fledge_epilogue>?
  ) {
    guard let sizes = graph.imageProduct(id, product) else { return }
    let x = graph[id].inputs
    let instruction = ImageProductInstruction(
      kind: sizes.kind, windows: sizes.windows, outputs: sizes.outputs,
      left: UnsafePointer(address(x[0])),
      leftStrides: graph.strides(x[0], isTransposed: product.transposesA),
      right: UnsafePointer(address(x[1])),
      rightStrides: graph.strides(x[1], isTransposed: product.transposesB),
      result: address(id), alpha: product.alpha, epilogue: epilogue, scratch: scratch)
    add(.imageProduct(memory.store(instruction)))
  }

  /// Adds a loop over places; the second operand, if there is one, holds the keys.
  mutating func addWindow(
    _ id: Int, _ kind: WindowInstruction.Kind, _ window: Window, images: Shape
  ) {
    let x = graph[id].inputs.map { UnsafePointer(address($0)) }
    let instruction = WindowInstruction(
      kind: kind, windows: window.places(on: images), source: x[0], keys: x[x.count - 1],
      result: address(id))
    add(.window(memory.store(instruction)))
  }
}

extension PlanGraph {
  /// What kind of product with patches a value is, and its sizes; `nil` for a plain product.
  func imageProduct(
    _ id: Int, _ product: Product
  ) -> (kind: ImageProductInstruction.Kind, windows: fledge_windows, outputs: Int)? {
    switch product.patches {
    case .none: return nil
    case .left(let window, let images):
      let kind = product.transposesA ? ImageProductInstruction.Kind.filters : .convolution
      return (kind, window.places(on: images), self[id].shape[1])
    case .result(let window, let images):
      let left = self[self[id].inputs[0]].shape
      return (.images, window.places(on: images), product.transposesA ? left[0] : left[1])
    }
  }

  /// Floats from row to row and from column to column of a matrix as a product sees it.
  fileprivate func strides(_ id: Int, isTransposed: Bool) -> (Int, Int) {
    let stored = self[id].shape
    let row = stored.rank == 2 ? stored[1] : 0
    return isTransposed ? (1, row) : (row, 1)
  }
}

extension Window {
  /// The places on images of this shape, as the kernels know them.
  fileprivate func places(on images: Shape) -> fledge_windows {
    let places = places(onHeight: images[1], width: images[2])
    return fledge_windows(
      count: Int64(images[0]), height: Int64(images[1]), width: Int64(images[2]),
      channels: Int64(images[3]), window_height: Int64(height), window_width: Int64(width),
      stride: Int64(stride), padding: Int64(padding), rows: Int64(places.rows),
      columns: Int64(places.columns))
  }
}
