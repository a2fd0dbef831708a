public import Randomness

/// Who proposes the next point of a search.
///
/// A sampler has no state of its own: what it proposes follows from the study and the seeds, so that
/// any process may ask at any time, and a search that was killed goes on as it would have.
public protocol Sampler: Sendable {
  /// Values for the trial with this number, one for each parameter of the space, in its order.
  ///
  /// - Returns: nothing if there is no more to try.
  func values(forTrial number: Int, of study: Study, seeds: Seeds) throws -> [ParameterValue]?
}

/// Who decides, after each report of a running trial, whether it is worth going on with.
public protocol StoppingRule: Sendable {
  /// Whether the trial with this number should end now.
  func shouldStop(trial number: Int, of study: Study) -> Bool
}
