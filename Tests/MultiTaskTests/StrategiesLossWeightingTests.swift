import Foundation
import MultiTask
import Randomness
import Testing

/// Values worked out by hand or with numpy from the papers' formulas.
@Suite struct `Loss weightings` {
  private func weights(_ strategy: some Strategy, _ losses: [Double] = [1, 4]) throws -> [Double] {
    try strategy.first(Examples.pair, losses: losses).combination.weights
  }

  @Test func `equal weights add up the gradients, or take their mean`() throws {
    #expect(try EqualWeights().first(Examples.pair).direction == [0, 1])
    var settings = EqualWeights.Settings()
    settings.scale = .mean
    #expect(try EqualWeights(settings).first(Examples.pair).direction == [0, 0.5])
  }

  @Test func `static weights are as given`() throws {
    var settings = StaticWeights.Settings()
    #expect(try weights(StaticWeights(settings)) == [1, 1])
    settings.weights = [0.25, 0.75]
    #expect(try weights(StaticWeights(settings)) == [0.25, 0.75])
    var strategy = StaticWeights(settings)
    var random = RandomStream(key: 1)
    let absent = TaskSignals(losses: [1], tasks: [1], taskCount: 2)
    #expect(try strategy.combine(absent, using: &random).weights == [0.75])
  }

  @Test func `the logarithms' sum and the geometric mean weigh by the losses`() throws {
    let si = try ScaleInvariant().first(Examples.pair, losses: [1, 4])
    #expect(si.combination.weights == [1, 0.25] && si.direction == [0.75, 0.25])
    #expect(agree(try weights(GeometricMean()), [1, 0.25], to: 1e-12))
    #expect(agree(try weights(GeometricMean(), [2, 8]), [1, 0.25], to: 1e-12))
  }

  @Test func `uncertainty weighs by variances, which come to the losses`() throws {
    #expect(agree(try weights(UncertaintyWeights()), [0.824361, 0.824361]))
    var settings = UncertaintyWeights.Settings()
    settings.rule = .gradientDescent
    settings.learningRate = 0.5
    var strategy = UncertaintyWeights(settings)
    var random = RandomStream(key: 1)
    for _ in 0..<400 { _ = try strategy.combine(TaskSignals(losses: [1, 4]), using: &random) }
    #expect(agree(strategy.logVariances, [0, log(4)]))
  }

  @Test func `the first step of uncertainty is Adam's`() throws {
    var strategy = UncertaintyWeights()
    var random = RandomStream(key: 1)
    _ = try strategy.combine(TaskSignals(losses: [1, 4]), using: &random)
    // Both gradients are negative (0.5 − 0.824, 0.5 − 3.297): Adam goes up by its rate.
    #expect(agree(strategy.logVariances, [-0.475, -0.475]))
  }

  @Test func `the scales of IMTL-L come to one over the losses`() throws {
    #expect(try weights(IMTLL()) == [1, 1])
    var settings = IMTLL.Settings()
    settings.rule = .gradientDescent
    settings.learningRate = 0.2
    var strategy = IMTLL(settings)
    var random = RandomStream(key: 1)
    for _ in 0..<400 { _ = try strategy.combine(TaskSignals(losses: [1, 4]), using: &random) }
    #expect(agree(strategy.logScales, [0, -log(4)]))
    let value = zip(strategy.logScales, [1.0, 4.0]).reduce(0) { $0 + exp($1.0) * $1.1 - $1.0 }
    #expect(abs(value - 3.386294) < 1e-6)
  }

