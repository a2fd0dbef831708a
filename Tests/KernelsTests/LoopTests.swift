import CKernels
import Randomness
import Testing

/// The loops that are neither products nor elementary functions.
@Suite struct LoopTests {
  /// Whole numbers, the padding between rows not-a-number.
  private func matrix(_ rows: Int, _ columns: Int, stride: Int) -> [Float] {
    var random = Seeds(root: 5)["loops"]
    var scalars = [Float](repeating: .nan, count: rows * stride)
    for i in 0..<rows {
      for j in 0..<columns { scalars[i * stride + j] = Float(random.integer(below: 201) - 100) }
    }
    return scalars
  }

  private let sizes = [
    (0, 3), (1, 1), (2, 5), (3, 16), (4, 17), (7, 33), (9, 64), (130, 6), (5, 0),
  ]

  @Test func `rows are gathered by their numbers`() {
    for columns in [1, 4, 16, 17, 40] {
      let table = matrix(50, columns, stride: columns + 2)
      var random = Seeds(root: 6)["rows"]
      let rows = (0..<37).map { _ in Int32(random.integer(below: 50)) }
      let expected: [Float] = rows.flatMap { row in
        table[(Int(row) * (columns + 2))...].prefix(columns) + [-1]
      }
      for (_, loops) in availableLoops {
        var result = [Float](repeating: -1, count: rows.count * (columns + 1))
        loops.gather_rows(
          table, columns + 2, Int64(columns), rows, Int64(rows.count), &result, columns + 1)
        #expect(result == expected)
      }
    }
  }

  @Test func `a matrix is transposed`() {
    for (rows, columns) in sizes + [(16, 4), (33, 19), (17, 3), (64, 64)] {
      let stride = columns + 1
      let x = matrix(rows, columns, stride: stride)
      let expected: [Float] = (0..<columns).flatMap { j in
        (0..<rows).map { x[$0 * stride + j] } + [-1]
      }
      for (_, loops) in availableLoops {
        var result = [Float](repeating: -1, count: columns * (rows + 1))
        loops.transpose(x, Int64(rows), Int64(columns), stride, &result, rows + 1)
        #expect(result == expected)
      }
    }
  }

  @Test func `rows are copied between strides`() {
    for (rows, columns) in sizes {
      let stride = columns + 2
      let x = matrix(rows, columns, stride: stride)
      let expected: [Float] = (0..<rows).flatMap { x[($0 * stride)...].prefix(columns) + [-1] }
      for (_, loops) in availableLoops {
        var result = [Float](repeating: -1, count: rows * (columns + 1))
        loops.copy_rows(x, Int64(rows), Int64(columns), stride, &result, columns + 1)
        #expect(result == expected)
      }
    }
  }
}

@Suite struct IndexingTests {
  private let table: [Float] = [1, 2, 3, 4, 5, 6]

  @Test func `rows are gathered, and one that does not exist is not a number`() {
    var result = [Float](repeating: 0, count: 10)
    fledge_gather_rows_float(table, 3, 2, 2, [2, 0, 3, -1, .nan], 5, &result, 2)
    #expect(Array(result[..<4]) == [5, 6, 1, 2])
    #expect(result[4...].allSatisfy { $0.isNaN })
  }

  @Test func `rows are scattered and added`() {
    var result = [Float](repeating: 9, count: 8)
    fledge_scatter_rows(table, 3, 2, 2, [1, 3, 1], &result, 4, 2)
    #expect(result == [0, 0, 6, 8, 0, 0, 3, 4])
    fledge_scatter_rows(table, 3, 2, 2, [4, -1, .nan], &result, 4, 2)
    #expect(result == [0, 0, 0, 0, 0, 0, 0, 0])
  }

  @Test func `one element of each row is picked`() {
    var result = [Float](repeating: 0, count: 3)
    fledge_pick(table, 3, 2, 2, [1, 0, 1], &result)
    #expect(result == [2, 3, 6])
    fledge_pick(table, 3, 2, 2, [2, -1, .infinity], &result)
    #expect(result.allSatisfy { $0.isNaN })
  }

  @Test func `numbers are placed among zeros`() {
    var result = [Float](repeating: 9, count: 6)
    fledge_place([7, 8], [2, 0], 2, 3, &result, 3)
    #expect(result == [0, 0, 7, 8, 0, 0])
    fledge_place([7, 8], [3, -1], 2, 3, &result, 3)
    #expect(result == [0, 0, 0, 0, 0, 0])
  }

  @Test func `the first of the largest elements is chosen`() {
    let x: [Float] = [1, 3, 3, .nan, 5, 5, -2, -1, -1]
    var numbers = [Float](repeating: 9, count: 3)
    fledge_argmax_rows_float(x, 3, 3, 3, &numbers)
    #expect(numbers == [1, 0, 1])
  }
}
