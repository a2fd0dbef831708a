package import Environments

/// What observations or actions of a data set may be, as Minari says it.
package indirect enum MinariSpace: Equatable, Sendable {
  /// `start..<start + n`.
  case discrete(n: Int, start: Int)
  case multiDiscrete(counts: [Int], starts: [Int])
  case multiBinary(n: Int)
  /// Bounds in the order of the numbers.
  case box(shape: [Int], low: [Double], high: [Double], dtype: String)
  /// Parts by their names, in order.
  case dictionary([(name: String, space: MinariSpace)])
  case tuple([MinariSpace])

  package static func == (a: MinariSpace, b: MinariSpace) -> Bool { "\(a.json)" == "\(b.json)" }

  /// The space of an environment's observations: categories are choices, all else is numbers.
  package init(observations bounds: Box) {
    switch bounds.categories {
    case .some(let counts) where counts.count == 1: self = .discrete(n: counts[0], start: 0)
    case .some(let counts):
      self = .multiDiscrete(counts: counts, starts: counts.map { _ in 0 })
    case nil:
      self = .box(
        shape: [bounds.size], low: bounds.low.map(Double.init), high: bounds.high.map(Double.init),
        dtype: "float32")
    }
  }

  package init(actions: ActionSpace) {
    switch actions {
    case .discrete(let count): self = .discrete(n: count, start: 0)
    case .multiDiscrete(let counts):
      self = .multiDiscrete(counts: counts, starts: counts.map { _ in 0 })
    case .continuous(let low, let high):
      self = .box(
        shape: [low.count], low: low.map(Double.init), high: high.map(Double.init),
        dtype: "float32")
    }
  }

  /// Numbers in a row once all parts lie side by side.
  package var width: Int {
    switch self {
    case .discrete: 1
    case .multiDiscrete(let counts, _): counts.count
    case .multiBinary(let n): n
    case .box(let shape, _, _, _): shape.reduce(1, *)
    case .dictionary(let parts): parts.reduce(0) { $0 + $1.space.width }
    case .tuple(let parts): parts.reduce(0) { $0 + $1.width }
    }
  }

  // MARK: As JSON

  package var json: JSONValue {
    switch self {
    case .discrete(let n, let start):
      .keyed([
        "type": .text("Discrete"), "dtype": .text("int64"), "start": .integer(start),
        "n": .integer(n),
      ])
    case .multiDiscrete(let counts, let starts):
      .keyed([
        "type": .text("MultiDiscrete"), "dtype": .text("int64"),
        "nvec": .list(counts.map { .integer($0) }), "start": .list(starts.map { .integer($0) }),
      ])
    case .multiBinary(let n): .keyed(["type": .text("MultiBinary"), "n": .integer(n)])
    case .box(let shape, let low, let high, let dtype):
      .keyed([
        "type": .text("Box"), "dtype": .text(dtype),
        "shape": .list(shape.map { .integer($0) }), "low": Self.nested(low[...], shape[...]),
        "high": Self.nested(high[...], shape[...]),
      ])
    case .dictionary(let parts):
      .keyed([
        "type": .text("Dict"),
        "subspaces": .object(parts.map { .init($0.name, $0.space.json) }),
      ])
    case .tuple(let parts):
      .keyed(["type": .text("Tuple"), "subspaces": .list(parts.map(\.json))])
    }
  }

  private static func nested(_ numbers: ArraySlice<Double>, _ shape: ArraySlice<Int>) -> JSONValue {
    guard let count = shape.first else { return .number(numbers.first ?? 0) }
    if shape.contains(0) { return .list([]) }
    let size = shape.dropFirst().reduce(1, *)
    return .list(
      (0..<count).map { index in
        let start = numbers.startIndex + index * size
        return nested(numbers[start..<start + size], shape.dropFirst())
      })
  }

  /// Reads a space.
  ///
  /// - Parameter what: Of which it is, for the error's sentence.
  package init(json: JSONValue, what: String) throws(InterchangeError) {
    func refused(_ why: String) -> InterchangeError {
      InterchangeError("\(what) cannot be read: \(why)")
    }
    func integers(_ key: String) throws(InterchangeError) -> [Int] {
      guard let numbers = json[key]?.allNumbers?.map({ Int(exactly: $0) }),
        numbers.allSatisfy({ $0 != nil })
      else { throw refused("its '\(key)' is no list of whole numbers") }
      return numbers.compactMap(\.self)
    }
    let type = json["type"]?.text ?? "nothing"
    switch type {
    case "Discrete":
      guard let n = json["n"]?.integer, n > 0 else {
        throw refused("its 'n' is no whole number above 0")
      }
      guard let start = (json["start"] ?? .integer(0)).integer else {
        throw refused("its 'start' is no whole number")
      }
      guard !start.addingReportingOverflow(n).overflow else {
        throw refused("its choices, \(n) from \(start), are absurdly large")
      }
      self = .discrete(n: n, start: start)
    case "MultiDiscrete":
      let counts = try integers("nvec")
      let starts = json["start"] == nil ? counts.map { _ in 0 } : try integers("start")
      guard counts.count == starts.count else { throw refused("'nvec' and 'start' differ") }
      self = .multiDiscrete(counts: counts, starts: starts)
    case "MultiBinary":
      guard let n = json["n"]?.integer, n > 0 else {
        throw refused("its 'n' is not one whole number")
      }
      self = .multiBinary(n: n)
    case "Box":
      let shape = try integers("shape")
      guard shape.allSatisfy({ $0 >= 0 }), let low = json["low"]?.allNumbers,
        let high = json["high"]?.allNumbers, low.count == high.count,
        DatasetSize.product(shape) == low.count
      else { throw refused("its bounds do not have its shape") }
      self = .box(shape: shape, low: low, high: high, dtype: json["dtype"]?.text ?? "float32")
    case "Dict":
      guard let parts = json["subspaces"]?.entries else { throw refused("it has no parts") }
      var spaces: [(name: String, space: MinariSpace)] = []
      for part in parts {
        spaces.append((part.key, try MinariSpace(json: part.value, what: "\(what) '\(part.key)'")))
      }
      self = .dictionary(spaces)
    case "Tuple":
      guard let parts = json["subspaces"]?.list else { throw refused("it has no parts") }
      var spaces: [MinariSpace] = []
      for part in parts { spaces.append(try MinariSpace(json: part, what: what)) }
      self = .tuple(spaces)
    default:
      throw refused(
        "it is a space of the kind \(type); known are Box, Discrete, MultiDiscrete, MultiBinary, "
          + "Dict and Tuple")
    }
    guard Self.checkedWidth(self) != nil else {
      throw refused("a row of it would have absurdly many numbers")
    }
  }

  /// The most numbers in a row.
  private static let widest = 1 << 31

  /// The numbers in a row, `nil` where they are more than any honest file has.
  private static func checkedWidth(_ space: MinariSpace) -> Int? {
    func sum(_ parts: [MinariSpace]) -> Int? {
      var total = 0
      for part in parts {
        guard let width = checkedWidth(part) else { return nil }
        let (next, overflow) = total.addingReportingOverflow(width)
        guard !overflow else { return nil }
        total = next
      }
      return total
    }
    let count: Int?
    switch space {
    case .discrete: count = 1
    case .multiDiscrete(let counts, _): count = counts.count
    case .multiBinary(let n): count = n
    // A size of 0 hides no other size that is too large.
    case .box(let shape, _, _, _): count = DatasetSize.product(shape.map { max($0, 1) })
    case .dictionary(let parts): count = sum(parts.map { $0.space })
    case .tuple(let parts): count = sum(parts)
    }
    return count.flatMap { $0 <= widest ? $0 : nil }
  }
}

