public import Autodiff

/// The optimiser that settings asked for.
public enum AnyOptimizer: Optimizer {
  /// Stochastic gradient descent.
  case sgd(SGD)
  /// RMSProp.
  case rmsProp(RMSProp)
  /// Adagrad.
  case adagrad(Adagrad)
  /// Adam.
  case adam(Adam)
  /// Adam with weight decay beside the gradient.
  case adamW(AdamW)

  public init(for parameters: some Traceable, _ settings: OptimizerSettings) {
    switch settings {
    case .sgd(let settings): self = .sgd(SGD(for: parameters, settings))
    case .rmsProp(let settings): self = .rmsProp(RMSProp(for: parameters, settings))
    case .adagrad(let settings): self = .adagrad(Adagrad(for: parameters, settings))
    case .adam(let settings): self = .adam(Adam(for: parameters, settings))
    case .adamW(let settings): self = .adamW(AdamW(for: parameters, settings))
    }
  }

  public var settings: OptimizerSettings {
    switch self {
    case .sgd(let optimizer): .sgd(optimizer.settings)
    case .rmsProp(let optimizer): .rmsProp(optimizer.settings)
    case .adagrad(let optimizer): .adagrad(optimizer.settings)
    case .adam(let optimizer): .adam(optimizer.settings)
    case .adamW(let optimizer): .adamW(optimizer.settings)
    }
  }

  public mutating func update<Parameters: Traceable>(
    _ parameters: inout Parameters, along gradients: Parameters, learningRate: Tensor
  ) {
    switch self {
    case .sgd(var optimizer):
      optimizer.update(&parameters, along: gradients, learningRate: learningRate)
      self = .sgd(optimizer)
    case .rmsProp(var optimizer):
      optimizer.update(&parameters, along: gradients, learningRate: learningRate)
      self = .rmsProp(optimizer)
    case .adagrad(var optimizer):
      optimizer.update(&parameters, along: gradients, learningRate: learningRate)
      self = .adagrad(optimizer)
    case .adam(var optimizer):
      optimizer.update(&parameters, along: gradients, learningRate: learningRate)
      self = .adam(optimizer)
    case .adamW(var optimizer):
      optimizer.update(&parameters, along: gradients, learningRate: learningRate)
      self = .adamW(optimizer)
    }
  }

  public mutating func visitTensors(_ visitor: inout some TensorVisitor) {
    switch self {
    case .sgd(var optimizer):
      optimizer.visitTensors(&visitor)
      self = .sgd(optimizer)
    case .rmsProp(var optimizer):
      optimizer.visitTensors(&visitor)
      self = .rmsProp(optimizer)
    case .adagrad(var optimizer):
      optimizer.visitTensors(&visitor)
      self = .adagrad(optimizer)
    case .adam(var optimizer):
      optimizer.visitTensors(&visitor)
      self = .adam(optimizer)
    case .adamW(var optimizer):
      optimizer.visitTensors(&visitor)
      self = .adamW(optimizer)
    }
  }
}