  @Test func `dynamic averages weigh by the last two epochs`() throws {
    var strategy = DynamicWeightAverage()
    var random = RandomStream(key: 1)
    var weights: [Double] = []
    // Means: (2, 4), then (1.8, 2): ratios 0.9 and 0.5.
    for (epoch, losses) in [(0, [1, 3]), (0, [3, 5]), (1, [1.8, 2]), (2, [1, 1])] {
      weights = try strategy.combine(
        TaskSignals(losses: losses.map { Double($0) }, epoch: epoch), using: &random
      ).weights
      if epoch < 2 { #expect(weights == [1, 1]) }
    }
    #expect(agree(weights, [1.099668, 0.900332]))
  }

  @Test func `steps may stand for epochs`() throws {
    var settings = DynamicWeightAverage.Settings()
    settings.every = 1
    var strategy = DynamicWeightAverage(settings)
    var random = RandomStream(key: 1)
    var weights: [Double] = []
    for (step, losses) in [[2.0, 4], [1.8, 2], [1, 1]].enumerated() {
      weights = try strategy.combine(
        TaskSignals(losses: losses, step: step), using: &random
      ).weights
    }
    #expect(agree(weights, [1.099668, 0.900332]))
  }

  @Test(arguments: [RandomWeights.Distribution.normal, .dirichlet])
  func `random weights add up to 1 and favor nobody`(
    distribution: RandomWeights.Distribution
  ) throws {
    var settings = RandomWeights.Settings()
    settings.distribution = distribution
    var strategy = RandomWeights(settings)
    var random = RandomStream(key: 7)
    var sums = [0.0, 0, 0]
    for _ in 0..<4000 {
      let weights = try strategy.combine(TaskSignals(losses: [1, 2, 3]), using: &random).weights
      #expect(abs(weights.reduce(0, +) - 1) < 1e-12 && weights.allSatisfy { $0 > 0 })
      for task in 0..<3 { sums[task] += weights[task] / 4000 }
    }
    #expect(sums.allSatisfy { abs($0 - 1 / 3) < 0.015 })
  }

  @Test func `Tchebycheff's maximum weighs by what is worst against the nadir`() throws {
    var strategy = SmoothTchebycheff()
    var random = RandomStream(key: 1)
    for (epoch, losses) in [(0, [9, 9]), (3, [1, 3]), (3, [3, 1])] as [(Int, [Double])] {
      _ = try strategy.combine(TaskSignals(losses: losses, epoch: epoch), using: &random)
    }
    let weights = try strategy.combine(
      TaskSignals(losses: [1, 4], epoch: 4), using: &random
    ).weights
    // Of the logarithms: 0.2 and 0.8.
    #expect(agree(weights, [0.2, 0.2], to: 1e-12))
    var settings = SmoothTchebycheff.Settings()
    settings.nadir = [2, 2]
    settings.scale = .sum
    #expect(agree(try self.weights(SmoothTchebycheff(settings)), [0.4, 0.4], to: 1e-12))
  }

  @Test func `Tchebycheff's warm-up has the scale of what follows`() throws {
    // Losses at the nadir count alike, so that nothing may change with the end of the warm-up.
    for (scale, expected) in [(LossScale.mean, [0.5, 0.125]), (.sum, [1, 0.25])] {
      var settings = SmoothTchebycheff.Settings()
      settings.scale = scale
      var strategy = SmoothTchebycheff(settings)
      var random = RandomStream(key: 1)
      for epoch in [0, 3, 4] {
        let signals = TaskSignals(losses: [1, 4], epoch: epoch)
        #expect(agree(try strategy.combine(signals, using: &random).weights, expected, to: 1e-12))
      }
    }
  }

  @Test func `FAMO weighs logarithms and learns from their decrease`() throws {
    #expect(agree(try weights(FAMO()), [0.8, 0.2], to: 1e-12))
    let gradient = FAMO.gradient(shares: [0.5, 0.5], before: [1, 4], after: [0.9, 3.9])
    #expect(agree(gradient, [0.020011, -0.020011], to: 3e-5))
    #expect(abs(gradient[0] - 0.020011) < 1e-6)
    var strategy = FAMO()
    try strategy.observe(lossesAfterStep: [0.9, 3.9], TaskSignals(losses: [1, 4]))
    #expect(agree(strategy.logits, [-0.025, 0.025]))  // Adam's first step
    var settings = FAMO.Settings()
    settings.leastLosses = [0.5, 2]
    // Excess 0.5 and 2: the same ratio, so the same weights.
    #expect(agree(try weights(FAMO(settings)), [0.8, 0.2], to: 1e-12))
  }

  @Test(arguments: [0, -1, .infinity, .nan])
  func `FAMO learns nothing from a step after which a loss has no logarithm`(
    _ loss: Double
  ) throws {
    var strategy = FAMO()
    let signals = TaskSignals(losses: [1, 4])
    try strategy.observe(lossesAfterStep: [0.9, 3.9], signals)
    let learned = strategy.logits
    try strategy.observe(lossesAfterStep: [0.9, loss], signals)
    #expect(strategy.logits == learned)
    var settings = FAMO.Settings()
    settings.leastLosses = [0.5, 2]
    var shifted = FAMO(settings)
    try shifted.observe(lossesAfterStep: [0.5, 3], signals)
    #expect(shifted.logits.isEmpty)
  }

  @Test func `steps can stand for epochs, where there are no passes over data`() throws {
    var settings = SmoothTchebycheff.Settings()
    #expect(SmoothTchebycheff(settings).needs.epochs == 4)
    #expect(DynamicWeightAverage(.init()).needs.epochs == 2)
    (settings.every, settings.warmUp) = (2, 2)
    var strategy = SmoothTchebycheff(settings)
    #expect(strategy.needs.epochs == 0)
    var random = RandomStream(key: 1)
    var weights: [[Double]] = []
    // The nadir is the mean of steps 2 and 3.
    let run: [[Double]] = [[8, 8], [8, 8], [1, 3], [3, 1], [1, 4]]
    for (step, losses) in run.enumerated() {
      weights.append(
        try strategy.combine(TaskSignals(losses: losses, step: step), using: &random).weights)
    }
    #expect(agree(weights[3], [1 / 6.0, 0.5]))
    #expect(agree(weights[4], [0.2, 0.2]))
    settings = SmoothTchebycheff.Settings()
    settings.nadir = [2, 2]
    #expect(SmoothTchebycheff(settings).needs.epochs == 0)
  }

  @Test func `GradNorm's objective, targets and slopes`() throws {
    let objective = GradNorm.Objective(
      weights: [1, 1], norms: [1, 2.0.squareRoot()], lossRatios: [0.5, 1], alpha: 1.5)
    #expect(agree(objective.targets, [0.657066, 1.858462]))
    #expect(abs(objective.value - 0.787183) < 1e-6)
    #expect(agree(objective.gradient, [1, -1.414214]))
  }

  @Test func `GradNorm prefers what learns slowly, and keeps the sum`() throws {
    var strategy = GradNorm()
    var random = RandomStream(key: 1)
    for count in 0..<40 {
      let step = try strategy.combine(
        gradients: Examples.pair, losses: count == 0 ? [2, 4] : [1, 4], using: &random)
      #expect(abs(step.combination.weights.reduce(0, +) - 2) < 1e-12)
    }
    #expect(strategy.weights[1] > strategy.weights[0])
    var settings = GradNorm.Settings()
    settings.rule = .gradientDescent
    strategy = GradNorm(settings)
    for losses in [[2, 4], [1, 4], [1, 4]] as [[Double]] {
      _ = try strategy.combine(gradients: Examples.pair, losses: losses, using: &random)
    }
    #expect(strategy.weights[1] > strategy.weights[0])
  }
}
