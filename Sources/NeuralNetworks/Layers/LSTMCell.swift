public import Autodiff
public import Randomness

/// A long short-term memory cell, with a state of two numbers for each unit: the output `h`, then
/// the memory `c`.
///
/// Hochreiter & Schmidhuber (1997), "Long short-term memory", with the forget gate of Gers,
/// Schmidhuber & Cummins (2000), as PyTorch's `nn.LSTM`:
///
///     i = σ(x·W_i + b_i + h·U_i + c_i)     f, o likewise
///     g = tanh(x·W_g + b_g + h·U_g + c_g)
///     c' = f ⊙ c + i ⊙ g
///     h' = o ⊙ tanh(c')
///
/// The gates stand in the order i, f, g, o. PyTorch's weights are these transposed.
public struct LSTMCell: RecurrentCell {
  /// `W`, `[inputs, 4·units]`.
  public var inputWeight: Tensor
  /// `U`, `[units, 4·units]`.
  public var hiddenWeight: Tensor
  /// `b`, `[4·units]`.
  public var inputBias: Tensor
  /// `[4·units]`; only its sum with `inputBias` counts, but PyTorch has both.
  public var hiddenBias: Tensor

  /// A cell with parameters drawn at random: first the weight of the inputs, then that of the state.
  ///
  /// - Parameters:
  ///   - inputs: Numbers of an input, 1 or more.
  ///   - units: Numbers of an output, 1 or more.
  ///   - initializer: How each weight is drawn, all gates as one matrix; biases are 0 but for
  ///     `torchDefault`, which draws everything from `±1/√units`.
  ///   - random: The stream that they are drawn from.
  public init(
    _ inputs: Int, _ units: Int, initializer: Initializer = .torchDefault,
    using random: inout RandomStream
  ) {
    (inputWeight, hiddenWeight, inputBias, hiddenBias) = recurrentParameters(
      inputs: inputs, units: units, gates: 4, initializer, using: &random)
  }

  public var inputs: Int { inputWeight.shape[0] }
  public var units: Int { hiddenWeight.shape[0] }
  public var stateSize: Int { 2 * units }

  public func inputTerms(_ x: Tensor) -> [Tensor] {
    let biases = gates(inputBias + hiddenBias, units: units)
    return zip(gates(inputWeight, units: units), biases).map { matmul(x, $0).addingRow($1) }
  }

  public var stepParameters: [Tensor] { gates(hiddenWeight, units: units) }

  public func advanced(
    _ terms: [Tensor], from state: [Tensor], by parameters: [Tensor]
  ) -> [Tensor] {
    let gates = zip(parameters, terms).map { matmul(state[0], $0) + $1 }
    let memory = gates[1].sigmoid() * state[1] + gates[0].sigmoid() * gates[2].tanh()
    return [gates[3].sigmoid() * memory.tanh(), memory]
  }

  public mutating func visitTensors(_ visitor: inout some TensorVisitor) {
    visitor.visit("inputWeight", &inputWeight)
    visitor.visit("hiddenWeight", &hiddenWeight)
    visitor.visit("inputBias", &inputBias)
    visitor.visit("hiddenBias", &hiddenBias)
  }
}
