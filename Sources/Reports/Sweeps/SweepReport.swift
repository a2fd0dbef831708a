import Randomness
package import Sweeps

/// What a sweep has found: its trials, the best of them, which settings mattered, and what the best
/// comes to on seeds that did not choose it.
package struct SweepReport: Sendable {
  /// The scores of the confirmation's runs, by seed.
  package struct Confirmation: Sendable {
    package var best: [UInt64: Double]
    package var base: [UInt64: Double]
    /// Runs of each that there are to be.
    package var planned: Int

    package init(best: [UInt64: Double], base: [UInt64: Double], planned: Int) {
      (self.best, self.base, self.planned) = (best, base, planned)
    }
  }

  /// What the sweep is, from its file.
  package struct Description: Sendable {
    package var title: String
    /// Which of the arms that are compared it is; `nil` for a search that stands alone, and for the
    /// comparison itself.
    package var arm: String?
    package var question: String
    /// What a score is, such as "mean return of the evaluation at the end".
    package var metric: String
    package var method: String
    package var stopping: String?
    package var seedsPerTrial: Int
    package var trials: Int
    /// Steps of a whole trial and seed.
    package var budget: Int
    /// The sweep file after defaults.
    package var file: String
    package var author: String?

    package init(
      title: String, question: String, metric: String, method: String, stopping: String?,
      seedsPerTrial: Int, trials: Int, budget: Int, file: String, author: String? = nil
    ) {
      (self.title, self.question, self.metric) = (title, question, metric)
      (self.method, self.stopping, self.seedsPerTrial) = (method, stopping, seedsPerTrial)
      (self.trials, self.budget, self.file, self.author) = (trials, budget, file, author)
    }
  }

  /// How much of the differences between scores a parameter explains by itself.
  package struct Importance: Encodable, Sendable {
    package let path: String
    package let share: Double
    /// The standard deviation over the trees of the model.
    package let deviation: Double
  }

  package let about: Description
  package let state: JournalState
  /// `nil` where none was asked for.
  package let confirmation: Confirmation?
  /// The share that each parameter has in the differences between scores, largest first; empty
  /// where there are too few trials to say.
  package let importances: [Importance]
  /// The share that parameters have only together.
  package let interactions: Double
  /// Short names of the parameters, in the order of the space.
  let names: [String]

  package init(_ about: Description, _ state: JournalState, _ confirmation: Confirmation?) {
    (self.about, self.state, self.confirmation) = (about, state, confirmation)
    names = Self.shortNames(state.space.parameters.map(\.path))
    let importance = Self.importance(of: state)
    importances = Self.shares(importance, state.space)
    interactions = importance?.interactions ?? 0
  }

  /// The fewest last words of each path that tell it from the others.
  static func shortNames(_ paths: [String]) -> [String] {
    let words = paths.map { $0.split(separator: ".").map(String.init) }
    return words.map { own in
      for count in 1...max(1, own.count) {
        let end = own.suffix(count)
        if words.count(where: { $0.suffix(count) == end }) == 1 {
          return end.joined(separator: ".")
        }
      }
      return own.joined(separator: ".")
    }
  }

  // MARK: Trials

  var isMaximized: Bool { state.goal == .maximize }

  /// Trials with a score, the best first; those that ran to their end before those that were
  /// stopped.
  package var ranked: [JournaledTrial] {
    func place(_ trial: JournaledTrial) -> (Int, Double, Int) {
      let isStopped = trial.trial.state == .stopped
      let score = trial.score ?? 0
      return (isStopped ? 1 : 0, isMaximized ? -score : score, trial.trial.number)
    }
    return state.trials.filter { $0.score != nil }.sorted { place($0) < place($1) }
  }

  package var finished: [JournaledTrial] {
    state.trials.filter { if case .finished = $0.trial.state { true } else { false } }
  }

  var stopped: [JournaledTrial] { state.trials.filter { $0.trial.state == .stopped } }

  package var failures: [(number: Int, reason: String)] {
    state.trials.compactMap { trial in
      guard case .failed(let reason) = trial.trial.state else { return nil }
      // A sentence goes on after it.
      return (trial.trial.number, reason.hasSuffix(".") ? String(reason.dropLast()) : reason)
    }
  }

  /// The share of all trials' steps that stopping left out.
  var savedShare: Double {
    let left = stopped.reduce(0.0) { sum, trial in
      sum + Double(max(0, about.budget - (trial.trial.reports.last?.step ?? 0)))
    }
    let whole = Double(about.budget) * Double(finished.count + stopped.count)
    return whole > 0 ? left / whole : 0
  }

  // MARK: Confirmation

  /// The comparison of the best point with the experiment as it is, by common seeds.
  package var comparison: PairedComparison? {
    guard let confirmation, !confirmation.best.isEmpty, !confirmation.base.isEmpty,
      let best = state.best
    else { return nil }
    let sign = isMaximized ? 1.0 : -1
    var stream = Seeds(root: 1)["sweep/confirmation"]
    let pair = PairedComparison(
      of: "trial \(best.trial.number)", confirmation.best.mapValues { sign * $0 }, with: "base",
      confirmation.base.mapValues { sign * $0 }, bootstrap: .estimates, using: &stream)
    return PairedComparison.judged([pair])[0]
  }

  /// Mean over seeds with its interval.
  func estimate(_ scores: [UInt64: Double], _ name: String) -> Estimate {
    var stream = Seeds(root: 1)["sweep/\(name)"]
    let values = scores.keys.sorted().compactMap { scores[$0] }
    return Bootstrap.estimates.estimate(of: Scores(values), using: &stream) { $0.values.mean }
  }
}
