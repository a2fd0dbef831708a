public import Randomness

/// Tries every combination of values once, the last parameter varying fastest.
///
/// Trial `n` gets the grid's point `n`, so that processes that share a study never need to agree on
/// more than numbers. After the last point there is nothing more to try.
public struct GridSampler: Sampler {
  /// The only one there is.
  public init() {}

  public func values(
    forTrial number: Int, of study: Study, seeds: Seeds
  ) throws -> [ParameterValue]? {
    try study.space.gridPoint(number)
  }
}
