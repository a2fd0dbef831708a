/// A key that was pressed.
package enum Key: Hashable {
  case left, right, up, down
  case enter
  case space
  case backspace
  /// A letter (a small one), a digit or a sign.
  case character(Character)
  /// Ctrl-C, which a raw terminal gives as a character.
  case interrupt
  /// There will be no more keys.
  case end

  /// The keys that bytes from a terminal mean; what is no key of these is left out.
  package static func keys(in bytes: [UInt8]) -> [Key] {
    var keys: [Key] = []
    var rest = bytes[...]
    while let byte = rest.popFirst() {
      switch byte {
      case 27: if let key = escapeSequence(&rest) { keys.append(key) }
      case 3: keys.append(.interrupt)
      case 4: keys.append(.end)
      case 10, 13: keys.append(.enter)
      case 8, 127: keys.append(.backspace)
      case 32: keys.append(.space)
      case 33...126:
        let isCapital = (65...90).contains(byte)
        keys.append(.character(Character(UnicodeScalar(isCapital ? byte + 32 : byte))))
      default: break
      }
    }
    return keys
  }

  /// `ESC [ A` or `ESC O A` and the like, with parameters between them.
  private static func escapeSequence(_ rest: inout ArraySlice<UInt8>) -> Key? {
    guard let start = rest.first, start == UInt8(ascii: "[") || start == UInt8(ascii: "O") else {
      return nil
    }
    rest = rest.dropFirst()
    while let byte = rest.popFirst() {
      guard byte >= 64 else { continue }
      switch byte {
      case UInt8(ascii: "A"): return .up
      case UInt8(ascii: "B"): return .down
      case UInt8(ascii: "C"): return .right
      case UInt8(ascii: "D"): return .left
      default: return nil
      }
    }
    return nil
  }
}
