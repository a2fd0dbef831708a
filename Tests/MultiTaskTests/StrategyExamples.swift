import MultiTask
import NeuralNetworks
import Randomness
import Testing

/// Gradients that several tests use.
enum Examples {
  static let pair: [[Double]] = [[1, 0], [-1, 1]]
  static let triple: [[Double]] = [[1, 0, 0], [-0.5, 1, 0], [0, -0.5, 2]]
  /// Four tasks that disagree, one of them with the mean, too.
  static let conflict: [[Double]] = [
    [1, 0.2, -0.3, 0.5], [-0.8, 1.1, 0.4, 0.1], [-1.2, -0.9, 0.7, -0.2], [2.5, 2, 1.5, 1],
  ]

  static func random(
    _ tasks: Int, _ parameters: Int, using random: inout RandomStream
  ) -> [[Double]] {
    (0..<tasks).map { _ in (0..<parameters).map { _ in random.normal() } }
  }

  /// Every strategy with its standard settings.
  static var strategies: [AnyStrategy] {
    StrategySettings.alternatives.compactMap { choice in
      (choice.standard.strategy as? any ConfigurableStrategy).map { AnyStrategy($0) }
    }
  }

  /// The strategies whose answer to one step follows from the Gram matrix and no draw.
  static let deterministic: [AnyStrategy] = [
    AnyStrategy(MGDA()), AnyStrategy(CAGrad()), AnyStrategy(IMTLG()), AnyStrategy(NashMTL()),
    AnyStrategy(FairGrad()), AnyStrategy(AlignedMTL()), AnyStrategy(UPGrad()),
    AnyStrategy(DualProj()), AnyStrategy(DBMTL()), AnyStrategy(ConFIG()), AnyStrategy(SDMGrad()),
    AnyStrategy(MoCo()),
  ]
}

extension Strategy {
  /// One step of a copy, so that nothing is learned.
  func first(_ gradients: [[Double]], losses: [Double]? = nil, key: UInt64 = 1) throws
    -> GivenGradients
  {
    var copy = self
    var random = RandomStream(key: key)
    return try copy.combine(gradients: gradients, losses: losses, using: &random)
  }
}

/// Whether numbers agree, each to so much of the largest, or of 1.
func agree(_ left: [Double], _ right: [Double], to tolerance: Double = 1e-6) -> Bool {
  let size = right.reduce(1) { max($0, abs($1)) }
  return left.count == right.count
    && zip(left, right).allSatisfy { abs($0 - $1) <= tolerance * size }
}

func inner(_ left: [Double], _ right: [Double]) -> Double {
  zip(left, right).reduce(0) { $0 + $1.0 * $1.1 }
}
