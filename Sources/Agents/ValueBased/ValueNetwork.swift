package import Autodiff
package import NeuralNetworks
package import Randomness

/// A network that maps an observation to `K` numbers for each action.
///
/// Dueling: Wang et al. (2016), "Dueling network architectures for deep reinforcement learning".
/// The last hidden layer exists twice, once in the stream of the state's value and once in that of
/// the actions' advantages (figure 1). Noisy: Fortunato et al. (2018); every layer is.
package struct ValueNetwork: Module {
  /// All layers, or those before the streams.
  package var layers: [Layer]
  /// The streams; empty without dueling.
  package var value: [Layer] = []
  package var advantages: [Layer] = []
  private let activation: Activation
  /// `K`.
  private let width: Int

  /// A network of these layers.
  package init(_ network: MLP) {
    layers = network.layers.map { .dense($0) }
    activation = network.activation
    width = 1
  }

  /// A network with parameters drawn at random.
  ///
  /// - Parameters:
  ///   - settings: Hidden layers and switches.
  ///   - inputs: Numbers in an observation.
  ///   - actions: How many there are to choose from.
  ///   - width: Numbers for each action.
  ///   - random: The stream that they are drawn from, layer by layer.
  package init(
    _ settings: DQNSettings.Network, inputs: Int, actions: Int, width: Int = 1,
    using random: inout RandomStream
  ) {
    func stack(_ sizes: [Int]) -> [Layer] {
      zip(sizes, sizes.dropFirst()).map { Layer(settings, $0, $1, using: &random) }
    }
    (activation, self.width) = (settings.activation, width)
    let hidden = [inputs] + settings.hidden
    guard settings.dueling else {
      layers = stack(hidden + [actions * width])
      return
    }
    let shared = Array(hidden.dropLast(settings.hidden.isEmpty ? 0 : 1))
    let streams = Array(hidden.suffix(settings.hidden.isEmpty ? 1 : 2))
    layers = stack(shared)
    value = stack(streams + [width])
    advantages = stack(streams + [actions * width])
  }

  /// How many normal numbers one draw of the weights takes; 0 without noise.
  package var noiseCount: Int {
    (layers + value + advantages).reduce(0) { $0 + $1.noiseCount }
  }

  /// The mean of |σ| over all noisy weights and biases, `[]`; `nil` without noise.
  package var meanDeviation: Tensor? {
    let deviations = (layers + value + advantages).flatMap(\.deviations)
    guard !deviations.isEmpty else { return nil }
    let sums = deviations.map { $0.absolute().sum() }
    return sums.dropFirst().reduce(sums[0], +) / Double(deviations.reduce(0) { $0 + $1.count })
  }

  /// With mean weights: `[B, inputs]` → `[B, A, K]`, or `[B, A]` where `K` is 1.
  package func callAsFunction(_ x: Tensor) -> Tensor { self(x, noise: nil) }

  /// With weights of one draw, the same for all rows.
  ///
  /// - Parameter noise: Draws from the standard normal distribution, `[noiseCount]`; `nil` for mean
  ///   weights.
  package func callAsFunction(_ x: Tensor, noise: Tensor?) -> Tensor {
    var noise = NoiseReader(noise)
    guard !value.isEmpty else { return numbers(run(layers, on: x, &noise)) }
    let features = layers.reduce(x) { activation($1($0, &noise)) }
    let state = run(value, on: features, &noise)  // [B, K]
    return Self.combined(
      value: width == 1 ? state.flattened() : state,
      advantages: numbers(run(advantages, on: features, &noise)))
  }

  /// `Q = V + (A − mean A)` over the actions.
  ///
  /// Wang et al. (2016), eq. 9.
  ///
  /// - Parameters:
  ///   - value: `[B, K]`, or `[B]`.
  ///   - advantages: `[B, A, K]`, or `[B, A]`.
  package static func combined(value: Tensor, advantages: Tensor) -> Tensor {
    let offset = value - advantages.mean(axis: 1)
    return advantages + offset.broadcast(along: 1, count: advantages.shape[1])
  }

  /// The activation follows every layer but the last.
  private func run(_ layers: [Layer], on x: Tensor, _ noise: inout NoiseReader) -> Tensor {
    let last = layers.count - 1
    return layers.indices.reduce(x) { x, index in
      let y = layers[index](x, &noise)
      return index == last ? y : activation(y)
    }
  }

  private func numbers(_ outputs: Tensor) -> Tensor {
    let (rows, columns) = (outputs.shape[0], outputs.shape[1])
    return width == 1 ? outputs : outputs.reshaped(to: [rows, columns / width, width])
  }

  package mutating func visitTensors(_ visitor: inout some TensorVisitor) {
    visitor.visit("layers", &layers)
    visitor.visit("value", &value)
    visitor.visit("advantages", &advantages)
  }
}

extension ValueNetwork {
  /// A layer whose weights are noisy or not.
  package enum Layer: Traceable, Sendable {
    case dense(Dense)
    case noisy(NoisyDense)

    init(
      _ settings: DQNSettings.Network, _ inputs: Int, _ outputs: Int,
      using random: inout RandomStream
    ) {
      switch settings.noise {
      case .none:
        self = .dense(
          Dense(inputs, outputs, initializer: settings.initializer, using: &random))
      case .factorized(let deviation):
        self = .noisy(
          NoisyDense(
            inputs, outputs, deviation: deviation, initializer: settings.initializer,
            using: &random))
      }
    }

    /// The mean weight, `[inputs, outputs]`.
    package var weight: Tensor {
      switch self {
      case .dense(let layer): layer.weight
      case .noisy(let layer): layer.weight
      }
    }

    /// The mean bias, `[outputs]`.
    package var bias: Tensor? {
      switch self {
      case .dense(let layer): layer.bias
      case .noisy(let layer): layer.bias
      }
    }

    var noiseCount: Int { if case .noisy(let layer) = self { layer.noiseCount } else { 0 } }

    var deviations: [Tensor] {
      guard case .noisy(let layer) = self else { return [] }
      return [layer.weightDeviation, layer.biasDeviation]
    }

    fileprivate func callAsFunction(_ x: Tensor, _ noise: inout NoiseReader) -> Tensor {
      switch self {
      case .dense(let layer): layer(x)
      case .noisy(let layer):
        if let drawn = noise.next(layer.noiseCount) { layer(x, noise: drawn) } else { layer(x) }
      }
    }

    package mutating func visitTensors(_ visitor: inout some TensorVisitor) {
      switch self {
      case .dense(var layer):
        layer.visitTensors(&visitor)
        self = .dense(layer)
      case .noisy(var layer):
        layer.visitTensors(&visitor)
        self = .noisy(layer)
      }
    }
  }
}

/// Hands out the noise of a network, layer by layer.
private struct NoiseReader {
  private let noise: Tensor?
  private var position = 0

  init(_ noise: Tensor?) { self.noise = noise }

  mutating func next(_ count: Int) -> Tensor? {
    defer { position += count }
    return noise?.sliced(axis: 0, from: position, count: count)
  }
}
