import MultiTask
import NeuralNetworks
import Randomness
import Testing

/// Values worked out by hand or with numpy from the papers' formulas.
@Suite struct `Combiners of gradients` {
  private func expect(
    _ strategy: some Strategy, _ gradients: [[Double]], weights: [Double]? = nil,
    direction: [Double]? = nil, losses: [Double]? = nil,
    location: SourceLocation = #_sourceLocation
  ) throws {
    let step = try strategy.first(gradients, losses: losses)
    if let weights {
      #expect(
        agree(step.combination.weights, weights), "\(step.combination)", sourceLocation: location)
    }
    if let direction {
      #expect(agree(step.direction, direction), "\(step.direction)", sourceLocation: location)
    }
    #expect(step.combination.residual < 1e-9, sourceLocation: location)
  }

  @Test func `MGDA's shortest combination`() throws {
    try expect(MGDA(), Examples.pair, weights: [0.6, 0.4], direction: [0.2, 0.4])
    try expect(
      MGDA(), Examples.triple, weights: [0.463035, 0.428016, 0.108949],
      direction: [0.249027, 0.373541, 0.217899])
    // Where one gradient is the shortest point, it has all the weight.
    try expect(MGDA(), [[1, 0], [3, 1]], weights: [1, 0], direction: [1, 0])
  }

  @Test func `MGDA's normalizations shorten the gradients first`() throws {
    var settings = MGDA.Settings()
    settings.normalization = .norm
    let r = 2.0.squareRoot()
    try expect(MGDA(settings), Examples.pair, weights: [0.5, 0.5 / r])
    settings.normalization = .loss
    // Of (1, 0) and (-1/4, 1/4): w₁ = clip((M₂₂ − M₁₂)/(M₁₁ + M₂₂ − 2 M₁₂)).
    let first = (0.125 + 0.25) / (1 + 0.125 + 0.5)
    try expect(
      MGDA(settings), Examples.pair, weights: [first, (1 - first) / 4], losses: [1, 4])
  }

  @Test func `PCGrad's projections`() throws {
    try expect(PCGrad(), Examples.pair, direction: [0.5, 1.5])
    let gram = GramMatrix(rows: Examples.pair)
    #expect(PCGrad.project(0, gram, order: [0, 1]) == [1, 0.5])
    #expect(PCGrad.project(1, gram, order: [0, 1]) == [1, 1])
    var settings = PCGrad.Settings()
    settings.order = .ascending
    try expect(PCGrad(settings), Examples.triple, direction: [0.6, 1.217647, 2.329412])
    settings.order = .descending
    try expect(PCGrad(settings), Examples.triple, direction: [0.8, 1.241176, 2.235294])
  }

  @Test func `PCGrad draws both orders`() throws {
    let first = Set(
      try (0..<20).map { try PCGrad().first(Examples.triple, key: $0).direction[0] })
    #expect(first.count == 2)
  }

  @Test func `GradVac's turn gives the usual cosine exactly`() throws {
    var strategy = GradVac()
    strategy.assume(cosine: 0.5, taskCount: 2)
    var settings = GradVac.Settings()
    settings.order = .ascending
    var random = RandomStream(key: 1)
    let step = try strategy.combine(gradients: Examples.pair, using: &random)
    // v₁ = (0.211325, 0.788675); v₂ = g₂ turned likewise towards g₁.
    let factor = 2.0.squareRoot() * (0.5 * 0.5.squareRoot() + 0.5.squareRoot() * 0.75.squareRoot())
    let second = factor / 0.75.squareRoot()
    #expect(agree(step.direction, [0.211325 - 1 + second, 0.788675 + 1]))
    #expect(agree(strategy.cosines, [0.5, -0.103553, -0.103553, 0.5]))
  }

  @Test func `GradVac's first step is PCGrad's`() throws {
    try expect(GradVac(), Examples.pair, direction: [0.5, 1.5])
  }

  @Test func `GradVac by layers is GradVac on each layer alone`() throws {
    var settings = GradVac.Settings()
    settings.order = .ascending
    var whole = settings
    settings.groups = .layer
    whole.groups = .whole
    var random = RandomStream(key: 3)
    var strategy = GradVac(settings)
    #expect(strategy.needs.signal == .gradients)
    var alone = [GradVac(whole), GradVac(whole)]
    for step in 0..<3 {
      let rows = Examples.random(3, 5, using: &random)
      var numbers = rows.flatMap { $0.map { Float($0) } }
      let signals = TaskSignals(losses: [1, 1, 1], step: step)
      try numbers.withUnsafeMutableBufferPointer { elements in
        var table = GradientRows(count: 3, length: 5, elements: elements, layers: [2, 3])
        try strategy.transform(&table, signals, using: &random)
      }
      let turned = (0..<5).map { column in
        (0..<3).reduce(0.0) { $0 + Double(numbers[$1 * 5 + column]) }
      }
      let expected = try [0..<2, 2..<5].enumerated().flatMap { layer, columns in
        try alone[layer].combine(gradients: rows.map { Array($0[columns]) }, using: &random)
          .direction
      }
      #expect(agree(turned, expected, to: 1e-5), "\(turned) \(expected)")
    }
  }

  @Test func `UPGrad and DualProj project on the dual cone`() throws {
    try expect(UPGrad(), Examples.pair, weights: [1, 0.75], direction: [0.25, 0.75])
    try expect(
      UPGrad(), Examples.triple, weights: [0.583333, 0.639918, 0.389010],
      direction: [0.263374, 0.445413, 0.778020])
    try expect(DualProj(), Examples.pair, direction: [0, 0.5])
    try expect(DualProj(), [[1, 0], [-3, 1]], direction: [0, 1.0 / 2])
    var settings = UPGrad.Settings()
    settings.regularization = 1e-4
    try expect(UPGrad(settings), Examples.pair, weights: [0.99985004, 0.74996251])
  }

  @Test func `CAGrad's direction and its rescalings`() throws {
    var settings = CAGrad.Settings()
    settings.convergence = 0.4
    try expect(CAGrad(settings), Examples.pair, weights: [0.7, 0.5], direction: [0.2, 0.5])
    settings.rescaling = .square
    try expect(CAGrad(settings), Examples.pair, direction: [0.172414, 0.431034])
    settings.convergence = 0.5
    try expect(CAGrad(settings), Examples.pair, direction: [0.2, 0.4])
    settings.rescaling = .linear
    try expect(CAGrad(settings), Examples.pair, direction: [0.25 / 1.5, 0.5 / 1.5])
    try expect(CAGrad(), Examples.pair, direction: [0.25, 0.5])
    try expect(CAGrad(), Examples.triple, direction: [0.322638, 0.483957, 0.666667])
    let solution = ConflictAverseWeights(GramMatrix(rows: Examples.triple), convergence: 0.5)
    #expect(agree(solution.weights, [0.497884, 0.502116, 0]))
  }

  @Test func `IMTL-G projects alike on all gradients`() throws {
    try expect(
      IMTLG(), Examples.pair, weights: [0.585786, 0.414214], direction: [0.171573, 0.414214])
    try expect(
      IMTLG(), Examples.triple, weights: [0.424612, 0.422141, 0.153247],
      direction: [0.213542, 0.345518, 0.306493])
  }

  @Test func `Nash's bargain, and its clipping`() throws {
    try expect(
      NashMTL(), Examples.pair, weights: [1.847759, 1.306563], direction: [0.541196, 1.306563])
    try expect(
      NashMTL(), Examples.triple, weights: [1.400227, 1.372114, 0.572453],
      direction: [0.714170, 1.085887, 1.144906])
    // Orthogonal gradients: the sum of the unit vectors.
    try expect(NashMTL(), [[2, 0], [0, 5]], direction: [1, 1])
    var settings = NashMTL.Settings()
    settings.maximumNorm = 1
    let direction = try NashMTL(settings).first(Examples.pair).direction
    #expect(abs(inner(direction, direction) - 1) < 1e-12)
  }

  @Test func `Nash bargains anew every few steps only`() throws {
    var settings = NashMTL.Settings()
    settings.every = 2
    var strategy = NashMTL(settings)
    var random = RandomStream(key: 1)
    let weights = try [Examples.pair, [[2, 0], [0, 1]], [[2, 0], [0, 1]]].map {
      try strategy.combine(gradients: $0, using: &random).combination.weights
    }
    #expect(weights[0] == weights[1])
    #expect(agree(weights[2], [0.5, 1]))
  }

  @Test func `fair gains, of which Nash's are one`() throws {
    try expect(
      FairGrad(), Examples.pair, weights: [2.174053, 1.495842], direction: [0.678211, 1.495842])
    var settings = FairGrad.Settings()
    settings.alpha = 1
    try expect(FairGrad(settings), Examples.pair, weights: [1.847759, 1.306563])
  }

  @Test func `aligned gradients`() throws {
    let eigen = SymmetricEigen(GramMatrix(rows: Examples.pair).elements, count: 2)
    #expect(agree(eigen.values.sorted(), [0.381966, 2.618034]))
    try expect(AlignedMTL(), Examples.pair, direction: [0.276393, 0.829180])
    try expect(AlignedMTL(), Examples.triple, direction: [0.542960, 0.785441, 0.914563])
    var settings = AlignedMTL.Settings()
    settings.scale = .mean
    try expect(AlignedMTL(settings), Examples.pair, direction: [0.1381965, 0.414590])
    settings.scale = .sum
    settings.length = .rootMeanSquare  // (0.381966 + 2.618034)/2 = 1.5
    let factor = (1.5 / 0.38196601125).squareRoot()
    try expect(
      AlignedMTL(settings), Examples.pair, direction: [0.2763932 * factor, 0.8291796 * factor])
  }

  @Test func `ConFIG's one cosine`() throws {
    try expect(ConFIG(), Examples.pair, direction: [0.353553, 0.853553])
  }

  @Test func `SDMGrad is drawn to the mean`() throws {
    try expect(SDMGrad(), Examples.pair, weights: [0.6, 0.4], direction: [0.2, 0.4])
    let gram = GramMatrix(rows: Examples.pair)
    let point = MinimumNormPoint(gram.shifted(by: 0.3, meanProducts: gram.meanProducts))
    #expect(agree(point.weights, [0.63, 0.37]))
  }

  @Test func `DB-MTL's gradients of one length`() throws {
    var settings = DBMTL.Settings()
    settings.decay = 0
    let step = try DBMTL(settings).first(Examples.pair, losses: [1, 4])
    #expect(agree(step.combination.weights, [1, 2.828427]))
    #expect(agree(step.direction, [0.292893, 0.707107]))
    #expect(step.gradients == [[1, 0], [-0.25, 0.25]])
    settings.logarithm = false
    try expect(DBMTL(settings), Examples.pair, direction: [0.414214, 1], losses: [1, 4])
  }

  @Test func `DB-MTL's averages begin at 0`() throws {
    var strategy = DBMTL()
    var random = RandomStream(key: 1)
    let rows = try (0..<2).map { _ in
      try strategy.combine(gradients: [[1, 0], [0, 2]], losses: [1, 2], using: &random).gradients
    }
    #expect(agree(rows[0].flatMap { $0 }, [0.1, 0, 0, 0.1]))
    #expect(agree(rows[1].flatMap { $0 }, [0.19, 0, 0, 0.19]))
  }

  @Test func `MoCo's first step, with either simplex`() throws {
    var settings = MoCo.Settings()
    try expect(MoCo(settings), Examples.pair, weights: [0.593750, 0.406250], losses: [1, 4])
    settings.simplex = .softmax
    try expect(
      MoCo(settings), Examples.pair, weights: [0.546738, 0.453262],
      direction: [-0.367640, 0.641009], losses: [1, 4])
  }

  @Test func `GradDrop keeps one sign of each coordinate`() throws {
    var positive = 0
    for key in 0..<2000 as Range<UInt64> {
      let direction = try GradDrop().first(Examples.pair, key: key).direction
      // P = (0.5, 1).
      #expect(abs(direction[0]) == 1 && direction[1] == 1)
      positive += direction[0] > 0 ? 1 : 0
    }
    #expect(abs(positive - 1000) < 100)
    var settings = GradDrop.Settings()
    settings.leak = 1
    try expect(GradDrop(settings), Examples.pair, direction: [0, 1])
  }

  @Test(arguments: Examples.strategies.filter { $0.needs.signal != .losses }.map(\.name))
  func `scales change the length alone`(name: String) throws {
    let plain = try #require(StrategySettings.standard(named: name))
    guard plain.account.settings.contains(where: { $0.name == "scale" }) else { return }
    let direction = try plain.make(taskCount: 4).first(
      Examples.conflict, losses: [1, 2, 3, 4]
    ).direction
    var lengths: [Double] = []
    for scale in GradientScale.allCases {
      let text = #"{"\#(name)": \#(try settings(of: plain, scale: scale))}"#
      let strategy = try JSONCoding.decode(StrategySettings.self, text).make(taskCount: 4)
      let scaled = try strategy.first(Examples.conflict, losses: [1, 2, 3, 4]).direction
      let length = inner(scaled, scaled).squareRoot()
      lengths.append(length)
      let own = inner(direction, direction).squareRoot()
      #expect(agree(scaled.map { $0 / length }, direction.map { $0 / own }, to: 1e-9))
    }
    // sum, mean, unitNorm
    #expect(abs(lengths[0] / lengths[1] - 4) < 1e-9)
    #expect(abs(lengths[2] - 1) < 1e-9)
  }

  /// A strategy's settings as JSON, with another scale.
  private func settings(of choice: StrategySettings, scale: GradientScale) throws -> String {
    let text = try JSONCoding.encode(choice)
    let inside = text.dropFirst(choice.account.name.count + 4).dropLast()
    return String(inside).replacing(#/"scale":"[a-zA-Z]+"/#, with: #""scale":"\#(scale.rawValue)""#)
  }
}
