package import Autodiff
package import NeuralNetworks

/// A distribution of actions, for each row of a batch.
package enum ActionDistribution {
  case choice(Categorical)
  case choices(MultiCategorical)
  case numbers(DiagonalGaussian)

  /// `[B]`, of choices `[B]`, several choices `[B, K]`, or numbers `[B, D]`.
  package func logProbability(of actions: Tensor) -> Tensor {
    switch self {
    case .choice(let distribution): distribution.logProbability(of: actions)
    case .choices(let distribution): distribution.logProbability(of: actions)
    case .numbers(let distribution): distribution.logProbability(of: actions)
    }
  }

  /// `[B]`.
  package var entropy: Tensor {
    switch self {
    case .choice(let distribution): distribution.entropy
    case .choices(let distribution): distribution.entropy
    case .numbers(let distribution): distribution.entropy
    }
  }

  /// What a sampler needs: the probabilities `[B, A]` of choices, or the means and the logarithms
  /// of the deviations of numbers, `[B, D]` each.
  var parameters: [Tensor] {
    switch self {
    case .choice(let distribution): [distribution.probabilities]
    case .choices(let distribution): [distribution.probabilities]
    case .numbers(let distribution): [distribution.mean, distribution.logDeviation]
    }
  }
}
