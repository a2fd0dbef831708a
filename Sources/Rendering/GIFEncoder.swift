import Environments

extension Animation {
  /// The animation as a GIF that goes round forever, at most `size` pixels wide and high.
  ///
  /// GIF89a. A frame holds the rectangle that changed, in which what did not change is transparent.
  /// Viewers count in hundredths of a second and slow down frames shorter than two of them, so of
  /// faster frames some are left out; the last one never is.
  public func gif(size: Int) -> [UInt8] {
    let rasterizer = rasterizer(size: size)
    let backdrop = Backdrop(of: frames.map(\.picture), rasterizer)
    let shown = Self.hundredths(of: frames.map(\.seconds))
    var colors = ColorCount()
    var last: PixelImage?
    for (frame, _) in shown {
      let image = backdrop.image(of: frames[frame].picture)
      colors.add(image, since: last)
      last = image
    }
    var encoder = GIFEncoder(
      width: rasterizer.width, height: rasterizer.height, palette: GIFPalette(colors))
    for (frame, hundredths) in shown {
      encoder.append(backdrop.image(of: frames[frame].picture), hundredths: hundredths)
    }
    return encoder.finished()
  }

  /// Which frames a GIF shows, and for how many hundredths of a second, at least 2.
  package static func hundredths(of seconds: [Double]) -> [(frame: Int, hundredths: Int)] {
    var starts: [(frame: Int, start: Int)] = []
    var time = 0.0
    for (frame, duration) in seconds.enumerated() {
      let start = Int(min(time, 1e7) * 100 + 0.5)
      if let last = starts.last, start - last.start < 2 {
        if frame == seconds.count - 1 { starts[starts.count - 1].frame = frame }
      } else {
        starts.append((frame, start))
      }
      time += duration
    }
    let end = Int(min(time, 1e7) * 100 + 0.5)
    return starts.indices.map { index in
      let next = index + 1 < starts.count ? starts[index + 1].start : end
      return (starts[index].frame, max(2, next - starts[index].start))
    }
  }
}

/// What all pictures of an animation begin with, drawn once.
struct Backdrop {
  private let rasterizer: Rasterizer
  private let first: Picture
  private let shared: Int
  private let image: PixelImage

  init(of pictures: [Picture], _ rasterizer: Rasterizer) {
    self.rasterizer = rasterizer
    first = pictures.first ?? Picture(width: 1, height: 1)
    var shared = first.shapes.count
    for picture in pictures where shared > 0 {
      let alike = zip(first.shapes, picture.shapes.prefix(shared)).prefix { $0 == $1 }
      shared = first.hasCanvas(of: picture) ? Array(alike).count : 0
    }
    self.shared = shared
    var base = first
    base.shapes = Array(first.shapes.prefix(shared))
    image = rasterizer.image(of: base)
  }

  func image(of picture: Picture) -> PixelImage {
    guard first.hasCanvas(of: picture) else { return rasterizer.image(of: picture) }
    var image = image
    rasterizer.draw(
      picture.shapes.dropFirst(shared), scale: rasterizer.scale(of: picture), onto: &image)
    return image
  }
}

extension Picture {
  fileprivate func hasCanvas(of other: Picture) -> Bool {
    width == other.width && height == other.height && background == other.background
  }
}

/// Writes images as the frames of a GIF, one after the other.
struct GIFEncoder {
  private let width, height: Int
  private var palette: GIFPalette
  private var bytes: [UInt8] = []
  private var last: PixelImage?

  init(width: Int, height: Int, palette: GIFPalette) {
    (self.width, self.height, self.palette) = (width, height, palette)
    bytes += Array("GIF89a".utf8)
    append16(width)
    append16(height)
    // A table of colors for all frames follows, of 2^(bits) entries.
    bytes += [0xF0 | UInt8(palette.bits - 1), 0, 0]
    for place in 0..<1 << palette.bits {
      let color = place < palette.colors.count ? palette.colors[place] : 0
      bytes += [
        UInt8(truncatingIfNeeded: color >> 16), UInt8(truncatingIfNeeded: color >> 8),
        UInt8(truncatingIfNeeded: color),
      ]
    }
    // Goes round forever.
    bytes += [0x21, 0xFF, 11] + Array("NETSCAPE2.0".utf8) + [3, 1, 0, 0, 0]
  }

  mutating func append(_ image: PixelImage, hundredths: Int) {
    let whole = (columns: 0..<width, rows: 0..<height)
    let box = last.map { image.changes(since: $0) } ?? whole
    // Leaves what it drew; a color is transparent.
    bytes += [0x21, 0xF9, 4, 0b0000_0101]
    append16(min(hundredths, 65_535))
    bytes += [UInt8(palette.transparent), 0]
    bytes.append(0x2C)
    append16(box.columns.lowerBound)
    append16(box.rows.lowerBound)
    append16(box.columns.count)
    append16(box.rows.count)
    bytes.append(0)
    var indices: [UInt8] = []
    indices.reserveCapacity(box.columns.count * box.rows.count)
    for row in box.rows {
      for place in row * width + box.columns.lowerBound..<row * width + box.columns.upperBound {
        let isSame = last.map { $0.pixels[place] == image.pixels[place] } ?? false
        indices.append(isSame ? UInt8(palette.transparent) : palette.index(of: image.pixels[place]))
      }
    }
    let codeSize = max(2, palette.bits)
    bytes.append(UInt8(codeSize))
    let code = LZW.encoded(indices, codeSize: codeSize)
    for start in stride(from: 0, to: code.count, by: 255) {
      let block = code[start..<min(start + 255, code.count)]
      bytes.append(UInt8(block.count))
      bytes += block
    }
    bytes.append(0)
    last = image
  }

  func finished() -> [UInt8] { bytes + [0x3B] }

  private mutating func append16(_ number: Int) {
    bytes += [UInt8(number & 0xFF), UInt8(number >> 8 & 0xFF)]
  }
}

extension PixelImage {
  /// The rectangle of all pixels that differ, at least one pixel large.
  func changes(since other: PixelImage) -> (columns: Range<Int>, rows: Range<Int>) {
    var (left, right, top, bottom) = (width, -1, height, -1)
    for row in 0..<height {
      let line = row * width..<(row + 1) * width
      guard let first = line.first(where: { pixels[$0] != other.pixels[$0] }) else { continue }
      let last = line.last { pixels[$0] != other.pixels[$0] } ?? first
      left = min(left, first - line.lowerBound)
      right = max(right, last - line.lowerBound)
      top = min(top, row)
      bottom = row
    }
    return right < 0 ? (0..<1, 0..<1) : (left..<right + 1, top..<bottom + 1)
  }
}
