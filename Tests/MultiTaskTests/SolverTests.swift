import Foundation
import MultiTask
import Randomness
import Testing

/// Solvers against the conditions that define a solution, and against brute force.
@Suite struct Solvers {
  /// Gram matrices from easy to nearly singular.
  private static func grams(_ key: UInt64) -> [GramMatrix] {
    var random = RandomStream(key: key)
    var result: [GramMatrix] = []
    for (tasks, parameters, count) in [(2, 3, 40), (3, 3, 40), (10, 12, 20), (50, 60, 2)] {
      for _ in 0..<count {
        result.append(GramMatrix(rows: Examples.random(tasks, parameters, using: &random)))
      }
    }
    return result + nearlySingular(&random)
  }

  /// 50 tasks whose gradients are one, but for 1e-4; of rank 20; and of sizes from 1e-4 to 1e4.
  private static func nearlySingular(_ random: inout RandomStream) -> [GramMatrix] {
    let common = Examples.random(1, 60, using: &random)[0]
    let noise = Examples.random(50, 60, using: &random)
    let close = noise.map { zip(common, $0).map { $0 + 1e-4 * $1 } }
    let low = Examples.random(50, 20, using: &random).map { row in row.map { $0 + 1 } }
    let sizes = noise.enumerated().map { task, row in
      row.map { $0 * pow(10, Double(task % 9) - 4) }
    }
    return [close, low, sizes].map { GramMatrix(rows: $0) }
  }

  @Test func `the point of least norm fulfils its conditions`() {
    for gram in Self.grams(1) {
      let point = MinimumNormPoint(gram)
      #expect(abs(point.weights.reduce(0, +) - 1) < 1e-12)
      #expect(point.weights.allSatisfy { $0 >= 0 })
      #expect(point.residual < 1e-12, "\(gram.count)")
    }
  }

  @Test func `the point of least norm of two is the closed form`() {
    for gram in Self.grams(2) where gram.count == 2 {
      let denominator = gram[0, 0] + gram[1, 1] - 2 * gram[0, 1]
      let first = min(1, max(0, (gram[1, 1] - gram[0, 1]) / denominator))
      #expect(agree(MinimumNormPoint(gram).weights, [first, 1 - first], to: 1e-10))
    }
  }

  @Test func `projections on the dual cone fulfil their conditions`() {
    for gram in Self.grams(3) {
      var cone = DualCone(gram, regularization: 0)
      for task in 0..<min(gram.count, 5) {
        var lower = Array(repeating: 0.0, count: gram.count)
        lower[task] = 1
        let (weights, residual) = cone.project(lower)
        #expect(residual < 1e-9)
        let products = gram.descents(ofCombination: weights)
        let own = gram[task, task].squareRoot()
        for other in 0..<gram.count {
          let scale = own * gram[other, other].squareRoot()
          #expect(weights[other] >= lower[other])
          #expect(products[other] >= -1e-9 * scale)
          // What was added is orthogonal to the rest.
          let added = (weights[other] - lower[other]) * products[other]
          #expect(abs(added) <= 1e-9 * own * own)
        }
      }
    }
  }

  /// Gradients that are drawn, fewer than the parameters and more, nearly cancel in pairs, are equal,
  /// 0, of sizes from 1e-8 to 1e8, nearly or fully dependent, or alone.
  private static func rows(_ key: UInt64) -> [[[Double]]] {
    var random = RandomStream(key: key)
    let drawn = Examples.random(50, 60, using: &random)
    let few = Examples.random(70, 20, using: &random)
    func opposed(by share: Double, _ rows: [[Double]]) -> [[Double]] {
      rows.indices.map { row in
        row % 2 == 0 ? rows[row] : zip(rows[row], rows[row - 1]).map { share * $0 - $1 }
      }
    }
    let mean = drawn[0].indices.map { place in drawn.reduce(0) { $0 + $1[place] } / 50 }
    return [
      drawn, few, opposed(by: 0.1, drawn), opposed(by: 1e-3, drawn), opposed(by: 0, drawn),
      opposed(by: 0.1, few), drawn.indices.map { drawn[$0 / 3] },
      drawn.enumerated().map { row, values in values.map { row % 3 == 0 ? 0 : $0 } },
      drawn.enumerated().map { row, values in values.map { $0 * pow(10, Double(row % 17) - 8) } },
      drawn.enumerated().map { row, values in zip(values, mean).map { $0 - $1 } },
      drawn.map { values in values.enumerated().map { $1 * pow(10, -Double($0) / 10) } },
      [drawn[0]], Examples.random(9, 5, using: &random),
    ]
  }

