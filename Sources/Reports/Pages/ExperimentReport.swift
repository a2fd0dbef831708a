package import Randomness

/// What the runs of an experiment show: worked out once, written in any form.
///
/// Runs of one variant are its seeds and give one curve with a band; several variants give several.
package struct ExperimentReport: Sendable {
  package struct Settings: Sendable {
    /// The heading; the experiment's name unless given.
    package var title: String?
    /// What the experiment asks, in the words of whoever asks it.
    package var question: String?
    /// The variant that the others are compared with; the first one unless given.
    package var baseline: String?
    /// Returns that mean something, such as where a task counts as solved.
    package var references: [Figure.Reference] = []
    package var estimates = Bootstrap.estimates
    /// Whether variants are held against each other; a comparison does it in its own way.
    var comparesVariants = true
    package var curves = CurveSettings()
    /// Where the bootstrap's draws come from: equal roots give equal intervals.
    package var seeds = Seeds(root: 0)
    /// A line for the foot of the page: the program and its version.
    package var author: String?
    /// Sentences that the caller has to say, such as which runs could not be read.
    package var remarks: [String] = []

    package init(title: String? = nil, question: String? = nil, baseline: String? = nil) {
      self.title = title
      self.question = question
      self.baseline = baseline
    }
  }

  /// The runs of one variant, by seed.
  struct Variant: Sendable {
    var name: String
    var runs: [RunSummary]
  }

  package let summary: ExperimentSummary
  let variants: [Variant]
  let settings: Settings

  /// Works out the report of at least one run; variants keep the order in which they come.
  package init(of runs: [RunSummary], settings: Settings = Settings()) throws(ReportError) {
    guard let first = runs.first else { throw .noRuns }
    if let other = runs.first(where: { $0.tasks != first.tasks }) {
      throw .differingTasks(first.label, other.label)
    }
    let (variants, repeated) = Self.variants(of: runs)
    if let baseline = settings.baseline, !variants.contains(where: { $0.name == baseline }) {
      throw .unknownBaseline(baseline, known: variants.map(\.name))
    }
    self.variants = variants
    self.settings = settings
    let experiments = runs.map(\.experiment).uniqued
    let analysis = Analysis(
      variants: variants, tasks: first.tasks, settings: settings, repeatedRuns: repeated)
    let name = experiments.joined(separator: ", ")
    summary = ExperimentSummary(
      experiment: name, title: settings.title ?? name, question: settings.question,
      score: analysis.score, level: settings.estimates.level, tasks: first.tasks,
      variants: analysis.variants, comparisons: analysis.comparisons,
      headline: analysis.headline, warnings: analysis.warnings)
  }

  /// Runs by variant, and the labels of runs that came twice, of which the last counts.
  private static func variants(of runs: [RunSummary]) -> ([Variant], repeated: [String]) {
    let isOneExperiment = runs.map(\.experiment).uniqued.count == 1
    var variants: [Variant] = []
    var repeated: [String] = []
    for run in runs {
      let name = isOneExperiment ? run.variant : "\(run.experiment)/\(run.variant)"
      guard let place = variants.firstIndex(where: { $0.name == name }) else {
        variants.append(Variant(name: name, runs: [run]))
        continue
      }
      if let old = variants[place].runs.firstIndex(where: { $0.seed == run.seed }) {
        variants[place].runs[old] = run
        repeated.append("\(name), seed \(run.seed)")
      } else {
        variants[place].runs.append(run)
      }
    }
    for place in variants.indices { variants[place].runs.sort { $0.seed < $1.seed } }
    return (variants, repeated.uniqued)
  }
}

extension ExperimentReport {
  /// The stream for one purpose, so that no interval depends on what else the report holds.
  func stream(_ purpose: String) -> RandomStream {
    settings.seeds["report/\(purpose)"]
  }

  /// The training return of each variant, of one task or over all episodes.
  func trainingCurves(task: Int? = nil) -> [LearningCurve] {
    curves("training/\(task.map(String.init) ?? "all")") { variant, random in
      .training(
        variant.name, of: variant.runs, task: task, settings: settings.curves, using: &random)
    }
  }

  /// The evaluation return of each variant, on one task or over all.
  func evaluationCurves(task: Int? = nil) -> [LearningCurve] {
    curves("evaluation/\(task.map(String.init) ?? "all")") { variant, random in
      .evaluation(
        variant.name, of: variant.runs, task: task, settings: settings.curves, using: &random)
    }
  }

  /// A metric of each variant, at fewer steps than the returns because there are many metrics.
  func metricCurves(_ metric: String) -> [LearningCurve] {
    var coarse = settings.curves
    coarse.gridPoints = min(coarse.gridPoints, 80)
    return curves("metric/\(metric)") { [coarse] variant, random in
      .metric(metric, variant: variant.name, of: variant.runs, settings: coarse, using: &random)
    }
  }

  /// Names of all metrics that any run logged, with their units, in alphabetical order.
  var metrics: [(name: String, unit: String)] {
    let all = variants.flatMap(\.runs).flatMap(\.metrics)
    let units = Dictionary(all.map { ($0.name, $0.unit) }, uniquingKeysWith: { first, _ in first })
    return units.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  private func curves(
    _ purpose: String, _ make: (Variant, inout RandomStream) -> LearningCurve
  ) -> [LearningCurve] {
    variants.map { variant in
      var random = stream("\(purpose)/\(variant.name)")
      return make(variant, &random)
    }
  }
}

extension RunSummary {
  /// The run as a message names it.
  package var label: String { "\(experiment)/\(variant)/\(seed)" }
}

extension Array where Element: Hashable {
  /// The elements without repetitions, in the order of their first appearance.
  var uniqued: [Element] {
    var seen = Set<Element>()
    return filter { seen.insert($0).inserted }
  }
}
