public import NeuralNetworks

/// Which landscape: `toy`, `toy: {scale: 0.1}`, `elementwiseQuadratic`, `convexQuadraticForms`,
/// `linearConflict: {angle: 150}`.
public enum LandscapeSettings: Equatable, Sendable {
  /// The toy problem of Nash-MTL and CAGrad.
  case toy(ToyLandscape.Settings)
  /// Two losses that are parabolas, element by element.
  case elementwiseQuadratic
  /// Two convex quadratic forms.
  case convexQuadraticForms
  /// Two linear regressions that pull apart.
  case linearConflict(LinearConflictLandscape.Settings)

  /// The landscape that the settings describe.
  ///
  /// - Throws: `SettingsError` for settings outside what their meaning allows.
  public func makeLandscape() throws(SettingsError) -> any Landscape {
    try validate()
    switch self {
    case .toy(let settings): return ToyLandscape(settings)
    case .elementwiseQuadratic: return ElementwiseQuadratic()
    case .convexQuadraticForms: return ConvexQuadraticForms()
    case .linearConflict(let settings): return try LinearConflictLandscape(settings)
    }
  }
}

extension LandscapeSettings: ValidatedSettings {
  /// The toy problem as first published.
  public init() { self = .toy(ToyLandscape.Settings()) }
}

extension LandscapeSettings: Choice {
  public static var alternatives: [Alternative<LandscapeSettings>] {
    [
      Alternative("toy", ToyLandscape.Settings.self) { .toy($0) },
      Alternative("elementwiseQuadratic", .elementwiseQuadratic),
      Alternative("convexQuadraticForms", .convexQuadraticForms),
      Alternative("linearConflict", LinearConflictLandscape.Settings.self) { .linearConflict($0) },
    ]
  }

  public var chosen: (name: String, settings: (any ValidatedSettings)?) {
    switch self {
    case .toy(let settings): ("toy", settings)
    case .elementwiseQuadratic: ("elementwiseQuadratic", nil)
    case .convexQuadraticForms: ("convexQuadraticForms", nil)
    case .linearConflict(let settings): ("linearConflict", settings)
    }
  }
}
