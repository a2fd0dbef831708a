public import Randomness

/// Draws every trial's values independently of all others.
///
/// Bergstra & Bengio (2012), "Random search for hyper-parameter optimization": better than a grid
/// wherever few parameters matter, and the yardstick of every other method.
public struct RandomSampler: Sampler {
  /// The only one there is.
  public init() {}

  public func values(
    forTrial number: Int, of study: Study, seeds: Seeds
  ) throws -> [ParameterValue]? {
    let space = try UnitSpace(study.space)
    var stream = seeds["random trial \(number)"]
    return space.values(at: space.randomPoint(&stream))
  }
}
