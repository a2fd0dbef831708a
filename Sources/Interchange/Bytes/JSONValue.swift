/// A JSON text as a value, with what other tools' files need beyond the standard: the numbers
/// `NaN`, `Infinity` and `-Infinity`, as Python writes them, keys in order, and a refusal of keys
/// that come twice.
package indirect enum JSONValue: Equatable, Sendable {
  case null
  case truth(Bool)
  case integer(Int)
  case number(Double)
  case text(String)
  case list([JSONValue])
  case object([Entry])

  package struct Entry: Equatable, Sendable {
    package let key: String
    package let value: JSONValue

    package init(_ key: String, _ value: JSONValue) { (self.key, self.value) = (key, value) }
  }

  /// An object with these keys, in this order.
  package static func keyed(_ entries: KeyValuePairs<String, JSONValue>) -> JSONValue {
    .object(entries.map { Entry($0.key, $0.value) })
  }

  package subscript(key: String) -> JSONValue? {
    guard case .object(let entries) = self else { return nil }
    return entries.first { $0.key == key }?.value
  }

  package var entries: [Entry]? { if case .object(let entries) = self { entries } else { nil } }
  package var list: [JSONValue]? { if case .list(let values) = self { values } else { nil } }
  package var text: String? { if case .text(let text) = self { text } else { nil } }

  package var integer: Int? {
    switch self {
    case .integer(let number): number
    case .number(let number): Int(exactly: number)
    default: nil
    }
  }

  package var number: Double? {
    switch self {
    case .integer(let number): Double(number)
    case .number(let number): number
    default: nil
    }
  }

  /// All numbers of nested lists, in order; `nil` where anything else is among them.
  package var allNumbers: [Double]? {
    if let number { return [number] }
    guard let list else { return nil }
    var numbers: [Double] = []
    for value in list {
      guard let inner = value.allNumbers else { return nil }
      numbers += inner
    }
    return numbers
  }
}

extension JSONValue: CustomStringConvertible {
  /// The text of the value on one line.
  package var description: String {
    switch self {
    case .null: "null"
    case .truth(let truth): truth ? "true" : "false"
    case .integer(let number): "\(number)"
    case .number(let number):
      number.isFinite ? "\(number)" : number.isNaN ? "NaN" : number > 0 ? "Infinity" : "-Infinity"
    case .text(let text): Self.quoted(text)
    case .list(let values): "[" + values.map(\.description).joined(separator: ", ") + "]"
    case .object(let entries):
      "{"
        + entries.map { Self.quoted($0.key) + ": " + $0.value.description }.joined(separator: ", ")
        + "}"
    }
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}

// MARK: Reading

extension JSONValue {
  /// Reads a text.
  ///
  /// - Parameter what: What it is, for the error's sentence, such as `the header of 'x'`.
  package init(parsing bytes: some Collection<UInt8>, what: String) throws(InterchangeError) {
    var parser = JSONParser(bytes: Array(bytes), what: what)
    self = try parser.value(depth: 0)
    parser.skipBlanks()
    guard parser.isAtEnd else { throw parser.problem("something follows the value") }
  }
}

private struct JSONParser {
  let bytes: [UInt8]
  let what: String
  private var place = 0
  /// More than any honest file has, and far less than the stack.
  private static let mostNested = 64

  init(bytes: [UInt8], what: String) { (self.bytes, self.what) = (bytes, what) }

  var isAtEnd: Bool { place == bytes.count }

  func problem(_ text: String) -> InterchangeError {
    InterchangeError("\(what) is no JSON (\(text), at byte \(place)); the file is damaged")
  }

  private var next: UInt8? { place < bytes.count ? bytes[place] : nil }

  mutating func skipBlanks() {
    while let byte = next, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { place += 1 }
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    skipBlanks()
    guard next == UInt8(ascii: character) else { return false }
    place += 1
    return true
  }

