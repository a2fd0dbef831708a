package import Kernels

/// All tensors of a value, laid out one after another in one buffer that plans read and write in
/// place.
///
/// Several plans may share the variables: one that trains, others that act with a batch of their
/// own. Order and names are those of `visitTensors`; every tensor starts on a line of the cache (64
/// bytes).
///
/// ```swift
/// let variables = Variables(Learner(network: network, optimizer: optimizer))
/// let train = Plan(updating: variables, inputs: batch) { learner, batch in … }
/// let act = Plan(updating: variables, inputs: observation) { learner, x in learner.network(x) }
/// ```
///
/// A class, because plans hold on to its memory. It is not to be used from two threads at a time.
public final class Variables<Value: Traceable> {
  /// Names, shapes and offsets in floats of the tensors, in visiting order.
  package let layout: [(name: String, shape: Shape, offset: Int)]
  /// The numbers that belong to the structure, not to its tensors.
  private let template: Value
  let memory: AlignedBuffer<Float>

  /// Copies the value's tensors, which must be concrete.
  public init(_ value: Value) {
    var offset = 0
    layout = value.namedTensors.map { name, tensor in
      defer { offset += Arena.rounded(tensor.count) }
      return (name, tensor.extents, offset)
    }
    template = value
    memory = AlignedBuffer(count: offset)
    copy(value)
  }

  /// The whole buffer.
  ///
  /// Between the tensors lies padding of no meaning.
  package var buffer: UnsafeMutableBufferPointer<Float> { memory.elements }

  /// A copy of the value as it is now; assigning copies into the buffer.
  ///
  /// - Precondition: The assigned value has tensors of the same number and shapes.
  public var value: Value {
    get {
      template.replacingTensors(
        with: layout.map { _, shape, offset in
          let numbers = UnsafeBufferPointer(rebasing: buffer[offset..<offset + shape.count])
          return Tensor(NDArray(shape: shape, scalars: Array(numbers)))
        })
    }
    set {
      let shapes = newValue.tensors.map(\.extents)
      precondition(
        shapes == layout.map(\.shape),
        "the variables have tensors of shapes \(layout.map(\.shape)), not \(shapes)")
      copy(newValue)
    }
  }

  private func copy(_ value: Value) {
    for (place, tensor) in zip(layout, value.tensors) {
      for (index, number) in tensor.scalars.enumerated() { buffer[place.offset + index] = number }
    }
  }
}
