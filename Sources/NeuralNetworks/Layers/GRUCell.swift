public import Autodiff
public import Randomness

/// A gated recurrent unit, with one state `h` of as many numbers as units.
///
/// Cho et al. (2014), "Learning phrase representations using RNN encoder-decoder", eq. 5 to 8, in the
/// form of PyTorch's `nn.GRU`, where the reset gate acts on the product with the state:
///
///     r = σ(x·W_r + b_r + h·U_r + c_r)
///     z = σ(x·W_z + b_z + h·U_z + c_z)
///     n = tanh(x·W_n + b_n + r ⊙ (h·U_n + c_n))
///     h' = (1 - z) ⊙ n + z ⊙ h
///
/// The gates stand in the order r, z, n. PyTorch's weights are these transposed.
public struct GRUCell: RecurrentCell {
  /// `W`, `[inputs, 3·units]`.
  public var inputWeight: Tensor
  /// `U`, `[units, 3·units]`.
  public var hiddenWeight: Tensor
  /// `b`, `[3·units]`.
  public var inputBias: Tensor
  /// `c`, `[3·units]`.
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
      inputs: inputs, units: units, gates: 3, initializer, using: &random)
  }

  public var inputs: Int { inputWeight.shape[0] }
  public var units: Int { hiddenWeight.shape[0] }
  public var stateSize: Int { units }

  /// The biases of r and z that stand with the state go along: only their sums count.
  public func inputTerms(_ x: Tensor) -> [Tensor] {
    let w = gates(inputWeight, units: units)
    let (b, c) = (gates(inputBias, units: units), gates(hiddenBias, units: units))
    return zip(w, [b[0] + c[0], b[1] + c[1], b[2]]).map { matmul(x, $0).addingRow($1) }
  }

  public var stepParameters: [Tensor] {
    gates(hiddenWeight, units: units) + [gates(hiddenBias, units: units)[2]]
  }

  public func advanced(
    _ x: [Tensor], from state: [Tensor], by parameters: [Tensor]
  ) -> [Tensor] {
    let (u, c) = (parameters[0..<3], parameters[3])
    let reset = (matmul(state[0], u[0]) + x[0]).sigmoid()
    let update = (matmul(state[0], u[1]) + x[1]).sigmoid()
    let candidate = (x[2] + reset * matmul(state[0], u[2]).addingRow(c)).tanh()
    return [candidate + update * (state[0] - candidate)]
  }

  public mutating func visitTensors(_ visitor: inout some TensorVisitor) {
    visitor.visit("inputWeight", &inputWeight)
    visitor.visit("hiddenWeight", &hiddenWeight)
    visitor.visit("inputBias", &inputBias)
    visitor.visit("hiddenBias", &hiddenBias)
  }
}
