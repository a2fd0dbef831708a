/// Something that looks at, or replaces, each tensor of a value in turn.
///
/// A visitor that cares about full names keeps the path of ``enter(_:)`` and ``leave()``; most code
/// needs no visitor at all but ``Traceable/namedTensors`` or ``Traceable/mapTensors(_:)``.
public protocol TensorVisitor {
  /// Comes to a tensor that its owner calls by this name.
  mutating func visit(_ name: String, _ tensor: inout Tensor)
  /// Goes into a part of this name.
  mutating func enter(_ name: String)
  /// Leaves the part entered last.
  mutating func leave()
}

extension TensorVisitor {
  public mutating func enter(_ name: String) {}
  public mutating func leave() {}

  /// Visits the tensors of a part; their names become "name/part/…".
  public mutating func visit(_ name: String, _ part: inout some Traceable) {
    enter(name)
    part.visitTensors(&self)
    leave()
  }
}

/// A value made of tensors, each with a name: a layer, an agent's networks, an optimiser, a batch.
///
/// ```swift
/// struct Dense: Traceable {
///   var weight: Tensor
///   var bias: Tensor
///
///   mutating func visitTensors(_ visitor: inout some TensorVisitor) {
///     visitor.visit("weight", &weight)
///     visitor.visit("bias", &bias)
///   }
/// }
/// ```
public protocol Traceable {
  /// Shows every tensor to the visitor, always in the same order and by the same names.
  mutating func visitTensors(_ visitor: inout some TensorVisitor)
}

// MARK: What can be done with every traceable value

extension Traceable {
  /// The tensors in visiting order.
  public var tensors: [Tensor] { namedTensors.map(\.tensor) }

  /// The tensors with their full names, such as "hidden/0/weight", in visiting order.
  public var namedTensors: [(name: String, tensor: Tensor)] {
    var copy = self
    var collector = Collector()
    copy.visitTensors(&collector)
    return collector.found
  }

  /// The number of tensors.
  public var tensorCount: Int { namedTensors.count }

  /// The number of elements in all tensors together.
  public var scalarCount: Int { tensors.reduce(0) { $0 + $1.count } }

  /// The same value with each tensor replaced by what the closure makes of its full name and it.
  public func mapTensors(_ transform: (_ name: String, Tensor) -> Tensor) -> Self {
    withoutActuallyEscaping(transform) { transform in
      var copy = self
      var mapper = Mapper(transform: transform)
      copy.visitTensors(&mapper)
      return copy
    }
  }

  /// The same value with its tensors replaced by these, in visiting order.
  ///
  /// - Precondition: There are as many replacements as tensors.
  public func replacingTensors(with replacements: some Sequence<Tensor>) -> Self {
    var remaining = replacements.makeIterator()
    let replaced = mapTensors { name, _ in
      guard let next = remaining.next() else {
        fatalError("no replacement left for the tensor \"\(name)\"")
      }
      return next
    }
    demand(remaining.next() == nil, "more replacements than tensors")
    return replaced
  }
}

/// The path to the part being visited.
private struct NamePath {
  private var parts: [String] = []

  mutating func enter(_ name: String) { parts.append(name) }
  mutating func leave() { parts.removeLast() }

  /// The full name of a tensor here; a tensor that stands alone goes by the name of its place.
  func joined(with name: String) -> String {
    name.isEmpty ? parts.joined(separator: "/") : (parts + [name]).joined(separator: "/")
  }
}

private struct Collector: TensorVisitor {
  var found: [(name: String, tensor: Tensor)] = []
  private var path = NamePath()

  mutating func enter(_ name: String) { path.enter(name) }
  mutating func leave() { path.leave() }
  mutating func visit(_ name: String, _ tensor: inout Tensor) {
    found.append((path.joined(with: name), tensor))
  }
}

private struct Mapper: TensorVisitor {
  let transform: (String, Tensor) -> Tensor
  private var path = NamePath()

  init(transform: @escaping (String, Tensor) -> Tensor) { self.transform = transform }

  mutating func enter(_ name: String) { path.enter(name) }
  mutating func leave() { path.leave() }
  mutating func visit(_ name: String, _ tensor: inout Tensor) {
    tensor = transform(path.joined(with: name), tensor)
  }
}

// MARK: Traceable values of the standard kinds

extension Tensor: Traceable {
  public mutating func visitTensors(_ visitor: inout some TensorVisitor) {
    visitor.visit("", &self)
  }
}

/// Elements are named by their positions.
extension Array: Traceable where Element: Traceable {
  public mutating func visitTensors(_ visitor: inout some TensorVisitor) {
    for index in indices { visitor.visit(String(index), &self[index]) }
  }
}

/// An absent value has no tensors; a present one goes by its own names.
extension Optional: Traceable where Wrapped: Traceable {
  public mutating func visitTensors(_ visitor: inout some TensorVisitor) {
    guard var wrapped = self else { return }
    wrapped.visitTensors(&visitor)
    self = wrapped
  }
}

/// Values are visited in the order of their keys.
extension Dictionary: Traceable where Key == String, Value: Traceable {
  public mutating func visitTensors(_ visitor: inout some TensorVisitor) {
    for key in keys.sorted() {
      guard var value = self[key] else { continue }
      visitor.visit(key, &value)
      self[key] = value
    }
  }
}

/// Two values as one, where Swift's tuples cannot conform.
public struct Pair<First: Traceable, Second: Traceable>: Traceable {
  /// The first of the two.
  public var first: First
  /// The second of the two.
  public var second: Second

  /// Puts two states side by side.
  public init(_ first: First, _ second: Second) {
    self.first = first
    self.second = second
  }

  public mutating func visitTensors(_ visitor: inout some TensorVisitor) {
    visitor.visit("first", &first)
    visitor.visit("second", &second)
  }
}

extension Pair: Sendable where First: Sendable, Second: Sendable {}

/// A value without tensors, for functions that have no state or no inputs.
public struct NoTensors: Traceable, Sendable {
  /// Makes the state without tensors.
  public init() {}
  public mutating func visitTensors(_ visitor: inout some TensorVisitor) {}
}
