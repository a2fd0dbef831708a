/// Shows in which of equal parts each feature lies: Gymnasium's `DiscretizeObservation`.
///
/// The result is categories, for an agent with a table, or for `oneHot`.
public struct DiscretizeObservation: Wrapper {
  public static let name = "discretizeObservation"
  public static let summary = "Makes categories of features: in which of equal parts each lies."
  public static let source = "Gymnasium, DiscretizeObservation"

  /// Parts of each feature: one number for all, or a list with one for each.
  public var bins: Bins = 10
  /// Whether all features together become one category, the last feature changing fastest; else
  /// each becomes one, as with `multidiscrete=True` in Gymnasium.
  public var flat = true

  public init() {}

  /// Cuts each feature into so many parts.
  public init(bins: Bins, flat: Bool = true) {
    self.bins = bins
    self.flat = flat
  }

  public func check() throws(WrapperProblem) { try bins.check() }

  /// Whole numbers up to here are exact in an observation.
  private static let most = 1 << 24

  public func wrap(_ layer: WrapperLayer) throws(WrapperProblem) -> WrapperLayer {
    let bounds = try layer.finiteBounds()
    let size = bounds.size
    let parts: [Int]
    switch bins {
    case .all(let count) where !flat: parts = Array(repeating: count, count: size)
    case .each(let counts) where !flat && counts.count == size: parts = counts
    default: parts = try bins.parts(for: size, "features", most: Self.most).each
    }
    if let part = parts.first(where: { $0 > 1 << 20 }) {
      throw WrapperProblem(setting: "bins", "must be at most \(1 << 20), but is \(part)")
    }
    let scales = parts.indices.map { index in
      let width = Double(bounds.high[index]) - Double(bounds.low[index])
      return width > 0 ? Float(Double(parts[index]) / width) : 0
    }
    let strides = parts.indices.map { Float(parts[($0 + 1)...].reduce(1, *)) }
    let count = layer.batch.count
    let binning = Binning(
      size: size, scales: RowBuffer(scales, rows: count), lows: RowBuffer(bounds.low, rows: count),
      lasts: RowBuffer(parts.map { Float($0 - 1) }, rows: count))
    return flat
      ? layer.transformed(
        by: Flat(
          observationBounds: Box(categories: [parts.reduce(1, *)]), binning: binning,
          strides: RowBuffer(strides), parts: RowBuffer(repeating: 0, count: count * size)))
      : layer.transformed(by: Each(observationBounds: Box(categories: parts), binning: binning))
  }

  /// From features to numbers of parts; all memory `[copies, size]`, each row the same.
  private struct Binning {
    let size: Int
    let scales, lows, lasts: RowBuffer<Float>

    func write(
      _ rows: UnsafePointer<Float>, count: Int, into parts: UnsafeMutablePointer<Float>
    ) {
      let (scales, lows, lasts) = (scales.base, lows.base, lasts.base)
      for place in 0..<count &* size {
        let real = (rows[place] - lows[place]) * scales[place]
        // In this form what is no number becomes 0.
        let positive = real > 0 ? real : 0
        let part = positive < lasts[place] ? positive : lasts[place]
        // Adding and subtracting 2²³ rounds to a whole number.
        let rounded = (part + 0x1p23) - 0x1p23
        parts[place] = rounded > part ? rounded - 1 : rounded
      }
    }
  }

  private struct Each: ObservationTransform {
    static let name = DiscretizeObservation.name
    let observationBounds: Box?
    let binning: Binning

    var innerSize: Int { binning.size }
    var outerSize: Int { binning.size }

    func change(
      _ rows: UnsafePointer<Float>, count: Int, into changed: UnsafeMutablePointer<Float>
    ) {
      binning.write(rows, count: count, into: changed)
    }
  }

  private struct Flat: ObservationTransform {
    static let name = DiscretizeObservation.name
    let observationBounds: Box?
    let binning: Binning
    let strides, parts: RowBuffer<Float>

    var innerSize: Int { binning.size }
    var outerSize: Int { 1 }

    func change(
      _ rows: UnsafePointer<Float>, count: Int, into changed: UnsafeMutablePointer<Float>
    ) {
      binning.write(rows, count: count, into: parts.base)
      let size = innerSize
      for copy in 0..<count {
        var sum: Float = 0
        for index in 0..<size { sum += strides.base[index] * parts.base[copy &* size &+ index] }
        changed[copy] = sum
      }
    }
  }
}
