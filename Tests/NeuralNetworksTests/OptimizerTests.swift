import Autodiff
import Glibc
import NeuralNetworks
import TestSupport
import Testing

/// Trajectories as PyTorch 2.13 takes them (`torch.optim`, single tensors, Float).
///
/// Two parameters of 9 numbers in all; the gradient of number `i` at step `t` is
/// `cos(0.7·t + 1.3·i) · 10^(i mod 3 − 1)`; from step 7 on, the learning rate is halved. Recorded
/// are the parameters after steps 1, 2 and 12.
@Suite struct OptimizerTests {
  private func expectTrajectory(
    _ settings: OptimizerSettings, _ recorded: [[Float]],
    at location: SourceLocation = #_sourceLocation
  ) {
    var parameters = Recorded.parameters
    var optimizer = AnyOptimizer(for: parameters, settings)
    let rate = Float(settings.learningRate(0))
    var found: [[Float]] = []
    for time in 1...12 {
      optimizer.update(
        &parameters, along: Recorded.gradients(at: time),
        learningRate: time <= 6 ? rate : rate / 2)
      if [1, 2, 12].contains(time) { found.append(parameters.tensors.flatMap(\.scalars)) }
    }
    for (found, wanted) in zip(found, recorded) {
      expectClose(found, wanted, relative: 1e-6, scale: 0.5, sourceLocation: location)
    }
  }

  @Test func `plain SGD`() {
    var settings = SGD.Settings()
    settings.learningRate = .constant(0.1)
    expectTrajectory(.sgd(settings), Recorded.sgd)
  }

  @Test func `SGD with momentum`() {
    var settings = SGD.Settings()
    settings.learningRate = .constant(0.1)
    settings.momentum = 0.9
    expectTrajectory(.sgd(settings), Recorded.sgdMomentum)
  }

  @Test func `SGD with Nesterov's momentum and weight decay`() {
    var settings = SGD.Settings()
    settings.learningRate = .constant(0.1)
    settings.momentum = 0.9
    settings.nesterov = true
    settings.weightDecay = 0.05
    expectTrajectory(.sgd(settings), Recorded.sgdNesterov)
  }

  @Test func `plain RMSProp`() {
    expectTrajectory(.rmsProp(RMSProp.Settings()), Recorded.rmsProp)
  }

  @Test func `RMSProp centred`() {
    var settings = RMSProp.Settings()
    settings.alpha = 0.95
    settings.epsilon = 1e-2
    settings.centered = true
    expectTrajectory(.rmsProp(settings), Recorded.rmsPropCentered)
  }

  @Test func `RMSProp with momentum and weight decay`() {
    var settings = RMSProp.Settings()
    settings.alpha = 0.9
    settings.epsilon = 1e-5
    settings.momentum = 0.9
    settings.weightDecay = 0.1
    expectTrajectory(.rmsProp(settings), Recorded.rmsPropMomentum)
  }

  @Test func `plain Adagrad`() {
    var settings = Adagrad.Settings()
    settings.learningRate = .constant(0.1)
    expectTrajectory(.adagrad(settings), Recorded.adagrad)
  }

  @Test func `Adagrad with a first sum, epsilon and weight decay`() {
    var settings = Adagrad.Settings()
    settings.learningRate = .constant(0.1)
    settings.epsilon = 1e-3
    settings.initialSum = 0.5
    settings.weightDecay = 0.1
    expectTrajectory(.adagrad(settings), Recorded.adagradOptions)
  }

  @Test func `plain Adam`() {
    expectTrajectory(.adam(learningRate: 0.01), Recorded.adam)
  }

  @Test func `Adam with other betas, epsilon and weight decay`() {
    var settings = Adam.Settings()
    settings.learningRate = .constant(0.01)
    settings.beta1 = 0.8
    settings.beta2 = 0.95
    settings.epsilon = 1e-3
    settings.weightDecay = 0.1
    expectTrajectory(.adam(settings), Recorded.adamOptions)
  }

  @Test func `plain AdamW`() {
    var settings = AdamW.Settings()
    settings.learningRate = .constant(0.01)
    settings.weightDecay = 0.5
    expectTrajectory(.adamW(settings), Recorded.adamW)
  }

  // MARK: What an optimiser remembers

