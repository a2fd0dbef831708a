import Agents

/// The switches of a DQN, one by one and together, for tests of what must hold with each.
enum DQNSwitch: CaseIterable {
  case dueling, noisy, categorical, quantile, prioritized, nStep, rainbow

  func apply(to settings: inout DQNSettings) {
    switch self {
    case .dueling: settings.network.dueling = true
    case .noisy:
      settings.network.noise = .factorized(deviation: 0.5)
      settings.exploration = .constant(0)
    case .categorical:
      settings.distribution = .categorical(
        DQNSettings.Distribution.Categorical(atoms: 11, low: -2, high: 3))
    case .quantile:
      settings.distribution = .quantile(DQNSettings.Distribution.Quantile(quantiles: 5))
    case .prioritized:
      settings.replay.prioritization = .proportional(
        DQNSettings.Prioritization.Proportional())
    case .nStep: settings.returnSteps = 3
    case .rainbow:
      settings.target = .double
      for other in [Self.dueling, .noisy, .categorical, .prioritized, .nStep] {
        other.apply(to: &settings)
      }
    }
  }
}
