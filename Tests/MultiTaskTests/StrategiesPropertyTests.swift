import MultiTask
import Randomness
import Testing

/// What strategies promise for whatever gradients: each on a thousand random draws.
@Suite struct `Properties of strategies` {
  private static let draws = 1000

  /// Runs `body` on random gradients of 2 to 5 tasks in as many dimensions or more.
  private func onDraws(
    key: UInt64, _ body: ([[Double]], inout RandomStream) throws -> Void
  ) throws {
    var random = RandomStream(key: key)
    for _ in 0..<Self.draws {
      let tasks = 2 + random.integer(below: 4)
      let rows = Examples.random(tasks, tasks + random.integer(below: 4), using: &random)
      try body(rows, &random)
    }
  }

  @Test(arguments: [
    AnyStrategy(MGDA()), AnyStrategy(UPGrad()), AnyStrategy(DualProj()), AnyStrategy(NashMTL()),
    AnyStrategy(FairGrad()), AnyStrategy(ConFIG()),
  ])
  func `no task is hurt`(strategy: AnyStrategy) throws {
    try onDraws(key: 1) { rows, _ in
      let step = try strategy.first(rows)
      let size = GramMatrix(rows: rows).largestDiagonal
      #expect(step.leastDescent >= -1e-9 * size, "\(rows)")
      #expect(step.combination.residual < 1e-9)
    }
  }

  @Test func `IMTL-G hurts no task where its weights are not negative`() throws {
    try onDraws(key: 2) { rows, _ in
      let step = try IMTLG().first(rows)
      guard step.combination.weights.allSatisfy({ $0 >= 0 }) else { return }
      #expect(step.leastDescent >= -1e-9)
    }
  }

  @Test func `PCGrad hurts neither of two tasks`() throws {
    var random = RandomStream(key: 3)
    for _ in 0..<Self.draws {
      let step = try PCGrad().first(Examples.random(2, 3, using: &random))
      #expect(step.leastDescent >= -1e-9)
    }
  }

  @Test(arguments: Examples.strategies.filter { $0.name != "gradDrop" })
  func `one task alone moves along its gradient`(strategy: AnyStrategy) throws {
    var random = RandomStream(key: 4)
    for _ in 0..<50 {
      let row = Examples.random(1, 3, using: &random)
      let direction = try strategy.first(row, losses: [0.5]).direction
      let factor = inner(direction, row[0]) / inner(row[0], row[0])
      #expect(factor > 0)
      #expect(agree(direction, row[0].map { $0 * factor }), "\(direction) along \(row)")
    }
  }

  @Test(arguments: Examples.strategies)
  func `tasks with one gradient move along it`(strategy: AnyStrategy) throws {
    var random = RandomStream(key: 5)
    for count in 2...5 {
      let row = Examples.random(1, 3, using: &random)[0]
      let direction = try strategy.first(
        Array(repeating: row, count: count), losses: Array(repeating: 2, count: count)
      ).direction
      let factor = inner(direction, row) / inner(row, row)
      #expect(factor > 0)
      #expect(agree(direction, row.map { $0 * factor }), "\(direction) along \(row)")
    }
  }

  @Test(arguments: Examples.deterministic)
  func `the order of the tasks does not matter`(strategy: AnyStrategy) throws {
    try onDraws(key: 6) { rows, random in
      let losses = rows.map { _ in random.uniform(in: 0.5...2) as Double }
      let order = random.permutation(of: rows.count)
      let plain = try strategy.first(rows, losses: losses).combination.weights
      let mixed = try strategy.first(order.map { rows[$0] }, losses: order.map { losses[$0] })
      #expect(agree(mixed.combination.weights, order.map { plain[$0] }, to: 1e-5), "\(rows)")
    }
  }

