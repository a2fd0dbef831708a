/// How the gradients of a cell's tasks stood to one another, over the logged steps of its runs.
///
/// Every matrix is [K, K], row by row, and symmetric.
package struct TaskConflict: Codable, Equatable, Sendable {
  /// The share of steps at which the cosine of a pair was below 0; NaN for a pair that never had
  /// a cosine.
  package var negativeShare: [Double]
  /// The mean cosine.
  package var meanCosine: [Double]
  /// The mean of 2 nᵢ nⱼ / (nᵢ² + nⱼ²): 1 for gradients of one length.
  package var magnitudeSimilarity: [Double]
  /// The median of the largest over the smallest eigenvalue of the Gram matrix; infinite where the
  /// smallest is 0 to the precision of the file's numbers, NaN where it is not known.
  package var conditionNumber: Double
  package var taskCount: Int
  /// Logged steps of all runs that were counted.
  package var steps: Int
  /// Logged steps that were left out because a number was not finite.
  package var skipped: Int

  /// Of the rows of `training/gram` of one run; `nil` where no row is usable.
  package init?(taskCount: Int, rows: [[Double]]) {
    let usable = rows.filter { $0.allSatisfy(\.isFinite) }
    guard !usable.isEmpty else { return nil }
    let cells = taskCount * taskCount
    let means = Self.means(of: usable, taskCount)
    negativeShare = Array(means[..<cells])
    meanCosine = Array(means[cells..<(2 * cells)])
    magnitudeSimilarity = Array(means[(2 * cells)...])
    // A few hundred rows give the median as well as all do.
    let places = stride(from: 0, to: usable.count, by: max(1, usable.count / 200))
    conditionNumber = places.map { Self.conditionNumber(usable[$0], taskCount) }.median
    self.taskCount = taskCount
    (steps, skipped) = (usable.count, rows.count - usable.count)
  }

  /// Of several runs, which count alike however many steps each logged.
  package init?(merging runs: [TaskConflict]) {
    guard let first = runs.first, runs.allSatisfy({ $0.taskCount == first.taskCount }) else {
      return nil
    }
    func mean(_ matrix: KeyPath<TaskConflict, [Double]>) -> [Double] {
      first[keyPath: matrix].indices.map { place in
        let known = runs.map { $0[keyPath: matrix][place] }.filter { !$0.isNaN }
        return known.isEmpty ? .nan : known.mean
      }
    }
    negativeShare = mean(\.negativeShare)
    meanCosine = mean(\.meanCosine)
    magnitudeSimilarity = mean(\.magnitudeSimilarity)
    conditionNumber = runs.map(\.conditionNumber).median
    taskCount = first.taskCount
    (steps, skipped) = (runs.reduce(0) { $0 + $1.steps }, runs.reduce(0) { $0 + $1.skipped })
  }

  /// That of some of its tasks, in the order given; `nil` for fewer than two.
  ///
  /// What remains has no condition number: that of a part does not follow from that of the whole.
  package func selecting(tasks: [Int]) -> TaskConflict? {
    guard tasks.count > 1, tasks.allSatisfy((0..<taskCount).contains) else { return nil }
    guard tasks != Array(0..<taskCount) else { return self }
    func part(_ matrix: [Double]) -> [Double] {
      tasks.flatMap { row in tasks.map { matrix[row * taskCount + $0] } }
    }
    var own = self
    own.negativeShare = part(negativeShare)
    own.meanCosine = part(meanCosine)
    own.magnitudeSimilarity = part(magnitudeSimilarity)
    own.conditionNumber = .nan
    own.taskCount = tasks.count
    return own
  }

  /// Three matrices one after another: share of negative cosines, mean cosine, similarity.
  private static func means(of rows: [[Double]], _ count: Int) -> [Double] {
    let cells = count * count
    var sums = [Double](repeating: 0, count: 3 * cells)
    var known = [Double](repeating: 0, count: cells)
    for row in rows {
      for i in 0..<count {
        for j in 0..<count {
          let (first, second) = (row[i * count + i], row[j * count + j])
          guard first > 0, second > 0 else { continue }
          let norms = first.squareRoot() * second.squareRoot()
          let cosine = min(1, max(-1, row[i * count + j] / norms))
          let place = i * count + j
          sums[place] += cosine < 0 ? 1 : 0
          sums[cells + place] += cosine
          sums[2 * cells + place] += 2 * norms / (first + second)
          known[place] += 1
        }
      }
    }
    return sums.indices.map { known[$0 % cells] > 0 ? sums[$0] / known[$0 % cells] : .nan }
  }

  static func conditionNumber(_ gram: [Double], _ count: Int) -> Double {
    let values = eigenvalues(gram, count)
    guard let largest = values.max(), let smallest = values.min(), largest > 0 else { return .nan }
    // Numbers of single precision tell nothing of eigenvalues below this share.
    return smallest > largest * 1e-7 ? largest / smallest : .infinity
  }

  /// Eigenvalues of a symmetric matrix by Jacobi's rotations.
  static func eigenvalues(_ matrix: [Double], _ count: Int) -> [Double] {
    var a = matrix
    let scale = matrix.reduce(0) { $0 + $1 * $1 }
    for _ in 0..<60 {
      var outside = 0.0
      for i in 0..<count { for j in 0..<i { outside += a[i * count + j] * a[i * count + j] } }
      if outside <= scale * 1e-26 { break }
      for p in 0..<count {
        for q in (p + 1)..<max(count, p + 1) where a[p * count + q] != 0 {
          rotate(&a, count, p, q)
        }
      }
    }
    return (0..<count).map { a[$0 * count + $0] }
  }

  private static func rotate(_ a: inout [Double], _ count: Int, _ p: Int, _ q: Int) {
    let theta = (a[q * count + q] - a[p * count + p]) / (2 * a[p * count + q])
    let sign = theta >= 0 ? 1.0 : -1.0
    let tangent = sign / (abs(theta) + (theta * theta + 1).squareRoot())
    let cosine = 1 / (tangent * tangent + 1).squareRoot()
    let sine = tangent * cosine
    for k in 0..<count {
      let (x, y) = (a[k * count + p], a[k * count + q])
      a[k * count + p] = cosine * x - sine * y
      a[k * count + q] = sine * x + cosine * y
    }
    for k in 0..<count {
      let (x, y) = (a[p * count + k], a[q * count + k])
      a[p * count + k] = cosine * x - sine * y
      a[q * count + k] = sine * x + cosine * y
    }
  }
}
