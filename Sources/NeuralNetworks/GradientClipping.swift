public import Autodiff

/// The length of all tensors taken as one vector, `√Σ x²`; shape `[]`.
public func globalNorm(of value: some Traceable) -> Tensor {
  value.tensors.map { $0.squaredNorm() }.reduce(Tensor(0), +).squareRoot()
}

/// Shortens gradients to a largest length, all by one factor, so that their direction stays.
///
/// The factor is `min(1, limit / (norm + 1e-6))`: Pascanu, Mikolov & Bengio (2013), Algorithm 1,
/// with the 1e-6 of PyTorch's `clip_grad_norm_`.
///
/// - Parameters:
///   - gradients: Shortened in place.
///   - limit: The largest length, 0 or more.
/// - Returns: The length before; shape `[]`.
@discardableResult
public func clip<Gradients: Traceable>(
  _ gradients: inout Gradients, toGlobalNorm limit: Double
) -> Tensor {
  precondition(limit >= 0, "the largest norm of gradients must be 0 or more, but is \(limit)")
  let norm = globalNorm(of: gradients)
  let factor = minimum(limit / (norm + 1e-6), 1)
  gradients = gradients.mapTensors { _, gradient in
    gradient * factor.broadcast(to: gradient.shape)
  }
  return norm
}

/// Shortens gradients to a largest length where there is one, and leaves them as they are with `nil`.
///
/// - Returns: The length before; shape `[]`.
public func clip<Gradients: Traceable>(
  _ gradients: inout Gradients, toGlobalNorm limit: Double?
) -> Tensor {
  guard let limit else { return globalNorm(of: gradients) }
  return clip(&gradients, toGlobalNorm: limit)
}

/// Moves every element of the gradients into `-limit...limit`.
///
/// - Parameters:
///   - gradients: Changed in place.
///   - limit: The largest size of an element, 0 or more.
public func clip<Gradients: Traceable>(_ gradients: inout Gradients, toValue limit: Double) {
  precondition(limit >= 0, "the largest value of gradients must be 0 or more, but is \(limit)")
  gradients = gradients.mapTensors { _, gradient in gradient.clamped(to: -limit...limit) }
}
