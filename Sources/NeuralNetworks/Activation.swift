public import Autodiff

/// A function applied to each element between layers.
///
/// In a compiled plan it becomes part of the matrix product before it.
public enum Activation: Equatable, Sendable {
  /// `x`.
  case identity
  /// `max(x, 0)`; its derivative at 0 is 0.
  case relu
  /// `x` above 0, `slope · x` below, with a slope in `0..<1`.
  case leakyRelu(slope: Double)
  /// The hyperbolic tangent.
  case tanh
  /// `1 / (1 + exp(−x))`.
  case sigmoid
  /// `log(1 + exp(x))`.
  case softplus
  /// `x · sigmoid(x)`, also called swish. Hendrycks & Gimpel (2016); Elfwing et al. (2018).
  case silu
  /// `x · Φ(x) = x/2 · (1 + erf(x/√2))`: the exact form, not the one with tanh.
  /// Hendrycks & Gimpel (2016), "Gaussian Error Linear Units".
  case gelu

  /// Leaky ReLU with the usual slope of 0.01.
  public static var leakyRelu: Activation { .leakyRelu(slope: 0.01) }

  /// Applies the function to every element.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    switch self {
    case .identity: x
    case .relu: x.relu()
    // In this order the derivative at 0 is the slope.
    case .leakyRelu(let slope): maximum(slope * x, x)
    case .tanh: x.tanh()
    case .sigmoid: x.sigmoid()
    case .softplus: x.softplus()
    case .silu: x * x.sigmoid()
    case .gelu: 0.5 * x * (1 + (x * 0.5.squareRoot()).erf())
    }
  }

  /// The factor by which weights should be larger than `1/√fanIn` so that the size of signals
  /// neither grows nor shrinks from layer to layer.
  ///
  /// He et al. (2015), eq. 10 and 15, for ReLU and leaky ReLU; 5/3 for tanh; 1 for the others: the
  /// table of PyTorch's `init.calculate_gain`.
  public var gain: Double {
    switch self {
    case .relu: 2.0.squareRoot()
    case .leakyRelu(let slope): (2 / (1 + slope * slope)).squareRoot()
    case .tanh: 5.0 / 3
    case .identity, .sigmoid, .softplus, .silu, .gelu: 1
    }
  }
}

extension Activation: CaseIterable {
  /// Every activation, the leaky one with its usual slope.
  public static var allCases: [Activation] { alternatives.map(\.standard) }
}

extension Activation: Choice {
  /// The settings of leaky ReLU.
  public struct Leak: ValidatedSettings {
    /// The derivative below 0, in `0..<1`.
    public var slope = 0.01

    public init() {}
    init(slope: Double) { self.slope = slope }

    public func validate() throws(SettingsError) { try validateShare(slope, "slope") }
  }

  public static var alternatives: [Alternative<Activation>] {
    [
      Alternative("identity", .identity),
      Alternative("relu", .relu),
      Alternative("leakyRelu", Leak.self) { .leakyRelu(slope: $0.slope) },
      Alternative("tanh", .tanh),
      Alternative("sigmoid", .sigmoid),
      Alternative("softplus", .softplus),
      Alternative("silu", .silu),
      Alternative("gelu", .gelu),
    ]
  }

  public var chosen: (name: String, settings: (any ValidatedSettings)?) {
    switch self {
    case .identity: ("identity", nil)
    case .relu: ("relu", nil)
    case .leakyRelu(let slope): ("leakyRelu", Leak(slope: slope))
    case .tanh: ("tanh", nil)
    case .sigmoid: ("sigmoid", nil)
    case .softplus: ("softplus", nil)
    case .silu: ("silu", nil)
    case .gelu: ("gelu", nil)
    }
  }
}
