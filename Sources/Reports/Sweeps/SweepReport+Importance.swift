import Randomness
import Sweeps

extension SweepReport {
  /// Finished trials from which on something is said about what mattered.
  static let fewestTrials = 10

  /// What a random forest fitted to the finished trials says of each parameter; `nil` for too few.
  static func importance(of state: JournalState) -> ParameterImportance? {
    let finished = state.trials.count {
      if case .finished = $0.trial.state { true } else { false }
    }
    guard finished >= fewestTrials else { return nil }
    return try? ParameterImportance(of: state.study, seeds: Seeds(root: 1))
  }

  /// The shares of parameters that vary, largest first.
  static func shares(
    _ importance: ParameterImportance?, _ space: SearchSpace
  ) -> [Importance] {
    guard let importance else { return [] }
    let all = zip(space.parameters, importance.shares.indices).compactMap {
      parameter, place -> Importance? in
      if case .constant = parameter.range { return nil }
      return Importance(
        path: parameter.path, share: importance.shares[place],
        deviation: importance.deviations[place])
    }
    return all.sorted { $0.share > $1.share }
  }
}
