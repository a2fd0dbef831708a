import Glibc

/// How the runs of an experiment become a score from 0 to 1, as bsuite's `analysis.py` has it.
///
/// What an episode earned is its return without noise and in the world's own units; its regret is
/// what it earned less than the best episode. bsuite looks at episodes 1, 2 … 10, 12, 14, 17, 20, 25,
/// 30, 40 … alone (`logPoints`), and so do these.
public indirect enum DiagnosticScoring: Sendable {
  /// The share of a baseline's regret that was avoided, of the mean over episodes and runs.
  case regret(best: Double, baseline: Double)
  /// Half of it for avoided regret, where a best episode is the baseline; half for the share of runs
  /// with an episode that earned more than `good`.
  case regretAndBest(_ best: Double, good: Double)
  /// The mean over levels of a setting, averaged with the mean less one standard deviation.
  case acrossLevels(of: String, DiagnosticScoring)
  /// The mean over values of a setting.
  case meanOverGroups(of: String, DiagnosticScoring)
  /// The share of a setting's values at which the mean regret is below a threshold.
  case solvedShare(of: String, best: Double, regretBelow: Double)
  /// The share of sizes at which, sooner than by random actions, fewer than a share of all episodes
  /// so far were bad; looked at from some episode on.
  ///
  /// An episode earned 1 if it was good and 0 if it was bad.
  case deepSea(badShare: Double, from: Int)

  /// What scoring needs of a run.
  public struct Run: Sendable {
    /// The numbers among the world's settings.
    public var settings: [String: Double]
    /// What each episode earned; `nil` where that is not known.
    public var earned: [Double?]

    /// Puts a run's settings and what its episodes earned together.
    public init(settings: [String: Double] = [:], earned: [Double?]) {
      self.settings = settings
      self.earned = earned
    }
  }

  /// The score of runs of one experiment, `nil` where no episode has ended.
  ///
  /// - Parameters:
  ///   - runs: those of the experiment, all of its settings.
  ///   - limit: the episodes of bsuite's experiment; later ones do not count.
  public func score(of runs: [Run], limit: Int) -> Double? {
    let runs = runs.filter { !$0.earned.isEmpty }
    guard !runs.isEmpty else { return nil }
    switch self {
    case .regret(let best, let baseline):
      let regret = Self.meanRegret(of: runs, best: best, limit: limit)
      return ((baseline - regret) / baseline).clipped
    case .regretAndBest(let best, let good):
      let regret = Self.meanRegret(of: runs, best: best, limit: limit)
      let solved = runs.count { run in
        run.logged(limit).contains { $0.map { $0 > good } ?? false }
      }
      return (((best - regret) / best).clipped + Double(solved) / Double(runs.count)) / 2
    case .acrossLevels(let setting, let scoring):
      let scores = Self.groups(of: runs, by: setting).compactMap {
        scoring.score(of: $0, limit: limit)
      }
      let mean = scores.mean
      let deviation = scores.map { ($0 - mean) * ($0 - mean) }.mean.squareRoot()
      return (mean.clipped + (mean - deviation).clipped) / 2
    case .meanOverGroups(let setting, let scoring):
      return Self.groups(of: runs, by: setting).compactMap { scoring.score(of: $0, limit: limit) }
        .mean
    case .solvedShare(let setting, let best, let threshold):
      return Self.groups(of: runs, by: setting).map { runs in
        Self.meanRegret(of: runs, best: best, limit: limit) < threshold ? 1 : 0
      }.mean
    case .deepSea(let badShare, let first):
      return Self.groups(of: runs, by: "size").map { runs in
        let found = runs.compactMap { $0.firstLogPoint(withBadShareBelow: badShare, from: first) }
        let randomly = exp2(runs[0].settings["size"] ?? 0) + 100
        return found.min().map { $0 <= limit && Double($0) < randomly } ?? false ? 1 : 0
      }.mean
    }
  }

  /// The mean regret an episode, up to the last log point that any run has reached, over the runs
  /// that have reached it.
  private static func meanRegret(of runs: [Run], best: Double, limit: Int) -> Double {
    let last = runs.map { $0.logged(limit).count }.max() ?? 0
    return runs.filter { $0.earned.count >= last }.map { run in
      run.earned[..<last].compactMap { $0.map { best - $0 } }.mean
    }.mean
  }

  /// Runs with the same value of a setting, in ascending order of it.
  private static func groups(of runs: [Run], by setting: String) -> [[Run]] {
    Dictionary(grouping: runs) { $0.settings[setting] ?? 0 }.sorted { $0.key < $1.key }
      .map(\.value)
  }

  /// The numbers of episodes after which bsuite looks, up to a number.
  public static func logPoints(upTo most: Int) -> [Int] {
    var points: [Int] = []
    var power = 1
    while power <= most {
      // Tenths of a power of ten, where they are whole.
      for tenths in [10, 12, 14, 17, 20, 25, 30, 40, 50, 60, 70, 80, 90]
      where (power * tenths).isMultiple(of: 10) && power * tenths / 10 <= most {
        points.append(power * tenths / 10)
      }
      power *= 10
    }
    return points
  }
}

extension DiagnosticScoring.Run {
  /// What was earned up to the last log point.
  fileprivate func logged(_ limit: Int) -> ArraySlice<Double?> {
    earned[..<(DiagnosticScoring.logPoints(upTo: min(limit, earned.count)).last ?? 0)]
  }

  /// The first log point before which fewer episodes than a share were bad.
  fileprivate func firstLogPoint(withBadShareBelow share: Double, from first: Int) -> Int? {
    var known = 0
    var bad = 0.0
    var episode = 0
    for point in DiagnosticScoring.logPoints(upTo: earned.count) {
      for value in earned[episode..<point] {
        guard let value else { continue }
        known += 1
        bad += 1 - value
      }
      episode = point
      if point >= first && known > 0 && bad / Double(known) < share { return point }
    }
    return nil
  }
}

extension Double {
  fileprivate var clipped: Double { Swift.min(Swift.max(self, 0), 1) }
}

extension [Double] {
  /// The mean; 0 of nothing.
  var mean: Double { isEmpty ? 0 : reduce(0, +) / Double(count) }
}
