import Glibc
public import Randomness

/// Digits drawn by a pen of random size and slant into 8 × 8 pixels of 17 shades.
///
/// For trying things without any file: the tasks are `digit` (10 classes) and `loop` (binary:
/// whether the digit is drawn with a closed loop: 0, 6, 8 and 9). Nobody wrote these digits by
/// hand; scores on them compare with nothing published.
public struct DrawnDigits: Codable, Hashable, Sendable {
  /// Examples.
  public var count: Int
  /// The standard deviation of what is added to each pixel, of which 1 is white.
  public var noise: Double

  /// Side of a picture.
  static let side = 8

  /// Chooses how many digits are drawn, and how much noise lies on their pixels.
  public init(count: Int = 2_000, noise: Double = 0.12) {
    precondition(count > 0 && noise >= 0)
    self.count = count
    self.noise = noise
  }

  /// Uses the stream `digits`.
  public func dataset(seeds: Seeds) -> Dataset {
    var stream = seeds["digits"]
    var (pixels, digits) = ([Float](), [Float]())
    pixels.reserveCapacity(count * Self.side * Self.side)
    for _ in 0..<count {
      let digit = stream.integer(below: 10)
      digits.append(Float(digit))
      draw(digit, &stream, into: &pixels)
    }
    return Dataset(
      name: "drawnDigits", provenance: ["made": "\(self)", "seed": "\(seeds.root)"],
      inputShape: [Self.side, Self.side], inputs: pixels, tasks: digitTasks(digits))
  }

  /// Pairs that overlap in 10 × 10 pixels, as in MultiMNIST: tasks `left` and `right`.
  ///
  /// Uses the streams `digits` and `partners/training`.
  public func pairs(seeds: Seeds) throws(DatasetError) -> Dataset {
    var pairs = try dataset(seeds: seeds).digitPairs(seeds: seeds)
    pairs.name = "drawnDigitPairs"
    return pairs
  }

  private func draw(_ digit: Int, _ stream: inout RandomStream, into pixels: inout [Float]) {
    let angle: Double = 0.15 * stream.normal()
    let slant: Double = 0.2 * stream.normal()
    let (width, height) = (stream.uniform(in: 0.7...1.1), stream.uniform(in: 0.8...1.1))
    let (right, down) = (0.06 * stream.normal(), 0.05 * stream.normal())
    let pen: Double = stream.uniform(in: 0.07...0.13)
    let strokes = Self.strokes[digit].map { stroke in
      stroke.map { point -> SIMD2<Double> in
        let (x, y) = ((point.x - 0.5) * width, (point.y - 0.5) * height)
        let sheared = x - slant * y
        return SIMD2(
          0.5 + right + cos(angle) * sheared - sin(angle) * y,
          0.5 + down + sin(angle) * sheared + cos(angle) * y)
      }
    }
    for row in 0..<Self.side {
      for column in 0..<Self.side {
        let center = (SIMD2(Double(column), Double(row)) + 0.5) / Double(Self.side)
        let distance = strokes.map { Self.distance(from: center, to: $0) }.min() ?? 1
        let ink = 1 - (distance - pen) * Double(Self.side)
        let shade = min(max(ink, 0), 1) + noise * stream.normal()
        pixels.append(Float((min(max(shade, 0), 1) * 16).rounded()) / 16)
      }
    }
  }

  private static func distance(from point: SIMD2<Double>, to stroke: [SIMD2<Double>]) -> Double {
    zip(stroke, stroke.dropFirst()).map { start, end in
      let (along, offset) = (end - start, point - start)
      let share = (along * offset).sum() / max((along * along).sum(), .leastNormalMagnitude)
      let rest = offset - min(max(share, 0), 1) * along
      return (rest * rest).sum().squareRoot()
    }.min() ?? .infinity
  }

  /// By digit: lines through points, x to the right and y down, in a square of side 1.
  private static let strokes: [[[SIMD2<Double>]]] = [
    [arc(0.5, 0.5, 0.24, 0.4, 0, 360)],
    [[SIMD2(0.36, 0.26), SIMD2(0.54, 0.1), SIMD2(0.54, 0.9)]],
    [arc(0.5, 0.32, 0.22, 0.22, 180, 390) + [SIMD2(0.28, 0.9), SIMD2(0.74, 0.9)]],
    [arc(0.46, 0.3, 0.22, 0.2, 200, 450), arc(0.46, 0.7, 0.25, 0.2, 270, 520)],
    [
      [SIMD2(0.34, 0.1), SIMD2(0.26, 0.58), SIMD2(0.76, 0.58)],
      [SIMD2(0.62, 0.3), SIMD2(0.62, 0.9)],
    ],
    [
      [SIMD2(0.72, 0.1), SIMD2(0.32, 0.1), SIMD2(0.3, 0.46)],
      arc(0.47, 0.65, 0.25, 0.25, 230, 520),
    ],
    [
      [SIMD2(0.62, 0.1), SIMD2(0.4, 0.3), SIMD2(0.28, 0.62)],
      arc(0.5, 0.68, 0.22, 0.22, 0, 360),
    ],
    [[SIMD2(0.26, 0.1), SIMD2(0.74, 0.1), SIMD2(0.42, 0.9)]],
    [arc(0.5, 0.29, 0.2, 0.19, 0, 360), arc(0.5, 0.69, 0.24, 0.21, 0, 360)],
    [arc(0.5, 0.32, 0.22, 0.22, 0, 360), [SIMD2(0.72, 0.34), SIMD2(0.64, 0.9)]],
  ]

  /// Part of an ellipse, from one angle in degrees to another, clockwise as y points down.
  private static func arc(
    _ x: Double, _ y: Double, _ width: Double, _ height: Double, _ from: Double, _ to: Double
  ) -> [SIMD2<Double>] {
    let steps = 12
    return (0...steps).map { step in
      let angle = (from + (to - from) * Double(step) / Double(steps)) * .pi / 180
      return SIMD2(x + width * cos(angle), y + height * sin(angle))
    }
  }
}

/// The tasks of a set of single digits: which one, and whether it has a closed loop (0, 6, 8, 9).
func digitTasks(_ digits: [Float]) -> [TaskColumn] {
  let looped: Set<Float> = [0, 6, 8, 9]
  return [
    TaskColumn(name: "digit", kind: .classification(classes: 10), labels: digits),
    TaskColumn(
      name: "loop", kind: .binary,
      labels: digits.map { $0.isNaN ? .nan : looped.contains($0) ? 1 : 0 }),
  ]
}

extension Dataset {
  /// Pairs of these 8 × 8 digits that overlap in 10 × 10 pixels, as `MultiMNIST` does it at 28.
  ///
  /// - Throws: `DatasetError` for data without a task `digit` or of another shape.
  public func digitPairs(seeds: Seeds) throws(DatasetError) -> Dataset {
    guard inputShape == [8, 8] else {
      throw DatasetError(
        "data set '\(name)'", "its inputs have shape \(inputShape)",
        remedy: "make pairs of images of 8 x 8 pixels")
    }
    return try DigitPairs(side: 8, shift: 2, canvas: 10, result: 10).pairs(of: self, seeds: seeds)
  }
}
