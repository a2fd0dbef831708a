import Randomness

/// The numbers of a report, worked out of its runs.
struct Analysis {
  let score: ScoreSource
  var variants: [VariantSummary] = []
  var comparisons: [Comparison] = []
  var headline: [String] = []
  var warnings: [String] = []

  private let settings: ExperimentReport.Settings
  private let tasks: [String]

  init(
    variants: [ExperimentReport.Variant], tasks: [String], settings: ExperimentReport.Settings,
    repeatedRuns: [String]
  ) {
    self.settings = settings
    self.tasks = tasks
    let ended = variants.flatMap(\.runs).filter { $0.state == .finished }
    let judged = ended.isEmpty ? variants.flatMap(\.runs) : ended
    // One kind of score for all, or the variants could not be compared.
    let areEvaluated = judged.allSatisfy { run in
      tasks.indices.allSatisfy { task in run.evaluations.contains { $0.task == task } }
    }
    score = areEvaluated ? .evaluation : .training
    self.variants = variants.map(summary)
    if settings.comparesVariants { comparisons = comparisons(of: self.variants) }
    let words = ReportWords(
      score: score, level: settings.estimates.level, variants: self.variants,
      comparisons: comparisons)
    headline = words.headline
    warnings =
      settings.remarks
      + repeatedRuns.map { "\($0) was given more than once; the last one counts." }
      + words.warnings + Self.mixtureWarnings(of: variants) + Self.dataWarnings(of: variants)
  }

  private func summary(of variant: ExperimentReport.Variant) -> VariantSummary {
    var seeds = variant.runs.map(summary)
    let isPreliminary = !seeds.contains { $0.state == .finished }
    for index in seeds.indices {
      seeds[index].isCounted =
        seeds[index].score != nil && (isPreliminary || seeds[index].state == .finished)
    }
    let counted = seeds.filter(\.isCounted)
    let scores = Self.scores(of: counted, taskCount: tasks.count)
    let values = counted.compactMap(\.score)
    func estimate(_ aggregate: Aggregate) -> Estimate? {
      guard !values.isEmpty else { return nil }
      var random = settings.seeds["report/\(aggregate.rawValue)/\(variant.name)"]
      return settings.estimates.estimate(of: scores, using: &random, aggregate.callAsFunction)
    }
    let hasTasks = tasks.count > 1
    return VariantSummary(
      name: variant.name, seeds: seeds, countedRuns: counted.count, isPreliminary: isPreliminary,
      mean: estimate(.mean), median: hasTasks ? estimate(.median) : nil,
      interquartileMean: estimate(.interquartileMean),
      standardDeviation: values.count > 1 ? values.standardDeviation : nil,
      standardError: values.count > 1 ? values.standardError : nil,
      trainingReturn: Self.meanOfKnown(counted.map(\.trainingReturn)),
      tasks: hasTasks ? tasks.indices.map { taskEstimate($0, of: counted, in: variant.name) } : [],
      wallTime: Self.meanOfKnown(counted.map(\.wallTime)),
      stepsPerSecond: Self.meanOfKnown(counted.map(\.stepsPerSecond)))
  }

  private func taskEstimate(
    _ task: Int, of seeds: [SeedSummary], in variant: String
  ) -> Estimate? {
    let values = seeds.compactMap { $0.taskScores[task] }
    guard !values.isEmpty else { return nil }
    var random = settings.seeds["report/task \(task)/\(variant)"]
    return settings.estimates.estimate(of: Scores(values), using: &random) {
      Aggregate.interquartileMean($0)
    }
  }

  private func summary(of run: RunSummary) -> SeedSummary {
    let window = settings.curves.episodeWindow
    let recent = run.episodes.returns.filter(\.isFinite).suffix(window)
    let taken = tasks.indices.map { score(of: run, task: $0) }
    // A mean over some of the tasks is no score of the run.
    let isWhole = taken.allSatisfy { $0 != nil }
    return SeedSummary(
      seed: run.seed, state: run.state, failure: run.failure, earlyEnd: run.earlyEnd,
      steps: run.lastStep,
      plannedSteps: run.plannedSteps, score: isWhole ? taken.compactMap { $0?.value }.mean : nil,
      scoreStep: isWhole ? taken.compactMap { $0?.step }.min() : nil,
      scoreEpisodes: isWhole ? taken.reduce(0) { $0 + ($1?.episodes ?? 0) } : 0,
      taskScores: taken.map { $0?.value }, isCounted: false,
      trainingReturn: recent.isEmpty ? nil : recent.mean, wallTime: run.wallTime,
      stepsPerSecond: run.stepsPerSecond, best: run.keepsBest ? Self.best(of: run) : nil)
  }

