package import Kernels

/// The primitive operations: everything a tensor can do is composed of these.
///
/// The enum is closed on purpose. Shape rules, derivative rules, the interpreter and the plan are
/// exhaustive switches without `default`, so the compiler lists what a new primitive still lacks.
///
/// Conventions that every executor keeps:
/// * nothing is broadcast implicitly: operands of an element-wise op have one shape;
/// * leaves (`input`, `constant`, `literal`, `iota`) carry their shape in the node; a `constant`
///   fills whatever shape its node has;
/// * indices and comparisons are whole numbers in floating point, exact up to 2^24 in `Float`;
/// * not-a-number goes through `relu`, `maximum`, `minimum` and `maximumOver`; `step`, `sign`,
///   `greater` and `equal` give 0 for it, and `argmax` some position; to `takeLargest` and
///   `placeLargest` it is the largest key.
package enum Op: Hashable, Sendable {
  // MARK: Leaves

  /// The function's input of this index.
  case input(Int)
  /// One number in every element.
  case constant(Double)
  /// Numbers known when the graph is built.
  case literal(Literal)
  /// Each element is its own position along the axis.
  case iota(axis: Int)

  // MARK: One operand, element by element

  case negate, reciprocal, exp, log, squareRoot, square
  case tanh, sigmoid, erf, sine, cosine
  /// `log(1 + exp(x))`.
  case softplus
  case absolute
  /// 1, 0 or -1.
  case sign
  /// `x > 0 ? x : 0`.
  case relu
  /// `x > 0 ? 1 : 0`.
  case step

  // MARK: Two operands of one shape, element by element

  case add, subtract, multiply, divide, maximum, minimum, power
  /// 1 where the left operand is larger, else 0.
  case greater
  /// 1 where the operands are equal, else 0.
  case equal

  /// `condition, a, b`: `a` where the condition is not 0, else `b`.
  case select

  // MARK: Reductions: the axis disappears

  case sum(axis: Int), maximumOver(axis: Int)
  /// The position of the largest element; of several, the first.
  case argmax(axis: Int)

  // MARK: Rearrangements

  case reshape(Shape)
  /// Axis `i` of the result is axis `permutation[i]` of the operand.
  case transpose([Int])
  /// Inserts an axis at this position, along which the operand repeats.
  case broadcast(axis: Int, count: Int)
  case slice(axis: Int, start: Int, count: Int)
  /// Zeros before and after.
  case pad(axis: Int, before: Int, after: Int)
  case concatenate(axis: Int)

  // MARK: Products and look-ups

  /// `[m, k], [k, n]` → `[m, n]`.
  case matmul
  /// `table [N, ...], indices [B]` → `[B, ...]`.
  case gatherRows
  /// `values [B, ...], indices [B]` → `[rows, ...]`, adding where indices repeat.
  case scatterRows(rows: Int)
  /// `x [B, A], indices [B]` → `[B]`: one element of each row.
  case pick
  /// `values [B], indices [B]` → `[B, count]`: zero but for one element of each row.
  case place(count: Int)

  // MARK: Images, [B, height, width, channels]

  /// What the window shows at each place, as rows: `[B, H, W, C]` →
  /// `[B · rows · columns, window height · window width · C]`, zeros beyond the image.
  case patches(Window)
  /// The adjoint: images of this shape, each element the sum of its copies in such rows.
  case overlay(Window, onto: Shape)
  /// `values, keys [B, H, W, C]` → `[B, rows, columns, C]`: in each window and channel the value
  /// where the key is largest, the first of several.
  case takeLargest(Window)
  /// `values [B, rows, columns, C], keys [B, H, W, C]` → `[B, H, W, C]`: the adjoint, which adds
  /// each value where `takeLargest` takes it.
  case placeLargest(Window)

  /// The operand, as a constant in the eyes of differentiation.
  case stopGradient
}

extension Op {
  /// The op's name without its parameters.
  package var name: String { String(String(describing: self).prefix { $0 != "(" }) }

  /// Whether the op takes no operands and its node states the shape.
  package var isLeaf: Bool {
    switch self {
    case .input, .constant, .literal, .iota: true
    default: false
    }
  }

  /// Whether the result is patches of images.
  var isPatches: Bool { if case .patches = self { true } else { false } }

  /// Whether each element of the result hangs on the operands' elements of the same place alone.
  package var isElementwise: Bool {
    switch self {
    case .negate, .reciprocal, .exp, .log, .squareRoot, .square, .tanh, .sigmoid, .erf, .sine,
      .cosine, .softplus, .absolute, .sign, .relu, .step, .add, .subtract, .multiply, .divide,
      .maximum, .minimum, .power, .greater, .equal, .select:
      true
    case .input, .constant, .literal, .iota, .sum, .maximumOver, .argmax, .reshape, .transpose,
      .broadcast, .slice, .pad, .concatenate, .matmul, .gatherRows, .scatterRows, .pick, .place,
      .patches, .overlay, .takeLargest, .placeLargest, .stopGradient:
      false
    }
  }
}

/// Numbers known when the graph is built, compared by identity so that comparing graphs is cheap.
package final class Literal: Hashable, Sendable {
  package let array: NDArray<Float>

  package init(_ array: NDArray<Float>) { self.array = array }

  package static func == (a: Literal, b: Literal) -> Bool { a === b }
  package func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
