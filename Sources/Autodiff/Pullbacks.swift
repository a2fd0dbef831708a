import Kernels

// All derivative rules. Each reads as mathematics: `g` is the cotangent of `y = op(x)`, and the
// result holds the cotangent of each operand, `nil` where nothing flows. The rules are built of
// nodes, so they can be differentiated in turn.
//
// Conventions where the derivative does not exist:
// * relu, absolute and step have derivative 0 at 0; sign, step, greater, equal, argmax: 0
//   everywhere;
// * maximum and minimum of equal operands, and the largest of several equal elements: the first
//   one takes the whole cotangent (so a number clamped to a range passes it at both ends);
// * power: 0 with respect to the exponent where the base is 0, and x⁰ is flat in x everywhere;
// * squareRoot at 0 has an infinite derivative, and so have log and reciprocal: no rounding up.

extension Op {
  /// Pulls the cotangent `g` of `y = op(x)` back to each operand.
  func pullback(of g: Node, through y: Node, _ x: [Node]) -> [Node?] {
    switch self {
    case .input, .constant, .literal, .iota: []
    case .stopGradient: [nil]

    case .negate: [-g]
    case .reciprocal: [-(g * y.squared)]
    case .exp: [g * y]
    case .log: [g / x[0]]
    case .squareRoot: [g * 0.5 / y]
    case .square: [g * 2 * x[0]]
    case .tanh: [g * (1 - y.squared)]
    case .sigmoid: [g * (y * (1 - y))]
    case .softplus: [g * x[0].unary(.sigmoid)]
    case .erf: [g * (2 / Double.pi.squareRoot()) * (-x[0].squared).unary(.exp)]
    case .sine: [g * x[0].unary(.cosine)]
    case .cosine: [-(g * x[0].unary(.sine))]
    case .absolute: [g * x[0].unary(.sign)]
    case .relu: [g * y.unary(.step)]
    case .sign, .step: [nil]

    case .add: [g, g]
    case .subtract: [g, -g]
    case .multiply: [g * x[1], g * x[0]]
    case .divide: [g / x[1], -(g * y / x[1])]
    case .maximum: [g * (1 - x[1].greater(than: x[0])), g * x[1].greater(than: x[0])]
    case .minimum: [g * (1 - x[0].greater(than: x[1])), g * x[0].greater(than: x[1])]
    case .power:
      [
        g * x[1].isZero.selecting(0, else: x[1] * x[0].power(x[1] - 1)),
        g * x[0].isZero.selecting(0, else: y * x[0].unary(.log)),
      ]
    case .greater, .equal: [nil, nil]
    case .select: [nil, x[0].selecting(g, else: g.filled(0)), x[0].selecting(g.filled(0), else: g)]

    case .sum(let axis): [g.broadcast(like: x[0], along: axis)]
    case .maximumOver(let axis): [g.broadcast(like: x[0], along: axis) * x[0].isFirstLargest(axis)]
    case .argmax: [nil]

    case .reshape: [g.reshaped(to: x[0].shape)]
    case .transpose(let permutation): [g.transposed(by: inverse(of: permutation))]
    case .broadcast(let axis, _): [g.unary(.sum(axis: axis))]
    case .slice(let axis, let start, let count):
      [g.padded(axis, before: start, after: x[0].shape[axis] - start - count)]
    case .pad(let axis, let before, _): [g.sliced(axis, from: before, count: x[0].shape[axis])]
    case .concatenate(let axis): g.split(axis, like: x)

    case .matmul: [g.times(x[1].transposed), x[0].transposed.times(g)]
    case .gatherRows: [.recording(.scatterRows(rows: x[0].shape[0]), g, x[1]), nil]
    case .scatterRows: [.recording(.gatherRows, g, x[1]), nil]
    case .pick: [.recording(.place(count: x[0].shape[1]), g, x[1]), nil]
    case .place: [.recording(.pick, g, x[1]), nil]

    case .patches(let window): [.recording(.overlay(window, onto: x[0].shape), g)]
    case .overlay(let window, _): [.recording(.patches(window), g)]
    case .takeLargest(let window): [.recording(.placeLargest(window), g, x[1]), nil]
    case .placeLargest(let window): [.recording(.takeLargest(window), g, x[1]), nil]
    }
  }
}

private func inverse(of permutation: [Int]) -> [Int] {
  permutation.indices.sorted { permutation[$0] < permutation[$1] }
}

extension Node {
  /// 1 at the first largest element along the axis, else 0.
  fileprivate func isFirstLargest(_ axis: Int) -> Node {
    let largest = unary(.argmax(axis: axis)).broadcast(like: self, along: axis)
    return .recording(.equal, Node(leaf: .iota(axis: axis), shape: shape), largest)
  }

  /// The parts of a cotangent of a concatenation.
  fileprivate func split(_ axis: Int, like parts: [Node]) -> [Node?] {
    var start = 0
    return parts.map { part in
      defer { start += part.shape[axis] }
      return sliced(axis, from: start, count: part.shape[axis])
    }
  }
}