  @Test(arguments: [
    AnyStrategy(NashMTL()), AnyStrategy(FairGrad()), AnyStrategy(IMTLG()), AnyStrategy(ConFIG()),
    AnyStrategy(DBMTL()), AnyStrategy(ScaleInvariant()),
  ])
  func `losses in other units give the same direction`(strategy: AnyStrategy) throws {
    // FairGrad's is the same for α = 1 only.
    let strategy = strategy.name == "fairGrad" ? try fair(alpha: 1) : strategy
    try onDraws(key: 7) { rows, random in
      let losses = rows.map { _ in random.uniform(in: 0.5...2) as Double }
      let units = rows.map { _ in random.uniform(in: 0.1...10) as Double }
      let plain = try strategy.first(rows, losses: losses).direction
      let scaled = try strategy.first(
        zip(rows, units).map { row, unit in row.map { $0 * unit } },
        losses: zip(losses, units).map { $0 * $1 }
      ).direction
      let (own, other) = (inner(plain, plain).squareRoot(), inner(scaled, scaled).squareRoot())
      // IMTL-G's weights add up to 1, which may turn the direction round.
      let sign = strategy.name == "imtlG" && inner(plain, scaled) < 0 ? -1.0 : 1
      // Single precision in between, where rows are changed.
      #expect(agree(scaled.map { sign * $0 / other }, plain.map { $0 / own }, to: 3e-5), "\(rows)")
      if strategy.name != "imtlG" && strategy.name != "config" {
        #expect(abs(own / other - 1) < 3e-5)
      }
    }
  }

  private func fair(alpha: Double) throws -> AnyStrategy {
    var settings = FairGrad.Settings()
    settings.alpha = alpha
    return AnyStrategy(FairGrad(settings))
  }

  @Test func `Nash's direction has the length √K, and adds unit vectors that are orthogonal`()
    throws
  {
    try onDraws(key: 8) { rows, _ in
      let direction = try NashMTL().first(rows).direction
      #expect(abs(inner(direction, direction) - Double(rows.count)) < 1e-8)
    }
  }

  @Test func `aligned gradients are orthogonal and of one length`() throws {
    try onDraws(key: 11) { rows, _ in
      let gram = GramMatrix(rows: rows)
      let eigen = SymmetricEigen(gram.elements, count: gram.count)
      let least = try #require(eigen.values.min())
      // B: what one task's preference alone gives.
      let aligned = (0..<rows.count).map { task in
        eigen.apply({ (least / $0).squareRoot() }, to: rows.indices.map { $0 == task ? 1 : 0 })
      }
      for (task, weights) in aligned.enumerated() {
        let products = gram.descents(ofCombination: weights)
        let expected = rows.indices.map { $0 == task ? least : 0 }
        #expect(agree(aligned.map { inner($0, products) }, expected, to: 1e-9))
      }
      // By tasks: what they add up to.
      let sums = rows.indices.map { row in aligned.reduce(0) { $0 + $1[row] } }
      #expect(agree(try AlignedMTL().first(rows).combination.weights, sums, to: 1e-9))
    }
  }

  @Test func `CAGrad helps the worst-off task at least as much as the mean does`() throws {
    try onDraws(key: 9) { rows, _ in
      let mean = try EqualWeights().first(rows).leastDescent / Double(rows.count)
      let step = try CAGrad().first(rows)
      #expect(step.leastDescent >= mean - 1e-9)
      #expect(step.combination.residual < 1e-9)
    }
  }

  @Test func `ConFIG has one cosine to all gradients`() throws {
    try onDraws(key: 10) { rows, _ in
      let direction = try ConFIG().first(rows).direction
      let length = inner(direction, direction).squareRoot()
      let cosines = rows.map { inner($0, direction) / (length * inner($0, $0).squareRoot()) }
      #expect(agree(cosines, cosines.map { _ in cosines[0] }, to: 1e-7))
    }
  }

  /// Only with the units of the whole problem changed, all else must change alike.
  @Test(arguments: Examples.deterministic.filter { $0.name != "moco" })
  func `gradients of any common size have the same direction`(strategy: AnyStrategy) throws {
    for size in [1e-12, 1e-4, 1e6, 1e12] {
      let rows = Examples.conflict.map { $0.map { $0 * size } }
      let losses = [1.0, 2, 3, 4]
      let plain = try strategy.first(Examples.conflict, losses: losses).direction
      let scaled = try strategy.first(rows, losses: losses).direction
      let (own, other) = (inner(plain, plain).squareRoot(), inner(scaled, scaled).squareRoot())
      #expect(agree(scaled.map { $0 / other }, plain.map { $0 / own }), "\(size)")
    }
  }
}
