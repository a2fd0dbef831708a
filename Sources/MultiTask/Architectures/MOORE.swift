public import Autodiff
public import NeuralNetworks
public import Randomness

/// Experts whose answers are made orthonormal row by row, combined by each task's weights:
/// `yₖ = hₖ(a(Σₑ wₖₑ vₑ(x)))`, `v = GramSchmidt(E(x))`.
///
/// A. Hendawy, J. Peters & C. D'Eramo (2024), "Multi-Task Reinforcement Learning with Mixture of
/// Orthogonal Experts", eq. 3 to 5.
public struct MOORE: MultiTaskNetwork {
  public struct Own: Traceable, Sendable {
    /// `wₖ`, `[experts]`.
    public var weights: Tensor
    /// From the mixed representation to the answer.
    public var head: MLP

    public mutating func visitTensors(_ visitor: inout some TensorVisitor) {
      visitor.visit("weights", &weights)
      visitor.visit("head", &head)
    }
  }

  /// The experts, whose last layer has no activation, so that their answers may point anywhere.
  public var shared: [MLP]
  public var own: [Own]
  /// After the sum.
  let mixtureActivation: Activation

  public var isRepresentationCommon: Bool { true }
  public var lastSharedParameters: [String] { lastLayers(of: shared, at: "shared") }

  /// The orthonormal answers of the experts side by side: `[B, experts · units]`.
  public func representation(of rows: Tensor, for task: Int) -> Tensor {
    concatenated(orthonormalRows(shared.map { $0(rows) }), axis: 1)
  }

  public func output(of task: Int, from representation: Tensor, rows: Tensor) -> Tensor {
    let experts = representation.split(axis: 1, into: shared.map(\.outputs))
    return own[task].head(mixtureActivation(mixed(experts, by: own[task].weights)))
  }

  /// What a mixture of orthogonal experts can be told.
  public struct Settings: ArchitectureDefinition, LayeredDefinition {
    /// How many experts there are, 1 to 256, and at most the units of the last layer.
    ///
    /// The paper has 4 for ten tasks, 6 for fifty.
    public var experts = 4
    /// Units of each expert's layers: 1 to 32 layers of 1 to 65536.
    public var hidden = [128, 128]
    /// What follows each hidden layer of an expert.
    public var activation = Activation.relu
    /// After the sum of the experts.
    public var mixtureActivation = Activation.tanh
    /// What the weights begin with.
    public var initializer = Initializer.torchDefault
    /// What each task has for itself on top.
    public var head = HeadSettings()

    public init() {}
  }
}

/// Rows of several tensors made orthonormal across the tensors: `[B, N]` each → `[B, N]` each.
///
/// The Gram-Schmidt process in its modified form: each difference is taken from what the one before
/// left. Where what is left is hardly longer than `ε = 10⁻⁴` times the row, it is rounding; so it is
/// divided by `√(‖u‖² + ε²(‖x‖² + 1))`, and such a row, as one near 0, stays short and its gradient
/// bounded, instead of being blown up to length 1. Rows in general directions change by a relative
/// `ε²/2 (1 + 1/‖x‖²)`, below the precision of `Float` from a length of 0.3 on.
func orthonormalRows(_ tensors: [Tensor]) -> [Tensor] {
  var done: [Tensor] = []
  for tensor in tensors {
    let rest = done.reduce(tensor) { rest, earlier in
      rest - earlier.multiplyingColumn((rest * earlier).sum(axis: 1))
    }
    let square = rest.squared().sum(axis: 1) + 1e-8 * (tensor.squared().sum(axis: 1) + 1)
    done.append(rest.multiplyingColumn(square.squareRoot().reciprocal()))
  }
  return done
}

extension MOORE.Settings {
  public static let about = ArchitectureSummary(
    summary: "experts with orthonormal outputs, combined by each task's weights",
    shares: "experts; own: weights and heads",
    source: "Hendawy et al. 2024")

  public var sees: String { "by its weights and its head" }

  public func validate() throws(SettingsError) {
    try validateCount(experts, "experts", in: 1...256)
    try NeuralNetworks.validate("mixtureActivation") { () throws(SettingsError) in
      try mixtureActivation.validate()
    }
    try validateLayered()
    let units = hidden.last ?? 0
    try require(
      experts <= units, "experts", "must be at most the \(units) units of the last layer",
      found: experts)
  }

  public func parameterCount(inputShape: [Int], outputs: [Int]) -> Int {
    let inputs = rowSize(inputShape)
    let shared = ParameterCount(experts) * .layers([inputs] + hidden)
    let weights = ParameterCount(outputs.count) * ParameterCount(experts)
    return (shared + weights + head.count(features: hidden.last ?? inputs, outputs: outputs)).value
  }

  public func make(
    inputShape: [Int], outputs: [Int], using random: inout RandomStream
  ) -> MOORE {
    let inputs = rowSize(inputShape)
    let experts = (0..<experts).map { _ in layers([inputs] + hidden, using: &random) }
    let own = outputs.map { width in
      MOORE.Own(
        weights: standardNormal([experts.count], using: &random),
        head: head.make(hidden.last ?? inputs, width, using: &random))
    }
    return MOORE(shared: experts, own: own, mixtureActivation: mixtureActivation)
  }
}
