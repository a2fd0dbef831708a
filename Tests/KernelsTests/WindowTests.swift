import CKernels
import Randomness
import Testing

/// Windows on images at every level, against sums over coordinates.
///
/// What lies around the images is not a number.
@Suite struct WindowTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var count: Int64 = 2
    let height, width, channels, windowHeight, windowWidth, stride, padding: Int64
    /// Outputs of a convolution.
    let outputs: Int

    var testDescription: String {
      "\(windowHeight) × \(windowWidth), stride \(stride), padding \(padding) on "
        + "\(height) × \(width) × \(channels), \(outputs) outputs"
    }

    var windows: fledge_windows {
      fledge_windows(
        count: count, height: height, width: width, channels: channels,
        window_height: windowHeight, window_width: windowWidth, stride: stride, padding: padding,
        rows: (height + 2 * padding - windowHeight) / stride + 1,
        columns: (width + 2 * padding - windowWidth) / stride + 1)
    }

    /// Of each element of each patch, where it is in the images; `nil` beyond them.
    var sources: [[Int?]] {
      let w = windows
      var patches: [[Int?]] = []
      for image in 0..<w.count {
        for (row, column) in (0..<w.rows).flatMap({ row in (0..<w.columns).map { (row, $0) } }) {
          var patch: [Int?] = []
          for ky in 0..<w.window_height {
            for kx in 0..<w.window_width {
              let (y, x) = (row * stride + ky - padding, column * stride + kx - padding)
              let isInside = y >= 0 && y < height && x >= 0 && x < width
              for c in 0..<channels {
                patch.append(
                  isInside ? Int(((image * height + y) * width + x) * channels + c) : nil)
              }
            }
          }
          patches.append(patch)
        }
      }
      return patches
    }
  }

  static let cases = [
    Case(
      height: 4, width: 5, channels: 3, windowHeight: 2, windowWidth: 3, stride: 1, padding: 0,
      outputs: 5),
    Case(
      height: 6, width: 7, channels: 2, windowHeight: 3, windowWidth: 3, stride: 2, padding: 1,
      outputs: 17),
    Case(
      height: 12, width: 12, channels: 6, windowHeight: 5, windowWidth: 5, stride: 1, padding: 0,
      outputs: 16),
    Case(
      height: 5, width: 4, channels: 1, windowHeight: 3, windowWidth: 3, stride: 1, padding: 2,
      outputs: 70),
    Case(
      height: 9, width: 28, channels: 1, windowHeight: 5, windowWidth: 5, stride: 1, padding: 0,
      outputs: 6),
    Case(
      height: 7, width: 40, channels: 1, windowHeight: 2, windowWidth: 9, stride: 1, padding: 1,
      outputs: 11),
    Case(
      height: 6, width: 6, channels: 20, windowHeight: 2, windowWidth: 2, stride: 2, padding: 0,
      outputs: 33),
    Case(
      height: 7, width: 9, channels: 17, windowHeight: 3, windowWidth: 2, stride: 2, padding: 0,
      outputs: 1),
  ]

  private var levels: [fledge_window_loops] {
    (0...2).compactMap { fledge_window_loops_at($0)?.pointee }
  }

  private func numbers(_ count: Int, _ name: String) -> [Float] {
    var random = Seeds(root: 8)[name]
    return (0..<count).map { _ in random.uniform(in: -1...1) }
  }

  /// Calls the body with the numbers between others that are not.
  private func guarded(_ x: [Float], _ body: (UnsafePointer<Float>) -> Void) {
    let edge = [Float](repeating: .nan, count: 256)
    (edge + x + edge).withUnsafeBufferPointer {
      if let start = $0.baseAddress { body(start + 256) }
    }
  }

  /// What the body writes, and nothing around it.
  private func written(_ count: Int, _ body: (UnsafeMutablePointer<Float>) -> Void) -> [Float] {
    var all = [Float](repeating: 7, count: count + 128)
    all.withUnsafeMutableBufferPointer { if let start = $0.baseAddress { body(start + 64) } }
    #expect(all.prefix(64).allSatisfy { $0 == 7 } && all.suffix(64).allSatisfy { $0 == 7 })
    return Array(all.dropFirst(64).dropLast(64))
  }

  private func expectNear(_ found: [Float], _ expected: [Double], _ name: String) {
    let worst = zip(found, expected).map { abs(Double($0) - $1) / max(1, abs($1)) }.max() ?? 0
    #expect(found.count == expected.count && worst < 1e-5, "\(name): off by \(worst)")
  }

  @Test(arguments: cases) func `patches and what is laid back are where they belong`(_ test: Case) {
    var w = test.windows
    let sources = test.sources
    let images = numbers(Int(w.count * w.height * w.width * w.channels), "images")
    let rows = numbers(sources.count * sources[0].count, "rows")
    var sums = [Double](repeating: 0, count: images.count)
    for (source, number) in zip(sources.joined(), rows) {
      if let source { sums[source] += Double(number) }
    }
    for loops in levels {
      guarded(images) { images in
        let patches = written(rows.count) { loops.patches(&w, images, $0) }
        #expect(patches == sources.joined().map { $0.map { images[$0] } ?? 0 })
      }
      guarded(rows) { rows in
        expectNear(written(images.count) { loops.overlay(&w, rows, $0) }, sums, "overlay")
      }
    }
  }

  @Test(arguments: cases) func `products with patches are what sums over coordinates give`(
    _ test: Case
  ) {
    var w = test.windows
    let (sources, n) = (test.sources, test.outputs)
    let (places, patch) = (sources.count, sources[0].count)
    let images = numbers(Int(w.count * w.height * w.width * w.channels), "images")
    let filters = numbers(patch * n, "filters")
    let (slopes, bias) = (numbers(places * n, "slopes"), numbers(n, "bias"))
    var forward = [Double](repeating: 0, count: places * n)
    var ofFilters = [Double](repeating: 0, count: patch * n)
    var ofImages = [Double](repeating: 0, count: images.count)
    for (p, sources) in sources.enumerated() {
      for (q, source) in sources.enumerated() {
        guard let source else { continue }
        for j in 0..<n {
          let (slope, filter) = (Double(slopes[p * n + j]), Double(filters[q * n + j]))
          forward[p * n + j] += Double(images[source]) * filter
          ofFilters[q * n + j] += Double(images[source]) * slope
          ofImages[source] += slope * filter
        }
      }
    }
    for p in 0..<places {
      for j in 0..<n { forward[p * n + j] = max(0, 0.5 * forward[p * n + j] + Double(bias[j])) }
    }
    for loops in levels {
      var scratch = [Float](repeating: .nan, count: Int(loops.scratch(&w, Int64(n))) + 1)
      scratch[scratch.count - 1] = 7
      guarded(images) { images in
        guarded(slopes) { slopes in
          bias.withUnsafeBufferPointer { bias in
            var epilogue = fledge_epilogue(
              bias: bias.baseAddress, activation: Int32(FLEDGE_RELU.rawValue), slope: 0, gate: nil,
              gate_row: 0)
            let result = written(places * n) {
              loops.convolve(&w, Int64(n), images, filters, n, 1, $0, 0.5, &epilogue, &scratch)
            }
            expectNear(result, forward, "convolution")
          }
          let slope = written(patch * n) {
            loops.convolve_filters(&w, Int64(n), images, slopes, n, 1, $0, 1, &scratch)
          }
          expectNear(slope, ofFilters, "filters")
          let given = written(ofImages.count) {
            loops.convolve_images(&w, Int64(n), slopes, n, 1, filters, 1, n, $0, 1, &scratch)
          }
          expectNear(given, ofImages, "images")
        }
      }
      #expect(scratch[scratch.count - 1] == 7)
    }
  }

  @Test(arguments: cases) func `the largest of a window is taken, and given back to its place`(
    _ test: Case
  ) {
    var w = test.windows
    let channels = Int(w.channels)
    let (keys, values) = (
      numbers(Int(w.count * w.height * w.width * w.channels), "keys"),
      numbers(Int(w.count * w.height * w.width * w.channels), "images")
    )
    let places: [Int] = test.sources.flatMap { patch in
      (0..<channels).compactMap { channel in
        stride(from: channel, to: patch.count, by: channels).compactMap { patch[$0] }
          .max { keys[$0] < keys[$1] }
      }
    }
    let slopes = numbers(places.count, "slopes")
    var (sums, gated) = ([Double](repeating: 0, count: keys.count), [Double]())
    gated = sums
    for (place, slope) in zip(places, slopes) {
      sums[place] += Double(slope)
      if keys[place] > 0 { gated[place] += Double(slope) }
    }
    for loops in levels {
      guarded(keys) { keys in
        guarded(values) { values in
          #expect(
            written(places.count) { loops.take_largest(&w, values, keys, $0) }
              == places.map { values[$0] })
        }
        #expect(
          written(places.count) { loops.take_largest(&w, keys, keys, $0) }
            == places.map { keys[$0] })
        guarded(slopes) { slopes in
          expectNear(written(sums.count) { loops.place_largest(&w, slopes, keys, 0, $0) }, sums, "")
          expectNear(
            written(sums.count) { loops.place_largest(&w, slopes, keys, 1, $0) }, gated, "gated")
        }
      }
    }
  }

  @Test func `of equal keys the first is taken, and not-a-number before any`() {
    var w = Case(
      count: 1, height: 2, width: 2, channels: 1, windowHeight: 2, windowWidth: 2, stride: 2,
      padding: 0, outputs: 1
    ).windows
    for loops in levels {
      func taken(_ keys: [Float]) -> [Float] {
        written(1) { loops.take_largest(&w, [1, 2, 3, 4], keys, $0) }
      }
      #expect(taken([5, 5, 5, 5]) == [1])
      #expect(taken([0, 5, 1, 5]) == [2])
      #expect(taken([0, 5, .nan, 9]) == [3])
      #expect(taken([.nan, 5, 1, 9]) == [1])
    }
  }
}
