public import Randomness

/// Settings of tree-structured Parzen estimators.
public struct TPESettings: SearchSettings {
  /// Trials that are spread evenly before the model is asked; 1 or more.
  public var startupTrials = 10
  /// Points that are drawn from the density of good trials, of which the best is tried.
  public var candidates = 24
  /// The part of the trials that counts as good, above 0 and below 1; at most 25 trials.
  public var goodFraction = 0.1
  /// The weight of the prior, the space's own distribution, in units of trials; above 0.
  public var priorWeight = 1.0
  /// Whether parameters are modeled together; otherwise each on its own.
  public var multivariate = true

  public init() {}

  public func check() throws(SearchError) {
    try require(startupTrials >= 1, "startupTrials", "must be 1 or more", found: startupTrials)
    try require(candidates >= 1, "candidates", "must be 1 or more", found: candidates)
    try require(
      goodFraction > 0 && goodFraction < 1, "goodFraction", "must be above 0 and below 1",
      found: goodFraction)
    try require(
      priorWeight > 0 && priorWeight.isFinite, "priorWeight", "must be positive",
      found: priorWeight)
  }
}

/// Draws where good trials are dense and others are not: tree-structured Parzen estimators.
///
/// Bergstra et al. (2011), "Algorithms for hyper-parameter optimization", section 4, and Bergstra,
/// Yamins & Cox (2013); with the refinements that Watanabe (2023), "Tree-structured Parzen
/// estimator: understanding its algorithm components", found to matter: one kernel over all
/// parameters, the prior as a kernel of its own, bandwidths that are clipped from below, and running
/// trials counted as bad so that parallel workers spread out.
public struct TPESampler: Sampler {
  /// How it proposes.
  public let settings: TPESettings

  /// A sampler with these settings.
  public init(_ settings: TPESettings = TPESettings()) { self.settings = settings }

  public func values(
    forTrial number: Int, of study: Study, seeds: Seeds
  ) throws -> [ParameterValue]? {
    let space = try UnitSpace(study.space)
    let (good, bad) = split(study, space)
    guard good.count + bad.count >= settings.startupTrials, !good.isEmpty, !space.axes.isEmpty
    else {
      return try QuasiRandomSampler().values(forTrial: number, of: study, seeds: seeds)
    }
    var stream = seeds["tpe trial \(number)"]
    let groups =
      settings.multivariate
      ? [Array(space.axes.indices)] : space.axes.indices.map { [$0] }
    var point = Array(repeating: 0.5, count: space.axes.count)
    for group in groups {
      let axes = group.map { space.axes[$0] }
      func estimator(_ points: [UnitSpace.Point]) -> ParzenEstimator {
        ParzenEstimator(
          axes: axes, points: points.map { point in group.map { point[$0] } },
          priorWeight: settings.priorWeight)
      }
      let tried = settings.multivariate ? space.tried(in: study) : []
      let proposal = best(
        of: estimator(good), against: estimator(bad), avoiding: tried, &stream)
      for (place, coordinate) in zip(group, proposal) { point[place] = coordinate }
    }
    return space.values(at: point)
  }
}

extension TPESampler {
  /// The good and the other trials, each in the order of their numbers.
  ///
  /// Failed trials count as worse than all, running ones as bad.
  private func split(
    _ study: Study, _ space: UnitSpace
  ) -> (good: [UnitSpace.Point], bad: [UnitSpace.Point]) {
    var known: [(cost: Double, order: Int, point: UnitSpace.Point)] = []
    var running: [(order: Int, point: UnitSpace.Point)] = []
    for (order, (trial, outcome)) in zip(study.trials, study.outcomes).enumerated() {
      guard let point = space.point(of: trial.values) else { continue }
      switch outcome {
      case .cost(let cost): known.append((cost, order, point))
      case .failed: known.append((.infinity, order, point))
      case .running: running.append((order, point))
      }
    }
    guard known.count >= settings.startupTrials, known.contains(where: { $0.cost < .infinity })
    else { return ([], []) }
    known.sort { ($0.cost, $0.order) < ($1.cost, $1.order) }
    let most = min(25, (settings.goodFraction * Double(known.count)).rounded(.up))
    let good = known.prefix(Int(most)).filter { $0.cost < .infinity }
    let rest = known.dropFirst(good.count).map { ($0.order, $0.point) } + running
    return (
      good.sorted { $0.order < $1.order }.map(\.point),
      rest.sorted { $0.0 < $1.0 }.map { $0.1 }
    )
  }

  /// The candidate from the good density with the largest ratio of both densities, if possible one
  /// that was not tried before.
  private func best(
    of good: ParzenEstimator, against bad: ParzenEstimator, avoiding tried: Set<UnitSpace.Point>,
    _ stream: inout RandomStream
  ) -> UnitSpace.Point {
    var best: (point: UnitSpace.Point, ratio: Double, isNew: Bool)?
    for _ in 0..<max(1, settings.candidates) {
      let point = good.sample(&stream)
      let ratio = good.logDensity(at: point) - bad.logDensity(at: point)
      let isNew = !tried.contains(point)
      let isBetter =
        best.map { isNew == $0.isNew ? ratio > $0.ratio : isNew } ?? true
      if isBetter { best = (point, ratio, isNew) }
    }
    return best?.point ?? []
  }
}
