import MultiTask
import NeuralNetworks
import Randomness
import Testing

@Suite struct `A descent on a landscape` {
  /// Every task alike, with what else a test needs.
  struct Equal: Strategy {
    var weight = 1.0
    var changesRows = false
    var failsAt = Int.max

    var needs: StrategyNeeds {
      StrategyNeeds(changesRows ? .gradients : .losses, lossesAfterStep: true)
    }

    mutating func combine(
      _ signals: TaskSignals, using random: inout RandomStream
    ) throws(StrategyError) -> Combination {
      if signals.step == failsAt { throw StrategyError("no answer") }
      return Combination(weights: signals.losses.map { _ in weight })
    }

    mutating func transform(
      _ gradients: inout GradientRows, _ signals: TaskSignals, using random: inout RandomStream
    ) throws(StrategyError) {
      for index in gradients.elements.indices { gradients.elements[index] *= 2 }
    }
  }

  let random = Seeds(root: 1)["strategy"]

  func descent(
    on landscape: any Landscape, rate: Double, steps: Int
  ) -> LandscapeDescent {
    var descent = LandscapeDescent(on: landscape, steps: steps)
    var settings = SGD.Settings()
    settings.learningRate = .constant(rate)
    descent.optimizer = .sgd(settings)
    return descent
  }

  @Test func `of the mean contracts the element-wise quadratic by the learning rate`() {
    let path = descent(on: ElementwiseQuadratic(), rate: 0.075, steps: 49)
      .path(of: Equal(weight: 0.5), from: [3, -2], using: random)
    #expect(abs(path.end.x - 0.065776) < 6e-7 && abs(path.end.y + 0.043851) < 6e-7)
    #expect(path.records.count == 49 && abs(path.records[1].point.x - 3 * 0.925) < 1e-12)
    #expect(path.outcome == .front)
    #expect(path.records[0].gram.elements == [36, 0, 0, 16])
    #expect(path.records[0].leastDescent == 8)
    #expect(path.endLosses == ElementwiseQuadratic().losses(at: path.end))
  }

  @Test func `takes the rows as a strategy changes them`() {
    let plain = descent(on: ElementwiseQuadratic(), rate: 0.1, steps: 5)
      .path(of: Equal(weight: 1), from: [3, -2], using: random)
    let changed = descent(on: ElementwiseQuadratic(), rate: 0.1, steps: 5)
      .path(of: Equal(weight: 0.5, changesRows: true), from: [3, -2], using: random)
    #expect(abs(plain.end.x - changed.end.x) < 1e-6)
    #expect(changed.records[0].gram.elements == [36, 0, 0, 16])
  }

  @Test func `steps as Adam does`() {
    // From (1, 1) the first step is the learning rate in both directions, whatever the slopes.
    var descent = LandscapeDescent(on: ConvexQuadraticForms(), steps: 1)
    descent.optimizer = .adam(Adam.Settings())
    let path = descent.path(of: Equal(), from: [2, 1], using: random)
    #expect(abs(path.end.x - 1.999) < 1e-9)
  }

  @Test func `tells where it ended`() {
    let toy = ToyLandscape(scale: 0.1)
    var long = LandscapeDescent(on: toy, steps: 35_000)
    long.recordCount = 10
    let done = long.path(of: Equal(), from: [0, 0], using: random)
    #expect(done.outcome == .front && done.records.count == 10)
    #expect(abs(done.end.x + 5.7273) < 0.01 && abs(done.end.y + 8.4094) < 0.01)
    #expect(long.path(of: Equal(), from: [9, 9], using: random).outcome == .stuck)
    #expect(long.path(of: Equal(), from: [-8.5, 7.5], using: random).outcome == .late)
  }

  @Test func `ends with the sentence of a strategy that has no answer`() {
    let path = descent(on: ElementwiseQuadratic(), rate: 0.1, steps: 9)
      .path(of: Equal(failsAt: 4), from: [3, -2], using: random)
    #expect(path.outcome == .failed("no answer"))
    #expect(path.steps == 4 && path.end == path.points.last)
  }

  @Test func `ends where a point leaves all bounds`() {
    let path = descent(on: ElementwiseQuadratic(), rate: 3, steps: 900)
      .path(of: Equal(), from: [3, -2], using: random)
    guard case .failed(let sentence) = path.outcome else {
      Issue.record("must fail")
      return
    }
    #expect(sentence.contains("smaller learning rate"))
  }

  @Test func `is the same again`() {
    let descent = LandscapeDescent(on: ToyLandscape(), steps: 500)
    #expect(
      descent.path(of: Equal(), from: [9, 9], using: random)
        == descent.path(of: Equal(), from: [9, 9], using: random))
  }
}
