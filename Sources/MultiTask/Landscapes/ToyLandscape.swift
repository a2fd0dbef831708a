import Glibc
public import NeuralNetworks

/// Two losses with narrow valleys on the way to a Pareto set at the far side of the plane.
///
/// Of Liu et al. 2021 ("Conflict-Averse Gradient Descent", Figure 1 and its code), and with
/// `scale` 0.1 of Navon et al. 2022 ("Multi-Task Learning as a Bargaining Game", Figure 1). With
///
///     u₁ = −x₁/2 − 7/2 + tanh x₂        u₂ = −x₁/2 + 7/2 − tanh x₂      aₖ = ln max(|uₖ|, 5e-6) + 6
///     q₁ = ((7 − x₁)² + (x₂ + 8)²/10)/10 − 20       q₂ = ((x₁ + 7)² + (x₂ + 8)²/10)/10 − 20
///
/// the losses are `fₖ = aₖ max(tanh(x₂/2), 0) + qₖ max(−tanh(x₂/2), 0)`: above the axis two
/// valleys that lead descents of their sum nowhere, below it two bowls side by side. The task has
/// `L₁ = scale (f₁ + offset)` and `L₂ = f₂ + offset`.
public struct ToyLandscape: Landscape, Equatable {
  /// What it was told.
  public var settings: Settings

  /// What the problem can be told.
  public struct Settings: ValidatedSettings {
    /// What the first loss is multiplied by, above 0: 1 in the first paper, 0.1 in the second.
    public var scale = 1.0
    /// What is added to both losses before that.
    ///
    /// No gradient changes, but from 21 on both are above 0, as strategies of losses may need.
    public var offset = 0.0

    public init() {}

    public func validate() throws(SettingsError) {
      try require(scale > 0 && scale.isFinite, "scale", "must be finite and above 0", found: scale)
      try require(offset.isFinite, "offset", "must be finite", found: offset)
    }
  }

  /// Makes the problem of settings.
  public init(_ settings: Settings = Settings()) { self.settings = settings }

  /// Makes the problem with a scale of the first loss.
  public init(scale: Double, offset: Double = 0) {
    settings = Settings()
    settings.scale = scale
    settings.offset = offset
  }

  public var taskCount: Int { 2 }
  public var region: LandscapeRegion { LandscapeRegion(x: -10...10, y: -10...10) }

  /// `x₁` from −7 to 7, with the `x₂` near −8.36 at which the weighted sum that has its minimum at
  /// this `x₁` is least.
  ///
  /// Below the axis, `w₁ f₁ + w₂ f₂` with `w₁ = (x₁ + 7)/14` and `w₂ = 1 − w₁` is stationary in
  /// `x₁`, and what remains is a function of `x₂` alone.
  public var paretoSet: [SIMD2<Double>] {
    (0...280).map { index in
      let x = -7 + Double(index) / 20
      return SIMD2(x, Self.lowest(below: (49 - x * x) / 10 - 20))
    }
  }

  /// Where `−tanh(y/2) (level + (y + 8)²/100)` is least, for `level` near −20 to −15: by bisection
  /// of its derivative.
  private static func lowest(below level: Double) -> Double {
    func slope(_ y: Double) -> Double {
      let t = tanh(y / 2)
      return -(1 - t * t) / 2 * (level + (y + 8) * (y + 8) / 100) - t * (y + 8) / 50
    }
    var (low, high) = (-9.0, -8.0)
    while true {
      let middle = (low + high) / 2
      guard middle > low, middle < high else { return middle }
      if slope(middle) > 0 { high = middle } else { low = middle }
    }
  }

  public func evaluate(
    at point: SIMD2<Double>, losses: inout [Double], gradients: inout [SIMD2<Double>]
  ) {
    let (x, y) = (point.x, point.y)
    let half = tanh(y / 2)
    let full = 2 * half / (1 + half * half)
    // At x₂ = 0 the slopes of both sides count, as they do in PyTorch's clamp.
    let halfSlope = (1 - half * half) / 2
    let upper = (value: max(half, 0), slope: half >= 0 ? halfSlope : 0)
    let lower = (value: max(-half, 0), slope: half <= 0 ? -halfSlope : 0)
    let tilt = 1 - full * full
    for task in 0..<2 {
      let side = task == 0 ? 1.0 : -1.0
      let u = -x / 2 - side * 3.5 + side * full
      let valley = Self.valley(u)
      let bowl = ((7 * side - x) * (7 * side - x) + 0.1 * (y + 8) * (y + 8)) / 10 - 20
      let gradient = SIMD2(
        -valley.slope / 2 * upper.value - (7 * side - x) / 5 * lower.value,
        valley.slope * side * tilt * upper.value + valley.value * upper.slope
          + (y + 8) / 50 * lower.value + bowl * lower.slope)
      let scale = task == 0 ? settings.scale : 1
      let loss = valley.value * upper.value + bowl * lower.value
      losses[task] = scale * (loss + settings.offset)
      gradients[task] = scale * gradient
    }
  }

  /// `ln max(|u|, 5e-6) + 6` and its derivative, which is 0 where the maximum is the constant.
  private static func valley(_ u: Double) -> (value: Double, slope: Double) {
    let floor = 0.000005
    return abs(u) >= floor ? (log(abs(u)) + 6, 1 / u) : (log(floor) + 6, 0)
  }
}
