/// What an action may be.
///
/// A space is also how actions that an agent wrote as rows of numbers become elements: a row has
/// `width` scalars, whole numbers for choices and floating-point numbers for everything else.
public protocol Space: Sendable {
  /// One action, as an environment takes it.
  associatedtype Element: Sendable
  /// What rows of actions are made of: `Int32` for a choice, `Float` for continuous actions.
  associatedtype Scalar: ActionScalar

  /// The scalars in a row.
  var width: Int { get }
  /// This space without its type.
  var erased: ActionSpace { get }
  /// Whether an element may be taken as an action.
  func contains(_ element: Element) -> Bool
  /// The element in a row of `width` scalars.
  func element(in row: UnsafePointer<Scalar>) -> Element
}

/// A choice among `count` actions, the numbers `0..<count`.
public struct Discrete: Space, Hashable {
  /// How many actions there are, at least 1.
  public let count: Int

  /// Makes the choice among `count` actions.
  public init(_ count: Int) {
    precondition(count > 0, "a choice needs at least one action, not \(count)")
    self.count = count
  }

  @inlinable public var width: Int { 1 }
  public var erased: ActionSpace { .discrete(count: count) }
  @inlinable public func contains(_ element: Int) -> Bool { element >= 0 && element < count }
  @inlinable public func element(in row: UnsafePointer<Int32>) -> Int { Int(row.pointee) }
}

/// One number from a range.
public struct Interval: Space, Hashable {
  /// The smallest and the largest number.
  public let bounds: ClosedRange<Float>

  /// Makes the space of the numbers in `bounds`.
  public init(_ bounds: ClosedRange<Float>) { self.bounds = bounds }

  @inlinable public var width: Int { 1 }
  public var erased: ActionSpace {
    .continuous(low: [bounds.lowerBound], high: [bounds.upperBound])
  }
  @inlinable public func contains(_ element: Float) -> Bool { bounds.contains(element) }
  @inlinable public func element(in row: UnsafePointer<Float>) -> Float { row.pointee }
}

/// Rows of numbers, each with bounds of its own; infinite bounds are allowed.
public struct Box: Space, Hashable {
  /// The smallest value of each number.
  public let low: [Float]
  /// The largest value of each number.
  public let high: [Float]
  /// How many categories each number tells apart, where all of them are numbers of categories.
  ///
  /// Such a number means nothing by its size: give a network the one-hot form of it.
  public let categories: [Int]?

  /// Makes the space of rows of categories, each a whole number from 0.
  public init(categories: [Int]) {
    precondition(categories.allSatisfy { $0 > 0 }, "a feature needs at least one category")
    low = categories.map { _ in 0 }
    high = categories.map { Float($0 - 1) }
    self.categories = categories
  }

  /// Makes the space of rows between `low` and `high`.
  public init(low: [Float], high: [Float]) {
    precondition(
      low.count == high.count,
      "a box needs as many upper bounds as lower ones, not \(high.count) and \(low.count)")
    precondition(zip(low, high).allSatisfy { $0 <= $1 }, "a box's low must not exceed its high")
    self.low = low
    self.high = high
    categories = nil
  }

  /// Makes the space of rows whose every number lies between `-high` and `high`.
  public init(symmetric high: [Float]) {
    self.init(low: high.map { -$0 }, high: high)
  }

  /// The numbers in a row.
  public var size: Int { low.count }
  public var width: Int { low.count }
  public var erased: ActionSpace { .continuous(low: low, high: high) }

  public func contains(_ element: ContinuousAction) -> Bool {
    element.count == size
      && (0..<size).allSatisfy { low[$0] <= element[$0] && element[$0] <= high[$0] }
  }

  @inlinable public func element(in row: UnsafePointer<Float>) -> ContinuousAction {
    ContinuousAction(row, count: low.count)
  }
}

/// An action of several numbers, kept in place: copying one allocates nothing.
public struct ContinuousAction: Sendable {
  /// The most numbers that an action can have.
  public static var capacity: Int { 32 }

  @usableFromInline var numbers: InlineArray<32, Float>
  /// How many numbers the action has.
  public let count: Int

  /// Copies an action from a row of numbers.
  @inlinable
  public init(_ row: UnsafePointer<Float>, count: Int) {
    precondition(count <= Self.capacity, "an action has at most 32 numbers")
    self.count = count
    numbers = InlineArray(repeating: 0)
    for index in 0..<count { numbers[index] = row[index] }
  }

  /// Makes an action of these numbers, at most 32.
  public init(_ numbers: [Float]) {
    self = numbers.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return ContinuousAction() }
      return ContinuousAction(base, count: buffer.count)
    }
  }

  private init() {
    count = 0
    numbers = InlineArray(repeating: 0)
  }

  /// The number at an index below `count`.
  @inlinable public subscript(index: Int) -> Float {
    precondition(index >= 0 && index < count, "index outside the action")
    return numbers[index]
  }
}