  @Test func `gradients are projected one by one as each alone`() {
    for (kind, rows) in Self.rows(10).enumerated() {
      let gram = GramMatrix(rows: rows)
      let shares = rows.indices.map { 1 + Double($0 % 3) }
      var cone = DualCone(gram, regularization: 0)
      let (weights, residual) = cone.projectEach(shares)
      #expect(residual < 1e-9, "\(kind)")
      var expected = Array(repeating: 0.0, count: rows.count)
      for task in rows.indices {
        var alone = Array(repeating: 0.0, count: rows.count)
        alone[task] = shares[task]
        expected = zip(expected, cone.project(alone).weights).map(+)
      }
      // Of gradients that depend on one another the weights are not unique, but their sum is.
      let difference = zip(weights, expected).map(-)
      let sum = rows[0].indices.map { place in
        zip(rows, difference).reduce(0) { $0 + $1.0[place] * $1.1 }
      }
      let size = gram.norms.reduce(0, +)
      #expect(sum.reduce(0) { $0 + $1 * $1 }.squareRoot() < 1e-10 * size, "\(kind)")
    }
  }

  @Test func `projections of gradients that double precision hardly tells apart fulfil conditions`()
  {
    var random = RandomStream(key: 11)
    for share in [1e-5, 1e-6, 1e-7, 1e-8] {
      var rows = Examples.random(50, 50, using: &random)
      for row in stride(from: 1, to: 50, by: 2) {
        rows[row] = zip(rows[row], rows[row - 1]).map { share * $0 - $1 }
      }
      let gram = GramMatrix(rows: rows)
      var cone = DualCone(gram, regularization: 0)
      let (weights, residual) = cone.projectEach(Array(repeating: 1, count: 50))
      #expect(residual < 1e-7)
      #expect(weights.allSatisfy { $0 >= 1 })
      let largest = gram.largestDiagonal
      #expect(gram.descents(ofCombination: weights).allSatisfy { $0 >= -1e-5 * largest })
    }
  }

  @Test(arguments: [0.5, 1.0, 2.0])
  func `fair weights solve their equation`(power: Double) {
    for gram in Self.grams(4) {
      let weights = FairWeights(gram, power: power)
      #expect(weights.residual < 1e-7, "\(gram.count)")
      guard let solution = ProportionalFairness(gram, power: power) else { continue }
      let products = gram.descents(ofCombination: weights.weights)
      for (weight, product) in zip(weights.weights, products) {
        #expect(abs(pow(weight, power) * product - 1) < 1e-6)
      }
      #expect(solution.iterations < 60, "\(solution.iterations)")
    }
  }

