import Autodiff
import Kernels

// Operations that move elements about, multiply matrices or look elements up.

extension OpCase {
  /// The values pass through squares, so that second derivatives say something.
  private static func moving(
    _ name: String, _ shapes: [Shape], _ body: @escaping @Sendable ([Tensor]) -> Tensor
  ) -> OpCase {
    OpCase("\(name) of \(shapes)", shapes.map { .numbers($0, in: -2...2) }) { x in
      body(x.map { $0 + $0.squared() })
    }
  }

  package static let rearrangements: [OpCase] =
    [
      moving("reshape", [[2, 3]]) { $0[0].reshaped(to: [3, 1, 2]) },
      moving("reshape", [[]]) { $0[0].reshaped(to: [1, 1]) },
      moving("reshape", [[0, 3]]) { $0[0].reshaped(to: [5, 0]) },
      moving("transpose", [[2, 3]]) { $0[0].transposed() },
      moving("transpose", [[0, 3]]) { $0[0].transposed() },
      moving("transpose", [[2, 3, 5]]) { $0[0].transposed(by: [2, 0, 1]) },
      moving("transpose", [[2, 1, 3, 2]]) { $0[0].transposed(by: [3, 1, 0, 2]) },
      moving("transpose", [[]]) { $0[0].transposed(by: []) },
      moving("concatenate", [[2, 3]]) { concatenated($0, axis: 0) },
      moving("concatenate", [[2, 3], [1, 3], [0, 3]]) { concatenated($0, axis: 0) },
      moving("concatenate", [[2, 3], [2, 1]]) { concatenated($0, axis: 1) },
      moving("concatenate", [[2, 1, 3], [2, 2, 3]]) { concatenated($0, axis: 1) },
    ]
    + shapes.flatMap { shape in
      (0...shape.rank).flatMap { axis in
        shape.rank == 4
          ? []
          : [0, 1, 3].map { count in
            moving("broadcast along \(axis) by \(count)", [shape]) {
              $0[0].broadcast(along: axis, count: count)
            }
          }
      }
    }
    + shapes.flatMap { shape in (0..<shape.rank).flatMap { cuts(shape, $0) } }

  private static func cuts(_ shape: Shape, _ axis: Int) -> [OpCase] {
    let length = shape[axis]
    return [
      moving("slice of none along \(axis)", [shape]) {
        $0[0].sliced(axis: axis, from: length, count: 0)
      },
      moving("slice of all along \(axis)", [shape]) {
        $0[0].sliced(axis: axis, from: 0, count: length)
      },
      moving("slice of the last along \(axis)", [shape]) {
        $0[0].sliced(axis: axis, from: max(length - 1, 0), count: min(length, 1))
      },
      moving("pad along \(axis)", [shape]) { $0[0].padded(axis: axis, before: 1, after: 2) },
      moving("pad after along \(axis)", [shape]) { $0[0].padded(axis: axis, before: 0, after: 1) },
    ]
  }

  package static let products: [OpCase] = [
    (1, 1, 1), (2, 3, 5), (5, 1, 3), (1, 7, 1), (0, 2, 3), (2, 0, 3), (2, 3, 0), (3, 3, 3),
  ].map { rows, depth, columns in
    OpCase(
      "matmul of \(rows) × \(depth) × \(columns)",
      [.numbers([rows, depth], in: -2...2), .numbers([depth, columns], in: -1...3)]
    ) { matmul($0[0], $0[1]) }
  }

  package static let lookUps: [OpCase] =
    [Shape([3]), [3, 2], [1, 5], [4, 1, 3], [3, 0]].flatMap { table in
      [0, 1, 5].flatMap { count in
        let rows = table.replacing(0, with: count)
        return [
          OpCase(
            "gather \(count) rows of \(table)",
            [.numbers(table, in: -2...2), .indices(count: count, below: table[0])]
          ) { $0[0].squared().gathered(rows: $0[1]) },
          OpCase(
            "scatter \(rows) to \(table)",
            [.numbers(rows, in: -2...2), .indices(count: count, below: table[0])]
          ) { $0[0].squared().scattered(to: $0[1], rows: table[0]) },
        ]
      }
    }
    + [(0, 3), (1, 1), (5, 3), (7, 2)].flatMap { rows, columns in
      [
        OpCase(
          "pick from \(rows) × \(columns)",
          [.numbers([rows, columns], in: -2...2), .indices(count: rows, below: columns)]
        ) { $0[0].squared().picked(at: $0[1]) },
        OpCase(
          "place in \(rows) × \(columns)",
          [.numbers([rows], in: -2...2), .indices(count: rows, below: columns)]
        ) { $0[0].squared().placed(at: $0[1], count: columns) },
      ]
    }
}
