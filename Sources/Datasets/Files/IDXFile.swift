/// An array of numbers in the format of the MNIST files: big-endian, with a type and sizes in
/// front (yann.lecun.com/exdb/mnist).
package struct IDXFile {
  /// Sizes of the axes, the number of examples first.
  package let shape: [Int]
  /// Row-major.
  package let numbers: [Float]

  /// Reads a file, packed by gzip or not.
  package init(of path: String) throws(DatasetError) { try self.init(FileContents(of: path)) }

  package init(_ contents: FileContents) throws(DatasetError) {
    let bytes = contents.bytes
    func flaw(_ detail: String) -> DatasetError {
      DatasetError("'\(contents.path)'", detail, remedy: "check that this is a whole IDX file")
    }
    guard bytes.count >= 4, bytes[0] == 0, bytes[1] == 0, bytes[3] > 0 else {
      throw flaw("it does not begin as an IDX file does")
    }
    guard let width = [8: 1, 9: 1, 11: 2, 12: 4, 13: 4, 14: 8][Int(bytes[2])] else {
      throw flaw("byte 2 names a type of number, \(bytes[2]), that does not exist")
    }
    let start = 4 + 4 * Int(bytes[3])
    guard bytes.count >= start else { throw flaw("it ends within the sizes of its axes") }
    var (sizes, count, overflows) = ([Int](), 1, false)
    for axis in 0..<Int(bytes[3]) {
      let place = 4 + 4 * axis
      let size = bytes[place..<(place + 4)].reduce(0) { $0 << 8 | Int($1) }
      sizes.append(size)
      let product = count.multipliedReportingOverflow(by: size)
      (count, overflows) = (product.partialValue, overflows || product.overflow)
    }
    let stored = bytes.count - start
    guard !overflows, count <= stored, stored == count * width else {
      throw flaw("axes of \(sizes) do not fit the \(stored) bytes that follow")
    }
    shape = sizes
    numbers = bytes.withUnsafeBytes { Self.numbers($0, from: start, count, type: bytes[2]) }
  }

  private static func numbers(
    _ bytes: UnsafeRawBufferPointer, from start: Int, _ count: Int, type: UInt8
  ) -> [Float] {
    func load<Word: FixedWidthInteger>(_ index: Int, as _: Word.Type) -> Word {
      let offset = start + index * MemoryLayout<Word>.size
      return Word(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Word.self))
    }
    return (0..<count).map { index in
      switch type {
      case 8: Float(bytes[start + index])
      case 9: Float(load(index, as: Int8.self))
      case 11: Float(load(index, as: Int16.self))
      case 12: Float(load(index, as: Int32.self))
      case 13: Float(bitPattern: load(index, as: UInt32.self))
      default: Float(Double(bitPattern: load(index, as: UInt64.self)))
      }
    }
  }
}
