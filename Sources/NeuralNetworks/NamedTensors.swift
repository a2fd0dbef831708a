public import Autodiff

/// Why saved tensors do not fit the value that they should go into.
public enum NamedTensorsError: Error, Equatable, CustomStringConvertible {
  /// The value has a tensor of this name, the saved ones have none.
  case missing(name: String)
  /// The saved ones have a tensor of this name, the value has none.
  case foreign(name: String, known: [String])
  /// The tensor of this name has another shape than the value's.
  case misshaped(name: String, expected: [Int], found: [Int])
  /// The saved ones have several tensors of this name.
  case repeated(name: String)

  public var description: String {
    switch self {
    case .missing(let name):
      "tensor '\(name)' is missing: the saved tensors belong to another network or version"
    case .foreign(let name, let known):
      "there is no tensor '\(name)' to load into; known are \(known.joined(separator: ", "))"
    case .misshaped(let name, let expected, let found):
      "tensor '\(name)' has the shape \(found), but \(expected) is wanted: build the network with "
        + "the sizes that it was saved with"
    case .repeated(let name):
      "tensor '\(name)' comes more than once: each name may come once"
    }
  }
}

/// Replaces the tensors of a value by those of the same names: how saved weights come back.
///
/// `namedTensors` gives what can be loaded. All is checked before anything is replaced.
///
/// - Parameters:
///   - saved: Names and tensors in any order.
///   - value: Of the structure that was saved.
/// - Throws: If names or shapes are not those of the value.
public func load(
  _ saved: [(name: String, tensor: Tensor)], into value: inout some Traceable
) throws(NamedTensorsError) {
  var remaining: [String: Tensor] = [:]
  for (name, tensor) in saved {
    guard remaining.updateValue(tensor, forKey: name) == nil else {
      throw .repeated(name: name)
    }
  }
  let present = value.namedTensors
  var replacements: [Tensor] = []
  for (name, tensor) in present {
    guard let new = remaining.removeValue(forKey: name) else { throw .missing(name: name) }
    guard new.shape == tensor.shape else {
      throw .misshaped(name: name, expected: tensor.shape, found: new.shape)
    }
    replacements.append(new)
  }
  if let name = remaining.keys.min() { throw .foreign(name: name, known: present.map(\.name)) }
  value = value.replacingTensors(with: replacements)
}
