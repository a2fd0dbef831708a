import Glibc
public import NeuralNetworks

/// `(x − c)ᵀ A (x − c)` in the plane, `A` symmetric.
struct QuadraticForm: Equatable, Sendable {
  /// `A` by its elements at (1, 1), (1, 2) and (2, 2).
  var a11: Double
  var a12: Double
  var a22: Double
  var center: SIMD2<Double>

  /// `A = R diag(along, across) Rᵀ` with the first axis turned by an angle, in radians.
  init(along: Double, across: Double, angle: Double, center: SIMD2<Double>) {
    let (c, s) = (cos(angle), sin(angle))
    a11 = along * c * c + across * s * s
    a12 = (along - across) * c * s
    a22 = along * s * s + across * c * c
    self.center = center
  }

  func applied(to way: SIMD2<Double>) -> SIMD2<Double> {
    SIMD2(a11 * way.x + a12 * way.y, a12 * way.x + a22 * way.y)
  }

  func evaluate(
    at point: SIMD2<Double>, _ loss: inout Double, _ gradient: inout SIMD2<Double>
  ) {
    let image = applied(to: point - center)
    loss = image.inner(point - center)
    gradient = 2 * image
  }

  /// Where `(1 − share)·first + share·second` is least: `(Σ w A)⁻¹ Σ w A c`.
  static func minimum(
    _ first: QuadraticForm, _ second: QuadraticForm, share: Double
  ) -> SIMD2<Double> {
    let (w, v) = (1 - share, share)
    let a11 = w * first.a11 + v * second.a11
    let a12 = w * first.a12 + v * second.a12
    let a22 = w * first.a22 + v * second.a22
    let right = w * first.applied(to: first.center) + v * second.applied(to: second.center)
    let determinant = a11 * a22 - a12 * a12
    return SIMD2(
      (a22 * right.x - a12 * right.y) / determinant, (a11 * right.y - a12 * right.x) / determinant)
  }

  /// The minima of all weighted sums of two forms, closer together at the ends, where they may
  /// move fast.
  static func paretoSet(_ first: QuadraticForm, _ second: QuadraticForm) -> [SIMD2<Double>] {
    (0...400).map { index in
      let share = Double(index) / 400
      let (a, b) = (share * share * share, (1 - share) * (1 - share) * (1 - share))
      return minimum(first, second, share: a / (a + b))
    }
  }
}

/// The element-wise quadratic `f(x) = (x₁², x₂²)`: no conflict, one common minimum at 0.
///
/// Of Quinton & Rey 2024 ("Jacobian Descent for Multi-Objective Optimization") and its code for
/// trajectories. The mean of the losses contracts by `1 − η` in each step of gradient descent.
public struct ElementwiseQuadratic: Landscape, Equatable {
  /// Makes the one problem that there is.
  public init() {}

  public var taskCount: Int { 2 }
  public var region: LandscapeRegion { LandscapeRegion(x: -5...5, y: -5...5) }
  public var paretoSet: [SIMD2<Double>] { [.zero] }

  public func evaluate(
    at point: SIMD2<Double>, losses: inout [Double], gradients: inout [SIMD2<Double>]
  ) {
    losses[0] = point.x * point.x
    losses[1] = point.y * point.y
    gradients[0] = SIMD2(2 * point.x, 0)
    gradients[1] = SIMD2(0, 2 * point.y)
  }
}

/// Two convex quadratic forms `fᵢ(x) = (x − uᵢ)ᵀ Aᵢ (x − uᵢ)`, long and turned against each other.
///
/// Of the same code as `ElementwiseQuadratic`: `Aᵢ = Bᵢ Bᵢᵀ`, `B₁ = R(π/16) diag(1, 0.1)`,
/// `B₂ = R(−π/16) diag(√3, 0.1)`, `u₁ = (1, 0)`, `u₂ = (−1, 0)`.
public struct ConvexQuadraticForms: Landscape, Equatable {
  private let first = QuadraticForm(
    along: 1, across: 0.01, angle: .pi / 16, center: SIMD2(1, 0))
  private let second = QuadraticForm(
    along: 3, across: 0.01, angle: -.pi / 16, center: SIMD2(-1, 0))

