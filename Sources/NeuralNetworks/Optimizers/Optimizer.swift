public import Autodiff

/// A rule that moves parameters against a gradient, with all that it remembers between steps.
///
/// What it remembers are tensors named after the parameters (and a step count), so an update can be
/// part of a compiled plan and a checkpoint needs to know nothing of the rule. The learning rate is
/// not part of it: a schedule gives the rate anew for each step.
public protocol Optimizer: Traceable, Sendable {
  /// What it can be told.
  associatedtype Settings: ValidatedSettings

  /// What it was told.
  var settings: Settings { get }

  /// An optimiser that has not taken a step yet, for parameters of these names and shapes.
  init(for parameters: some Traceable, _ settings: Settings)

  /// Moves the parameters one step.
  ///
  /// - Parameters:
  ///   - parameters: Of the structure that the optimiser was made for.
  ///   - gradients: The derivative of the loss by each parameter.
  ///   - learningRate: A single number: shape `[]`.
  mutating func update<Parameters: Traceable>(
    _ parameters: inout Parameters, along gradients: Parameters, learningRate: Tensor)
}

extension Optimizer {
  /// A step with a learning rate that is known here and now.
  public mutating func update<Parameters: Traceable>(
    _ parameters: inout Parameters, along gradients: Parameters, learningRate: Float
  ) {
    update(&parameters, along: gradients, learningRate: Tensor(learningRate))
  }
}

/// One tensor for each parameter, under the parameter's name.
struct Moments: Traceable, Sendable {
  private let names: [String]
  private var tensors: [Tensor]

  /// The same number in every element, shaped like the parameters.
  init(like parameters: some Traceable, filledWith value: Float = 0) {
    let named = parameters.namedTensors
    names = named.map(\.name)
    tensors = named.map { .filled(with: value, shape: $0.tensor.shape) }
  }

  /// None at all, for an option that is switched off.
  static let none = Moments(like: NoTensors())

  subscript(index: Int) -> Tensor {
    get {
      precondition(
        index < tensors.count,
        "parameter \(index) is new to an optimiser that was made for \(tensors.count) tensors")
      return tensors[index]
    }
    set { tensors[index] = newValue }
  }

  mutating func visitTensors(_ visitor: inout some TensorVisitor) {
    for index in names.indices { visitor.visit(names[index], &tensors[index]) }
  }
}

extension Traceable {
  /// Replaces each tensor, in visiting order, by what `next` makes of its position, it and its
  /// gradient.
  mutating func step(
    along gradients: Self, _ next: (_ index: Int, _ value: Tensor, _ gradient: Tensor) -> Tensor
  ) {
    let (values, slopes) = (tensors, gradients.tensors)
    precondition(
      values.count == slopes.count, "\(slopes.count) gradients for \(values.count) parameters")
    self = replacingTensors(with: values.indices.map { next($0, values[$0], slopes[$0]) })
  }
}

/// The gradient of a loss that also has `weightDecay / 2 · |θ|²` in it.
func decayed(_ gradient: Tensor, _ value: Tensor, _ weightDecay: Double) -> Tensor {
  weightDecay == 0 ? gradient : gradient + weightDecay * value
}
