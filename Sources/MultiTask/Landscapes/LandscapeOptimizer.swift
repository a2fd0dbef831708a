import Glibc
public import NeuralNetworks

/// How a point moves: `sgd` or `adam`, with the settings that they have everywhere.
public enum LandscapeOptimizerSettings: Equatable, Sendable {
  /// Plain steps along the gradient.
  case sgd(SGD.Settings)
  /// Adam.
  case adam(Adam.Settings)
}

extension LandscapeOptimizerSettings: ValidatedSettings {
  /// Adam as usual.
  public init() { self = .adam(Adam.Settings()) }
}

extension LandscapeOptimizerSettings: Choice {
  public static var alternatives: [Alternative<LandscapeOptimizerSettings>] {
    [
      Alternative("sgd", SGD.Settings.self) { .sgd($0) },
      Alternative("adam", Adam.Settings.self) { .adam($0) },
    ]
  }

  public var chosen: (name: String, settings: (any ValidatedSettings)?) {
    switch self {
    case .sgd(let settings): ("sgd", settings)
    case .adam(let settings): ("adam", settings)
    }
  }
}

/// The same steps as the optimisers of networks take, for one point and in double precision.
struct LandscapeOptimizer {
  private let settings: LandscapeOptimizerSettings
  private var first = SIMD2<Double>.zero
  private var second = SIMD2<Double>.zero
  /// `β₁ᵗ` and `β₂ᵗ`.
  private var decay = SIMD2<Double>(1, 1)

  init(_ settings: LandscapeOptimizerSettings) { self.settings = settings }

  mutating func move(_ point: inout SIMD2<Double>, along gradient: SIMD2<Double>, step: Int) {
    switch settings {
    case .sgd(let settings):
      let slope = gradient + settings.weightDecay * point
      first = settings.momentum * first + slope
      let way = settings.nesterov ? slope + settings.momentum * first : first
      point -= settings.learningRate(step) * way
    case .adam(let settings):
      let slope = gradient + settings.weightDecay * point
      let beta = SIMD2(settings.beta1, settings.beta2)
      first = beta.x * first + (1 - beta.x) * slope
      second = beta.y * second + (1 - beta.y) * slope * slope
      decay *= beta
      let root = (second / (1 - decay.y)).squareRoot() + settings.epsilon
      point -= settings.learningRate(step) / (1 - decay.x) * first / root
    }
  }
}
