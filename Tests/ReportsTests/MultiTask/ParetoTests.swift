import Randomness
import Reports
import Testing

@Suite struct `Trade-offs between tasks` {
  @Test func `the hypervolume of two points is that of their staircase`() {
    let volume = hypervolume([[0.2, 0.6], [0.5, 0.3]], reference: [1, 1])
    #expect(abs(volume - 0.47) < 1e-12)
  }

  @Test func `points that are dominated, equal or beyond the reference add nothing`() {
    let points = [[0.2, 0.6], [0.5, 0.3], [0.5, 0.7], [0.2, 0.6], [0.1, 1.2]]
    #expect(abs(hypervolume(points, reference: [1, 1]) - 0.47) < 1e-12)
    #expect(hypervolume([], reference: [1, 1]) == 0)
    #expect(hypervolume([[0.25]], reference: [1]) == 0.75)
  }

  @Test func `in many objectives it is the share of the box that points dominate`() {
    // Inclusion and exclusion by hand: three boxes of 1/2, pairs and all share the 1/8 corner.
    let corners = [[0.0, 0.5, 0.5], [0.5, 0.0, 0.5], [0.5, 0.5, 0.0]]
    #expect(abs(hypervolume(corners, reference: [1, 1, 1]) - 0.5) < 1e-12)
    var random = Seeds(root: 5)["points"]
    let points = (0..<6).map { _ in (0..<4).map { _ -> Double in random.uniform() } }
    // Inclusion–exclusion over all subsets.
    var expected = 0.0
    for subset in 1..<(1 << points.count) {
      let chosen = points.indices.filter { subset & (1 << $0) != 0 }
      let volume = (0..<4).reduce(1.0) { product, axis in
        product * (1 - (chosen.map { points[$0][axis] }.max() ?? 0))
      }
      expected += chosen.count.isMultiple(of: 2) ? -volume : volume
    }
    #expect(abs(hypervolume(points, reference: [1, 1, 1, 1]) - expected) < 1e-12)
  }

  @Test func `the non-dominated set holds what nothing beats everywhere`() {
    #expect(nonDominated([[1, 2], [2, 1], [2, 2], [1, 2]]) == [0, 1, 3])
    #expect(nonDominated([[1, .nan], [2, 1]]) == [1])
  }

  @Test func `games have their known values`() {
    #expect(abs(gameValue(payoffs: [[1, -1], [-1, 1]])) < 1e-12)
    // Saddle point.
    #expect(abs(gameValue(payoffs: [[3, 5], [2, 1]]) - 2) < 1e-12)
    #expect(abs(gameValue(payoffs: [[0, 2, -1], [-1, 0, 2], [2, -1, 0]]) - 1.0 / 3) < 1e-12)
    #expect(gameValue(payoffs: [[4]]) == 4)
  }

  @Test func `a point below the line between two others lies beyond their front`() {
    let front = [[0.0, 1.0], [1.0, 0.0]]
    #expect(abs(marginBeyondFront([0.4, 0.4], front: front) - 0.1) < 1e-12)
    #expect(abs(marginBeyondFront([0.6, 0.6], front: front) + 0.1) < 1e-12)
    #expect(abs(marginBeyondFront([0.3, 0.7], front: front)) < 1e-12)
    // Better than every point where only one objective counts.
    #expect(abs(marginBeyondFront([-0.2, 5], front: front) - 0.2) < 1e-12)
  }

  @Test func `a margin is the best of a search over weightings`() {
    var random = Seeds(root: 9)["front"]
    for _ in 0..<20 {
      let front = (0..<7).map { _ in (0..<3).map { _ -> Double in random.uniform() } }
      let point = (0..<3).map { _ -> Double in 0.5 * random.uniform() }
      let margin = marginBeyondFront(point, front: front)
      var best = -Double.infinity
      for _ in 0..<2000 {
        let weights = uniformWeights(3, using: &random)
        let worth = front.map { other in
          (0..<3).reduce(0) { $0 + weights[$1] * (other[$1] - point[$1]) }
        }.min()
        best = max(best, worth ?? best)
      }
      #expect(best <= margin + 1e-12)
      #expect(margin - best < 0.03)
    }
  }

  @Test func `random weights of tasks are a point of the simplex`() {
    var random = Seeds(root: 2)["weights"]
    let draws = (0..<4000).map { _ in uniformWeights(4, using: &random) }
    #expect(draws.allSatisfy { $0.allSatisfy { $0 > 0 } && abs($0.reduce(0, +) - 1) < 1e-12 })
    let means = (0..<4).map { place in draws.map { $0[place] }.mean }
    #expect(means.allSatisfy { abs($0 - 0.25) < 0.015 })
  }

  @Test func `first places go to what is best under each weighting`() {
    var random = Seeds(root: 4)["ranks"]
    // Two tasks: the first wins where its task weighs more than a half.
    let shares = sharesOfFirstPlace([[1, 0], [0, 1], [0.2, 0.2]], using: &random)
    #expect(abs(shares[0] - 0.5) < 0.06)
    #expect(shares[2] == 0)
    #expect(abs(shares.reduce(0, +) - 1) < 1e-9)
    #expect(sharesOfFirstPlace([[1], [1]], using: &random) == [0.5, 0.5])
  }

  @Test func `conflict is read from Gram matrices`() throws {
    // Gradients (1, 0) and (-1, 1), then two at a right angle.
    let conflict = try #require(
      TaskConflict(taskCount: 2, rows: [[1, -1, -1, 2], [1, 0, 0, 1], [.nan, 0, 0, 1]]))
    #expect(conflict.negativeShare[1] == 0.5)
    #expect(abs(conflict.meanCosine[1] + 0.707107 / 2) < 1e-6)
    #expect(abs(conflict.magnitudeSimilarity[1] - (0.942809 + 1) / 2) < 1e-6)
    #expect(conflict.steps == 2 && conflict.skipped == 1)
    // Eigenvalues of the first are (3 ± √5) / 2; the median of two condition numbers is their mean.
    let first = (3 + 5.0.squareRoot()) / (3 - 5.0.squareRoot())
    #expect(abs(conflict.conditionNumber - (first + 1) / 2) < 1e-9)
    let parallel = try #require(TaskConflict(taskCount: 2, rows: [[1, 1, 1, 1]]))
    #expect(parallel.conditionNumber == .infinity)
    #expect(TaskConflict(taskCount: 2, rows: []) == nil)
  }
}
