import MultiTask
import Randomness
import Testing

/// Inputs at the edge: a defined answer, or a sentence.
@Suite struct `Degenerate gradients` {
  private static let edges: [(String, [[Double]])] = [
    ("a zero row", [[0, 0, 0], [1, 2, 0], [-1, 1, 1]]),
    ("only zeros", [[0, 0], [0, 0], [0, 0]]),
    ("identical rows", [[1, 2], [1, 2], [-1, 1]]),
    ("opposite rows", [[1, 2], [-1, -2]]),
    ("opposite rows of other lengths, and a third", [[1, 0, 0], [-3, 0, 0], [0, 1, 0]]),
    ("more tasks than parameters", [[1, 2], [-1, 1], [0, 1], [3, -1], [-2, -2]]),
    ("one parameter", [[1], [-2], [3]]),
    ("very different sizes", [[1e-9, 0], [-1e9, 1e9], [0, 1]]),
    ("a row that is 0 beside one", [[0, 0], [0, 1]]),
    ("nearly opposite rows", [[1, 1e-9], [-1, 1e-9]]),
  ]

  @Test(arguments: Examples.strategies.filter { $0.needs.signal != .losses })
  func `have a finite answer`(strategy: AnyStrategy) throws {
    for (edge, rows) in Self.edges {
      let step = try strategy.first(rows, losses: rows.map { _ in 1.5 })
      let numbers = step.combination.weights + step.direction
      #expect(numbers.allSatisfy { $0.isFinite }, "\(edge)")
      #expect(step.combination.residual.isFinite && step.combination.residual >= 0, "\(edge)")
    }
  }

  @Test(arguments: [
    AnyStrategy(MGDA()), AnyStrategy(NashMTL()), AnyStrategy(FairGrad()), AnyStrategy(UPGrad()),
    AnyStrategy(DualProj()),
  ])
  func `hurt no task where nothing can be gained`(strategy: AnyStrategy) throws {
    for (edge, rows) in Self.edges where edge != "very different sizes" {
      let step = try strategy.first(rows)
      #expect(step.leastDescent >= -1e-7, "\(edge): \(step)")
      #expect(step.combination.residual < 1e-6, "\(edge)")
    }
  }

  @Test func `leave a task without a gradient out of a bargain`() throws {
    let step = try NashMTL().first([[0, 0], [0, 2]])
    #expect(agree(step.combination.weights, [0, 0.5]))
    #expect(try IMTLG().first([[0, 0], [0, 2]]).combination.weights == [0, 1])
  }

  @Test func `in which 0 is a combination give MGDA, Nash and FairGrad nothing to do`() throws {
    for strategy in [AnyStrategy(MGDA()), AnyStrategy(NashMTL()), AnyStrategy(FairGrad())] {
      let direction = try strategy.first([[1, 2], [-2, -4]]).direction
      #expect(direction.allSatisfy { abs($0) < 1e-12 }, "\(strategy.name) \(direction)")
    }
  }

  @Test func `with 0 at the edge of their hull leave CAGrad the mean gradient`() throws {
    let direction = try CAGrad().first([[1, 0], [-1, 0], [0, 1]]).direction
    #expect(agree(direction, [0, 1.0 / 3], to: 1e-7), "\(direction)")
  }

  @Test(arguments: Examples.strategies)
  func `what is no number is refused, with the task`(strategy: AnyStrategy) throws {
    var random = RandomStream(key: 1)
    for wrong in [Double.nan, .infinity, -.infinity] {
      var copy = strategy
      let gram = GramMatrix(rows: [[1, 0], [0, 1]])
      let error = #expect(throws: StrategyError.self) {
        try copy.combine(TaskSignals(losses: [1, wrong], gram: gram), using: &random)
      }
      #expect(error?.description.contains("task 1") == true)
      #expect(error?.description.hasPrefix(strategy.name) == true)
      guard strategy.needs.signal != .losses else { continue }
      let broken = GramMatrix(count: 2, elements: [1, 0, 0, wrong])
      let second = #expect(throws: StrategyError.self) {
        try copy.combine(TaskSignals(losses: [1, 1], gram: broken), using: &random)
      }
      #expect(second?.description.contains("task 1") == true)
    }
  }

  @Test(arguments: Examples.strategies.filter(\.needs.positiveLosses))
  func `a loss below 0 is refused where a formula has none`(strategy: AnyStrategy) throws {
    let error = #expect(throws: StrategyError.self) {
      _ = try strategy.first(Examples.pair, losses: [1, -0.5])
    }
    #expect(error?.description.contains("the loss of task 1 is -0.5") == true)
  }

  @Test(arguments: Examples.strategies)
  func `a loss that single precision rounds to 0 ends no run`(strategy: AnyStrategy) throws {
    let step = try strategy.first(Examples.pair, losses: [1, 0])
    #expect(step.combination.weights.allSatisfy { $0.isFinite })
    #expect(step.direction.allSatisfy { $0.isFinite })
  }

  @Test func `a loss below the least one possible is told with both`() throws {
    var settings = FAMO.Settings()
    settings.leastLosses = [2, 0]
    var strategy = FAMO(settings)
    var random = RandomStream(key: 1)
    let error = #expect(throws: StrategyError.self) {
      _ = try strategy.combine(TaskSignals(losses: [1, 1]), using: &random)
    }
    #expect(error?.description.contains("the loss of task 0 is 1.0, below 2.0") == true)
  }

  @Test(arguments: Examples.strategies.filter { !$0.needs.positiveLosses })
  func `a loss below 0 is taken elsewhere`(strategy: AnyStrategy) throws {
    let weights = try strategy.first(Examples.pair, losses: [1, -0.5]).combination.weights
    #expect(weights.allSatisfy { $0.isFinite })
  }

  @Test func `signals that do not fit together are refused`() throws {
    var strategy = MGDA()
    var random = RandomStream(key: 1)
    let gram = GramMatrix(rows: Examples.pair)
    for signals in [
      TaskSignals(losses: []), TaskSignals(losses: [1, 2]),
      TaskSignals(losses: [1, 2, 3], gram: gram),
      TaskSignals(losses: [1, 2], tasks: [1, 0], taskCount: 2, gram: gram),
      TaskSignals(losses: [1, 2], tasks: [0, 2], taskCount: 2, gram: gram),
      TaskSignals(losses: [1, 2], tasks: [0], taskCount: 2, gram: gram),
    ] {
      #expect(throws: StrategyError.self) { try strategy.combine(signals, using: &random) }
    }
  }

  @Test func `rows of other lengths, or none, are refused`() throws {
    for rows in [[], [[]], [[1, 2], [1]], [[1, .nan]]] as [[[Double]]] {
      #expect(throws: StrategyError.self) { try MGDA().first(rows) }
    }
    #expect(throws: StrategyError.self) { try MGDA().first(Examples.pair, losses: [1]) }
  }

  @Test func `gradients of another network are refused by strategies that average them`() throws {
    var random = RandomStream(key: 1)
    var strategy = DBMTL()
    _ = try strategy.combine(gradients: [[1, 0]], using: &random)
    let error = #expect(throws: StrategyError.self) {
      try strategy.combine(gradients: [[1, 0, 0]], using: &random)
    }
    #expect(error?.description.contains("had 2 before") == true)
  }
}
