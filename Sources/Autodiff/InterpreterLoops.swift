import Kernels

/// The operands of one operation as plain rows of numbers, with a loop for each kind of operation.
///
/// An axis divides a shape into `outer · length · inner`: element `(o, i, n)` stands at
/// `(o · length + i) · inner + n`.
struct Operands<Number: RealNumber> {
  let numbers: [[Number]]
  let shapes: [Shape]
  let result: Shape

  init(arrays: [NDArray<Number>], result: Shape) {
    numbers = arrays.map(\.scalars)
    shapes = arrays.map(\.shape)
    self.result = result
  }

  subscript(index: Int) -> [Number] { numbers[index] }

  /// The sizes into which an axis divides a shape.
  private func division(of shape: Shape, at axis: Int) -> (outer: Int, length: Int, inner: Int) {
    (
      (0..<axis).reduce(1) { $0 * shape[$1] }, shape[axis],
      (axis + 1..<shape.rank).reduce(1) { $0 * shape[$1] }
    )
  }

  // MARK: Element by element

  func map(_ function: (Number) -> Number) -> [Number] { numbers[0].map(function) }

  func combine(_ function: (Number, Number) -> Number) -> [Number] {
    zip(numbers[0], numbers[1]).map(function)
  }

  func positions(_ axis: Int) -> [Number] {
    let (_, length, inner) = division(of: result, at: axis)
    return (0..<result.count).map { Number($0 / inner % length) }
  }

  // MARK: Along an axis

  func reduce(_ axis: Int, _ function: ([Number]) -> Number) -> [Number] {
    let (outer, length, inner) = division(of: shapes[0], at: axis)
    let x = numbers[0]
    var results: [Number] = []
    results.reserveCapacity(outer * inner)
    for o in 0..<outer {
      for n in 0..<inner {
        results.append(function((0..<length).map { x[(o * length + $0) * inner + n] }))
      }
    }
    return results
  }

  func broadcast(_ axis: Int, _ count: Int) -> [Number] {
    let (outer, _, inner) = division(of: result, at: axis)
    var results: [Number] = []
    results.reserveCapacity(result.count)
    for o in 0..<outer {
      for _ in 0..<count { results += numbers[0][o * inner..<(o + 1) * inner] }
    }
    return results
  }

  func sliced(_ axis: Int, _ start: Int, _ count: Int) -> [Number] {
    let (outer, length, inner) = division(of: shapes[0], at: axis)
    var results: [Number] = []
    for o in 0..<outer {
      let first = o * length + start
      results += numbers[0][first * inner..<(first + count) * inner]
    }
    return results
  }

  func padded(_ axis: Int, _ before: Int, _ after: Int) -> [Number] {
    let (outer, length, inner) = division(of: shapes[0], at: axis)
    var results: [Number] = []
    for o in 0..<outer {
      results += repeatElement(0, count: before * inner)
      results += numbers[0][o * length * inner..<(o + 1) * length * inner]
      results += repeatElement(0, count: after * inner)
    }
    return results
  }

  func concatenated(_ axis: Int) -> [Number] {
    let outer = division(of: result, at: axis).outer
    var results: [Number] = []
    for o in 0..<outer {
      for (x, shape) in zip(numbers, shapes) {
        let (_, length, inner) = division(of: shape, at: axis)
        results += x[o * length * inner..<(o + 1) * length * inner]
      }
    }
    return results
  }

  func transposed(by permutation: [Int]) -> [Number] {
    let rank = result.rank
    var strides = [Int](repeating: 1, count: rank)
    for axis in (0..<rank).dropLast().reversed() {
      strides[axis] = strides[axis + 1] * shapes[0][axis + 1]
    }
    return (0..<result.count).map { place in
      var rest = place
      var source = 0
      for axis in (0..<rank).reversed() {
        source += rest % result[axis] * strides[permutation[axis]]
        rest /= result[axis]
      }
      return numbers[0][source]
    }
  }

  // MARK: Products and look-ups

  func product() -> [Number] {
    let (rows, depth, columns) = (shapes[0][0], shapes[0][1], shapes[1][1])
    let (a, b) = (numbers[0], numbers[1])
    var results: [Number] = []
    results.reserveCapacity(rows * columns)
    var sums = [Double](repeating: 0, count: columns)
    for i in 0..<rows {
      for j in 0..<columns { sums[j] = 0 }
      for p in 0..<depth {
        let factor = Double(a[i * depth + p])
        for j in 0..<columns { sums[j] += factor * Double(b[p * columns + j]) }
      }
      for sum in sums { results.append(Number(sum)) }
    }
    return results
  }

  /// The indices in the second operand, each checked to lie in `0 ..< bound`.
  private func indices(below bound: Int) -> [Int] {
    numbers[1].map { number in
      guard let index = Int(exactly: number), index >= 0, index < bound else {
        fatalError("\(number) is not a whole number in 0..<\(bound)")
      }
      return index
    }
  }

  private var rowSize: Int { (1..<shapes[0].rank).reduce(1) { $0 * shapes[0][$1] } }

  func gathered() -> [Number] {
    let size = rowSize
    return indices(below: shapes[0][0]).flatMap { numbers[0][$0 * size..<($0 + 1) * size] }
  }

  func scattered(rows: Int) -> [Number] {
    let size = rowSize
    var results = [Number](repeating: 0, count: rows * size)
    for (source, target) in indices(below: rows).enumerated() {
      for n in 0..<size { results[target * size + n] += numbers[0][source * size + n] }
    }
    return results
  }

  func picked() -> [Number] {
    let columns = shapes[0][1]
    return indices(below: columns).enumerated().map { numbers[0][$0 * columns + $1] }
  }

  func placed(count: Int) -> [Number] {
    var results = [Number](repeating: 0, count: result.count)
    for (row, index) in indices(below: count).enumerated() {
      results[row * count + index] = numbers[0][row]
    }
    return results
  }
}
