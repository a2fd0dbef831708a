// States of environments are saved as a tree of plain values, written in bytes that hold every
// number exactly: floating-point numbers by their bits, so that infinities and signed zeros survive.
// (JSON has no infinities, and property lists widen small numbers.)

/// A value of any `Codable` type, taken apart.
indirect enum Snapshot: Equatable {
  case nothing
  case truth(Bool)
  case integer(Int64)
  case natural(UInt64)
  case single(UInt32)
  case double(UInt64)
  case text(String)
  case list([Snapshot])
  case record([Field])

  /// A part of a record.
  struct Field: Equatable {
    var name: String
    var value: Snapshot
  }
}

/// What is wrong with bytes or with the value that they should become, and where.
package struct SnapshotError: Error, CustomStringConvertible {
  package var description: String

  init(_ reason: String, at path: [any CodingKey] = []) {
    let place = path.map { $0.intValue.map { "[\($0)]" } ?? "." + $0.stringValue }.joined()
    description = place.isEmpty ? reason : "\(reason) at \(place.drop { $0 == "." })"
  }
}

extension Snapshot {
  /// The first byte of each kind of value.
  private enum Kind: UInt8 {
    case nothing, no, yes, integer, natural, single, double, text, list, record
  }

  /// Appends this value's bytes.
  func write(to bytes: inout [UInt8]) {
    func begin(_ kind: Kind) { bytes.append(kind.rawValue) }
    func write(_ number: some FixedWidthInteger) {
      withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
    }
    func write(_ kind: Kind, _ number: some FixedWidthInteger) {
      begin(kind)
      write(number)
    }
    func write(_ text: String) {
      write(UInt32(text.utf8.count))
      bytes.append(contentsOf: text.utf8)
    }
    switch self {
    case .nothing: begin(.nothing)
    case .truth(let value): begin(value ? .yes : .no)
    case .integer(let value): write(.integer, value)
    case .natural(let value): write(.natural, value)
    case .single(let bits): write(.single, bits)
    case .double(let bits): write(.double, bits)
    case .text(let text):
      begin(.text)
      write(text)
    case .list(let elements):
      begin(.list)
      write(UInt32(elements.count))
      for element in elements { element.write(to: &bytes) }
    case .record(let fields):
      begin(.record)
      write(UInt32(fields.count))
      for field in fields {
        write(field.name)
        field.value.write(to: &bytes)
      }
    }
  }

  /// Reads one value, which must be all that there is.
  init(bytes: [UInt8]) throws {
    var rest = bytes[...]
    self = try Self.read(&rest)
    guard rest.isEmpty else { throw SnapshotError("\(rest.count) bytes too many") }
  }

  private static func read(_ bytes: inout ArraySlice<UInt8>) throws -> Snapshot {
    let first: UInt8 = try number(&bytes)
    guard let kind = Kind(rawValue: first) else {
      throw SnapshotError("byte \(first) begins no value")
    }
    switch kind {
    case .nothing: return .nothing
    case .no: return .truth(false)
    case .yes: return .truth(true)
    case .integer: return .integer(try number(&bytes))
    case .natural: return .natural(try number(&bytes))
    case .single: return .single(try number(&bytes))
    case .double: return .double(try number(&bytes))
    case .text: return .text(try text(&bytes))
    case .list:
      let count: UInt32 = try number(&bytes)
      return .list(try (0..<count).map { _ in try read(&bytes) })
    case .record:
      let count: UInt32 = try number(&bytes)
      return .record(
        try (0..<count).map { _ in Field(name: try text(&bytes), value: try read(&bytes)) })
    }
  }

  private static func number<Number: FixedWidthInteger>(
    _ bytes: inout ArraySlice<UInt8>
  ) throws -> Number {
    let size = Number.bitWidth / 8
    guard bytes.count >= size else { throw SnapshotError("it ends in the middle of a value") }
    var result: Number = 0
    for byte in bytes.prefix(size).reversed() {
      result = (size > 1 ? result << 8 : 0) | Number(truncatingIfNeeded: byte)
    }
    bytes = bytes.dropFirst(size)
    return result
  }

  private static func text(_ bytes: inout ArraySlice<UInt8>) throws -> String {
    let count = Int(try number(&bytes) as UInt32)
    guard bytes.count >= count else { throw SnapshotError("it ends in the middle of a name") }
    guard let text = String(validating: bytes.prefix(count), as: UTF8.self) else {
      throw SnapshotError("a name is no text")
    }
    bytes = bytes.dropFirst(count)
    return text
  }
}
