/// An action space without its type: what an agent needs to know of it.
public enum ActionSpace: Hashable, Codable, Sendable {
  /// A choice among the numbers `0..<count`.
  case discrete(count: Int)
  /// Several choices made at once, each among the numbers `0..<counts[i]`.
  case multiDiscrete(counts: [Int])
  /// Rows of numbers between bounds, which may be infinite.
  case continuous(low: [Float], high: [Float])

  /// The scalars in a row of actions: 1 for a choice.
  public var width: Int {
    switch self {
    case .discrete: 1
    case .multiDiscrete(let counts): counts.count
    case .continuous(let low, _): low.count
    }
  }

  /// How many actions each choice is among, in order; empty where actions are continuous.
  public var choices: [Int] {
    switch self {
    case .discrete(let count): [count]
    case .multiDiscrete(let counts): counts
    case .continuous: []
    }
  }

  /// The numbers in a mask of what is allowed: the actions of all choices, one choice after the
  /// other; 0 where actions are continuous.
  public var maskSize: Int {
    switch self {
    case .discrete(let count): count
    case .multiDiscrete(let counts): counts.reduce(0, +)
    case .continuous: 0
    }
  }
}

extension ActionSpace: CustomStringConvertible {
  public var description: String {
    switch self {
    case .discrete(let count): "a whole number from 0 to \(count - 1)"
    case .multiDiscrete(let counts):
      (counts.count == 1 ? "a whole number" : "\(counts.count) whole numbers")
        + " from 0 to \(counts.map { $0 - 1 })"
    case .continuous(let low, let high) where low.count == 1:
      "a number from \(low[0]) to \(high[0])"
    case .continuous(let low, let high):
      "\(low.count) numbers from \(low) to \(high)"
    }
  }
}

/// The actions of a batch, one row per environment, where an agent wrote them.
///
/// The pointers are valid during the call that they are passed to.
public enum ActionRows {
  /// `[count]` choices, or `[count, width]` where several are made at once.
  case discrete(UnsafePointer<Int32>)
  /// `[count, width]` numbers, row by row.
  case continuous(UnsafePointer<Float>)
}

/// A number that rows of actions are made of.
public protocol ActionScalar: Sendable {
  /// The rows, if they are made of this kind of number.
  static func pointer(to rows: ActionRows) -> UnsafePointer<Self>?
}

extension Int32: ActionScalar {
  @inlinable
  public static func pointer(to rows: ActionRows) -> UnsafePointer<Int32>? {
    if case .discrete(let pointer) = rows { pointer } else { nil }
  }
}

extension Float: ActionScalar {
  @inlinable
  public static func pointer(to rows: ActionRows) -> UnsafePointer<Float>? {
    if case .continuous(let pointer) = rows { pointer } else { nil }
  }
}
