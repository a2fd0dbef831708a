/// Multiplies rewards and adds to them: Gymnasium's `TransformReward`, for the usual function.
public struct ScaleReward: Wrapper {
  public static let name = "scaleReward"
  public static let summary = "Multiplies rewards by a factor and adds a number."
  public static let source = "Gymnasium, TransformReward"

  /// What each reward is multiplied by.
  public var factor = 1.0
  /// What is then added to it, in the unit of the scaled reward.
  public var offset = 0.0

  public init() {}

  /// Multiplies each reward by `factor` and adds `offset`.
  public init(factor: Double, offset: Double = 0) {
    self.factor = factor
    self.offset = offset
  }

  public func check() throws(WrapperProblem) {
    try require(factor.isFinite, "factor", "must be finite", found: factor)
    try require(offset.isFinite, "offset", "must be finite", found: offset)
  }

  public func wrap(_ layer: WrapperLayer) -> WrapperLayer {
    layer.transformed(by: Scaling(factor: Float(factor), offset: Float(offset)))
  }

  private struct Scaling: RewardTransform {
    static let name = ScaleReward.name
    let factor, offset: Float

    func change(
      _ rewards: UnsafePointer<Float>, count: Int, into changed: UnsafeMutablePointer<Float>
    ) {
      for index in 0..<count { changed[index] = rewards[index] * factor + offset }
    }
  }
}
