/// A message of Google's protocol buffers under construction: its fields, one after another.
///
/// What is written is the plain wire format, so no description of the messages is needed; numbers
/// of fields stand where they are used.
package struct ProtobufMessage {
  package private(set) var bytes: [UInt8] = []

  package init() {}

  /// A message made of what the closure writes.
  package init(_ write: (inout ProtobufMessage) -> Void) { write(&self) }

  private enum WireType: UInt64 {
    case variable = 0
    case eightBytes = 1
    case counted = 2
    case fourBytes = 5
  }

  /// Seven bits a byte, the lowest first; all bytes but the last have their highest bit set.
  package static func variable(_ number: UInt64) -> [UInt8] {
    var (rest, bytes) = (number, [UInt8]())
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
    return bytes
  }

  private mutating func key(_ field: Int, _ type: WireType) {
    bytes += Self.variable(UInt64(field) << 3 | type.rawValue)
  }

  /// An `int64`, `int32`, `bool` or enumeration; negative ones take ten bytes.
  package mutating func integer(_ field: Int, _ number: Int) {
    key(field, .variable)
    bytes += Self.variable(UInt64(bitPattern: Int64(number)))
  }

  package mutating func double(_ field: Int, _ number: Double) {
    key(field, .eightBytes)
    bytes.append(littleEndian: number.bitPattern)
  }

  package mutating func float(_ field: Int, _ number: Float) {
    key(field, .fourBytes)
    bytes.append(littleEndian: number.bitPattern)
  }

  package mutating func text(_ field: Int, _ text: String) { data(field, Array(text.utf8)) }

  package mutating func data(_ field: Int, _ data: [UInt8]) {
    key(field, .counted)
    bytes += Self.variable(UInt64(data.count))
    bytes += data
  }

  package mutating func message(_ field: Int, _ message: ProtobufMessage) {
    data(field, message.bytes)
  }

  package mutating func message(_ field: Int, _ write: (inout ProtobufMessage) -> Void) {
    message(field, ProtobufMessage(write))
  }

  /// Several integers in one field, without keys between them.
  package mutating func packed(_ field: Int, _ numbers: [Int]) {
    data(field, numbers.flatMap { Self.variable(UInt64(bitPattern: Int64($0))) })
  }
}

extension [UInt8] {
  /// Appends a number, its lowest byte first.
  package mutating func append(littleEndian number: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
  }

  /// Numbers as they lie in memory, which is little-endian on every machine that this runs on.
  package init(littleEndian numbers: [Float]) {
    self = numbers.withUnsafeBytes { Array($0) }
  }
}
