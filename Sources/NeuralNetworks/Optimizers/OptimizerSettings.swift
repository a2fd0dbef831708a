/// Which optimiser to use, with its settings: `adam`, or `adam: {learningRate: 0.0003}`.
public enum OptimizerSettings: Equatable, Sendable {
  /// Stochastic gradient descent, with momentum on demand.
  case sgd(SGD.Settings)
  /// Steps divided by a running root mean square of the gradient.
  case rmsProp(RMSProp.Settings)
  /// Steps divided by the root of all squared gradients so far.
  case adagrad(Adagrad.Settings)
  /// Momentum divided by a running root mean square of the gradient.
  case adam(Adam.Settings)
  /// Adam with weight decay beside the gradient.
  case adamW(AdamW.Settings)

  /// Adam with a constant learning rate and everything else as usual.
  public static func adam(learningRate: Double, epsilon: Double = 1e-8) -> OptimizerSettings {
    var settings = Adam.Settings()
    settings.learningRate = .constant(learningRate)
    settings.epsilon = epsilon
    return .adam(settings)
  }

  /// RMSProp with a constant learning rate.
  public static func rmsProp(
    learningRate: Double, alpha: Double = 0.99, epsilon: Double = 1e-8
  ) -> OptimizerSettings {
    var settings = RMSProp.Settings()
    settings.learningRate = .constant(learningRate)
    settings.alpha = alpha
    settings.epsilon = epsilon
    return .rmsProp(settings)
  }

  /// The learning rate over time, whichever the optimiser.
  public var learningRate: Schedule {
    get {
      switch self {
      case .sgd(let settings): settings.learningRate
      case .rmsProp(let settings): settings.learningRate
      case .adagrad(let settings): settings.learningRate
      case .adam(let settings): settings.learningRate
      case .adamW(let settings): settings.learningRate
      }
    }
    set {
      switch self {
      case .sgd(var settings):
        settings.learningRate = newValue
        self = .sgd(settings)
      case .rmsProp(var settings):
        settings.learningRate = newValue
        self = .rmsProp(settings)
      case .adagrad(var settings):
        settings.learningRate = newValue
        self = .adagrad(settings)
      case .adam(var settings):
        settings.learningRate = newValue
        self = .adam(settings)
      case .adamW(var settings):
        settings.learningRate = newValue
        self = .adamW(settings)
      }
    }
  }
}

extension OptimizerSettings: ValidatedSettings {
  /// Adam as usual.
  public init() { self = .adam(Adam.Settings()) }
}

extension OptimizerSettings: Choice {
  public static var alternatives: [Alternative<OptimizerSettings>] {
    [
      Alternative("sgd", SGD.Settings.self) { .sgd($0) },
      Alternative("rmsProp", RMSProp.Settings.self) { .rmsProp($0) },
      Alternative("adagrad", Adagrad.Settings.self) { .adagrad($0) },
      Alternative("adam", Adam.Settings.self) { .adam($0) },
      Alternative("adamW", AdamW.Settings.self) { .adamW($0) },
    ]
  }

  public var chosen: (name: String, settings: (any ValidatedSettings)?) {
    switch self {
    case .sgd(let settings): ("sgd", settings)
    case .rmsProp(let settings): ("rmsProp", settings)
    case .adagrad(let settings): ("adagrad", settings)
    case .adam(let settings): ("adam", settings)
    case .adamW(let settings): ("adamW", settings)
    }
  }
}

// What the settings of several optimisers have to obey, in the same words.

extension ValidatedSettings {
  func validateLearningRate(_ rate: Schedule) throws(SettingsError) {
    try NeuralNetworks.validate("learningRate") { () throws(SettingsError) in
      try rate.validate()
      try require(
        rate.range.lowerBound >= 0, "", "must never be below 0", found: rate.range.lowerBound)
    }
  }

  func validateShare(_ value: Double, _ key: String) throws(SettingsError) {
    try require(value >= 0 && value < 1, key, "must be at least 0 and below 1", found: value)
  }

  func validateEpsilon(_ value: Double) throws(SettingsError) {
    try require(value > 0 && value.isFinite, "epsilon", "must be finite and above 0", found: value)
  }

  func validateWeightDecay(_ value: Double) throws(SettingsError) {
    try require(
      value >= 0 && value.isFinite, "weightDecay", "must be finite and 0 or more", found: value)
  }
}
