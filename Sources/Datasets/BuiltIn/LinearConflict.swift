import Glibc
public import Randomness

/// Linear least-squares tasks at a chosen angle, whose Pareto front is known in closed form.
///
/// `L_k(θ) = ½‖A_k θ − b_k‖²` with θ in Rᴾ, `A_k = I + s N_k / √P` (entries of `N_k` standard
/// normal) and `b_k = A_k t_k`. The targets `t_k` have length r and the same angle φ between any
/// two, so that for s = 0 the gradients at θ = 0 stand at exactly that angle.
public struct LinearConflict: Codable, Hashable, Sendable {
  /// K.
  public var tasks: Int
  /// φ in degrees; K directions cannot stand further apart than acos(−1/(K − 1)).
  public var degrees: Double
  /// P, at least K.
  public var parameters: Int
  /// s: how far the tasks' curvatures differ.
  public var spread: Double
  /// r.
  public var distance: Double

  /// Chooses sizes and the angle between the tasks.
  public init(
    tasks: Int = 2, degrees: Double = 120, parameters: Int = 10, spread: Double = 0.5,
    distance: Double = 1
  ) {
    precondition(tasks >= 2 && parameters >= tasks && spread >= 0 && distance > 0)
    precondition(
      cos(degrees * .pi / 180) >= -1 / Double(tasks - 1) - 1e-12,
      "\(tasks) directions cannot all stand \(degrees)° apart")
    self.tasks = tasks
    self.degrees = degrees
    self.parameters = parameters
    self.spread = spread
    self.distance = distance
  }

  /// Uses the streams `directions` and `curvature 0`, `curvature 1`, ….
  public func problem(seeds: Seeds) -> LinearConflictProblem {
    let basis = orthonormalBasis(tasks, in: parameters, seeds["directions"])
    let factor = angleFactor()
    let size = parameters
    let targets = (0..<tasks).map { task in
      (0..<size).map { index in
        distance * (0..<tasks).reduce(0) { $0 + factor[task][$1] * basis[$1][index] }
      }
    }
    let maps = (0..<tasks).map { task in
      var stream = seeds["curvature \(task)"]
      return (0..<(size * size)).map { index -> Double in
        let draw: Double = stream.normal()
        return (index % (size + 1) == 0 ? 1 : 0) + spread * draw / Double(size).squareRoot()
      }
    }
    let values = zip(maps, targets).map { map, target in
      (0..<size).map { row in
        (0..<size).reduce(0) { $0 + map[row * size + $1] * target[$1] }
      }
    }
    return LinearConflictProblem(
      parameterCount: size, maps: maps, values: values,
      provenance: ["made": "\(self)", "seed": "\(seeds.root)"])
  }

  /// The lower triangle C with `C Cᵀ = (1 − cos φ) I + cos φ 1 1ᵀ`.
  private func angleFactor() -> [[Double]] {
    let cosine = cos(degrees * .pi / 180)
    let gram = (0..<tasks).map { i in (0..<tasks).map { $0 == i ? 1 : cosine } }
    return choleskyFactor(gram)
  }
}

/// The tasks of a `LinearConflict`, drawn.
public struct LinearConflictProblem: Sendable {
  /// P.
  public let parameterCount: Int
  /// A, by task: `[P, P]`, row by row.
  public let maps: [[Double]]
  /// b, by task: `[P]`.
  public let values: [[Double]]
  let provenance: [String: String]

  /// The losses at some parameters, by task.
  public func losses(at parameters: [Double]) -> [Double] {
    residuals(at: parameters).map { 0.5 * $0.reduce(0) { $0 + $1 * $1 } }
  }

  /// The gradients `A_kᵀ(A_k θ − b_k)` at some parameters, by task.
  public func gradients(at parameters: [Double]) -> [[Double]] {
    let size = parameterCount
    return zip(maps, residuals(at: parameters)).map { map, residual in
      (0..<size).map { column in
        (0..<size).reduce(0) { $0 + map[$1 * size + column] * residual[$1] }
      }
    }
  }

  private func residuals(at parameters: [Double]) -> [[Double]] {
    let size = parameterCount
    return zip(maps, values).map { map, value in
      (0..<size).map { row in
        (0..<size).reduce(-value[row]) { $0 + map[row * size + $1] * parameters[$1] }
      }
    }
  }

  /// The parameters that minimize `Σ w_k L_k`: `(Σ w AᵀA)⁻¹ Σ w Aᵀb`.
  ///
  /// The Pareto set is what this gives for all weights.
  ///
  /// - Parameter weights: by task, not negative, not all 0.
  public func optimum(weights: [Double]) -> [Double] {
    let size = parameterCount
    var matrix = [[Double]](repeating: Array(repeating: 0, count: size), count: size)
    var right = [Double](repeating: 0, count: size)
    for (weight, (map, value)) in zip(weights, zip(maps, values)) {
      for i in 0..<size {
        for row in 0..<size { right[i] += weight * map[row * size + i] * value[row] }
        for j in 0..<size {
          for row in 0..<size { matrix[i][j] += weight * map[row * size + i] * map[row * size + j] }
        }
      }
    }
    let factor = choleskyFactor(matrix)
    var solution = right
    for i in 0..<size {
      for j in 0..<i { solution[i] -= factor[i][j] * solution[j] }
      solution[i] /= factor[i][i]
    }
    for i in (0..<size).reversed() {
      for j in (i + 1)..<size { solution[i] -= factor[j][i] * solution[j] }
      solution[i] /= factor[i][i]
    }
    return solution
  }

  /// Losses of two tasks along their front: `[points, 2]`, from the best of the first to the best
  /// of the second.
  public func front(points: Int) -> [[Double]] {
    precondition(maps.count == 2 && points >= 2, "the front of two tasks, by 2 points or more")
    return (0..<points).map { point in
      let share = Double(point) / Double(points - 1)
      return losses(at: optimum(weights: [1 - share, share]))
    }
  }

  /// The tasks as rows of data: the rows of `A_k` are the inputs, the entries of `b_k` the labels
  /// of task k alone.
  ///
  /// A linear network without bias, shared by all tasks, has θ as its weights; its mean squared
  /// error in task k is `2 L_k / P`.
  public func dataset() -> Dataset {
    let (size, count) = (parameterCount, maps.count)
    let columns = (0..<count).map { task -> TaskColumn in
      var labels = [Float](repeating: .nan, count: count * size)
      for row in 0..<size { labels[task * size + row] = Float(values[task][row]) }
      return TaskColumn(name: "task\(task)", kind: .regression(width: 1), labels: labels)
    }
    return Dataset(
      name: "linearConflict", provenance: provenance, inputShape: [size],
      inputs: maps.flatMap { $0.map { Float($0) } }, tasks: columns)
  }
}

/// The lower triangle C with `C Cᵀ = matrix`, for a symmetric matrix without negative eigenvalues.
private func choleskyFactor(_ matrix: [[Double]]) -> [[Double]] {
  let size = matrix.count
  var factor = [[Double]](repeating: Array(repeating: 0, count: size), count: size)
  for i in 0..<size {
    for j in 0...i {
      let sum = (0..<j).reduce(matrix[i][j]) { $0 - factor[i][$1] * factor[j][$1] }
      if i == j {
        factor[i][i] = max(sum, 0).squareRoot()
      } else {
        factor[i][j] = factor[j][j] > 0 ? sum / factor[j][j] : 0
      }
    }
  }
  return factor
}
