/// Gives the sign of each reward: -1, 0 or 1.
///
/// Mnih et al. (2015), "Human-level control through deep reinforcement learning", methods: one
/// learning rate serves games whose scores differ by orders of magnitude.
public struct SignReward: Wrapper {
  public static let name = "signReward"
  public static let summary = "Gives the sign of each reward: -1, 0 or 1."
  public static let source = "Mnih et al. (2015); Stable-Baselines3, ClipRewardEnv"

  public init() {}

  public func wrap(_ layer: WrapperLayer) -> WrapperLayer { layer.transformed(by: Sign()) }

  private struct Sign: RewardTransform {
    static let name = SignReward.name

    func change(
      _ rewards: UnsafePointer<Float>, count: Int, into changed: UnsafeMutablePointer<Float>
    ) {
      for index in 0..<count {
        let reward = rewards[index]
        changed[index] = (reward > 0 ? 1 : 0) - (reward < 0 ? 1 : 0)
      }
    }
  }
}
