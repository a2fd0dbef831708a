/// Reads a GIF as the standard says, independently of how ours is written.
struct GIFReader {
  struct Malformed: Error, CustomStringConvertible {
    var description: String
  }

  private(set) var width = 0
  private(set) var height = 0
  /// What is seen in each frame: `0xRRGGBB`, row by row.
  private(set) var frames: [[UInt32]] = []
  /// Hundredths of a second.
  private(set) var delays: [Int] = []
  /// The pixels that each frame holds.
  private(set) var sizes: [Int] = []
  private(set) var loops = false
  private var bytes: [UInt8]
  private var place = 0
  private var colors: [UInt32] = []

  init(_ bytes: [UInt8]) throws {
    self.bytes = bytes
    guard String(decoding: try take(6), as: UTF8.self) == "GIF89a" else {
      throw Malformed(description: "no header")
    }
    (width, height) = (try take16(), try take16())
    let flags = try take(3)[0]
    let table = try take(3 << (Int(flags & 7) + 1))
    colors = stride(from: 0, to: table.count, by: 3).map {
      UInt32(table[$0]) << 16 | UInt32(table[$0 + 1]) << 8 | UInt32(table[$0 + 2])
    }
    try readBlocks()
    guard place == bytes.count else { throw Malformed(description: "bytes after the end") }
  }

  private mutating func take(_ count: Int) throws -> [UInt8] {
    guard place + count <= bytes.count else { throw Malformed(description: "too short") }
    defer { place += count }
    return Array(bytes[place..<place + count])
  }

  private mutating func take16() throws -> Int {
    let pair = try take(2)
    return Int(pair[0]) | Int(pair[1]) << 8
  }

  private mutating func takeBlocks() throws -> [UInt8] {
    var all: [UInt8] = []
    while case let count = Int(try take(1)[0]), count > 0 { all += try take(count) }
    return all
  }

  private mutating func readBlocks() throws {
    var canvas = [UInt32](repeating: 0xFF00_00FF, count: width * height)
    var (transparent, delay) = (-1, 0)
    while true {
      switch try take(1)[0] {
      case 0x3B: return
      case 0x21:
        let label = try take(1)[0]
        let data = try takeBlocks()
        if label == 0xF9 {
          delay = Int(data[1]) | Int(data[2]) << 8
          transparent = data[0] & 1 == 1 ? Int(data[3]) : -1
        } else if label == 0xFF {
          loops = data.starts(with: Array("NETSCAPE2.0".utf8)) && data.suffix(2) == [0, 0]
        }
      case 0x2C:
        let (left, top) = (try take16(), try take16())
        let (columns, rows) = (try take16(), try take16())
        guard try take(1)[0] == 0 else { throw Malformed(description: "unexpected flags") }
        let codeSize = Int(try take(1)[0])
        let values = try Self.decoded(try takeBlocks(), codeSize: codeSize)
        guard values.count == columns * rows else {
          throw Malformed(description: "\(values.count) pixels for \(columns) × \(rows)")
        }
        for (index, value) in values.enumerated() where value != transparent {
          canvas[(top + index / columns) * width + left + index % columns] = colors[value]
        }
        frames.append(canvas)
        delays.append(delay)
        sizes.append(values.count)
      case let other: throw Malformed(description: "block \(other)")
      }
    }
  }

  static func decoded(_ bytes: [UInt8], codeSize: Int) throws -> [Int] {
    let (clear, end) = (1 << codeSize, 1 << codeSize + 1)
    var strings: [[Int]] = []
    var (bits, position) = (codeSize + 1, 0)
    var last: [Int] = []
    var result: [Int] = []
    func startAnew() {
      strings = (0..<clear).map { [$0] } + [[], []]
      (bits, last) = (codeSize + 1, [])
    }
    startAnew()
    while true {
      var code = 0
      for bit in 0..<bits {
        guard position / 8 < bytes.count else { throw Malformed(description: "no end code") }
        code |= Int(bytes[position / 8] >> UInt8(position % 8) & 1) << bit
        position += 1
      }
      if code == end { return result }
      if code == clear {
        startAnew()
        continue
      }
      guard code < strings.count || code == strings.count && !last.isEmpty else {
        throw Malformed(description: "unknown code \(code)")
      }
      let string = code < strings.count ? strings[code] : last + [last[0]]
      if !last.isEmpty, strings.count < 4096 { strings.append(last + [string[0]]) }
      if strings.count == 1 << bits, bits < 12 { bits += 1 }
      result += string
      last = string
    }
  }
}
