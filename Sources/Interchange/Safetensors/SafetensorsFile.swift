/// A tensor by its name: what weights are exchanged as.
package struct NamedWeights: Equatable, Sendable {
  package let name: String
  package let shape: [Int]
  package let scalars: [Float]

  package init(name: String, shape: [Int], scalars: [Float]) {
    (self.name, self.shape, self.scalars) = (name, shape, scalars)
  }
}

/// Weights in the format of Hugging Face's `safetensors`: the length of a header in eight bytes, the
/// header as JSON, the numbers.
///
/// Nothing in such a file can run. What is read here is compared with the file's length before
/// anything is believed.
package struct SafetensorsFile: Equatable, Sendable {
  package var tensors: [NamedWeights]
  /// Texts for whoever uses the weights.
  package var metadata: [String: String]

  package init(tensors: [NamedWeights], metadata: [String: String] = [:]) {
    (self.tensors, self.metadata) = (tensors, metadata)
  }

  // MARK: Writing

  /// The file's bytes: tensors in the order of their names, as other writers have them.
  package var bytes: [UInt8] {
    let sorted = tensors.sorted { $0.name < $1.name }
    var entries: [JSONValue.Entry] = []
    if !metadata.isEmpty {
      let texts = metadata.sorted { $0.key < $1.key }
      entries.append(
        JSONValue.Entry("__metadata__", .object(texts.map { .init($0.key, .text($0.value)) })))
    }
    var start = 0
    for tensor in sorted {
      let end = start + 4 * tensor.scalars.count
      entries.append(
        JSONValue.Entry(
          tensor.name,
          .keyed([
            "dtype": .text("F32"), "shape": .list(tensor.shape.map { .integer($0) }),
            "data_offsets": .list([.integer(start), .integer(end)]),
          ])))
      start = end
    }
    var header = Array(JSONValue.object(entries).description.utf8)
    // Numbers begin at a multiple of eight, so that they can be mapped into memory.
    while header.count % 8 != 0 { header.append(UInt8(ascii: " ")) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(8 + header.count + start)
    bytes.append(littleEndian: UInt64(header.count))
    bytes += header
    for tensor in sorted { tensor.scalars.withUnsafeBytes { bytes.append(contentsOf: $0) } }
    return bytes
  }

  // MARK: Reading

  /// The longest header that the format allows.
  static let longestHeader = 100_000_000

  /// Reads a file's bytes.
  ///
  /// Numbers of half precision and `bfloat16` are widened, those of double precision rounded.
  /// - Parameter path: For the sentences of errors.
  /// - Throws: a sentence where the file is damaged, or has numbers that weights are not made of.
  package init(parsing bytes: [UInt8], path: String) throws(InterchangeError) {
    func refused(_ why: String) -> InterchangeError {
      InterchangeError("'\(path)' is no safetensors file that can be read: \(why)")
    }
    guard bytes.count >= 8 else { throw refused("it has \(bytes.count) bytes; export it again") }
    let length = bytes[..<8].enumerated().reduce(UInt64(0)) { $0 | UInt64($1.1) << (8 * $1.0) }
    guard length <= UInt64(Self.longestHeader), length <= UInt64(bytes.count - 8) else {
      throw refused(
        "its header is said to have \(length) bytes, but \(bytes.count - 8) follow; export it again"
      )
    }
    let dataStart = 8 + Int(length)
    let header = try JSONValue(parsing: bytes[8..<dataStart], what: "the header of '\(path)'")
    guard let entries = header.entries else { throw refused("its header is no object") }

    (tensors, metadata) = ([], [:])
    var spans: [(range: Range<Int>, name: String)] = []
    for entry in entries {
      if entry.key == "__metadata__" {
        for text in entry.value.entries ?? [] { metadata[text.key] = text.value.text ?? "" }
        continue
      }
      let place = try TensorPlace(entry, dataCount: bytes.count - dataStart, refused)
      spans.append((place.range, entry.key))
      let first = dataStart + place.range.lowerBound
      tensors.append(
        NamedWeights(
          name: entry.key, shape: place.shape,
          scalars: place.type.numbers(in: bytes[first..<first + place.range.count])))
    }
    try Self.checkSpans(spans, dataCount: bytes.count - dataStart, refused)
  }

  /// Reads the file at a path.
  ///
  /// - Parameter requiresFinite: Whether tensors with `NaN` or infinities are refused, which no
  ///   network can use.
  package init(reading path: String, requiresFinite: Bool = true) throws(InterchangeError) {
    try self.init(parsing: InputFile.bytes(of: path), path: path)
    guard requiresFinite else { return }
    for tensor in tensors where !tensor.scalars.allSatisfy(\.isFinite) {
      throw InterchangeError(
        "'\(tensor.name)' of '\(path)' has numbers that are not finite; export weights of a "
          + "network that did not diverge")
    }
  }

  /// Numbers lie one after another, without gaps, and are nobody else's.
  private static func checkSpans(
    _ spans: [(range: Range<Int>, name: String)], dataCount: Int,
    _ refused: (String) -> InterchangeError
  ) throws(InterchangeError) {
    var (end, previous) = (0, "the header")
    let sorted = spans.sorted {
      ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
    }
    for (range, name) in sorted {
      guard range.lowerBound >= end else {
        throw refused("the numbers of '\(name)' overlap those of '\(previous)'")
      }
      guard range.lowerBound == end else {
        throw refused("there is a gap before the numbers of '\(name)'")
      }
      (end, previous) = (range.upperBound, name)
    }
    guard end == dataCount else { throw refused("\(dataCount - end) bytes belong to no tensor") }
  }
}

/// Where a tensor's numbers lie, and of what kind they are.
private struct TensorPlace {
  enum Kind: String, CaseIterable {
    case F64, F32, F16, BF16

    var byteCount: Int {
      switch self {
      case .F64: 8
      case .F32: 4
      case .F16, .BF16: 2
      }
    }

    func numbers(in bytes: ArraySlice<UInt8>) -> [Float] {
      bytes.withUnsafeBytes { memory in
        (0..<memory.count / byteCount).map { index in
          let place = index * byteCount
          func bits<Bits: FixedWidthInteger>(_: Bits.Type) -> Bits {
            Bits(littleEndian: memory.loadUnaligned(fromByteOffset: place, as: Bits.self))
          }
          return switch self {
          case .F64: Float(Double(bitPattern: bits(UInt64.self)))
          case .F32: Float(bitPattern: bits(UInt32.self))
          case .F16: Self.half(bits(UInt16.self))
          case .BF16: Float(bitPattern: UInt32(bits(UInt16.self)) << 16)
          }
        }
      }
    }

    /// A number of half precision, which Swift has no type for on this processor.
    private static func half(_ bits: UInt16) -> Float {
      let (exponent, fraction) = (Int(bits >> 10 & 0x1F), Float(bits & 0x3FF))
      let magnitude: Float =
        switch exponent {
        case 0: Float(sign: .plus, exponent: -24, significand: fraction)
        case 31: fraction == 0 ? .infinity : .nan
        default: Float(sign: .plus, exponent: exponent - 15, significand: 1 + fraction / 1024)
        }
      return bits >> 15 == 1 ? -magnitude : magnitude
    }
  }

  let shape: [Int]
  let range: Range<Int>
  let type: Kind

  init(
    _ entry: JSONValue.Entry, dataCount: Int, _ refused: (String) -> InterchangeError
  ) throws(InterchangeError) {
    let name = entry.key
    let kind = entry.value["dtype"]?.text ?? "none"
    guard let type = Kind(rawValue: kind) else {
      throw refused(
        "the numbers of '\(name)' are of the kind \(kind), but weights are F32, F16, BF16 or F64")
    }
    let offsets = (entry.value["data_offsets"]?.list ?? []).compactMap(\.integer)
    guard offsets.count == 2, 0 <= offsets[0], offsets[0] <= offsets[1], offsets[1] <= dataCount
    else { throw refused("the numbers of '\(name)' lie outside of it") }
    let sizes = entry.value["shape"]?.list
    let shape = (sizes ?? []).compactMap(\.integer)
    guard let sizes, sizes.count == shape.count, shape.count <= 4, shape.allSatisfy({ $0 >= 0 })
    else { throw refused("the shape of '\(name)' is not up to four whole numbers") }
    let range = offsets[0]..<offsets[1]
    var bytes = type.byteCount
    for size in shape {
      let (product, overflow) = bytes.multipliedReportingOverflow(by: size)
      guard !overflow else { throw refused("the shape of '\(name)' is absurdly large") }
      bytes = product
    }
    guard bytes == range.count else {
      throw refused("'\(name)' has \(range.count) bytes, but its shape \(shape) needs \(bytes)")
    }
    (self.shape, self.range, self.type) = (shape, range, type)
  }
}
