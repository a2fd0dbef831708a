public import Autodiff

// Terms of a loss that keep parameters small. (An optimiser's weight decay is another thing: under
// Adam the two differ, Loshchilov & Hutter 2019.)

/// `coefficient · Σ |θ|` over the tensors whose full names are wanted; shape `[]`.
public func l1Penalty(
  of value: some Traceable, coefficient: Double, where isWanted: (String) -> Bool = { _ in true }
) -> Tensor {
  coefficient * total(of: value, where: isWanted) { $0.absolute().sum() }
}

/// `coefficient · Σ θ²` over the tensors whose full names are wanted; shape `[]`.
///
/// Its gradient is `2·coefficient·θ`: for plain SGD, weight decay of twice the coefficient.
public func l2Penalty(
  of value: some Traceable, coefficient: Double, where isWanted: (String) -> Bool = { _ in true }
) -> Tensor {
  coefficient * total(of: value, where: isWanted) { $0.squaredNorm() }
}

private func total(
  of value: some Traceable, where isWanted: (String) -> Bool, _ measure: (Tensor) -> Tensor
) -> Tensor {
  value.namedTensors.filter { isWanted($0.name) }.map { measure($0.tensor) }
    .reduce(Tensor(0), +)
}
