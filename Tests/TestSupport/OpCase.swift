package import Autodiff
package import Kernels
import Testing

/// One operation on operands of certain shapes, as a function that tests can run, trace and
/// compile.
///
/// ``all`` covers every primitive over ranks 0...4 and axes of 0, 1 and odd sizes.
package struct OpCase: Sendable, CustomTestStringConvertible {
  /// What an operand holds.
  package enum Operand: Sendable {
    /// Numbers that may be varied.
    case numbers(Shape, in: ClosedRange<Double>)
    /// Whole numbers.
    case indices(count: Int, below: Int)
    /// Zeros and ones, alternating.
    case condition(Shape)
  }

  package let name: String
  package let operands: [Operand]
  /// Whether the function has derivatives of every order at the sampled numbers that say something.
  package let isSmooth: Bool
  package let body: @Sendable ([Tensor]) -> Tensor

  package init(
    _ name: String, _ operands: [Operand], isSmooth: Bool = true,
    _ body: @escaping @Sendable ([Tensor]) -> Tensor
  ) {
    self.name = name
    self.operands = operands
    self.isSmooth = isSmooth
    self.body = body
  }

  package var testDescription: String { name }

  /// Numbers for every operand.
  package var inputs: [NDArray<Double>] {
    operands.enumerated().map { position, operand in
      switch operand {
      case .numbers(let shape, let range):
        sampleNumbers(shape, in: range, name: "operand \(position)")
      case .indices(let count, let bound): sampleIndices(count: count, below: bound)
      case .condition(let shape):
        NDArray(shape: shape, scalars: (0..<shape.count).map { Double($0 % 2) })
      }
    }
  }

  /// The operands that a derivative may be taken with respect to.
  package var varied: [Int] {
    operands.indices.filter { if case .numbers = operands[$0] { true } else { false } }
  }
}

extension OpCase {
  /// Every primitive.
  package static let all: [OpCase] =
    elementwise + reductions + rearrangements + products + lookUps + images

  /// Ranks 0...4, axes of 0, 1 and odd sizes.
  package static let shapes: [Shape] = [
    [], [0], [1], [7], [1, 1], [2, 3], [0, 3], [3, 1, 5], [2, 0, 3], [2, 3, 1, 2],
  ]

  private typealias Unary = (
    name: String, range: ClosedRange<Double>, isSmooth: Bool,
    body: @Sendable (Tensor) -> Tensor
  )
  private typealias Binary = (
    name: String, left: ClosedRange<Double>, right: ClosedRange<Double>, isSmooth: Bool,
    body: @Sendable (Tensor, Tensor) -> Tensor
  )

  private static let unary: [Unary] = [
    ("constant", -2...2, true, { 0.5 + 3 * $0 }), ("negate", -2...2, true, { -$0 }),
    ("reciprocal", 0.5...2, true, { $0.reciprocal() }),
    ("exp", -2...2, true, { $0.exp() }), ("log", 0.5...3, true, { $0.log() }),
    ("squareRoot", 0.5...3, true, { $0.squareRoot() }),
    ("square", -2...2, true, { $0.squared() }), ("tanh", -2...2, true, { $0.tanh() }),
    ("sigmoid", -4...4, true, { $0.sigmoid() }), ("softplus", -4...4, true, { $0.softplus() }),
    ("erf", -2...2, true, { $0.erf() }), ("sine", -4...4, true, { $0.sine() }),
    ("cosine", -4...4, true, { $0.cosine() }),
    ("absolute", -2...2, false, { $0.absolute() }), ("sign", -2...2, false, { $0.sign() }),
    ("relu", -2...2, false, { $0.relu() }), ("step", -2...2, false, { $0.step() }),
  ]

  private static let binary: [Binary] = [
    ("add", -2...2, -1...3, true, { $0 + $1 }), ("subtract", -2...2, -1...3, true, { $0 - $1 }),
    ("multiply", -2...2, -1...3, true, { $0 * $1 }), ("divide", -2...2, 0.5...3, true, { $0 / $1 }),
    ("power", 0.5...2, -2...3, true, { $0.power($1) }),
    ("maximum", -2...2, -1.9...2.2, false, { Autodiff.maximum($0, $1) }),
    ("minimum", -2...2, -1.9...2.2, false, { Autodiff.minimum($0, $1) }),
    ("greater", -2...2, -1.9...2.2, false, { $0.greater(than: $1) }),
    ("equal", -2...2, -1.9...2.2, false, { $0.sign().equal(to: $1.sign()) }),
  ]

  package static let elementwise: [OpCase] = shapes.flatMap { shape in
    unary.map { op in
      OpCase("\(op.name) of \(shape)", [.numbers(shape, in: op.range)], isSmooth: op.isSmooth) {
        op.body($0[0])
      }
    }
      + binary.map { op in
        OpCase(
          "\(op.name) of \(shape)",
          [.numbers(shape, in: op.left), .numbers(shape, in: op.right)], isSmooth: op.isSmooth
        ) { op.body($0[0], $0[1]) }
      }
      + [
        OpCase(
          "select of \(shape)",
          [.condition(shape), .numbers(shape, in: -2...2), .numbers(shape, in: 0...3)],
          isSmooth: false
        ) { select($0[0], $0[1], $0[2]) },
        OpCase("literal of \(shape)", [.numbers(shape, in: -2...2)]) {
          $0[0].squared() * Tensor(sampleNumbers(shape, name: "literal").rounded)
        },
      ]
  }

  package static let reductions: [OpCase] = shapes.flatMap { shape in
    (0..<shape.rank).flatMap { axis in
      let operand = [Operand.numbers(shape, in: -2...2)]
      let sum = OpCase("sum of \(shape), axis \(axis)", operand) { $0[0].sum(axis: axis) }
      let choices = [
        OpCase("maximum of \(shape), axis \(axis)", operand, isSmooth: false) {
          $0[0].maximum(axis: axis)
        },
        OpCase("argmax of \(shape), axis \(axis)", operand, isSmooth: false) {
          $0[0].argmax(axis: axis)
        },
      ]
      let positions = OpCase("positions in \(shape), axis \(axis)", operand) {
        $0[0].squared() * $0[0].positions(axis: axis)
      }
      return [sum, positions] + (shape[axis] > 0 ? choices : [])
    }
  }
}
