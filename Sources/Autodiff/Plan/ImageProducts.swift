import CKernels
import Kernels

extension Product {
  /// Which of its matrices are patches of images, and never in memory as a whole.
  enum Patches: Hashable {
    case none
    /// The left operand is images of this shape and stands for their patches: a convolution, or
    /// with `transposesA` the gradient of its filters.
    case left(Window, Shape)
    /// The result is laid over images of this shape: the gradient of a convolution's images.
    case result(Window, Shape)
  }

  /// Whether bias, activation and gate may be added to it.
  var takesEpilogue: Bool {
    switch patches {
    case .none: true
    case .left: !transposesA
    case .result: false
    }
  }
}

// How convolutions become kernels, as far as nobody else needs what lies between.
extension ProductPass {
  /// Reads patches where they come from, if the left operand is patches.
  func readingImages(_ product: inout Product, _ operands: inout [Int]) {
    guard case .primitive(.patches(let window)) = new[operands[0]].op else { return }
    let images = new[operands[0]].inputs[0]
    product.patches = .left(window, new[images].shape)
    operands[0] = images
  }

  /// `overlay` of a product.
  mutating func overlaidProduct(_ id: Int, _ window: Window) -> Int? {
    guard let (bare, x) = soleProduct(old[id].inputs[0]), bare.isBare, bare.patches == .none,
      bare.takesWholes
    else { return nil }
    var product = bare
    product.patches = .result(window, old[id].shape)
    return new.add(.product(product), x, old[id].shape)
  }

  /// `placeLargest(values, keys) · step(keys)`, whatever shapes lie between: the backward pass of
  /// pooling after ReLU.
  mutating func placedWherePositive(_ id: Int) -> Int? {
    for (a, b) in [(0, 1), (1, 0)].map({ (old[id].inputs[$0], old[id].inputs[$1]) }) {
      guard let gate = new.operands(map[b], of: .step)?[0], let placing = solePlacing(a)
      else { continue }
      let x = new[map[placing.id]].inputs
      guard new.location(x[1]) == new.location(gate) else { continue }
      let placed = new.add(.placeLargestPositive(placing.window), x, old[placing.id].shape)
      return new.reshape(placed, old[id].shape)
    }
    return nil
  }

  /// The `placeLargest` of which this is another shape, if nothing else uses it.
  private func solePlacing(_ id: Int) -> (id: Int, window: Window)? {
    var id = id
    while uses[id] == 1 {
      switch old[id].op {
      case .primitive(.reshape): id = old[id].inputs[0]
      case .primitive(.placeLargest(let window)): return (id, window)
      default: return nil
      }
    }
    return nil
  }
}
