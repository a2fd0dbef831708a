import Kernels

/// The cotangents that flow back to one node from those who use it.
///
/// What many users of one value send back has a structure that a sum of whole arrays would hide. A
/// sequence is cut into its steps by slices, each of which sends back an array that is zero
/// elsewhere; a weight that is used at each step gets a product from each. These come together as
/// one array and one product, so that a sequence costs what its steps cost.
struct Inflow {
  private enum Flow {
    case whole(Node)
    /// Of elements along an axis, from `start` on.
    case slice(Node, axis: Int, start: Int)
    /// To the right factor of `left · node`: `leftᵀ · cotangent`.
    case product(left: Node, cotangent: Node)
    /// To a row that is repeated along a new first axis: the sum over that axis.
    case rows(Node)
  }

  /// From so many on, products and sums over rows are taken together; fewer are as fast one by one.
  private static let many = 4

  private var flows: [Flow] = []

  /// Adds what `user` sends back to its operand of this position.
  ///
  /// - Returns: `false` if it is to be pulled back by the op's own rule.
  mutating func add(_ cotangent: Node, from user: Node, operand: Int) -> Bool {
    switch user.op {
    case .slice(let axis, let start, _):
      flows.append(.slice(cotangent, axis: axis, start: start))
    // Patches stay apart: a plan reads them where their images lie.
    case .matmul where operand == 1 && !user.inputs[0].op.isPatches:
      flows.append(.product(left: user.inputs[0], cotangent: cotangent))
    case .broadcast(axis: 0, _): flows.append(.rows(cotangent))
    default: return false
    }
    return true
  }

  mutating func add(_ cotangent: Node) { flows.append(.whole(cotangent)) }

  /// The sum of all, for a node of this shape; `nil` where nothing flows.
  func total(_ shape: Shape) -> Node? {
    var (slices, products, rows): ([Int: [(Int, Node)]], [(Node, Node)], [Node]) = ([:], [], [])
    for flow in flows {
      switch flow {
      case .whole: break
      case .slice(let part, let axis, let start): slices[axis, default: []].append((start, part))
      case .product(let left, let cotangent): products.append((left, cotangent))
      case .rows(let part): rows.append(part)
      }
    }
    var parts: [Node] = []
    for flow in flows {
      switch flow {
      case .whole(let node): parts.append(node)
      case .slice(_, let axis, _):
        // All of one axis, in place of the first of them.
        if let all = slices.removeValue(forKey: axis) { parts += joined(all, axis, shape) }
      case .product(let left, let cotangent):
        if products.count < Self.many { parts.append(left.transposed.times(cotangent)) }
      case .rows(let part):
        if rows.count < Self.many { parts.append(part.unary(.sum(axis: 0))) }
      }
    }
    if products.count >= Self.many {
      let lefts = Node.joining(products.reversed().map(\.0))
      parts.append(lefts.transposed.times(.joining(products.reversed().map(\.1))))
    }
    if rows.count >= Self.many { parts.append(Node.joining(rows.reversed()).unary(.sum(axis: 0))) }
    guard let first = parts.first else { return nil }
    return parts.dropFirst().reduce(first, +)
  }

  /// Slices' cotangents as arrays of the whole shape: neighbours become one, so that slices that
  /// cover the whole become a concatenation.
  private func joined(_ slices: [(start: Int, part: Node)], _ axis: Int, _ shape: Shape) -> [Node] {
    var runs: [(start: Int, end: Int, parts: [Node])] = []
    for (start, part) in slices.enumerated().sorted(by: {
      ($0.element.start, $0.offset) < ($1.element.start, $1.offset)
    }).map(\.element) {
      if let last = runs.last, last.end == start {
        runs[runs.count - 1].parts.append(part)
        runs[runs.count - 1].end += part.shape[axis]
      } else {
        runs.append((start, start + part.shape[axis], [part]))
      }
    }
    return runs.map { run in
      Node.joining(run.parts, axis)
        .padded(axis, before: run.start, after: shape[axis] - run.end)
    }
  }
}

extension Node {
  /// One after another along an axis; one alone stays itself.
  fileprivate static func joining(_ parts: [Node], _ axis: Int = 0) -> Node {
    parts.count == 1 ? parts[0] : .recording(.concatenate(axis: axis), parts)
  }
}
