import MultiTask
import NeuralNetworks
import Randomness
import Testing

/// Descents on the toy landscape, as the papers' experiments have them.
struct ToyDescent {
  /// The starts of Nash-MTL's experiment.
  static let starts: [SIMD2<Double>] = [[-8.5, 7.5], [0, 0], [9, 9], [-7.5, -0.5], [9, -1]]

  var scale = 0.1
  var steps = 35_000

  /// With settings that differ from the standard ones as the experiment's do.
  static func strategy(_ name: String) throws -> any Strategy {
    switch name {
    case "caGrad":
      var settings = CAGrad.Settings()
      settings.convergence = 0.4
      return CAGrad(settings)
    case "famo":
      var settings = FAMO.Settings()
      settings.decay = 0
      return FAMO(settings)
    default: return try #require(StrategySettings.standard(named: name)).strategy
    }
  }

  func path(of name: String, from start: SIMD2<Double>) throws -> LandscapePath {
    var descent = LandscapeDescent(on: ToyLandscape(scale: scale, offset: 21), steps: steps)
    descent.recordCount = 20
    return try descent.path(
      of: Self.strategy(name), from: start, using: Seeds(root: 1)["\(name) \(start)"])
  }
}
