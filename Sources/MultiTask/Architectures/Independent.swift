public import Autodiff
public import NeuralNetworks
public import Randomness

/// A whole network for each task, which have nothing in common: `yₖ = hₖ(fₖ(x))`.
///
/// The control that tells what sharing does, inside of one run. There is nothing that a strategy
/// could combine.
public struct Independent: MultiTaskNetwork {
  public struct Own: Traceable, Sendable {
    /// `fₖ`.
    public var trunk: AnyTrunk
    /// `hₖ`.
    public var head: MLP

    public mutating func visitTensors(_ visitor: inout some TensorVisitor) {
      visitor.visit("trunk", &trunk)
      visitor.visit("head", &head)
    }
  }

  public var shared = NoTensors()
  public var own: [Own]

  /// Takes networks as they are given.
  public init(own: [Own]) { self.own = own }

  public var isRepresentationCommon: Bool { false }

  /// The rows themselves.
  public func representation(of rows: Tensor, for task: Int) -> Tensor { rows }

  public func output(of task: Int, from representation: Tensor, rows: Tensor) -> Tensor {
    own[task].head(own[task].trunk(representation))
  }

  /// What independent networks can be told.
  public struct Settings: ArchitectureDefinition {
    /// What each task has before its head: `mlp`, or a network for images.
    public var trunk = TrunkSettings()
    /// What each task has for itself on top.
    public var head = HeadSettings()

    public init() {}
  }
}

extension Independent.Settings {
  public static let about = ArchitectureSummary(
    summary: "a network for each task",
    shares: "nothing",
    source: "the control without sharing")

  public var sees: String { "by its network" }

  public func validate() throws(SettingsError) {
    try trunk.validated(as: "trunk")
    try NeuralNetworks.validate("head") { () throws(SettingsError) in try head.validate() }
  }

  public func parameterCount(inputShape: [Int], outputs: [Int]) throws(SettingsError) -> Int {
    let features = try trunk.features(of: inputShape, as: "trunk")
    let trunks =
      try ParameterCount(outputs.count) * trunk.parameterCount(of: inputShape, as: "trunk")
    return (trunks + head.count(features: features, outputs: outputs)).value
  }

  public func make(
    inputShape: [Int], outputs: [Int], using random: inout RandomStream
  ) throws(SettingsError) -> Independent {
    var own: [Independent.Own] = []
    for width in outputs {
      let trunk = try trunk.make(inputShape, as: "trunk", using: &random)
      own.append(.init(trunk: trunk, head: head.make(trunk.outputs, width, using: &random)))
    }
    return Independent(own: own)
  }
}