extension MinariSpace: CustomStringConvertible {
  package var description: String {
    switch self {
    case .discrete(let n, let start): "a choice of \(start) to \(start + n - 1)"
    case .multiDiscrete(let counts, let starts):
      "choices among \(counts)" + (starts.allSatisfy { $0 == 0 } ? "" : " from \(starts)")
    case .multiBinary(let n): "\(n) bits"
    case .box(let shape, _, _, _): "numbers of the shape \(shape)"
    case .dictionary(let parts):
      "{" + parts.map { "\($0.name): \($0.space)" }.joined(separator: ", ") + "}"
    case .tuple(let parts): "(" + parts.map { "\($0)" }.joined(separator: ", ") + ")"
    }
  }
}

/// Products of sizes that a file gives.
enum DatasetSize {
  /// `nil` where it does not fit into a whole number.
  static func product(_ sizes: [Int]) -> Int? {
    var result = 1
    for size in sizes {
      let (product, overflow) = result.multipliedReportingOverflow(by: size)
      guard !overflow, size >= 0 else { return nil }
      result = product
    }
    return result
  }
}

extension MinariSpace {
  /// Whether rows of one space can be taken for rows of the other: the same choices, or as many
  /// numbers; bounds may differ.
  package func hasKind(of other: MinariSpace) -> Bool {
    switch (self, other) {
    case (.discrete(let a, let first), .discrete(let b, let otherFirst)):
      a == b && first == otherFirst
    case (.multiDiscrete(let a, let first), .multiDiscrete(let b, let otherFirst)):
      a == b && first == otherFirst
    case (.discrete, _), (_, .discrete), (.multiDiscrete, _), (_, .multiDiscrete): false
    default: width == other.width
    }
  }
}
