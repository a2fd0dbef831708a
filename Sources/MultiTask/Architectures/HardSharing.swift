public import Autodiff
public import NeuralNetworks
public import Randomness

/// One trunk for all tasks and a head for each: `yₖ = hₖ(f(x))`.
///
/// R. Caruana (1997), "Multitask Learning", Machine Learning 28.
public struct HardSharing: MultiTaskNetwork {
  /// `f`, with an activation after every layer.
  public var shared: MLP
  /// `hₖ`.
  public var own: [MLP]

  public var isRepresentationCommon: Bool { true }

  public func representation(of rows: Tensor, for task: Int) -> Tensor { shared(rows) }

  public func output(of task: Int, from representation: Tensor, rows: Tensor) -> Tensor {
    own[task](representation)
  }

  /// What hard sharing can be told.
  public struct Settings: ArchitectureDefinition, LayeredDefinition {
    /// Units of the trunk's layers: 1 to 32 layers of 1 to 65536.
    public var hidden = [64, 64]
    public var activation = Activation.relu
    public var initializer = Initializer.torchDefault
    public var head = HeadSettings()

    public init() {}
  }
}

extension HardSharing.Settings {
  public static let about = ArchitectureSummary(
    summary: "a trunk and a head for each task",
    shares: "the trunk; own: heads",
    source: "Caruana 1997")

  public var sees: String { "by its head" }

  public func validate() throws(SettingsError) { try validateLayered() }

  public func parameterCount(inputs: Int, outputs: [Int]) -> Int {
    let trunk = ParameterCount.layers([inputs] + hidden)
    return (trunk + headCount(features: hidden.last ?? inputs, outputs: outputs)).value
  }

  public func make(inputs: Int, outputs: [Int], using random: inout RandomStream) -> HardSharing {
    let trunk = features([inputs] + hidden, using: &random)
    return HardSharing(
      shared: trunk, own: outputs.map { makeHead(trunk.outputs, $0, using: &random) })
  }
}
