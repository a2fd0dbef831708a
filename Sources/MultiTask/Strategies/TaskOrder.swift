import Randomness

/// In which order a task's gradient meets those of the others.
public enum TaskOrder: String, NamedSetting {
  /// Drawn anew for each task at each step.
  case random
  /// By the number of the task.
  case ascending
  /// From the last task to the first.
  case descending

  func order(of count: Int, using random: inout RandomStream) -> [Int] {
    switch self {
    case .random: random.permutation(of: count)
    case .ascending: Array(0..<count)
    case .descending: Array((0..<count).reversed())
    }
  }
}

/// A combination of gradients that is changed one gradient at a time, with its products kept.
struct CombinedGradient {
  let gram: GramMatrix
  /// `w` of `v = Σ wₖ gₖ`.
  private(set) var weights: [Double]
  /// `⟨gₖ, v⟩`.
  private(set) var products: [Double]

  /// One task's own gradient.
  init(of task: Int, in gram: GramMatrix) {
    self.gram = gram
    weights = Array(repeating: 0, count: gram.count)
    weights[task] = 1
    products = Array(gram.elements[task * gram.count..<(task + 1) * gram.count])
  }

  /// `v ← v + a gₖ`.
  mutating func add(_ factor: Double, of task: Int) {
    weights[task] += factor
    gram.elements.withUnsafeBufferPointer { elements in
      products.withUnsafeMutableBufferPointer { products in
        guard let elements = elements.baseAddress, let products = products.baseAddress else {
          return
        }
        MultiTask.add(factor, elements + task * gram.count, to: products, gram.count)
      }
    }
  }

  /// `‖v‖`.
  var norm: Double {
    max(0, zip(weights, products).reduce(0) { $0 + $1.0 * $1.1 }).squareRoot()
  }
}
