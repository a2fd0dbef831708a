/// The compression of GIF: Lempel, Ziv and Welch, with codes that grow from `codeSize` + 1 to 12 bits.
package enum LZW {
  package static func encoded(_ values: [UInt8], codeSize: Int) -> [UInt8] {
    var encoder = Encoder(codeSize: codeSize)
    for value in values { encoder.append(value) }
    return encoder.finished()
  }

  private struct Encoder {
    private let clear: Int
    private var next: Int
    private var bits: Int
    /// The code of the longest known string that ends what was given, -1 before the first value.
    private var current = -1
    /// For a known string and the value after it, the longer string; a hash table, 0 is empty.
    private var keys = [Int32](repeating: 0, count: Self.places)
    private var codes = [UInt16](repeating: 0, count: Self.places)
    private var pending: UInt32 = 0
    private var pendingBits = 0
    private var bytes: [UInt8] = []

    private let codeSize: Int
    private static let places = 1 << 14

    init(codeSize: Int) {
      self.codeSize = codeSize
      clear = 1 << codeSize
      next = clear + 2
      bits = codeSize + 1
      write(clear)
    }

    mutating func append(_ value: UInt8) {
      guard current >= 0 else {
        current = Int(value)
        return
      }
      let key = Int32(current << 8 | Int(value)) + 1
      var place = Int((UInt32(truncatingIfNeeded: key) &* 2_654_435_769) >> 18)
      while keys[place] != 0 {
        if keys[place] == key {
          current = Int(codes[place])
          return
        }
        place = (place + 1) & (Self.places - 1)
      }
      write(current)
      current = Int(value)
      if next < 4096 {
        keys[place] = key
        codes[place] = UInt16(next)
        if next == 1 << bits { bits += 1 }
        next += 1
      } else {
        startAnew()
      }
    }

    private mutating func startAnew() {
      write(clear)
      for place in keys.indices { keys[place] = 0 }
      next = clear + 2
      bits = codeSize + 1
    }

    mutating func finished() -> [UInt8] {
      if current >= 0 {
        write(current)
        // The reader adds a string at this code, too, and may by that come to longer codes.
        if next == 1 << bits && bits < 12 { bits += 1 }
      }
      write(clear + 1)
      if pendingBits > 0 { bytes.append(UInt8(truncatingIfNeeded: pending)) }
      return bytes
    }

    private mutating func write(_ code: Int) {
      pending |= UInt32(code) << UInt32(pendingBits)
      pendingBits += bits
      while pendingBits >= 8 {
        bytes.append(UInt8(truncatingIfNeeded: pending))
        pending >>= 8
        pendingBits -= 8
      }
    }
  }
}
