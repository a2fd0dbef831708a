import Agents
import Autodiff
import Environments
import Glibc
import NeuralNetworks
import Randomness
import Testing

/// The equations of SAC against numbers worked out by hand.
@Suite struct SACMathematicsTests {
  /// In mid-episode, terminated, truncated (or going on).
  private let batch = Transitions(
    observations: .zeros([3, 1]), actions: .zeros([3, 1]), rewards: Tensor([1, 2, 3]),
    discounts: Tensor([0.5, 0, 0.5]), nextObservations: .zeros([3, 1]))

  @Test func `targets add the discounted value with its entropy, but not after a termination`() {
    let targets = SAC.targets(
      batch, values: Tensor([4, 5, 6]), logProbabilities: Tensor([1, -2, -8]),
      temperature: Tensor(0.5))
    // 1 + 0.5·(4 - 0.5·1), 2, 3 + 0.5·(6 + 0.5·8)
    #expect(targets.scalars == [2.75, 2, 8])
  }

  @Test func `the critics' loss is half the mean squared error of each`() {
    let loss = SAC.criticLoss(
      values: [Tensor([1, 2]), Tensor([3, 4])], targets: Tensor([2, 2]))
    // 0.5·(1 + 0)/2 + 0.5·(1 + 4)/2
    #expect(loss.scalar == 1.5)
  }

  @Test func `the actor's loss weighs entropy by the temperature`() {
    let loss = SAC.actorLoss(
      values: Tensor([1, 3]), logProbabilities: Tensor([-1, 2]), temperature: Tensor(0.5))
    // ((0.5·-1 - 1) + (0.5·2 - 3)) / 2
    #expect(loss.scalar == -1.75)
  }

  @Test func `the temperature rises where the entropy is too small, and falls where too large`() {
    func slope(_ logProbabilities: [Float]) -> Float {
      gradient { (logTemperature: Tensor) in
        EntropyTemperature.loss(
          logTemperature: logTemperature, logProbabilities: Tensor(logProbabilities),
          targetEntropy: -1)
      }(Tensor(0.3)).scalar
    }
    // An entropy of -2 is below -1: descent along a slope of -1 raises log α.
    #expect(slope([1.5, 2.5]) == -1)
    #expect(slope([-1, 0]) == 1.5)
  }

  @Test func `the smaller of two critics is believed, row by row`() {
    func critic(_ weights: [Float], _ bias: Float) -> MLP {
      MLP(
        layers: [Dense(weight: Tensor(shape: [2, 1], scalars: weights), bias: Tensor([bias]))],
        activation: .relu)
    }
    let critics = Critics(networks: [critic([1, 0], 0), critic([0, 2], 1)])
    let observations = Tensor(shape: [2, 1], scalars: [3, 1])
    let actions = Tensor(shape: [2, 1], scalars: [0.5, 0.25])
    #expect(critics.values(observations, actions).map(\.scalars) == [[3, 1], [2, 1.5]])
    #expect(critics.smallest(observations, actions).scalars == [2, 1])
  }

  /// An actor whose mean is `s` and whose deviation has this logarithm.
  private func actor(logDeviation: Float) -> GaussianActor {
    GaussianActor(
      network: MLP(
        layers: [
          Dense(weight: Tensor(shape: [1, 2], scalars: [1, 0]), bias: Tensor([0, logDeviation]))
        ], activation: .relu))
  }

  @Test func `a share of the actions lies where their density says`() {
    // Even steps of the action; the noise that leads to each of them, and so its density.
    let (count, low, high) = (2000, -0.9, 0.7)
    let width = (high - low) / Double(count)
    let points = (0..<count).map { low + (Double($0) + 0.5) * width }
    let (mean, deviation) = (0.3, 0.5)
    let noise = points.map { Float((atanh($0) - mean) / deviation) }
    let rows = Tensor.filled(with: Float(mean), shape: [count, 1])
    let sample = actor(logDeviation: Float(log(deviation))).policy(rows)
      .sample(noise: Tensor(shape: [count, 1], scalars: noise))
    #expect(zip(sample.actions.scalars, points).allSatisfy { abs($0 - Float($1)) < 1e-5 })
    let share = sample.logProbability.scalars.reduce(0.0) { $0 + exp(Double($1)) * width }
    func normal(_ action: Double) -> Double {
      0.5 * (1 + erf((atanh(action) - mean) / deviation / 2.0.squareRoot()))
    }
    #expect(abs(share - (normal(high) - normal(low))) < 1e-4)
  }

  @Test func `deviations are kept between e^-20 and e^2`() {
    let row = Tensor.zeros([1, 1])
    #expect(actor(logDeviation: 9).policy(row).base.logDeviation.scalars == [2])
    #expect(actor(logDeviation: -90).policy(row).base.logDeviation.scalars == [-20])
  }

  @Test func `noise on weights gives actions of the stated deviation`() {
    let features = 3
    var random = Seeds(root: 3)["test"]
    let network = MLP(sizes: [2, features, 2], activation: .tanh, using: &random)
    let logDeviation = Tensor(shape: [features, 2], scalars: [-1, 0, -0.5, -2, 0.3, -0.7])
    let actor = GaussianActor(network: network, logDeviation: logDeviation)
    let row = Tensor(shape: [1, 2], scalars: [0.4, -0.8])
    let seen = network.features(row).scalars

    // One environment's noise is ε[h, d]; what it adds is Σ f[h]·σ[h, d]·ε[h, d].
    let noise: [Float] = [0.5, -1, 0.25, 2, -1.5, 0.75]
    let acted = actor.act(row, noise: Tensor(shape: [1, features, 2], scalars: noise)).scalars
    let mean = actor.policy(row).base.mean.scalars
    let deviation = actor.policy(row).base.logDeviation.scalars
    for index in 0..<2 {
      var (move, variance): (Float, Float) = (0, 1e-6)
      for feature in 0..<features {
        let weight = exp(logDeviation.scalars[2 * feature + index])
        move += seen[feature] * weight * noise[2 * feature + index]
        variance += (seen[feature] * weight) * (seen[feature] * weight)
      }
      #expect(abs(acted[index] - tanh(mean[index] + move)) < 1e-5)
      #expect(abs(deviation[index] - 0.5 * log(variance)) < 1e-5)
    }
  }
}