  /// Makes the one problem that there is.
  public init() {}

  public var taskCount: Int { 2 }
  public var region: LandscapeRegion { LandscapeRegion(x: -5...5, y: -3...7) }
  public var paretoSet: [SIMD2<Double>] { QuadraticForm.paretoSet(first, second) }

  public func evaluate(
    at point: SIMD2<Double>, losses: inout [Double], gradients: inout [SIMD2<Double>]
  ) {
    first.evaluate(at: point, &losses[0], &gradients[0])
    second.evaluate(at: point, &losses[1], &gradients[1])
  }
}

/// Two linear least-squares tasks `Lₖ = ½ ‖Aₖ x − bₖ‖²` that conflict as much as they are told to.
///
/// Task `k` has its minimum 0 at `uₖ`, a unit vector, and
/// `AₖᵀAₖ = scaleₖ² (uₖ uₖᵀ + (1 − uₖ uₖᵀ) / condition)`: at the origin its gradient is
/// `−scaleₖ² uₖ`, so that the angle between the gradients there is `angle`, and their lengths are
/// the squares of the scales. The minimum of every weighted sum has a closed form
/// (`minimum(weights:)`), and so have the Pareto set and front.
public struct LinearConflictLandscape: Landscape, Equatable {
  /// What it was told.
  public let settings: Settings
  private let first: QuadraticForm
  private let second: QuadraticForm

  /// What the problem can be told.
  public struct Settings: ValidatedSettings {
    /// The angle between the gradients at the origin, in degrees from 0 to 180.
    public var angle = 120.0
    /// The scale of each task, two numbers above 0.
    public var scales = [1.0, 1.0]
    /// By how much each loss is steeper towards its minimum than across, 1 or more.
    public var condition = 1.0

    public init() {}

    public func validate() throws(SettingsError) {
      try require((0...180).contains(angle), "angle", "must lie in 0...180 degrees", found: angle)
      try require(
        scales.count == 2 && scales.allSatisfy { $0 > 0 && $0.isFinite }, "scales",
        "must be two finite numbers above 0", found: scales)
      try require(
        condition >= 1 && condition.isFinite, "condition", "must be finite and 1 or more",
        found: condition)
    }
  }

  /// - Throws: `SettingsError` for settings outside what their meaning allows.
  public init(_ settings: Settings = Settings()) throws(SettingsError) {
    try settings.validate()
    self.settings = settings
    let angle = settings.angle / 180 * .pi
    // ½ ‖A (x − u)‖² is the form of AᵀA / 2.
    let steepness = settings.scales.map { $0 * $0 / 2 }
    first = QuadraticForm(
      along: steepness[0], across: steepness[0] / settings.condition, angle: 0, center: SIMD2(1, 0))
    second = QuadraticForm(
      along: steepness[1], across: steepness[1] / settings.condition, angle: angle,
      center: SIMD2(cos(angle), sin(angle)))
  }

  public var taskCount: Int { 2 }
  public var region: LandscapeRegion { LandscapeRegion(x: -2...2, y: -2...2) }

  public var paretoSet: [SIMD2<Double>] {
    first.center == second.center ? [first.center] : QuadraticForm.paretoSet(first, second)
  }

  /// Where `Σ wₖ Lₖ` is least.
  ///
  /// - Precondition: Two weights of 0 or more, not both 0.
  public func minimum(weights: [Double]) -> SIMD2<Double> {
    precondition(weights.count == 2 && weights.allSatisfy { $0 >= 0 } && weights != [0, 0])
    return QuadraticForm.minimum(first, second, share: weights[1] / (weights[0] + weights[1]))
  }

  public func evaluate(
    at point: SIMD2<Double>, losses: inout [Double], gradients: inout [SIMD2<Double>]
  ) {
    first.evaluate(at: point, &losses[0], &gradients[0])
    second.evaluate(at: point, &losses[1], &gradients[1])
  }
}
