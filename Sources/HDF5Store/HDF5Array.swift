import CHDF5
import Checksums

/// Numbers with a shape, row-major, written once as a whole.
public struct HDF5Array<Scalar: HDF5Scalar>: Sendable {
  /// Sizes of the axes; empty for a single number.
  public var shape: [Int]
  public var scalars: [Scalar]

  public init(shape: [Int], scalars: [Scalar]) {
    precondition(
      shape.reduce(1, *) == scalars.count, "\(scalars.count) numbers cannot have shape \(shape)")
    self.shape = shape
    self.scalars = scalars
  }
}

extension HDF5Array: Equatable where Scalar: Equatable {}

/// The attribute that holds XXH64 of an object's bytes; compared whenever the object is read.
let checksumAttribute = "xxhash64"

extension HDF5Group {
  /// Writes an array with its checksum.
  public func write<Scalar: HDF5Scalar>(
    _ array: HDF5Array<Scalar>, named name: String
  ) throws(HDF5Error) {
    try write(array.scalars, shape: array.shape, named: name)
  }

  /// Writes numbers of a shape, row-major, with their checksum.
  public func write<Scalar: HDF5Scalar>(
    _ scalars: [Scalar], shape: [Int], named name: String
  ) throws(HDF5Error) {
    try scalars.withUnsafeBufferPointer { (buffer) throws(HDF5Error) in
      try write(buffer, shape: shape, named: name)
    }
  }

  /// Writes numbers that stand in memory, row-major, with their checksum.
  public func write<Scalar: HDF5Scalar>(
    _ scalars: UnsafeBufferPointer<Scalar>, shape: [Int], named name: String
  ) throws(HDF5Error) {
    precondition(
      shape.reduce(1, *) == scalars.count, "\(scalars.count) numbers cannot have shape \(shape)")
    let dataset = try reserve(shape: shape, of: Scalar.self, named: name)
    try HDF5Attributes(file: file, path: dataset.path, id: dataset.id)
      .set(checksumAttribute, to: XXHash64.digest(of: UnsafeRawBufferPointer(scalars)))
    try dataset.write(UnsafeRawBufferPointer(scalars), type: Scalar.kind.type)
  }

  /// Makes room for an array that is filled later, also while others read along.
  public func reserveArray<Scalar: HDF5Scalar>(
    named name: String, shape: [Int], of _: Scalar.Type
  ) throws(HDF5Error) -> HDF5ReservedArray<Scalar> {
    HDF5ReservedArray(dataset: try reserve(shape: shape, of: Scalar.self, named: name))
  }

  /// The array of that name.
  ///
  /// - Throws: `HDF5Error` when it is missing, of another type, or not what was written.
  public func array<Scalar: HDF5Scalar>(
    _ name: String, of _: Scalar.Type = Scalar.self
  ) throws(HDF5Error) -> HDF5Array<Scalar> {
    let dataset = try openDataset(name)
    try dataset.requireKind(Scalar.self)
    let shape = dataset.description.shape
    let count = shape.reduce(1, *)
    let scalars = try [Scalar](unsafeUninitializedCapacity: count) {
      (memory, initialized) throws(HDF5Error) in
      let memory = UnsafeMutableBufferPointer(rebasing: memory[..<count])
      try dataset.readAll(into: UnsafeMutableRawBufferPointer(memory), type: Scalar.kind.type)
      initialized = count
    }
    return HDF5Array(shape: shape, scalars: scalars)
  }

  /// Reads the array of that name, which must have this shape, straight into memory.
  public func read<Scalar: HDF5Scalar>(
    _ name: String, shape: [Int], into memory: UnsafeMutableBufferPointer<Scalar>
  ) throws(HDF5Error) {
    precondition(
      shape.reduce(1, *) == memory.count, "\(memory.count) numbers cannot have shape \(shape)")
    let dataset = try openDataset(name)
    try dataset.requireKind(Scalar.self)
    guard dataset.description.shape == shape else {
      throw dataset.error(
        .wrongType, "its shape is \(dataset.description.shape), it has to be \(shape)")
    }
    try dataset.readAll(into: UnsafeMutableRawBufferPointer(memory), type: Scalar.kind.type)
  }
}

/// Room for an array in a file, filled or overwritten at any time.
public final class HDF5ReservedArray<Scalar: HDF5Scalar> {
  private let dataset: Dataset

  init(dataset: Dataset) { self.dataset = dataset }

  public var shape: [Int] { dataset.description.shape }
  /// Its place in the file.
  public var path: String { dataset.path }

  /// Writes all of it.
  public func fill(_ scalars: UnsafeBufferPointer<Scalar>) throws(HDF5Error) {
    precondition(
      scalars.count == shape.reduce(1, *), "\(scalars.count) numbers cannot have shape \(shape)")
    try dataset.write(UnsafeRawBufferPointer(scalars), type: Scalar.kind.type)
  }

  /// Writes the rows from `start` on, as many as there are.
  public func fill(_ scalars: UnsafeBufferPointer<Scalar>, fromRow start: Int) throws(HDF5Error) {
    precondition(
      scalars.count.isMultiple(of: max(1, dataset.width)), "\(scalars.count) is no whole rows")
    let rows = scalars.count / max(1, dataset.width)
    try dataset.write(
      UnsafeRawBufferPointer(scalars), rows: start..<(start + rows), type: Scalar.kind.type)
  }
}
