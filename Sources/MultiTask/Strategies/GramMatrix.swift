/// The inner products `M = J Jᵀ` of the tasks' gradients, in double precision.
public struct GramMatrix: Equatable, Codable, Sendable {
  /// The number of tasks, `K`.
  public let count: Int
  /// `[K, K]`, row by row.
  public var elements: [Double]

  /// - Precondition: There are `count²` elements.
  public init(count: Int, elements: [Double]) {
    precondition(elements.count == count * count, "a Gram matrix of \(count) tasks is square")
    self.count = count
    self.elements = elements
  }

  /// Of gradients that are given in full.
  ///
  /// - Precondition: The rows have one length.
  public init(rows: [[Double]]) {
    self.init(
      count: rows.count,
      elements: rows.flatMap { row in
        rows.map { other in
          precondition(row.count == other.count, "gradients must have one length")
          return zip(row, other).reduce(0) { $0 + $1.0 * $1.1 }
        }
      })
  }

  /// The inner product of two tasks' gradients.
  public subscript(row: Int, column: Int) -> Double {
    get { elements[row * count + column] }
    set { elements[row * count + column] = newValue }
  }
}

/// The tasks' gradients with respect to what they share, one row a task.
public struct GradientRows {
  /// The number of tasks, `K`.
  public let count: Int
  /// The number of shared parameters, `P`.
  public let length: Int
  /// Rows lie one after another, `[K, P]`.
  public let elements: UnsafeMutableBufferPointer<Float>
  /// Numbers of a row that belong to one layer, layer after layer; one for all where the layers are
  /// not known.
  public let layers: [Int]

  package init(
    count: Int, length: Int, elements: UnsafeMutableBufferPointer<Float>, layers: [Int]? = nil
  ) {
    precondition(elements.count == count * length, "\(count) rows of \(length) numbers")
    self.layers = layers ?? [length]
    precondition(self.layers.reduce(0, +) == length, "layers of other numbers than the rows")
    self.count = count
    self.length = length
    self.elements = elements
  }

  /// The gradient of one task.
  public subscript(row: Int) -> UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(rebasing: elements[row * length..<(row + 1) * length])
  }
}