  @Test func `CAGrad's weights of two are those of a golden section`() {
    for gram in Self.grams(5) where gram.count == 2 {
      let solution = ConflictAverseWeights(gram, convergence: 0.5)
      let best = goldenSection { self.objective(gram, [$0, 1 - $0], 0.5) }
      #expect(
        objective(gram, solution.weights, 0.5) <= objective(gram, [best, 1 - best], 0.5) + 1e-12)
    }
  }

  @Test(arguments: [0.1, 0.5, 0.9, 2])
  func `CAGrad's weights fulfil their conditions`(convergence: Double) {
    for gram in Self.grams(6) {
      let solution = ConflictAverseWeights(gram, convergence: convergence)
      #expect(solution.residual < 1e-10, "\(gram.count)")
      #expect(solution.weights.allSatisfy { $0 >= 0 })
      #expect(abs(solution.weights.reduce(0, +) - 1) < 1e-12)
    }
  }

  private func objective(_ gram: GramMatrix, _ weights: [Double], _ c: Double) -> Double {
    let mean = gram.meanProducts
    let radius = c * (mean.reduce(0, +) / Double(gram.count)).squareRoot()
    return zip(mean, weights).reduce(0) { $0 + $1.0 * $1.1 }
      + radius * gram.norm(ofCombination: weights)
  }

  private func goldenSection(_ function: (Double) -> Double) -> Double {
    var (low, high) = (0.0, 1.0)
    let ratio = (5.0.squareRoot() - 1) / 2
    for _ in 0..<80 {
      let (left, right) = (high - ratio * (high - low), low + ratio * (high - low))
      if function(left) < function(right) { high = right } else { low = left }
    }
    return (low + high) / 2
  }

  @Test func `eigenvectors rebuild the matrix and are orthonormal`() {
    for gram in Self.grams(7) {
      let count = gram.count
      let eigen = SymmetricEigen(gram.elements, count: count)
      var rebuilt = Array(repeating: 0.0, count: count * count)
      var products = rebuilt
      for index in 0..<count {
        let vector = eigen.vectors[index * count..<(index + 1) * count].map { $0 }
        for row in 0..<count {
          let other = eigen.vectors[row * count..<(row + 1) * count].map { $0 }
          products[index * count + row] = inner(vector, other)
          for column in 0..<count {
            rebuilt[row * count + column] += eigen.values[index] * vector[row] * vector[column]
          }
        }
      }
      #expect(agree(rebuilt, gram.elements, to: 1e-13))
      let identity = (0..<count * count).map { $0 % (count + 1) == 0 ? 1.0 : 0 }
      #expect(agree(products, identity, to: 1e-13))
    }
  }

  @Test func `eigenvalues of matrices that are already diagonal, or of one element`() {
    #expect(SymmetricEigen([3], count: 1).values == [3])
    #expect(SymmetricEigen([2, 0, 0, 0, 5, 0, 0, 0, 1], count: 3).values.sorted() == [1, 2, 5])
    #expect(SymmetricEigen([0, 0, 0, 0], count: 2).values == [0, 0])
  }

  @Test func `the projection on the simplex is the nearest point`() {
    #expect(agree(projectOnSimplex([0.522855, 0.335355]), [0.59375, 0.40625]))
    #expect(projectOnSimplex([5, 0, -1]) == [1, 0, 0])
    var random = RandomStream(key: 8)
    for _ in 0..<200 {
      let point = Examples.random(1, 6, using: &random)[0]
      let nearest = projectOnSimplex(point)
      #expect(abs(nearest.reduce(0, +) - 1) < 1e-12 && nearest.allSatisfy { $0 >= 0 })
      // The conditions: what is above 0 was shifted by one number, and nothing by more.
      let shifts = zip(point, nearest).map { $0 - $1 }
      let most = zip(shifts, nearest).filter { $0.1 > 0 }.map(\.0)
      #expect(most.allSatisfy { abs($0 - most[0]) < 1e-12 })
      #expect(shifts.allSatisfy { $0 <= most[0] + 1e-12 })
    }
  }

  @Test func `a factor stays right as rows come and go`() {
    var random = RandomStream(key: 9)
    let gram = GramMatrix(rows: Examples.random(12, 15, using: &random))
    var factor = GrowingCholesky(capacity: 12)
    for _ in 0..<200 {
      if !factor.members.isEmpty, random.chance(0.4) {
        factor.remove(at: random.integer(below: factor.members.count))
      } else if let row = (0..<12).filter({ !factor.members.contains($0) }).randomElement(
        using: &random)
      {
        let isTaken = factor.append(row, of: gram.elements, right: 1)
        #expect(isTaken)
      }
      let members = factor.members
      guard !members.isEmpty else { continue }
      var solution = members.map { _ in 0.0 }
      factor.solve(&solution)
      for row in members {
        let product = zip(members, solution).reduce(0) { $0 + gram[row, $1.0] * $1.1 }
        #expect(abs(product - 1) < 1e-9)
      }
    }
    #expect(GrowingCholesky(capacity: 2).members.isEmpty)
  }
}
