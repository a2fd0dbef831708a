/// How often each color occurs in images.
struct ColorCount {
  private(set) var counts: [UInt32: Int] = [:]

  /// Counts the pixels of an image, or those of them that differ from the image before.
  mutating func add(_ image: PixelImage, since last: PixelImage?) {
    var color: UInt32 = 0
    var run = 0
    for place in image.pixels.indices {
      let pixel = image.pixels[place]
      if let last, last.pixels[place] == pixel { continue }
      if pixel != color {
        if run > 0 { counts[color, default: 0] += run }
        (color, run) = (pixel, 0)
      }
      run += 1
    }
    if run > 0 { counts[color, default: 0] += run }
  }
}

/// At most 255 colors and one that stands for transparency.
struct GIFPalette {
  /// `0xRRGGBB`.
  let colors: [UInt32]
  /// The index that means transparent, behind the colors.
  var transparent: Int { colors.count }
  /// The bits of an index.
  let bits: Int
  private var indices: [UInt32: UInt8]

  /// All colors if they are few enough, otherwise such that all are near one (median cut).
  init(_ count: ColorCount) {
    // Sorted, because the order of a dictionary is another in each process.
    let counted = count.counts.sorted { $0.key < $1.key }
    if counted.count <= 255 {
      colors = counted.map(\.key)
    } else {
      colors = Self.medianCut(counted.map { ($0.key, $0.value) }, into: 255)
    }
    var bits = 1
    while 1 << bits < colors.count + 1 { bits += 1 }
    self.bits = bits
    indices = [:]
    for (index, color) in colors.enumerated() { indices[color] = UInt8(index) }
  }

  /// The index of a color, or of the one nearest to it.
  mutating func index(of color: UInt32) -> UInt8 {
    if let known = indices[color] { return known }
    var best = 0
    var least = Int.max
    for (index, other) in colors.enumerated() {
      let distance = (0..<3).reduce(0) { sum, channel in
        let difference = part(channel, of: color) - part(channel, of: other)
        return sum + difference * difference
      }
      if distance < least { (best, least) = (index, distance) }
    }
    indices[color] = UInt8(best)
    return UInt8(best)
  }

  /// Heckbert (1982), "Color image quantization for frame buffer display": halves the box of colors
  /// in which most pixels lie farthest apart, again and again.
  private static func medianCut(_ colors: [(UInt32, Int)], into count: Int) -> [UInt32] {
    var boxes = [ColorBox(colors)]
    while boxes.count < count {
      guard
        let widest = boxes.indices.max(by: { boxes[$0].weight < boxes[$1].weight }),
        let (one, two) = boxes[widest].halves
      else { break }
      boxes[widest] = one
      boxes.append(two)
    }
    return boxes.map(\.mean)
  }
}

private func part(_ channel: Int, of color: UInt32) -> Int {
  Int(color >> UInt32(8 * channel) & 0xFF)
}

/// Colors near one another, with the pixels that have them.
private struct ColorBox {
  private let colors: [(color: UInt32, pixels: Int)]
  private let channel: Int
  private let spread: Int
  /// What is gained by halving it: 0 for one color.
  let weight: Double

  init(_ colors: [(UInt32, Int)]) {
    self.colors = colors.map { (color: $0.0, pixels: $0.1) }
    let spreads = (0..<3).map { channel in
      let parts = colors.map { part(channel, of: $0.0) }
      return (parts.max() ?? 0) - (parts.min() ?? 0)
    }
    spread = spreads.max() ?? 0
    channel = spreads.firstIndex(of: spread) ?? 0
    let pixels = colors.reduce(0) { $0 + $1.1 }
    weight = Double(spread * spread) * Double(pixels).squareRoot()
  }

  /// The box cut where half of its pixels are, along its longest side.
  var halves: (ColorBox, ColorBox)? {
    guard spread > 0 else { return nil }
    let sorted = colors.sorted {
      let (one, two) = (part(channel, of: $0.color), part(channel, of: $1.color))
      return (one, $0.color) < (two, $1.color)
    }
    let half = sorted.reduce(0) { $0 + $1.pixels } / 2
    var pixels = 0
    var cut = 0
    while cut < sorted.count - 1, cut == 0 || pixels + sorted[cut].pixels <= half {
      pixels += sorted[cut].pixels
      cut += 1
    }
    return (
      ColorBox(sorted[..<cut].map { ($0.color, $0.pixels) }),
      ColorBox(sorted[cut...].map { ($0.color, $0.pixels) })
    )
  }

  /// The mean color of its pixels.
  var mean: UInt32 {
    let pixels = max(1, colors.reduce(0) { $0 + $1.pixels })
    return (0..<3).reduce(UInt32(0)) { color, channel in
      let sum = colors.reduce(0) { $0 + part(channel, of: $1.color) * $1.pixels }
      return color | UInt32((sum + pixels / 2) / pixels) << UInt32(8 * channel)
    }
  }
}
