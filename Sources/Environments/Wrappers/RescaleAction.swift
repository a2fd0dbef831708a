/// Maps actions between two bounds to those that the environment takes: Gymnasium's `RescaleAction`.
///
/// Numbers beyond the bounds are mapped alike and not cut off, as in Gymnasium.
public struct RescaleAction: Wrapper {
  public static let name = "rescaleAction"
  public static let summary = "Maps actions between two bounds to those of the environment."
  public static let source = "Gymnasium, RescaleAction"

  /// What stands for the smallest value of each number of an action.
  public var low = -1.0
  /// What stands for the largest one, above `low`.
  public var high = 1.0

  public init() {}

  /// Lets actions lie between `low` and `high`.
  public init(low: Double, high: Double) {
    self.low = low
    self.high = high
  }

  public func check() throws(WrapperProblem) {
    try require(low.isFinite, "low", "must be finite", found: low)
    try require(high.isFinite && high > low, "high", "must be finite and above low", found: high)
  }

  public func wrap(_ layer: WrapperLayer) throws(WrapperProblem) -> WrapperLayer {
    let (innerLow, innerHigh) = try layer.finiteActionBounds()
    let scales = zip(innerLow, innerHigh).map { (Double($1) - Double($0)) / (high - low) }
    let offsets = zip(innerLow, scales).map { Double($0) - low * $1 }
    return layer.transformed(
      by: Rescaling(
        actionSpace: .continuous(
          low: innerLow.map { _ in Float(low) }, high: innerLow.map { _ in Float(high) }),
        scales: RowBuffer(scales.map(Float.init)), offsets: RowBuffer(offsets.map(Float.init)),
        taken: RowBuffer(repeating: 0, count: layer.batch.count * innerLow.count)))
  }

  private struct Rescaling: RowTransform {
    static let name = RescaleAction.name
    static let changesActions = true
    let actionSpace: ActionSpace?
    let scales, offsets, taken: RowBuffer<Float>

    mutating func actions(
      _ rows: ActionRows, skipping skipped: UnsafePointer<UInt8>?
    ) -> ActionRows {
      guard case .continuous(let given) = rows else { return rows }
      forEachNumber(taken.count, scales.count) { place, index in
        taken.base[place] = given[place] * scales.base[index] + offsets.base[index]
      }
      return .continuous(taken.base)
    }
  }
}
