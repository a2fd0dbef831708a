import CHDF5
import Checksums

// Texts are fixed-length UTF-8, so that other tools show them as text; text of variable length
// cannot be written while others read.

extension HDF5Group {
  /// Writes a text of any length but without zero bytes.
  public func writeText(_ text: String, named name: String) throws(HDF5Error) {
    let bytes = text.isEmpty ? [0] : Array(text.utf8)
    guard !text.utf8.contains(0) else {
      throw HDF5Error(.misuse, file.path, full(name), "a text cannot have a zero byte")
    }
    HDF5Library.enter()
    defer { HDF5Library.leave() }
    let type = HDF5Handle(
      try file.check(chdf5_create_text(bytes.count), "writing", full(name)))
    let dataset = try reserve(shape: [], element: .text(bytes: bytes.count), type.id, named: name)
    try bytes.withUnsafeBufferPointer { (bytes) throws(HDF5Error) in
      let bytes = UnsafeRawBufferPointer(bytes)
      try HDF5Attributes(file: file, path: dataset.path, id: dataset.id)
        .set(checksumAttribute, to: XXHash64.digest(of: bytes))
      try dataset.write(bytes, type: type.id)
    }
  }

  /// The text of that name.
  public func text(_ name: String) throws(HDF5Error) -> String {
    let dataset = try openDataset(name)
    guard case .text(let size) = dataset.description.element, dataset.description.shape.isEmpty
    else { throw dataset.error(.wrongType, "it is not a text") }
    HDF5Library.enter()
    defer { HDF5Library.leave() }
    let type = HDF5Handle(try dataset.check(H5Dget_type(dataset.id), "reading"))
    let bytes = try [UInt8](unsafeUninitializedCapacity: size) {
      (memory, count) throws(HDF5Error) in
      let memory = UnsafeMutableBufferPointer(rebasing: memory[..<size])
      try dataset.readAll(into: UnsafeMutableRawBufferPointer(memory), type: type.id)
      count = size
    }
    guard let text = HDF5Attributes.text(of: bytes) else {
      throw dataset.error(.damaged, "it is not UTF-8")
    }
    return text
  }

  /// Makes room for a text of at most `byteCount` bytes, also to be changed while others read.
  public func reserveText(
    named name: String, byteCount: Int
  ) throws(HDF5Error) -> HDF5ReservedText {
    HDF5Library.enter()
    defer { HDF5Library.leave() }
    let type = HDF5Handle(
      try file.check(chdf5_create_text(byteCount), "creating it", full(name)))
    let dataset = try reserve(shape: [], element: .text(bytes: byteCount), type.id, named: name)
    return HDF5ReservedText(dataset: dataset, type: type, byteCount: byteCount)
  }
}

/// Room for a short text in a file, written and overwritten at any time.
public final class HDF5ReservedText {
  private let dataset: Dataset
  private let type: HDF5Handle
  private let byteCount: Int

  init(dataset: Dataset, type: HDF5Handle, byteCount: Int) {
    self.dataset = dataset
    self.type = type
    self.byteCount = byteCount
  }

  /// Writes as much of a text as there is room for, and gives what was written.
  @discardableResult
  public func fill(_ text: String) throws(HDF5Error) -> String {
    var kept = ""
    for character in text where !character.utf8.contains(0) {
      guard kept.utf8.count + character.utf8.count <= byteCount else { break }
      kept.append(character)
    }
    var bytes = Array(kept.utf8)
    bytes += repeatElement(0, count: byteCount - bytes.count)
    try bytes.withUnsafeBufferPointer { (bytes) throws(HDF5Error) in
      try dataset.write(UnsafeRawBufferPointer(bytes), type: type.id)
    }
    return kept
  }
}
