/// Takes elements of a MATLAB file apart; nothing is allocated that the bytes do not hold.
struct MATParser {
  let path: String
  /// What all packed elements together may still unpack to.
  private var budget = FileContents.limit
  /// Cells within cells.
  private static let maximumDepth = 16

  private static let matrixType = 14
  private static let packedType = 15
  private static let classNames = [
    2: "structure", 3: "object", 4: "text", 5: "sparse matrix", 16: "function", 17: "opaque",
  ]

  init(path: String) { self.path = path }

  /// Takes the next element off the front: its type and its bytes.
  func element(
    _ rest: inout ArraySlice<UInt8>
  ) throws(DatasetError) -> (type: Int, body: ArraySlice<UInt8>) {
    guard rest.count >= 8 else { throw flaw("it ends within an element") }
    let start = rest.startIndex
    let tag = word(rest, at: start)
    // A small element has its size in the upper half of the tag and its bytes in the same word.
    let isSmall = tag >> 16 != 0
    let size = isSmall ? tag >> 16 : word(rest, at: start + 4)
    let first = start + (isSmall ? 4 : 8)
    guard size <= (isSmall ? 4 : rest.endIndex - first) else {
      throw flaw("an element of \(size) bytes reaches beyond what is stored")
    }
    let type = isSmall ? tag & 0xffff : tag
    let body = rest[first..<(first + size)]
    // Elements begin at multiples of 8 bytes, except after packed ones.
    let length = isSmall ? 8 : 8 + (type == Self.packedType ? size : (size + 7) / 8 * 8)
    rest = rest[min(start + length, rest.endIndex)...]
    return (type, body)
  }

  /// The variable that an element holds; nil for an element of another kind.
  mutating func variable(
    _ type: Int, _ body: ArraySlice<UInt8>
  ) throws(DatasetError) -> (name: String, value: MATFile.Value)? {
    guard type == Self.packedType else {
      return type == Self.matrixType ? try matrix(body, depth: 0) : nil
    }
    let unpacked = try inflated(body, of: path, limit: budget)
    budget -= unpacked.count
    var rest = unpacked[...]
    let (type, body) = try element(&rest)
    return type == Self.matrixType ? try matrix(body, depth: 0) : nil
  }

  private func matrix(
    _ body: ArraySlice<UInt8>, depth: Int
  ) throws(DatasetError) -> (name: String, value: MATFile.Value) {
    // An empty cell may have no bytes at all.
    if body.isEmpty { return ("", .matrix(MATFile.Matrix(shape: [0, 0], numbers: []))) }
    var rest = body
    let flags = try element(&rest)
    guard flags.type == 6, flags.body.count == 8 else { throw flaw("a matrix has no flags") }
    let (kind, isComplex) = (
      Int(flags.body[flags.body.startIndex]), flags.body[flags.body.startIndex + 1] & 8 != 0
    )
    if kind == 17 { return ("", .other("opaque")) }
    let (shape, count) = try shape(&rest)
    let label = try element(&rest)
    guard label.type == 1 || label.type == 2 || label.type == 16 else {
      throw flaw("a matrix has no name")
    }
    let name = String(decoding: label.body, as: UTF8.self)
    if kind == 1 { return (name, try cells(rest, count, name, depth: depth)) }
    guard (6...15).contains(kind) else {
      return (name, .other(Self.classNames[kind] ?? "class \(kind)"))
    }
    if isComplex { return (name, .other("complex matrix")) }
    let data = try element(&rest)
    let numbers = try numbers(data.type, data.body)
    guard numbers.count == count else {
      throw flaw("variable '\(name)' of size \(shape) holds \(numbers.count) numbers")
    }
    return (name, .matrix(MATFile.Matrix(shape: shape, numbers: numbers)))
  }

  private func shape(
    _ rest: inout ArraySlice<UInt8>
  ) throws(DatasetError) -> (shape: [Int], count: Int) {
    let (type, body) = try element(&rest)
    guard type == 5, body.count >= 8, body.count % 4 == 0, body.count <= 128 else {
      throw flaw("a matrix has no sizes")
    }
    let shape = stride(from: body.startIndex, to: body.endIndex, by: 4).map { word(body, at: $0) }
    var count = 1
    for size in shape {
      // No part of the sizes may overflow, whatever a 0 beside it makes of the whole.
      let (product, overflows) = count.multipliedReportingOverflow(by: max(1, size))
      guard size <= Int(Int32.max), !overflows else {
        throw flaw("no matrix can have the size \(shape)")
      }
      count = product
    }
    return (shape, shape.contains(0) ? 0 : count)
  }

  private func cells(
    _ body: ArraySlice<UInt8>, _ count: Int, _ name: String, depth: Int
  ) throws(DatasetError) -> MATFile.Value {
    // Every cell has 8 bytes at least.
    guard count <= body.count / 8 else {
      throw flaw("'\(name)' says it has \(count) cells and has \(body.count) bytes")
    }
    guard depth < Self.maximumDepth else { throw flaw("its cells are nested too deep") }
    var (rest, values) = (body, [MATFile.Value]())
    for _ in 0..<count {
      let (type, body) = try element(&rest)
      guard type == Self.matrixType else { throw flaw("a cell of '\(name)' is not a matrix") }
      values.append(try matrix(body, depth: depth + 1).value)
    }
    return .cells(values)
  }

  private func numbers(_ type: Int, _ body: ArraySlice<UInt8>) throws(DatasetError) -> [Double] {
    switch type {
    case 1: try load(body, Int8.self) { Double($0) }
    case 2: try load(body, UInt8.self) { Double($0) }
    case 3: try load(body, Int16.self) { Double($0) }
    case 4: try load(body, UInt16.self) { Double($0) }
    case 5: try load(body, Int32.self) { Double($0) }
    case 6: try load(body, UInt32.self) { Double($0) }
    case 7: try load(body, UInt32.self) { Double(Float(bitPattern: $0)) }
    case 9: try load(body, UInt64.self) { Double(bitPattern: $0) }
    case 12: try load(body, Int64.self) { Double($0) }
    case 13: try load(body, UInt64.self) { Double($0) }
    default: throw flaw("type \(type) is none of numbers")
    }
  }

  private func load<Word: FixedWidthInteger>(
    _ body: ArraySlice<UInt8>, _: Word.Type, _ convert: (Word) -> Double
  ) throws(DatasetError) -> [Double] {
    let width = MemoryLayout<Word>.size
    guard body.count % width == 0 else { throw flaw("numbers end within one") }
    return body.withUnsafeBytes { bytes in
      stride(from: 0, to: bytes.count, by: width).map { offset in
        convert(
          Word(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Word.self)))
      }
    }
  }

  private func word(_ bytes: ArraySlice<UInt8>, at place: Int) -> Int {
    (0..<4).reduce(0) { $0 | Int(bytes[place + $1]) << (8 * $1) }
  }

  private func flaw(_ detail: String) -> DatasetError { MATFile.flaw(path, detail) }
}
