public import Autodiff
public import NeuralNetworks
public import Randomness

/// One trunk for all tasks and a head for each: `yₖ = hₖ(f(x))`.
///
/// R. Caruana (1997), "Multitask Learning", Machine Learning 28.
public struct HardSharing: MultiTaskNetwork {
  /// `f`, with an activation after every layer.
  public var shared: AnyTrunk
  /// `hₖ`.
  public var own: [MLP]

  /// Takes networks as they are given.
  public init(shared: AnyTrunk, own: [MLP]) {
    self.shared = shared
    self.own = own
  }

  public var isRepresentationCommon: Bool { true }

  public func representation(of rows: Tensor, for task: Int) -> Tensor { shared(rows) }

  public func output(of task: Int, from representation: Tensor, rows: Tensor) -> Tensor {
    own[task](representation)
  }

  /// What hard sharing can be told.
  public struct Settings: ArchitectureDefinition {
    /// What all tasks share: `mlp`, or a network for images.
    public var trunk = TrunkSettings()
    /// What each task has for itself on top.
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

  public func validate() throws(SettingsError) {
    try trunk.validated(as: "trunk")
    try NeuralNetworks.validate("head") { () throws(SettingsError) in try head.validate() }
  }

  public func parameterCount(inputShape: [Int], outputs: [Int]) throws(SettingsError) -> Int {
    let features = try trunk.features(of: inputShape, as: "trunk")
    let count = try trunk.parameterCount(of: inputShape, as: "trunk")
    return (count + head.count(features: features, outputs: outputs)).value
  }

  public func make(
    inputShape: [Int], outputs: [Int], using random: inout RandomStream
  ) throws(SettingsError) -> HardSharing {
    let trunk = try trunk.make(inputShape, as: "trunk", using: &random)
    return HardSharing(
      shared: trunk, own: outputs.map { head.make(trunk.outputs, $0, using: &random) })
  }
}
