/// Maps each feature from its bounds to two others: Gymnasium's `RescaleObservation`.
public struct RescaleObservation: Wrapper {
  public static let name = "rescaleObservation"
  public static let summary = "Maps each feature from its own bounds to two others."
  public static let source = "Gymnasium, RescaleObservation"

  /// What a feature's smallest value becomes.
  public var low = -1.0
  /// What its largest value becomes, above `low`.
  public var high = 1.0

  public init() {}

  /// Maps features to the numbers between `low` and `high`.
  public init(low: Double, high: Double) {
    self.low = low
    self.high = high
  }

  public func check() throws(WrapperProblem) {
    try require(low.isFinite, "low", "must be finite", found: low)
    try require(high.isFinite && high > low, "high", "must be finite and above low", found: high)
  }

  public func wrap(_ layer: WrapperLayer) throws(WrapperProblem) -> WrapperLayer {
    let bounds = try layer.finiteBounds()
    // A feature that is always the same becomes `low`.
    let scales = zip(bounds.low, bounds.high).map { lowest, highest in
      highest > lowest ? (high - low) / (Double(highest) - Double(lowest)) : 0
    }
    let offsets = zip(bounds.low, scales).map { low - Double($0) * $1 }
    let count = layer.batch.count
    return layer.transformed(
      by: Rescaling(
        observationBounds: Box(
          low: bounds.low.map { _ in Float(low) }, high: bounds.low.map { _ in Float(high) }),
        size: bounds.size, low: Float(low), high: Float(high),
        scales: RowBuffer(scales.map(Float.init), rows: count),
        offsets: RowBuffer(offsets.map(Float.init), rows: count)))
  }

  private struct Rescaling: ObservationTransform {
    static let name = RescaleObservation.name
    let observationBounds: Box?
    let size: Int
    let low, high: Float
    /// `[copies, size]`, each row the same: so the loop below has no inner one.
    let scales, offsets: RowBuffer<Float>

    var innerSize: Int { size }
    var outerSize: Int { size }

    func change(
      _ rows: UnsafePointer<Float>, count: Int, into changed: UnsafeMutablePointer<Float>
    ) {
      let (scales, offsets) = (scales.base, offsets.base)
      for place in 0..<count &* size {
        // Rounding may lead out of the bounds.
        changed[place] = min(max(rows[place] * scales[place] + offsets[place], low), high)
      }
    }
  }
}
