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
///
/// Snoek, Larochelle & Adams (2012), "Practical Bayesian optimization of machine learning
/// algorithms": a process with Matérn's kernel, fitted anew before each trial (`GaussianProcess`,
/// `EvidenceMaximization`), and the point where `LogExpectedImprovement` is largest
/// (`AcquisitionSearch`). The value to improve on is the lowest mean at a tried point, not the
/// luckiest measurement. Running trials count as measured at their expected values (Ginsbourger, Le
/// Riche & Carraro 2010, the "Kriging believer"), so that parallel workers spread out; failed ones
/// count as the worst trial.
public struct GaussianProcessSampler: Sampler {
  /// How it proposes.
  public let settings: GaussianProcessSettings

  /// A sampler with these settings.
  public init(_ settings: GaussianProcessSettings = GaussianProcessSettings()) {
    self.settings = settings
  }

  public func values(
    forTrial number: Int, of study: Study, seeds: Seeds
  ) throws -> [ParameterValue]? {
    let space = try UnitSpace(study.space)
    let data = data(study, space)
    let startup = QuasiRandomSampler()
    guard data.costs.count >= settings.startupTrials, !space.axes.isEmpty,
      let process = process(data, space)
    else { return try startup.values(forTrial: number, of: study, seeds: seeds) }
    let order = data.costs.indices.sorted { (data.costs[$0], $0) < (data.costs[$1], $1) }
    let best = data.points.map { process.predict($0).mean }.min() ?? 0
    let search = AcquisitionSearch(
      space: space, acquisition: LogExpectedImprovement(process: process, best: best),
      candidates: settings.candidates)
    var stream = seeds["gaussian process trial \(number)"]
    let point = search.best(
      around: order.prefix(5).map { data.points[$0] }, avoiding: space.tried(in: study), &stream)
    guard let point else { return try startup.values(forTrial: number, of: study, seeds: seeds) }
    return space.values(at: point)
  }

  /// What the model is fitted to.
  private struct Data {
    var points: [UnitSpace.Point] = []
    var costs: [Double] = []
    var running: [UnitSpace.Point] = []
  }

  private func data(_ study: Study, _ space: UnitSpace) -> Data {
    var data = Data()
    let outcomes = study.outcomes
    let worst = outcomes.compactMap { outcome -> Double? in
      if case .cost(let cost) = outcome { cost } else { nil }
    }.max()
    guard let worst else { return data }
    for (trial, outcome) in zip(study.trials, outcomes) {
      guard let point = space.point(of: trial.values) else { continue }
      switch outcome {
      case .running: data.running.append(point)
      case .cost(let cost):
        data.points.append(point)
        data.costs.append(cost)
      case .failed:
        data.points.append(point)
        data.costs.append(worst)
      }
    }
    return reduced(data)
  }

  /// The best half and the latest half of what the model may see at most.
  private func reduced(_ data: Data) -> Data {
    guard data.costs.count > settings.maximumTrials else { return data }
    let half = settings.maximumTrials / 2
    let order = data.costs.indices.sorted { (data.costs[$0], $0) < (data.costs[$1], $1) }
    var kept = Set(order.prefix(half))
    for index in data.costs.indices.reversed() where kept.count < settings.maximumTrials {
      kept.insert(index)
    }
    var reduced = Data(running: data.running)
    for index in kept.sorted() {
      reduced.points.append(data.points[index])
      reduced.costs.append(data.costs[index])
    }
    return reduced
  }

  private func process(_ data: Data, _ space: UnitSpace) -> GaussianProcess? {
    var values = CostTransform.standardized(data.costs)
    let categorical = space.axes.map { $0.categories != nil }
    let fitted = EvidenceMaximization(
      points: data.points, values: values, categorical: categorical
    ).fit()
    let process = GaussianProcess(
      points: data.points, values: values, categorical: categorical, hyperparameters: fitted)
    guard let process, !data.running.isEmpty else { return process }
    values += data.running.map { process.predict($0).mean }
    return GaussianProcess(
      points: data.points + data.running, values: values, categorical: categorical,
      hyperparameters: fitted)
  }
}
