public import Autodiff
public import Randomness

/// A fully connected layer whose weights are random, by amounts that are learned:
/// `y = x · (μ + σ ⊙ ε) + μ_b + σ_b ⊙ ε_b`.
///
/// Fortunato et al. (2018), "Noisy networks for exploration", section 3 (b), factorised Gaussian
/// noise: `ε[i, j] = f(e[i])·f(e[j])` and `ε_b[j] = f(e[j])` with `f(e) = sgn(e)·√|e|`, so a layer
/// takes `inputs + outputs` normal numbers. They come from the caller, and the layer stays a pure
/// function; without them it has its mean weights.
public struct NoisyDense: Module {
  /// μ, `[inputs, outputs]`.
  public var weight: Tensor
  /// μ of the bias, `[outputs]`.
  public var bias: Tensor
  /// σ, `[inputs, outputs]`; its sign does not matter.
  public var weightDeviation: Tensor
  /// σ of the bias, `[outputs]`.
  public var biasDeviation: Tensor

  /// A layer of these parameters.
  ///
  /// - Precondition: Deviations have the shapes of what they belong to.
  public init(weight: Tensor, bias: Tensor, weightDeviation: Tensor, biasDeviation: Tensor) {
    precondition(
      weight.rank == 2 && bias.shape == [weight.shape[1]],
      "a noisy layer has a weight [inputs, outputs] and a bias [outputs], not \(weight.shape) "
        + "and \(bias.shape)")
    precondition(
      weightDeviation.shape == weight.shape && biasDeviation.shape == bias.shape,
      "deviations of shapes \(weightDeviation.shape) and \(biasDeviation.shape) do not fit a "
        + "weight of \(weight.shape)")
    (self.weight, self.bias) = (weight, bias)
    (self.weightDeviation, self.biasDeviation) = (weightDeviation, biasDeviation)
  }

  /// A layer with means drawn at random and every σ at `deviation/√inputs`: section 3.2.
  ///
  /// - Parameters:
  ///   - inputs: The number of features of an example, 1 or more.
  ///   - outputs: The number of results, 1 or more.
  ///   - deviation: σ₀, 0 or more; 0.5 in the paper.
  ///   - initializer: How the means are drawn; `torchDefault` is the paper's.
  ///   - random: The stream that they are drawn from, weight first.
  public init(
    _ inputs: Int, _ outputs: Int, deviation: Double = 0.5,
    initializer: Initializer = .torchDefault, using random: inout RandomStream
  ) {
    let sigma = Float(deviation / Double(inputs).squareRoot())
    self.init(
      weight: initializer.weight(inputs: inputs, outputs: outputs, using: &random),
      bias: initializer.bias(inputs: inputs, outputs: outputs, using: &random),
      weightDeviation: .filled(with: sigma, shape: [inputs, outputs]),
      biasDeviation: .filled(with: sigma, shape: [outputs]))
  }

  /// Numbers of a row that goes in.
  public var inputs: Int { weight.shape[0] }
  /// Numbers of a row that comes out.
  public var outputs: Int { weight.shape[1] }
  /// How many normal numbers one draw of the weights takes.
  public var noiseCount: Int { inputs + outputs }

  /// With mean weights: `[B, inputs]` → `[B, outputs]`.
  public func callAsFunction(_ x: Tensor) -> Tensor { matmul(x, weight).addingRow(bias) }

  /// With weights of one draw, the same for all rows: `[B, inputs]` → `[B, outputs]`.
  ///
  /// - Parameters:
  ///   - x: `[B, inputs]`.
  ///   - noise: Draws from the standard normal distribution, `[inputs + outputs]`.
  public func callAsFunction(_ x: Tensor, noise: Tensor) -> Tensor {
    let drawn = noise.sign() * noise.absolute().squareRoot()
    let ofInputs = drawn.sliced(axis: 0, from: 0, count: inputs)
    let ofOutputs = drawn.sliced(axis: 0, from: inputs, count: outputs)
    let ofWeights =
      ofInputs.broadcast(along: 1, count: outputs) * ofOutputs.broadcast(along: 0, count: inputs)
    return matmul(x, weight + weightDeviation * ofWeights)
      .addingRow(bias + biasDeviation * ofOutputs)
  }

  public mutating func visitTensors(_ visitor: inout some TensorVisitor) {
    visitor.visit("weight", &weight)
    visitor.visit("bias", &bias)
    visitor.visit("weightDeviation", &weightDeviation)
    visitor.visit("biasDeviation", &biasDeviation)
  }
}
