import Environments
import Rendering
import Testing

/// A GIF shows what was drawn, for as long as was said.
@Suite struct GIFTests {
  /// A dot that wanders over a square, in front of a bar.
  private func wandering(_ count: Int, seconds: Double = 0.1, colors: Int = 1) -> Animation {
    var animation = Animation()
    for frame in 0..<count {
      var picture = Picture(width: 30, height: 20, background: Picture.Color(hex: 0xF0F0F0))
      picture.rectangle(x: 0, y: 12, width: 30, height: 3, Picture.Color(hex: 0x3366AA))
      let color = Picture.Color(hex: UInt32(frame % colors) &* 0x51_3F_2B & 0xFF_FFFF)
      picture.disc(center: .init(3 + Double(frame % 24), 9), radius: 2.5, color)
      animation.append(picture, seconds: seconds)
    }
    return animation
  }

  @Test func `every pixel of every frame comes back`() throws {
    let animation = wandering(30)
    let gif = try GIFReader(animation.gif(size: 90))
    #expect((gif.width, gif.height) == (90, 60))
    #expect(gif.loops)
    #expect(gif.delays == [Int](repeating: 10, count: 30))
    let rasterizer = Rasterizer(animation.frames[0].picture, fitting: 90, by: 90)
    for (index, frame) in animation.frames.enumerated() {
      #expect(gif.frames[index] == rasterizer.image(of: frame.picture).pixels, "frame \(index)")
    }
    #expect(gif.sizes[0] == 90 * 60)
    #expect(gif.sizes.dropFirst().allSatisfy { $0 < 90 * 60 / 3 })
  }

  /// The largest difference of a part of two colors.
  private func distance(_ one: UInt32, _ two: UInt32) -> Int {
    var most = 0
    for shift: UInt32 in [0, 8, 16] {
      let (first, second) = (Int(one >> shift & 0xFF), Int(two >> shift & 0xFF))
      most = max(most, abs(first - second))
    }
    return most
  }

  @Test func `too many colors become ones near by`() throws {
    let animation = wandering(200, colors: 200)
    let gif = try GIFReader(animation.gif(size: 90))
    let rasterizer = Rasterizer(animation.frames[0].picture, fitting: 90, by: 90)
    #expect(Set(gif.frames.joined()).count > 200)
    for (index, frame) in animation.frames.enumerated() {
      let meant = rasterizer.image(of: frame.picture).pixels
      let distances = zip(gif.frames[index], meant).map { distance($0, $1) }
      #expect((distances.max() ?? 0) < 64, "frame \(index)")
      #expect(distances.reduce(0, +) < distances.count, "frame \(index)")
    }
  }

  @Test(arguments: [2, 4, 7, 8])
  func `compressed values come back`(codeSize: Int) throws {
    var state: UInt64 = 7
    for count in [0, 1, 2, 255, 5000, 40_000] {
      for spread in [1, 3, 1 << codeSize] {
        let values = (0..<count).map { _ in
          state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
          return UInt8(state >> 33 % UInt64(min(spread, 1 << codeSize)))
        }
        let bytes = LZW.encoded(values, codeSize: codeSize)
        #expect(try GIFReader.decoded(bytes, codeSize: codeSize) == values.map(Int.init))
      }
    }
  }

  @Test func `times add up and no frame is too short`() {
    func frames(_ seconds: [Double]) -> [[Int]] {
      Animation.hundredths(of: seconds).map { [$0.frame, $0.hundredths] }
    }
    #expect(frames([0.5, 0.25]) == [[0, 50], [1, 25]])
    // 30 a second: thirds of a hundredth are not lost.
    #expect(frames([Double](repeating: 1 / 30, count: 4)) == [[0, 3], [1, 4], [2, 3], [3, 3]])
    // 200 a second: each frame is shown for two hundredths or not at all, and the last one is.
    let fast = frames([Double](repeating: 1 / 200, count: 9) + [1])
    #expect(fast == [[0, 3], [5, 2], [9, 100]] || fast.last?.first == 9, "\(fast)")
    #expect(fast.allSatisfy { $0[1] >= 2 } && fast.map { $0[1] }.reduce(0, +) == 105)
    #expect(frames([]).isEmpty)
  }

  @Test func `the same pictures give the same bytes, and equal ones become one frame`() throws {
    #expect(wandering(60, colors: 60).gif(size: 64) == wandering(60, colors: 60).gif(size: 64))
    var animation = Animation()
    for _ in 0..<5 { animation.append(Picture(width: 2, height: 2), seconds: 0.1) }
    let gif = try GIFReader(animation.gif(size: 16))
    #expect(gif.frames.count == 1 && gif.delays == [50])
  }
}
