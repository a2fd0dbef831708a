import Foundation
import MultiTask
import Randomness
import Testing

@Suite struct `Measures of conflict` {
  let pair = GramMatrix(rows: [[1, 0], [-1, 1]])

  @Test func `of a pair are those worked out by hand`() {
    #expect(abs(pair.cosines[1] + 0.5.squareRoot()) < 1e-12)
    #expect(pair.cosines[0] == 1 && pair.cosines[3] == 1)
    #expect(abs(pair.magnitudeSimilarities[1] - 0.942809) < 5e-7)
    #expect(pair.conflictShare == 1)
    // The eigenvalues of [[1, −1], [−1, 2]] are (3 ± √5) / 2.
    let root = 5.0.squareRoot()
    #expect(abs(pair.conditionNumber - (3 + root) / (3 - root)) < 1e-12)
  }

  @Test func `are 1 for orthogonal gradients of one length`() {
    let gram = GramMatrix(rows: [[0, 2, 0], [0, 0, 2], [2, 0, 0]])
    #expect(abs(gram.conditionNumber - 1) < 1e-12 && gram.conflictShare == 0)
    #expect(gram.magnitudeSimilarities.allSatisfy { $0 == 1 })
    #expect(gram.cosines == [1, 0, 0, 0, 1, 0, 0, 0, 1])
  }

  @Test func `do not depend on how the gradients are turned`() {
    // Rotations leave eigenvalues alone: a diagonal, turned, keeps its condition.
    let (c, s) = (0.6, 0.8)
    let gram = GramMatrix(rows: [[10 * c, 10 * s, 0], [-s, c, 0], [0, 0, 0.1]])
    #expect(abs(gram.conditionNumber - 10_000) < 1e-6)
    let mixed = GramMatrix(
      rows: [[10 * c, -s, 0.1 * s], [10 * s, c, 0.1 * c], [5, 1, 0.3]])
    #expect(mixed.conditionNumber > 1 && mixed.conditionNumber.isFinite)
  }

  @Test func `tell of gradients that are missing or depend on each other`() {
    #expect(GramMatrix(rows: [[1, 2], [2, 4]]).conditionNumber == .infinity)
    #expect(GramMatrix(rows: [[1], [2], [3]]).conditionNumber == .infinity)
    let silent = GramMatrix(rows: [[0, 0], [3, 4]])
    #expect(silent.cosines[1].isNaN && silent.cosines[3] == 1)
    #expect(silent.magnitudeSimilarities[1] == 0 && silent.magnitudeSimilarities[0].isNaN)
    #expect(GramMatrix(rows: [[0, 0], [0, 0]]).conditionNumber.isNaN)
  }

  @Test func `cosines stay between −1 and 1 in spite of rounding`() {
    var random = Seeds(root: 1)["rows"]
    for _ in 0..<200 {
      let row = (0..<5).map { _ in random.uniform(in: -1.0...1) }
      let gram = GramMatrix(rows: [row, row.map { -3 * $0 }])
      #expect(gram.cosines[1] >= -1 && gram.cosines[1] < -0.999999)
    }
  }
}

@Suite struct `Affinity between tasks` {
  @Test func `is the share by which one task's step lowers another's loss`() throws {
    var affinity = TaskAffinity(taskCount: 2)
    try affinity.look(losses: [1, 4], lossesAfterStep: [[0.5, 5], [1.1, 3]])
    #expect(affinity[0, 0] == 0.5 && affinity[0, 1] == -0.25)
    #expect(abs(affinity[1, 0] + 0.1) < 1e-12 && affinity[1, 1] == 0.25)
    try affinity.look(losses: [1, 4], lossesAfterStep: [[1, 4], [1, 4]])
    #expect(affinity[0, 0] == 0.25 && affinity.lookCount == 2)
  }

  @Test func `from a Gram matrix is the same to first order`() throws {
    let landscape = ToyLandscape(scale: 1, offset: 21)
    let point = SIMD2(-4.0, -3)
    let losses = landscape.losses(at: point)
    let gradients = landscape.gradients(at: point)
    let rate = 1e-5
    var exact = TaskAffinity(taskCount: 2)
    var linear = TaskAffinity(taskCount: 2)
    try exact.look(
      losses: losses,
      lossesAfterStep: gradients.map { landscape.losses(at: point - rate * $0) })
    try linear.look(
      losses: losses, gram: GramMatrix(rows: gradients.map { [$0.x, $0.y] }), learningRate: rate)
    for (found, wanted) in zip(linear.values, exact.values) {
      #expect(abs(found - wanted) < 1e-3 * abs(wanted))
    }
    #expect(exact[0, 0] > 0 && exact[1, 1] > 0)
  }

  @Test func `refuses losses that it cannot divide by, and keeps what it had`() throws {
    var affinity = TaskAffinity(taskCount: 2)
    try affinity.look(losses: [2, 2], lossesAfterStep: [[1, 1], [1, 1]])
    #expect(throws: StrategyError.self) {
      try affinity.look(losses: [1, 0], lossesAfterStep: [[1, 1], [1, 1]])
    }
    #expect(throws: StrategyError.self) {
      try affinity.look(losses: [1, 1], lossesAfterStep: [[7, 1], [1, .infinity]])
    }
    #expect(affinity.values == [0.5, 0.5, 0.5, 0.5] && affinity.lookCount == 1)
  }

  @Test func `survives encoding`() throws {
    var affinity = TaskAffinity(taskCount: 2)
    try affinity.look(losses: [1, 4], lossesAfterStep: [[0.5, 5], [1.1, 3]])
    let data = try JSONEncoder().encode(affinity)
    #expect(try JSONDecoder().decode(TaskAffinity.self, from: data) == affinity)
  }
}
