package import Autodiff
import Environments
import Replay

/// Sampled transitions of continuous actions, as a plan takes them.
package struct Transitions: Traceable {
  /// What was seen, `[B, observationSize]`.
  package var observations: Tensor
  /// What was done, `[B, D]`, each number in `-1...1`.
  package var actions: Tensor
  /// What the actions paid, `[B]`.
  package var rewards: Tensor
  /// γ, `[B]`, or 0 where the episode terminated.
  package var discounts: Tensor
  /// What was seen next, `[B, observationSize]`.
  package var nextObservations: Tensor

  package init(
    observations: Tensor, actions: Tensor, rewards: Tensor, discounts: Tensor,
    nextObservations: Tensor
  ) {
    (self.observations, self.actions, self.rewards) = (observations, actions, rewards)
    (self.discounts, self.nextObservations) = (discounts, nextObservations)
  }

  /// A batch of `count` empty transitions, which has the right shapes.
  init(count: Int, _ surroundings: Surroundings) {
    let rows = Tensor.zeros([count, surroundings.observationSize])
    let column = Tensor.zeros([count])
    self.init(
      observations: rows, actions: .zeros([count, surroundings.actions.width]), rewards: column,
      discounts: column, nextObservations: rows)
  }

  package mutating func visitTensors(_ visitor: inout some TensorVisitor) {
    visitor.visit("observations", &observations)
    visitor.visit("actions", &actions)
    visitor.visit("rewards", &rewards)
    visitor.visit("discounts", &discounts)
    visitor.visit("nextObservations", &nextObservations)
  }
}

/// The inputs of a plan by the names that its inputs' type gives them.
struct NamedInputs {
  private let inputs: [String: UnsafeMutableBufferPointer<Float>]

  /// - Parameter shapes: What the plan was made with.
  init(of plan: Plan, _ shapes: some Traceable) {
    var inputs: [String: UnsafeMutableBufferPointer<Float>] = [:]
    for (index, (name, _)) in shapes.namedTensors.enumerated() { inputs[name] = plan.input(index) }
    self.inputs = inputs
  }

  /// The numbers of an input.
  subscript(name: String) -> UnsafeMutableBufferPointer<Float> {
    guard let input = inputs[name] else { preconditionFailure("a plan has no input '\(name)'") }
    return input
  }

  /// Where sampled transitions go, which the plan's inputs call `name`.
  func rows(_ name: String) -> BatchRows {
    func base(_ part: String) -> UnsafeMutablePointer<Float> {
      guard let base = self["\(name)/\(part)"].baseAddress else {
        preconditionFailure("the input '\(name)/\(part)' has no memory")
      }
      return base
    }
    return BatchRows(
      observations: base("observations"), actions: base("actions"), rewards: base("rewards"),
      discounts: base("discounts"), nextObservations: base("nextObservations"))
  }
}
