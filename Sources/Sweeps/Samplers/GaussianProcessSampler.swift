public import Randomness

/// Settings of Bayesian optimization with a Gaussian process.
public struct GaussianProcessSettings: SearchSettings {
  /// Trials that are spread evenly before the model is asked; 1 or more.
  public var startupTrials = 10
  /// Points at which the acquisition function is looked at before the best are refined.
  public var candidates = 512
  /// The model sees at most so many trials, the best half and the latest half, because its cost
  /// grows with their cube.
  public var maximumTrials = 256

  public init() {}

  public func check() throws(SearchError) {
    try require(startupTrials >= 1, "startupTrials", "must be 1 or more", found: startupTrials)
    try require(candidates >= 1, "candidates", "must be 1 or more", found: candidates)
    try require(
      maximumTrials >= 2 && maximumTrials <= 2000, "maximumTrials", "must be from 2 to 2000",
      found: maximumTrials)
  }
}

/// Bayesian optimization: a Gaussian process and the logarithm of its expected improvement.
public struct GaussianProcessSampler: Sampler {
  public let settings: GaussianProcessSettings

  public init(_ settings: GaussianProcessSettings = GaussianProcessSettings()) {
    self.settings = settings
  }

  public func values(
    forTrial number: Int, of study: Study, seeds: Seeds
  ) throws -> [ParameterValue]? {
    try QuasiRandomSampler().values(forTrial: number, of: study, seeds: seeds)
  }
}
