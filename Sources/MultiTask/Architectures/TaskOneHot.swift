public import Autodiff
public import NeuralNetworks
public import Randomness

/// One network that is told the task as a one-hot name joined to the input: `y = f([x; eₖ])`.
///
/// The first layer's product with the joined input is `W x + Wₖ`, `Wₖ` being the row of weights
/// that meets the 1 of task `k`. No other task reads that row, so it is task `k`'s own; that is all
/// that joining the name does, and costs no wider product.
///
/// The multi-task SAC of T. Yu et al. (2020), "Meta-World", section 4, is told the task so.
public struct TaskOneHot: MultiTaskNetwork {
  /// The network but for what meets the task's name.
  public typealias Shared = TaskEmbedding.Shared

  public struct Own: Traceable, Sendable {
    /// `Wₖ`, `[units of the first layer]`.
    public var name: Tensor
    /// Where tasks have one, from the common layers to the answer.
    public var head: MLP?

    public mutating func visitTensors(_ visitor: inout some TensorVisitor) {
      visitor.visit("name", &name)
      visitor.visit("head", &head)
    }
  }

  public var shared: Shared
  public var own: [Own]
  let outputs: [Int]

  public var isRepresentationCommon: Bool { false }

  public func representation(of rows: Tensor, for task: Int) -> Tensor {
    let trunk = shared.trunk
    let first = trunk.activation(trunk.layers[0](rows).addingRow(own[task].name))
    return trunk.layers.dropFirst().reduce(first) { trunk.activation($1($0)) }
  }

  public func output(of task: Int, from representation: Tensor, rows: Tensor) -> Tensor {
    answer(
      representation, head: own[task].head, shared: shared.answer, outputs: outputs[task])
  }

  /// What a network that is told the task by a one-hot name can be told.
  public struct Settings: ArchitectureDefinition, ConditionedDefinition {
    /// Units of the layers: 1 to 32 layers of 1 to 65536.
    public var hidden = [128, 128]
    /// What follows each hidden layer.
    public var activation = Activation.relu
    /// What the weights begin with.
    public var initializer = Initializer.torchDefault
    /// Whether each task has a head as well; else all share the last layer, which is as wide as
    /// the widest answer, and a task of fewer outputs reads the first of them.
    public var hasHeads = false
    /// The heads, where there are any.
    public var head = HeadSettings()

    public init() {}
  }
}

extension TaskOneHot.Settings {
  public static let about = ArchitectureSummary(
    summary: "one network with the task's one-hot name joined to the input",
    shares: "everything but the weights that meet the name; own: these, and heads if any",
    source: "Yu et al. 2020, Meta-World")

  public var sees: String { seen("by a one-hot name joined to the input") }

  public func validate() throws(SettingsError) { try validateLayered() }

  public func parameterCount(inputShape: [Int], outputs: [Int]) -> Int {
    let inputs = rowSize(inputShape)
    let names = ParameterCount(outputs.count) * ParameterCount(hidden.first ?? 0)
    let trunk = ParameterCount.layers([inputs] + hidden)
    return (trunk + names + answerCount(features: hidden.last ?? inputs, outputs: outputs)).value
  }

  public func make(
    inputShape: [Int], outputs: [Int], using random: inout RandomStream
  ) -> TaskOneHot {
    let inputs = rowSize(inputShape)
    var trunk = features([inputs + outputs.count] + hidden, using: &random)
    // The rows of the first weight that meet the name go to the tasks.
    let joined = trunk.layers[0].weight
    trunk.layers[0].weight = joined.sliced(axis: 0, from: 0, count: inputs)
    let shared = TaskOneHot.Shared(
      trunk: trunk, answer: sharedAnswer(trunk.outputs, outputs, using: &random))
    let own = outputs.enumerated().map { task, width in
      TaskOneHot.Own(
        name: joined.sliced(axis: 0, from: inputs + task, count: 1).flattened(),
        head: ownHead(trunk.outputs, width, using: &random))
    }
    return TaskOneHot(shared: shared, own: own, outputs: outputs)
  }
}