  /// The evaluation with the highest mean return; of equal ones the first.
  private static func best(of run: RunSummary) -> SeedSummary.Best? {
    let means = run.evaluations.filter { !$0.returns.isEmpty }.map { ($0.step, $0.returns.mean) }
    guard let highest = means.map(\.1).filter(\.isFinite).max(),
      let first = means.first(where: { $0.1 == highest })
    else { return nil }
    return SeedSummary.Best(step: first.0, score: highest)
  }

  /// A run's score on one task: the mean over episodes, the step, and how many episodes there were.
  private func score(
    of run: RunSummary, task: Int
  ) -> (value: Double, step: Int64, episodes: Int)? {
    switch score {
    case .evaluation:
      let own = run.evaluations.filter { $0.task == task && !$0.returns.isEmpty }
      guard let last = own.max(by: { $0.step < $1.step }), last.returns.mean.isFinite else {
        return nil
      }
      return (last.returns.mean, last.step, last.returns.count)
    case .training:
      let episodes = tasks.count > 1 ? run.episodes.of(task: task) : run.episodes
      let returns = episodes.returns.filter(\.isFinite).suffix(settings.curves.episodeWindow)
      guard let step = episodes.endSteps.last, !returns.isEmpty else { return nil }
      return (returns.mean, step, returns.count)
    }
  }

  private func comparisons(of summaries: [VariantSummary]) -> [Comparison] {
    let compared = summaries.filter { $0.countedRuns > 0 }.map { summary in
      let counted = summary.seeds.filter(\.isCounted)
      return VariantScores(
        name: summary.name, scores: Self.scores(of: counted, taskCount: tasks.count),
        bySeed: Dictionary(
          counted.compactMap { seed in seed.score.map { (seed.seed, $0) } },
          uniquingKeysWith: { _, last in last }))
    }
    let name = settings.baseline ?? compared.first?.name
    guard let baseline = compared.first(where: { $0.name == name }), compared.count > 1 else {
      return []
    }
    var random = settings.seeds["report/comparisons"]
    return settings.estimates.comparisons(
      of: compared.filter { $0.name != baseline.name }, with: baseline, using: &random)
  }

  private static func scores(of seeds: [SeedSummary], taskCount: Int) -> Scores {
    Scores(tasks: (0..<taskCount).map { task in seeds.compactMap { $0.taskScores[task] } })
  }

  private static func meanOfKnown(_ values: [Double?]) -> Double? {
    let known = values.compactMap { $0 }
    return known.isEmpty ? nil : known.mean
  }

  /// What in the logs is not finite and therefore neither drawn nor averaged.
  private static func dataWarnings(of variants: [ExperimentReport.Variant]) -> [String] {
    let holes = variants.flatMap { variant in
      variant.runs.flatMap { run in
        run.allSeries.compactMap { series -> (name: String, skipped: Int, words: String)? in
          guard let place = series.values.firstIndex(where: { !$0.isFinite }) else { return nil }
          let step = NumberText.grouped(series.steps[place])
          return (
            series.name, series.finite.skipped, "\(variant.name), seed \(run.seed), step \(step)"
          )
        }
      }
    }
    return holes.map(\.name).uniqued.map { name in
      let own = holes.filter { $0.name == name }
      let total = own.reduce(0) { $0 + $1.skipped }
      return "\(name): \(counted(total, "value")) of \(counted(own.count, "run")) "
        + "\(total == 1 ? "is" : "are") not finite and left out; the first at \(own[0].words)."
    }
  }
}

extension RunSummary {
  /// Everything that the run measured by step.
  fileprivate var allSeries: [Series] {
    let returns = Series(name: "episode return", steps: episodes.endSteps, values: episodes.returns)
    let evaluated = Series(
      name: "evaluation return", steps: evaluations.map(\.step),
      values: evaluations.map { $0.returns.isEmpty ? 0 : $0.returns.mean })
    return [returns, evaluated] + metrics
  }
}
