/// Cuts rewards off at two bounds: Gymnasium's `ClipReward`.
public struct ClipReward: Wrapper {
  public static let name = "clipReward"
  public static let summary = "Cuts rewards off at two bounds."
  public static let source = "Gymnasium, ClipReward"

  /// The smallest reward, may be infinite.
  public var low = -1.0
  /// The largest reward, may be infinite.
  public var high = 1.0

  public init() {}

  /// Cuts rewards off at two bounds.
  public init(low: Double, high: Double) {
    self.low = low
    self.high = high
  }

  public func check() throws(WrapperProblem) {
    try require(low <= high, "low", "must not exceed high, \(high)", found: low)
  }

  public func wrap(_ layer: WrapperLayer) -> WrapperLayer {
    layer.transformed(by: Clipping(low: Float(low), high: Float(high)))
  }

  private struct Clipping: RewardTransform {
    static let name = ClipReward.name
    let low, high: Float

    func change(
      _ rewards: UnsafePointer<Float>, count: Int, into changed: UnsafeMutablePointer<Float>
    ) {
      for index in 0..<count { changed[index] = min(max(rewards[index], low), high) }
    }
  }
}
