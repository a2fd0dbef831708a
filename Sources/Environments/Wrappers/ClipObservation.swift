/// Cuts features off at two bounds: Gymnasium's `TransformObservation`, for the usual function.
///
/// Gives bounds to features that have none, for what needs them.
public struct ClipObservation: Wrapper {
  public static let name = "clipObservation"
  public static let summary = "Cuts features off at two bounds."
  public static let source = "Gymnasium, TransformObservation"

  /// The smallest value of each feature.
  public var low = -10.0
  /// The largest value of each feature.
  public var high = 10.0

  public init() {}

  /// Cuts features off at two bounds.
  public init(low: Double, high: Double) {
    self.low = low
    self.high = high
  }

  public func check() throws(WrapperProblem) {
    try require(low <= high, "low", "must not exceed high, \(high)", found: low)
  }

  public func wrap(_ layer: WrapperLayer) throws(WrapperProblem) -> WrapperLayer {
    let bounds = try layer.numericBounds()
    let (low, high) = (Float(low), Float(high))
    return layer.transformed(
      by: Clipping(
        observationBounds: Box(
          low: bounds.low.map { min(max($0, low), high) },
          high: bounds.high.map { min(max($0, low), high) }),
        size: bounds.size, low: low, high: high))
  }

  private struct Clipping: ObservationTransform {
    static let name = ClipObservation.name
    let observationBounds: Box?
    let size: Int
    let low, high: Float

    var innerSize: Int { size }
    var outerSize: Int { size }

    func change(
      _ rows: UnsafePointer<Float>, count: Int, into changed: UnsafeMutablePointer<Float>
    ) {
      for place in 0..<count &* size { changed[place] = min(max(rows[place], low), high) }
    }
  }
}