  mutating func value(depth: Int) throws(InterchangeError) -> JSONValue {
    guard depth < Self.mostNested else { throw problem("it is nested too deeply") }
    if take("{") { return try object(depth) }
    if take("[") { return try list(depth) }
    if next == UInt8(ascii: "\"") { return .text(try string()) }
    return try word()
  }

  private mutating func object(_ depth: Int) throws(InterchangeError) -> JSONValue {
    var (entries, seen) = ([JSONValue.Entry](), Set<String>())
    if take("}") { return .object([]) }
    repeat {
      skipBlanks()
      guard next == UInt8(ascii: "\"") else { throw problem("a key is missing") }
      let key = try string()
      guard seen.insert(key).inserted else { throw problem("the key '\(key)' comes twice") }
      guard take(":") else { throw problem("a colon is missing") }
      entries.append(JSONValue.Entry(key, try value(depth: depth + 1)))
    } while take(",")
    guard take("}") else { throw problem("an object does not end") }
    return .object(entries)
  }

  private mutating func list(_ depth: Int) throws(InterchangeError) -> JSONValue {
    if take("]") { return .list([]) }
    var values: [JSONValue] = []
    repeat { values.append(try value(depth: depth + 1)) } while take(",")
    guard take("]") else { throw problem("a list does not end") }
    return .list(values)
  }

  private mutating func word() throws(InterchangeError) -> JSONValue {
    let start = place
    while let byte = next, ![0x2C, 0x5D, 0x7D, 0x20, 0x09, 0x0A, 0x0D].contains(byte) {
      place += 1
    }
    let text = String(decoding: bytes[start..<place], as: UTF8.self)
    switch text {
    case "null": return .null
    case "true": return .truth(true)
    case "false": return .truth(false)
    case "NaN": return .number(.nan)
    case "Infinity": return .number(.infinity)
    case "-Infinity": return .number(-.infinity)
    default:
      let isPlain = text.utf8.allSatisfy { (0x30...0x39).contains($0) || "+-.eE".utf8.contains($0) }
      if isPlain, let number = Int(text) { return .integer(number) }
      guard isPlain, let number = Double(text) else { throw problem("'\(text)' is no value") }
      return .number(number)
    }
  }

  private mutating func string() throws(InterchangeError) -> String {
    place += 1
    var units: [UInt8] = []
    while let byte = next, byte != UInt8(ascii: "\"") {
      place += 1
      guard byte == UInt8(ascii: "\\") else {
        units.append(byte)
        continue
      }
      guard let escaped = next else { break }
      place += 1
      switch escaped {
      case UInt8(ascii: "n"): units.append(0x0A)
      case UInt8(ascii: "r"): units.append(0x0D)
      case UInt8(ascii: "t"): units.append(0x09)
      case UInt8(ascii: "b"): units.append(0x08)
      case UInt8(ascii: "f"): units.append(0x0C)
      case UInt8(ascii: "u"): units += String(try scalar()).utf8
      case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): units.append(escaped)
      default: throw problem("an unknown escape")
      }
    }
    guard next == UInt8(ascii: "\"") else { throw problem("a text does not end") }
    place += 1
    guard let text = String(validating: units, as: UTF8.self) else {
      throw problem("a text is not UTF-8")
    }
    return text
  }

  /// What four hexadecimal digits mean, or eight in two escapes.
  private mutating func scalar() throws(InterchangeError) -> Character {
    var code = try digits()
    if (0xD800..<0xDC00).contains(code), place + 1 < bytes.count,
      bytes[place] == UInt8(ascii: "\\"), bytes[place + 1] == UInt8(ascii: "u")
    {
      place += 2
      let low = try digits()
      guard (0xDC00..<0xE000).contains(low) else { throw problem("half a character") }
      code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
    }
    guard let scalar = Unicode.Scalar(code) else { throw problem("half a character") }
    return Character(scalar)
  }

  private mutating func digits() throws(InterchangeError) -> UInt32 {
    guard place + 4 <= bytes.count,
      let code = UInt32(String(decoding: bytes[place..<place + 4], as: UTF8.self), radix: 16)
    else { throw problem("an escape without four digits") }
    place += 4
    return code
  }
}
