import Randomness
import Sweeps

extension SweepReport {
  /// The shares of parameters in the differences between scores, largest first.
  static func importances(of study: Study) -> [(path: String, share: Double)] { [] }
}
