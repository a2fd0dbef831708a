public import Autodiff
public import Randomness

/// How the parameters of a dense layer are drawn.
///
/// `fanIn` and `fanOut` are the layer's inputs and outputs; a weight has the shape
/// `[inputs, outputs]`. Biases begin with zero but for `torchDefault`.
public enum Initializer: Equatable, Sendable {
  /// `gain` times a matrix with orthonormal columns (or rows, whichever are fewer), uniform over
  /// all such. Saxe, McClelland & Ganguli (2014).
  case orthogonal(gain: Double)
  /// Variance `2 / ((1 + a²)·fanIn)` for leaky ReLU of slope `a`. He et al. (2015), eq. 10 and 15.
  case kaimingUniform(slope: Double)
  /// Variance `2 / ((1 + a²)·fanIn)` for leaky ReLU of slope `a`. He et al. (2015), eq. 10 and 15.
  case kaimingNormal(slope: Double)
  /// Variance `2·gain² / (fanIn + fanOut)`. Glorot & Bengio (2010), eq. 16.
  case xavierUniform(gain: Double)
  /// Variance `2·gain² / (fanIn + fanOut)`. Glorot & Bengio (2010), eq. 12.
  case xavierNormal(gain: Double)
  /// Variance `1 / fanIn`. LeCun et al. (1998), "Efficient BackProp", eq. 16.
  case lecunUniform
  /// Variance `1 / fanIn`, not truncated. LeCun et al. (1998), "Efficient BackProp", eq. 16.
  case lecunNormal
  /// Weight and bias uniform in `±1/√fanIn`: what PyTorch's `nn.Linear` does.
  case torchDefault
  /// One number everywhere.
  case constant(Double)
  /// All 0.
  case zeros

  /// Orthogonal without a gain.
  public static var orthogonal: Initializer { .orthogonal(gain: 1) }
  /// For ReLU.
  public static var kaimingUniform: Initializer { .kaimingUniform(slope: 0) }
  /// For ReLU.
  public static var kaimingNormal: Initializer { .kaimingNormal(slope: 0) }
  /// Uniform, with a gain of 1: Glorot & Bengio (2010).
  public static var xavierUniform: Initializer { .xavierUniform(gain: 1) }
  /// Normal, with a gain of 1: Glorot & Bengio (2010).
  public static var xavierNormal: Initializer { .xavierNormal(gain: 1) }

  /// A weight of shape `[inputs, outputs]`.
  ///
  /// - Parameters:
  ///   - inputs: The fan-in, 1 or more.
  ///   - outputs: 1 or more.
  ///   - fanOut: How many results an input has a part in; as many as outputs if `nil`.
  ///   - random: The stream that it is drawn from.
  public func weight(
    inputs: Int, outputs: Int, fanOut: Int? = nil, using random: inout RandomStream
  ) -> Tensor {
    precondition(
      inputs > 0 && outputs > 0, "a layer of \(inputs) inputs and \(outputs) outputs has no weight")
    let shape = [inputs, outputs]
    switch self {
    case .orthogonal(let gain):
      return orthogonalMatrix(rows: inputs, columns: outputs, gain: gain, using: &random)
    case .kaimingUniform, .xavierUniform, .lecunUniform, .torchDefault:
      // A uniform distribution on ±b has the variance b²/3.
      let bound = (3 * variance(inputs, fanOut ?? outputs)).squareRoot()
      return uniformTensor(shape, bound: bound, using: &random)
    case .kaimingNormal, .xavierNormal, .lecunNormal:
      let deviation = variance(inputs, fanOut ?? outputs).squareRoot()
      return normalTensor(shape, deviation: deviation, using: &random)
    case .constant(let value): return .filled(with: Float(value), shape: shape)
    case .zeros: return .zeros(shape)
    }
  }

  /// A bias of shape `[outputs]`.
  public func bias(inputs: Int, outputs: Int, using random: inout RandomStream) -> Tensor {
    guard self == .torchDefault else { return .zeros([outputs]) }
    return uniformTensor([outputs], bound: 1 / Double(inputs).squareRoot(), using: &random)
  }

  /// The variance of each element of a random weight.
  private func variance(_ inputs: Int, _ outputs: Int) -> Double {
    let (fanIn, fanOut) = (Double(inputs), Double(outputs))
    return switch self {
    case .kaimingUniform(let slope), .kaimingNormal(let slope): 2 / ((1 + slope * slope) * fanIn)
    case .xavierUniform(let gain), .xavierNormal(let gain): 2 * gain * gain / (fanIn + fanOut)
    case .lecunUniform, .lecunNormal: 1 / fanIn
    case .torchDefault: 1 / (3 * fanIn)
    case .orthogonal(let gain): gain * gain / max(fanIn, fanOut)
    case .constant, .zeros: 0
    }
  }
}

func uniformTensor(
  _ shape: [Int], bound: Double, using random: inout RandomStream
) -> Tensor {
  let range = Float(-bound)...Float(bound)
  let scalars = (0..<shape.reduce(1, *)).map { _ in random.uniform(in: range) }
  return Tensor(shape: shape, scalars: scalars)
}

private func normalTensor(
  _ shape: [Int], deviation: Double, using random: inout RandomStream
) -> Tensor {
  let scalars = (0..<shape.reduce(1, *)).map { _ in Float(deviation * random.normal()) }
  return Tensor(shape: shape, scalars: scalars)
}
