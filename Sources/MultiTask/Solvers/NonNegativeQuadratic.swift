/// Minimizes `½ xᵀ A x − bᵀ x` over `x ≥ 0` for a positive semidefinite `A` and a `b` in its range.
///
/// The active-set method of Lawson & Hanson 1974, Solving least squares problems, 23.3, on the
/// normal equations, with a factor that is updated as coordinates become free or 0. Wolfe's method
/// for the point of least norm and the projection on a dual cone are both this problem.
package struct NonNegativeQuadratic {
  private let count: Int
  private var factor: GrowingCholesky
  private var linear: [Double]
  /// What the free coordinates would be, were they alone; in the order of the factor.
  private var target: [Double]
  /// Coordinates that depend on the free ones.
  private var isRefused: [Bool]
  package private(set) var solution: [Double]
  /// `b − A x`.
  package private(set) var slopes: [Double]

  package init(count: Int) {
    self.count = count
    factor = GrowingCholesky(capacity: count)
    linear = Array(repeating: 0, count: count)
    target = linear
    solution = linear
    slopes = linear
    isRefused = Array(repeating: false, count: count)
  }

  /// Solves for one `b`, beginning with the coordinates of `guess` free.
  package mutating func solve(_ matrix: [Double], _ vector: [Double], free guess: [Int] = []) {
    linear = vector
    matrix.withUnsafeBufferPointer { matrix in
      guard let matrix = matrix.baseAddress else { return }
      begin(matrix, guess)
      // What a coordinate's slope must exceed to be more than rounding.
      let least = 1e-14 * linear.reduce(0) { max($0, abs($1)) }
      for _ in 0..<(20 * count + 20) {
        guard let entering = steepest(above: least) else { return }
        guard factor.append(entering, of: matrix, right: linear[entering]) else {
          // It depends on the free ones, so its slope is rounding.
          isRefused[entering] = true
          continue
        }
        descend()
        updateSlopes(matrix)
        if solution[entering] > 0 {
          for index in 0..<count { isRefused[index] = false }
        } else {
          isRefused[entering] = true
        }
      }
    }
  }

  /// How far the conditions of optimality are from being fulfilled, relative to the largest of `b`.
  package var residual: Double {
    var largest = 0.0
    var worst = 0.0
    for index in 0..<count {
      largest = max(largest, abs(linear[index]))
      worst = max(worst, solution[index] > 0 ? abs(slopes[index]) : slopes[index])
    }
    return largest > 0 ? worst / largest : 0
  }

  private mutating func begin(_ matrix: UnsafePointer<Double>, _ guess: [Int]) {
    factor.removeAll()
    for index in 0..<count {
      solution[index] = 0
      slopes[index] = linear[index]
      isRefused[index] = false
    }
    guard !guess.isEmpty else { return }
    for index in guess { _ = factor.append(index, of: matrix, right: linear[index]) }
    descend()
    updateSlopes(matrix)
  }

  private func steepest(above least: Double) -> Int? {
    var best = least
    var result: Int?
    for index in 0..<count
    where slopes[index] > best && solution[index] == 0 && !isRefused[index] {
      best = slopes[index]
      result = index
    }
    return result
  }

  /// Moves to the least point of the free coordinates, leaving out those that come to 0 on the way.
  private mutating func descend() {
    while !factor.members.isEmpty {
      target.withUnsafeMutableBufferPointer { target in
        if let start = target.baseAddress { factor.solve(start) }
      }
      var share = 1.0
      var first: Int?
      for (place, member) in factor.members.enumerated() where target[place] <= 0 {
        let reach = solution[member] > 0 ? solution[member] / (solution[member] - target[place]) : 0
        if reach < share { (share, first) = (reach, member) }
      }
      for (place, member) in factor.members.enumerated() {
        solution[member] += share * (target[place] - solution[member])
      }
      guard let first else { return }
      solution[first] = 0
      for place in factor.members.indices.reversed()
      where target[place] <= 0 && solution[factor.members[place]] <= 0 {
        solution[factor.members[place]] = 0
        factor.remove(at: place)
      }
    }
  }

  private mutating func updateSlopes(_ matrix: UnsafePointer<Double>) {
    slopes.withUnsafeMutableBufferPointer { slopes in
      guard let start = slopes.baseAddress else { return }
      for index in 0..<count { start[index] = linear[index] }
      for member in factor.members {
        add(-solution[member], matrix + member * count, to: start, count)
      }
    }
  }

  /// The coordinates that are above 0.
  package var free: [Int] { factor.members }
}
