/// Memory of a fixed size that a wrapper keeps for its batch.
///
/// A pointer that never changes, so that a loop over it need not ask who else reads it.
public final class RowBuffer<Element> {
  /// The first element.
  public let base: UnsafeMutablePointer<Element>
  /// How many there are.
  public let count: Int

  /// Makes `count` copies of an element.
  public init(repeating element: Element, count: Int) {
    self.count = count
    base = .allocate(capacity: max(1, count))
    base.initialize(repeating: element, count: max(1, count))
  }

  /// Copies elements, at least one, into each of several rows.
  public convenience init(_ elements: [Element], rows: Int = 1) {
    self.init(repeating: elements[0], count: elements.count * rows)
    for place in 0..<count { base[place] = elements[place % elements.count] }
  }

  deinit {
    base.deinitialize(count: max(1, count))
    base.deallocate()
  }

  /// The elements in an array, for checkpoints; to be set to as many as there are.
  public var elements: [Element] {
    get { Array(UnsafeBufferPointer(start: base, count: count)) }
    set {
      precondition(newValue.count == count, "\(newValue.count) elements for \(count) places")
      for index in 0..<count { base[index] = newValue[index] }
    }
  }
}