  @Test func `what is remembered is named after the parameters`() {
    let names = { (settings: OptimizerSettings) in
      AnyOptimizer(for: Recorded.parameters, settings).namedTensors.map(\.name)
    }
    #expect(names(.sgd(SGD.Settings())) == [])
    var momentum = SGD.Settings()
    momentum.momentum = 0.9
    #expect(names(.sgd(momentum)) == ["momentum/first", "momentum/second"])
    #expect(
      names(.adamW(AdamW.Settings())) == [
        "step", "firstMoment/first", "firstMoment/second", "secondMoment/first",
        "secondMoment/second",
      ])
    var all = RMSProp.Settings()
    all.centered = true
    all.momentum = 0.5
    #expect(
      names(.rmsProp(all)) == [
        "square/first", "square/second", "mean/first", "mean/second", "momentum/first",
        "momentum/second",
      ])
    #expect(names(.adagrad(Adagrad.Settings())) == ["sum/first", "sum/second"])
  }

  @Test(arguments: OptimizerSettings.alternatives.map(\.standard))
  func `an optimiser goes on where saved tensors left off`(settings: OptimizerSettings) throws {
    var settings = settings
    if case .sgd(var sgd) = settings {
      sgd.momentum = 0.9
      settings = .sgd(sgd)
    }
    func steps(_ times: ClosedRange<Int>, _ optimizer: inout AnyOptimizer, _ at: inout Numbers) {
      for time in times {
        optimizer.update(&at, along: Recorded.gradients(at: time), learningRate: 0.01)
      }
    }
    var (straight, parameters) = (
      AnyOptimizer(for: Recorded.parameters, settings), Recorded.parameters
    )
    steps(1...4, &straight, &parameters)
    var resumed = AnyOptimizer(for: Recorded.parameters, settings)
    try load(straight.namedTensors, into: &resumed)
    var resumedParameters = parameters
    steps(5...8, &straight, &parameters)
    steps(5...8, &resumed, &resumedParameters)
    #expect(parameters.tensors.map(\.scalars) == resumedParameters.tensors.map(\.scalars))
  }

  /// With a constant gradient both running means, freed of their bias, are that gradient (and its
  /// square) at any time, so each of Adam's steps has exactly the size of the learning rate.
  @Test(arguments: [1, 2, 3, 10, 100, 1000, 10_000, 1_000_000])
  func `bias correction is exact to single precision at all times`(time: Int) throws {
    var settings = Adam.Settings()
    settings.epsilon = 1e-30
    var optimizer = Adam(for: Tensor([0]), settings)
    let before = Double(time - 1)
    try load(
      [
        ("step", Tensor(Float(before))),
        ("firstMoment", Tensor([Float(0.5 * (1 - pow(settings.beta1, before)))])),
        ("secondMoment", Tensor([Float(0.25 * (1 - pow(settings.beta2, before)))])),
      ], into: &optimizer)
    var parameter = Tensor([0])
    optimizer.update(&parameter, along: Tensor([0.5]), learningRate: 1)
    expectClose(parameter.scalars, [-1], relative: 3e-7)
  }

  /// Under a constant gradient, the mean square and the squared mean differ by rounding alone.
  @Test func `centred RMSProp never takes the root of a negative number`() {
    var settings = RMSProp.Settings()
    settings.alpha = 0.5
    settings.centered = true
    let gradients = Tensor((1...64).map { 1 / Float($0) })
    var parameters = Tensor.zeros([64])
    var optimizer = RMSProp(for: parameters, settings)
    for _ in 0..<60 {
      optimizer.update(&parameters, along: gradients, learningRate: 1e-9)
    }
    #expect(parameters.scalars.allSatisfy { $0.isFinite })
  }

  @Test func `without running means there is no bias to correct`() {
    var settings = Adam.Settings()
    (settings.beta1, settings.beta2) = (0, 0)
    var optimizer = Adam(for: Tensor([0]), settings)
    var parameter = Tensor([0])
    optimizer.update(&parameter, along: Tensor([-4]), learningRate: 0.25)
    optimizer.update(&parameter, along: Tensor([2]), learningRate: 0.25)
    expectClose(parameter.scalars, [0], relative: 1e-7)
  }
}
