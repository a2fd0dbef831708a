/// Several choices that are made at once, each among actions of its own.
public struct MultiDiscrete: Space, Hashable {
  /// How many actions each choice is among, at least 1 each; at most 32 choices.
  public let counts: [Int]

  /// Makes as many choices as there are numbers, each among so many actions.
  public init(_ counts: [Int]) {
    precondition(
      !counts.isEmpty && counts.allSatisfy { $0 > 0 },
      "several choices need at least one, and each of them at least one action, not \(counts)")
    precondition(
      counts.count <= MultiDiscreteAction.capacity,
      "an action has at most \(MultiDiscreteAction.capacity) choices, not \(counts.count)")
    self.counts = counts
  }

  public var width: Int { counts.count }
  public var erased: ActionSpace { .multiDiscrete(counts: counts) }

  public func contains(_ element: MultiDiscreteAction) -> Bool {
    element.count == counts.count
      && counts.indices.allSatisfy { element[$0] >= 0 && element[$0] < counts[$0] }
  }

  @inlinable public func element(in row: UnsafePointer<Int32>) -> MultiDiscreteAction {
    MultiDiscreteAction(row, count: counts.count)
  }
}

/// What several choices made at once fell on, kept in place: copying one allocates nothing.
public struct MultiDiscreteAction: Sendable {
  /// The most choices that an action can have.
  public static var capacity: Int { 32 }

  @usableFromInline var numbers: InlineArray<32, Int32>
  /// How many choices were made.
  public let count: Int

  /// Copies an action from a row of numbers.
  @inlinable
  public init(_ row: UnsafePointer<Int32>, count: Int) {
    precondition(count <= Self.capacity, "an action has at most 32 choices")
    self.count = count
    numbers = InlineArray(repeating: 0)
    for index in 0..<count { numbers[index] = row[index] }
  }

  /// Makes an action of these numbers, at most 32.
  public init(_ numbers: [Int]) {
    precondition(numbers.count <= Self.capacity, "an action has at most 32 choices")
    count = numbers.count
    self.numbers = InlineArray(repeating: 0)
    for (index, number) in numbers.enumerated() { self.numbers[index] = Int32(number) }
  }

  /// What the choice at an index below `count` fell on.
  @inlinable public subscript(index: Int) -> Int {
    precondition(index >= 0 && index < count, "index outside the action")
    return Int(numbers[index])
  }
}
