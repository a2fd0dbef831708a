import Glibc
import Randomness
import Sweeps
import Testing

@Suite struct GaussianProcessTests {
  /// A random symmetric positive definite matrix.
  private func matrix(_ size: Int) -> [Double] {
    var stream = Seeds(root: 8)["matrix"]
    let rows = (0..<size).map { _ in (0..<size).map { _ in stream.normal() as Double } }
    return (0..<size * size).map { index in
      let (i, j) = (index / size, index % size)
      return zip(rows[i], rows[j]).reduce(i == j ? 1 : 0) { $0 + $1.0 * $1.1 }
    }
  }

  @Test(arguments: [1, 2, 7, 8, 9, 33])
  func `a factored matrix solves and inverts`(_ size: Int) throws {
    let matrix = matrix(size)
    let factor = try #require(Cholesky(matrix, size: size))
    let inverse = factor.inverse()
    let right = (0..<size).map { Double($0) - 2 }
    let solution = factor.solve(right)
    for i in 0..<size {
      let row = matrix[i * size..<(i + 1) * size]
      #expect(abs(zip(row, solution).reduce(0) { $0 + $1.0 * $1.1 } - right[i]) < 1e-7)
      for j in 0..<size {
        let entry = (0..<size).reduce(0) { $0 + matrix[i * size + $1] * inverse[$1 * size + j] }
        #expect(abs(entry - (i == j ? 1 : 0)) < 1e-7)
      }
    }
  }

  @Test func `a matrix that is not positive definite is refused, and jitter mends a singular one`()
  {
    #expect(Cholesky([1, 2, 2, 1], size: 2) == nil)
    #expect(Cholesky([1, 0, .nan, 1], size: 2) == nil)
    #expect(Cholesky.jittered([1, 1, 1, 1], size: 2) != nil)
    #expect(Cholesky.jittered([1, 2, 2, 1], size: 2) == nil)
  }

  private let points: [[Double]] = [
    [0.1, 0.2, 0], [0.9, 0.4, 1], [0.5, 0.8, 2], [0.3, 0.6, 1], [0.7, 0.1, 0], [0.2, 0.9, 2],
  ]
  private let values = [0.5, -1, 0.3, 1.2, -0.4, 0.1]
  private let categorical = [false, false, true]

  @Test func `the gradient of the likelihood is that of differences`() {
    let evidence = EvidenceMaximization(
      points: points, values: values, categorical: categorical)
    let logs = [0.3, 1.1, -0.5, 0.2, -2]
    let gradient = evidence.loss(logs).gradient
    for index in logs.indices {
      var (up, down) = (logs, logs)
      up[index] += 1e-5
      down[index] -= 1e-5
      let slope = (evidence.loss(up).value - evidence.loss(down).value) / 2e-5
      #expect(abs(slope - gradient[index]) < 1e-6)
    }
  }

  private func process(noise: Double) throws -> GaussianProcess {
    try #require(
      GaussianProcess(
        points: points, values: values, categorical: categorical,
        hyperparameters: .init(relevances: [4, 9, 0.5], signal: 1.5, noise: noise)))
  }

  @Test func `without noise the process goes through what was measured`() throws {
    let process = try process(noise: 1e-9)
    for (point, value) in zip(points, values) {
      let (mean, deviation) = process.predict(point)
      #expect(abs(mean - value) < 1e-5)
      #expect(deviation < 1e-3)
    }
    let far = try #require(
      GaussianProcess(
        points: points, values: values, categorical: categorical,
        hyperparameters: .init(relevances: [1e4, 1e4, 1e4], signal: 1.5, noise: 1e-6))
    ).predict([0.6, 0.5, 1])
    #expect(abs(far.mean) < 1e-6)
    #expect(abs(far.deviation - 1.5.squareRoot()) < 1e-6)
  }

  @Test func `gradients of the acquisition are those of differences`() throws {
    let acquisition = LogExpectedImprovement(process: try process(noise: 0.1), best: -1)
    let point = [0.42, 0.37, 1]
    let (value, gradient) = acquisition.valueWithGradient(at: point)
    #expect(abs(value - acquisition.value(at: point)) < 1e-9)
    for axis in 0..<2 {
      var (up, down) = (point, point)
      up[axis] += 1e-6
      down[axis] -= 1e-6
      let slope = (acquisition.value(at: up) - acquisition.value(at: down)) / 2e-6
      #expect(abs(slope - gradient[axis]) < 1e-5 * max(1, abs(slope)))
    }
    #expect(gradient[2] == 0)
  }

  @Test func `the logarithm of the improvement is right from one tail to the other`() {
    // By numerical integration of t φ(t - z) over positive t.
    let known = [
      (2.0, 0.6973835457882287), (0, -0.9189385332046727), (-0.9999, -2.484930602199176),
      (-1.0001, -2.485311456445883), (-5, -16.74430116266099), (-20, -206.9178385094251),
      (-100, -5010.12957880025),
    ]
    for (z, expected) in known {
      let value = LogExpectedImprovement.logImprovement(z).value
      #expect(abs(value - expected) < 1e-10 * abs(expected))
    }
    for border in [-1.0, -25.0] {
      let left = LogExpectedImprovement.logImprovement(border - 1e-9)
      let right = LogExpectedImprovement.logImprovement(border + 1e-9)
      #expect(abs(left.value - right.value) < 1e-6)
      #expect(abs(left.slope - right.slope) < 1e-4)
    }
  }

  @Test func `a fit finds the axis that matters`() {
    var stream = Seeds(root: 2)["points"]
    let points = (0..<40).map { _ in (0..<3).map { _ in stream.uniform() as Double } }
    let values = CostTransform.standardized(points.map { sin(7 * $0[1]) })
    let fitted = EvidenceMaximization(
      points: points, values: values, categorical: [false, false, false]
    ).fit()
    #expect(fitted.relevances[1] > 50 * fitted.relevances[0])
    #expect(fitted.relevances[1] > 50 * fitted.relevances[2])
    #expect(fitted.noise < 0.01)
  }

  @Test func `the minimizer reaches a valley's end and a bound`() {
    let minimizer = Minimizer(iterations: 200)
    func rosenbrock(_ x: [Double]) -> (Double, [Double]) {
      let (a, b) = (1 - x[0], x[1] - x[0] * x[0])
      return (a * a + 100 * b * b, [-2 * a - 400 * x[0] * b, 200 * b])
    }
    let free = minimizer.minimize(
      from: [-1.2, 1], lower: [-5, -5], upper: [5, 5]
    ) { rosenbrock($0) }
    #expect(abs(free.point[0] - 1) < 1e-2)
    let bound = minimizer.minimize(
      from: [-1.2, 1], lower: [-5, -5], upper: [0.5, 5]
    ) { rosenbrock($0) }
    #expect(abs(bound.point[0] - 0.5) < 1e-6)
    #expect(abs(bound.point[1] - 0.25) < 1e-3)
  }

  @Test func `costs keep their order and outliers lose their weight`() {
    let costs = [3.0, 1, 2, 1e9, 5, 4, 1e9, 7]
    let warped = CostTransform.standardized(costs)
    for i in costs.indices {
      for j in costs.indices where costs[i] < costs[j] { #expect(warped[i] < warped[j]) }
    }
    #expect(warped[3] == warped[6])
    #expect((warped.max() ?? 9) < 3)
    #expect(CostTransform.standardized([2, 2, 2]) == [0, 0, 0])
    let huge = CostTransform.standardized([-1e308, 1e300, 3, 1e308])
    #expect(huge.allSatisfy { $0.isFinite })
  }
}
