public import Autodiff
public import NeuralNetworks
public import Randomness

/// One network for all tasks, and for each task masks on its features: `âₖ = mₖ ⊙ p`.
///
/// The network is made of blocks of two layers, `u = a(U p)` and `p = a(P u)`, the next block's `p`
/// on the right being this one's. In each block a task makes a mask of the first layer's features
/// and of what it attended to in the block before, which a shared layer `f` carries over:
///
///     mₖ = σ(Hₖ a(Gₖ [u; a(f âₖ)])).
///
/// The paper's convolutions are dense layers here; there is no batch normalization.
///
/// S. Liu, E. Johns & A. J. Davison (2019), "End-to-End Multi-Task Learning with Attention", eq. 1
/// and 2.
public struct MTAN: MultiTaskNetwork {
  public struct Shared: Traceable, Sendable {
    /// `U` and `P`, by block.
    public var blocks: [[Dense]]
    /// `f`, into each block but the first.
    public var carries: [Dense]

    public mutating func visitTensors(_ visitor: inout some TensorVisitor) {
      visitor.visit("blocks", &blocks)
      visitor.visit("carries", &carries)
    }
  }

  public struct Own: Traceable, Sendable {
    /// `Gₖ` and `Hₖ`, by block.
    public var masks: [[Dense]]
    /// From what the masks let through to the answer.
    public var head: MLP

    public mutating func visitTensors(_ visitor: inout some TensorVisitor) {
      visitor.visit("masks", &masks)
      visitor.visit("head", &head)
    }
  }

  public var shared: Shared
  public var own: [Own]
  let activation: Activation

  public var isRepresentationCommon: Bool { false }

  /// `P` of the last block.
  public var lastSharedParameters: [String] { lastLayer(of: shared.blocks, at: "shared/blocks") }

  /// What the task attends to in the last block.
  public func representation(of rows: Tensor, for task: Int) -> Tensor {
    var (features, attended) = (rows, rows)
    for (index, block) in shared.blocks.enumerated() {
      let first = activation(block[0](features))
      features = activation(block[1](first))
      let seen =
        index == 0
        ? first : concatenated([first, activation(shared.carries[index - 1](attended))], axis: 1)
      let mask = own[task].masks[index]
      attended = mask[1](activation(mask[0](seen))).sigmoid() * features
    }
    return attended
  }

  public func output(of task: Int, from representation: Tensor, rows: Tensor) -> Tensor {
    own[task].head(representation)
  }

  /// What a network with attention masks can be told.
  public struct Settings: ArchitectureDefinition, LayeredDefinition {
    /// Units of the blocks, of two layers each: 1 to 32 blocks of 1 to 65536.
    public var hidden = [128, 128]
    /// What follows each hidden layer.
    public var activation = Activation.relu
    /// What the weights begin with.
    public var initializer = Initializer.torchDefault
    /// What each task has for itself on top.
    public var head = HeadSettings()

    public init() {}
  }
}

extension MTAN.Settings {
  public static let about = ArchitectureSummary(
    summary: "blocks of layers with sigmoid masks of each task on their features",
    shares: "blocks and what carries over; own: masks and heads",
    source: "Liu et al. 2019")

  public var sees: String { "by its masks and its head" }

  public func validate() throws(SettingsError) { try validateLayered() }

  public func parameterCount(inputShape: [Int], outputs: [Int]) -> Int {
    let inputs = rowSize(inputShape)
    let tasks = ParameterCount(outputs.count)
    var count = head.count(features: hidden.last ?? inputs, outputs: outputs)
    for (index, units) in hidden.enumerated() {
      let before = index == 0 ? inputs : hidden[index - 1]
      let carried = index == 0 ? 0 : ParameterCount.dense(before, units)
      let seen = index == 0 ? units : 2 * units
      count = count + .layers([before, units, units]) + carried
      count = count + tasks * .layers([seen, units, units])
    }
    return count.value
  }

  public func make(
    inputShape: [Int], outputs: [Int], using random: inout RandomStream
  ) -> MTAN {
    let inputs = rowSize(inputShape)
    let sizes = [inputs] + hidden
    let blocks = zip(sizes, hidden).map { before, units in
      [dense(before, units, using: &random), dense(units, units, using: &random)]
    }
    let carries = zip(hidden, hidden.dropFirst()).map { dense($0, $1, using: &random) }
    let own = outputs.map { width in
      MTAN.Own(
        masks: hidden.enumerated().map { index, units in
          [
            dense(index == 0 ? units : 2 * units, units, using: &random),
            dense(units, units, using: &random),
          ]
        }, head: head.make(hidden.last ?? inputs, width, using: &random))
    }
    return MTAN(
      shared: MTAN.Shared(blocks: blocks, carries: carries), own: own, activation: activation)
  }
}
