public import Autodiff
public import NeuralNetworks
public import Randomness

/// Sets of parameters that all tasks share, of which each task composes its own: `θₖ = Φ wₖ`.
///
/// L. Sun, H. Zhang, W. Xu & M. Tomizuka (2022), "PaCo: Parameter-Compositional Multi-Task
/// Reinforcement Learning", eq. 2. What the paper does to `wₖ` where a task's loss explodes belongs
/// to training and is not done here.
public struct PaCo: MultiTaskNetwork {
  public struct Own: Traceable, Sendable {
    /// `wₖ`, `[sets]`.
    public var composition: Tensor
    /// Where tasks have one, from the common layers to the answer.
    public var head: MLP?

    public mutating func visitTensors(_ visitor: inout some TensorVisitor) {
      visitor.visit("composition", &composition)
      visitor.visit("head", &head)
    }
  }

  /// `Φ`: networks of one shape, whose last layer is the answer's where tasks have no heads.
  public var shared: [MLP]
  public var own: [Own]
  let outputs: [Int]

  public var isRepresentationCommon: Bool { false }
  public var lastSharedParameters: [String] { lastLayers(of: shared, at: "shared") }

  /// `θₖ`.
  public func composed(for task: Int) -> MLP {
    let sets = shared.map(\.tensors)
    let parameters = sets[0].indices.map { index in
      mixed(sets.map { $0[index] }, by: own[task].composition)
    }
    return shared[0].replacingTensors(with: parameters)
  }

  public func representation(of rows: Tensor, for task: Int) -> Tensor {
    let network = composed(for: task)
    return own[task].head == nil ? network.features(rows) : network(rows)
  }

  public func output(of task: Int, from representation: Tensor, rows: Tensor) -> Tensor {
    let layers = composed(for: task).layers
    return answer(
      representation, head: own[task].head, shared: layers[layers.count - 1],
      outputs: outputs[task])
  }

  /// What parameter composition can be told.
  public struct Settings: ArchitectureDefinition, ConditionedDefinition {
    /// How many sets of parameters there are, 1 to 256.
    ///
    /// The paper has 5 for ten tasks.
    public var sets = 5
    /// Units of the layers of each set: 1 to 32 layers of 1 to 65536.
    public var hidden = [128, 128]
    /// What follows each hidden layer.
    public var activation = Activation.relu
    /// What the weights begin with.
    public var initializer = Initializer.torchDefault
    /// Whether each task has a head as well, which is not composed; else the last layer is
    /// composed too, as wide as the widest answer, and a task of fewer outputs reads the first.
    public var hasHeads = false
    /// The heads, where there are any.
    public var head = HeadSettings()

    public init() {}
  }
}

extension PaCo.Settings {
  public static let about = ArchitectureSummary(
    summary: "parameters composed for each task of shared sets",
    shares: "sets of parameters; own: compositions, and heads if any",
    source: "Sun et al. 2022")

  public var sees: String { seen("by its composition of parameters") }

  public func validate() throws(SettingsError) {
    try validateCount(sets, "sets", in: 1...256)
    try validateLayered()
  }

  public func parameterCount(inputShape: [Int], outputs: [Int]) -> Int {
    let inputs = rowSize(inputShape)
    let features = hidden.last ?? inputs
    let compositions = ParameterCount(outputs.count) * ParameterCount(sets)
    let heads = hasHeads ? head.count(features: features, outputs: outputs) : 0
    let answer = hasHeads ? 0 : ParameterCount.dense(features, outputs.max() ?? 1)
    return
      (ParameterCount(sets) * (.layers([inputs] + hidden) + answer) + compositions + heads).value
  }

  public func make(
    inputShape: [Int], outputs: [Int], using random: inout RandomStream
  ) -> PaCo {
    let inputs = rowSize(inputShape)
    let sets = (0..<sets).map { _ in
      hasHeads
        ? features([inputs] + hidden, using: &random)
        : layers([inputs] + hidden + [outputs.max() ?? 1], using: &random)
    }
    let own = outputs.map { width in
      PaCo.Own(
        composition: unitVector(sets.count, using: &random),
        head: ownHead(hidden.last ?? inputs, width, using: &random))
    }
    return PaCo(shared: sets, own: own, outputs: outputs)
  }
}

/// A random direction of length 1: a composition of independent parameters then has the variance
/// of each.
///
/// In one dimension it is 1.
private func unitVector(_ count: Int, using random: inout RandomStream) -> Tensor {
  let vector = standardNormal([count], using: &random)
  guard count > 1 else { return .ones([1]) }
  let length = Double(vector.squaredNorm().scalar).squareRoot()
  return length > 0 ? vector / length : vector
}
