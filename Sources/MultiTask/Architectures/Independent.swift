public import Autodiff
public import NeuralNetworks
public import Randomness

/// A whole network for each task, which have nothing in common: `yₖ = hₖ(fₖ(x))`.
///
/// The control that tells what sharing does, inside of one run. There is nothing that a strategy
/// could combine.
public struct Independent: MultiTaskNetwork {
  public var shared = NoTensors()
  /// `hₖ ∘ fₖ`.
  public var own: [MLP]

  public init(own: [MLP]) { self.own = own }

  public var isRepresentationCommon: Bool { false }

  /// The rows themselves.
  public func representation(of rows: Tensor, for task: Int) -> Tensor { rows }

  public func output(of task: Int, from representation: Tensor, rows: Tensor) -> Tensor {
    own[task](representation)
  }

  /// What independent networks can be told.
  public struct Settings: ArchitectureDefinition, LayeredDefinition {
    /// Units of the layers before each head: 1 to 32 layers of 1 to 65536.
    public var hidden = [64, 64]
    public var activation = Activation.relu
    public var initializer = Initializer.torchDefault
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

  public func validate() throws(SettingsError) { try validateLayered() }

  public func parameterCount(inputs: Int, outputs: [Int]) -> Int {
    ParameterCount.sum(outputs) { .layers([inputs] + hidden + head.hidden + [$0]) }.value
  }

  public func make(inputs: Int, outputs: [Int], using random: inout RandomStream) -> Independent {
    Independent(
      own: outputs.map { layers([inputs] + hidden + head.hidden + [$0], using: &random) })
  }
}
