/// The fields of a message of Google's protocol buffers, read back by their numbers.
package struct ProtobufFields {
  private var numbers: [Int: UInt64] = [:]
  private var counted: [Int: [ArraySlice<UInt8>]] = [:]

  /// - Returns: nothing for bytes that are no message.
  package init?(_ bytes: ArraySlice<UInt8>) {
    var rest = bytes
    while !rest.isEmpty {
      guard let key = Self.variable(&rest), let field = Int(exactly: key >> 3), field > 0 else {
        return nil
      }
      switch key & 7 {
      case 0:
        guard let number = Self.variable(&rest) else { return nil }
        numbers[field] = number
      case 1:
        guard let number = Self.littleEndian(&rest, bytes: 8) else { return nil }
        numbers[field] = number
      case 2:
        guard let size = Self.variable(&rest).flatMap({ Int(exactly: $0) }), size <= rest.count
        else { return nil }
        counted[field, default: []].append(rest.prefix(size))
        rest = rest.dropFirst(size)
      case 5:
        guard let number = Self.littleEndian(&rest, bytes: 4) else { return nil }
        numbers[field] = number
      default: return nil
      }
    }
  }

  package init?(_ bytes: [UInt8]) { self.init(bytes[...]) }

  /// The last number of a field, whatever its type, as its bits.
  package func number(_ field: Int) -> UInt64? { numbers[field] }

  package func text(_ field: Int) -> String? {
    counted[field]?.last.map { String(decoding: $0, as: UTF8.self) }
  }

  /// The last message of a field.
  package func message(_ field: Int) -> ProtobufFields? { messages(field).last }

  /// Every message of a field that may be there several times.
  package func messages(_ field: Int) -> [ProtobufFields] {
    (counted[field] ?? []).compactMap { ProtobufFields($0) }
  }

  private static func variable(_ rest: inout ArraySlice<UInt8>) -> UInt64? {
    var number: UInt64 = 0
    for shift in stride(from: 0, to: 64, by: 7) {
      guard let byte = rest.popFirst() else { return nil }
      number |= UInt64(byte & 0x7F) << UInt64(shift)
      if byte & 0x80 == 0 { return number }
    }
    return nil
  }

  private static func littleEndian(_ rest: inout ArraySlice<UInt8>, bytes count: Int) -> UInt64? {
    guard rest.count >= count else { return nil }
    let number = rest.prefix(count).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    rest = rest.dropFirst(count)
    return number
  }
}
