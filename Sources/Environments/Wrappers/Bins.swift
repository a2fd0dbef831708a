/// Into how many parts each of several numbers is cut: `10`, or `[10, 4]` with one for each.
public enum Bins: Hashable, Sendable {
  /// All alike.
  case all(Int)
  /// Each its own, in order.
  case each([Int])

  /// The parts of each of `size` numbers.
  ///
  /// - Parameter things: what is cut, for errors.
  func parts(for size: Int, _ things: String) throws(WrapperProblem) -> [Int] {
    let each =
      switch self {
      case .all(let count): Array(repeating: count, count: size)
      case .each(let counts): counts
      }
    guard each.count == size else {
      throw WrapperProblem(
        setting: "bins",
        "must be one number, or one for each of the \(size) \(things), but is \(self)")
    }
    return each
  }

  /// The parts of each of `size` numbers, and of all together.
  ///
  /// - Parameters:
  ///   - things: what is cut, for errors.
  ///   - most: how many combinations there may be.
  func parts(
    for size: Int, _ things: String, most: Int
  ) throws(WrapperProblem) -> (each: [Int], all: Int) {
    let each = try parts(for: size, things)
    var all = 1
    for count in each {
      let (product, overflow) = all.multipliedReportingOverflow(by: count)
      guard !overflow, product <= most else {
        throw WrapperProblem(
          setting: "bins",
          "must give at most \(most) combinations of \(size) \(things), but is "
            + "\(self)")
      }
      all = product
    }
    return (each, all)
  }

  /// Refuses anything but whole numbers from 1 on.
  func check() throws(WrapperProblem) {
    let isUsable =
      switch self {
      case .all(let count): count >= 1
      case .each(let counts): !counts.isEmpty && counts.allSatisfy { $0 >= 1 }
      }
    try require(isUsable, "bins", "must be 1 or more", found: self)
  }
}

extension Bins: ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral {
  public init(integerLiteral value: Int) { self = .all(value) }
  public init(arrayLiteral elements: Int...) { self = .each(elements) }
}

extension Bins: CustomStringConvertible {
  public var description: String {
    switch self {
    case .all(let count): "\(count)"
    case .each(let counts): "\(counts)"
    }
  }
}

extension Bins: Codable {
  public init(from decoder: any Decoder) throws {
    if var list = try? decoder.unkeyedContainer() {
      var counts: [Int] = []
      while !list.isAtEnd { counts.append(try list.decode(Int.self)) }
      self = .each(counts)
    } else {
      self = .all(try decoder.singleValueContainer().decode(Int.self))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .all(let count): try count.encode(to: encoder)
    case .each(let counts): try counts.encode(to: encoder)
    }
  }
}
