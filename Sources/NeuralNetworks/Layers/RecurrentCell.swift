public import Autodiff
import Randomness

/// A layer with a memory: what it gives at a step depends on that step's input and on a state that
/// it hands on from step to step.
///
/// The state of a row is `stateSize` numbers, whatever they mean to the cell, so that it can be kept
/// in a column of a replay or a segment. An episode begins with the state zero.
///
/// Shapes: `B` rows, `T` steps. A sequence is `[T·B, …]`, step after step: row
/// `t·B + b` belongs to step `t` of sequence `b`.
///
/// ```swift
/// let (outputs, state) = cell(x, from: state, keep: mask)          // one step, [B, inputs]
/// let (outputs, state) = cell(x, steps: 32, from: state, keep: mask)  // [32·B, inputs]
/// ```
public protocol RecurrentCell: Traceable, Sendable {
  /// Numbers of an input.
  var inputs: Int { get }
  /// Numbers of an output.
  var units: Int { get }
  /// Numbers of state that go from step to step: a multiple of `units`.
  var stateSize: Int { get }

  /// What the input alone adds to each gate, for any number of steps at once: `[R, inputs]` →
  /// `[R, units]` each.
  func inputTerms(_ x: Tensor) -> [Tensor]

  /// What every step needs of the parameters, taken apart once for a whole sequence: so the
  /// gradients of all steps are one product.
  var stepParameters: [Tensor] { get }

  /// One step.
  ///
  /// - Parameters:
  ///   - terms: `[B, units]` for each gate, by ``inputTerms(_:)``.
  ///   - state: The parts of the state, `[B, units]` each.
  ///   - parameters: By ``stepParameters``.
  /// - Returns: The parts of the next state; the first is the output.
  func advanced(_ terms: [Tensor], from state: [Tensor], by parameters: [Tensor]) -> [Tensor]
}

/// What a recurrent cell gives.
public struct RecurrentOutputs: Traceable, Sendable {
  /// `[T·B, units]`, step after step.
  public var outputs: Tensor
  /// After the last step, `[B, stateSize]`.
  public var state: Tensor

  public mutating func visitTensors(_ visitor: inout some TensorVisitor) {
    visitor.visit("outputs", &outputs)
    visitor.visit("state", &state)
  }
}

extension RecurrentCell {
  /// The state in which an episode begins, `[rows, stateSize]`.
  public func initialState(rows: Int) -> Tensor { .zeros([rows, stateSize]) }

  /// Goes through a sequence.
  ///
  /// The products with the inputs of all steps are one for each gate; only the products with the
  /// state are computed step by step.
  ///
  /// - Parameters:
  ///   - x: `[T·B, inputs]`, step after step.
  ///   - steps: `T`, 1 or more.
  ///   - state: Before the first step, `[B, stateSize]`.
  ///   - keep: `[T·B]`, 0 where a step is the first one of an episode, so that the state before it
  ///     counts as zero, else 1; `nil` where episodes go on throughout.
  public func callAsFunction(
    _ x: Tensor, steps: Int = 1, from state: Tensor, keep: Tensor? = nil
  ) -> RecurrentOutputs {
    precondition(
      steps >= 1 && x.shape[0].isMultiple(of: steps), "\(x.shape[0]) rows are not \(steps) steps")
    let rows = x.shape[0] / steps
    precondition(
      state.shape == [rows, stateSize],
      "a state of shape \(state.shape) does not fit \(rows) rows of \(stateSize) numbers")
    let (terms, parameters) = (inputTerms(x), stepParameters)
    var parts = state.split(axis: 1, into: Array(repeating: units, count: stateSize / units))
    var outputs: [Tensor] = []
    for step in 0..<steps {
      if let keep {
        let kept = keep.sliced(axis: 0, from: step * rows, count: rows)
        parts = parts.map { $0.multiplyingColumn(kept) }
      }
      parts = advanced(
        terms.map { $0.sliced(axis: 0, from: step * rows, count: rows) }, from: parts,
        by: parameters)
      outputs.append(parts[0])
    }
    return RecurrentOutputs(
      outputs: concatenated(outputs, axis: 0), state: concatenated(parts, axis: 1))
  }
}

/// Draws the parameters of a cell as `initializer` says, both weights and then both biases.
///
/// PyTorch draws all parameters of a recurrent layer uniformly from `±1/√units`, the weight of the
/// inputs too: `torchDefault` does so here.
func recurrentParameters(
  inputs: Int, units: Int, gates: Int, _ initializer: Initializer,
  using random: inout RandomStream
) -> (inputWeight: Tensor, hiddenWeight: Tensor, inputBias: Tensor, hiddenBias: Tensor) {
  precondition(inputs > 0 && units > 0, "a cell has inputs and units")
  let width = gates * units
  guard initializer == .torchDefault else {
    let inputWeight = initializer.weight(inputs: inputs, outputs: width, using: &random)
    let hiddenWeight = initializer.weight(inputs: units, outputs: width, using: &random)
    return (inputWeight, hiddenWeight, .zeros([width]), .zeros([width]))
  }
  let bound = 1 / Double(units).squareRoot()
  func uniform(_ shape: [Int]) -> Tensor { uniformTensor(shape, bound: bound, using: &random) }
  return (uniform([inputs, width]), uniform([units, width]), uniform([width]), uniform([width]))
}

/// The parts of a weight `[R, gates·units]` or of a bias `[gates·units]` that belong to each gate.
///
/// A product for each gate, rather than one for all: its result lies in one piece, which what comes
/// after reads faster than every third or fourth part of a row.
func gates(_ parameter: Tensor, units: Int) -> [Tensor] {
  let axis = parameter.rank - 1
  return parameter.split(
    axis: axis, into: Array(repeating: units, count: parameter.shape[axis] / units))
}
