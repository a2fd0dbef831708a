import Environments
import Foundation
import Randomness
import Spelling
public import Sweeps

// From values to the experiment that they make.
extension SweepConfig {
  /// The experiment of a trial.
  ///
  /// - Parameters:
  ///   - values: One for each parameter of the space, in its order.
  ///   - variant: the name of its folder.
  ///   - seeds: What its runs begin with.
  /// - Throws: `ConfigError` where the values do not make an experiment.
  public func experiment(
    with values: [ParameterValue], variant: String, seeds: [UInt64]
  ) throws -> ExperimentConfig {
    var tree = try ConfigEncoder.encode(experiment)
    for (parameter, value) in zip(space.parameters, values) {
      let place = places[parameter.path]
      let node = try YAMLText.parse(override: value.yaml, name: place ?? parameter.path)
      let path = parameter.path.split(separator: ".").map(String.init)
      tree = tree.setting(path[...], to: node)
    }
    var made: ExperimentConfig
    do {
      made = try ExperimentConfig(tree: tree, catalogue: catalogue)
    } catch let error as ConfigError where error.place == nil {
      // Of two settings that do not go together one may stand in the experiment.
      throw ConfigError(
        path: error.path, place: places.first { error.path.hasPrefix($0.key) }?.value,
        problem: error.problem)
    }
    if settings.quick { made.shrinkForTrial() }
    (made.name, made.variant) = (name, variant)
    (made.seeds.root, made.seeds.runs) = (seeds.first ?? 1, max(1, seeds.count))
    return made
  }

  /// Tries every parameter's limits before anything runs.
  ///
  /// A value that goes with no values of the others is refused; one that goes with some is left to
  /// the search, where the points that cannot be fail.
  func requireUsablePoints() throws {
    var stream = Seeds(root: settings.seed)["checks"]
    let corners = space.parameters.map { $0.range.extremes }
    for (index, parameter) in space.parameters.enumerated() {
      try requireOwnPath(parameter.path)
      for value in corners[index] {
        guard let problem = problem(with: [parameter.path: value]) else { continue }
        let isPossible = (0..<12).contains { _ in
          var point = [parameter.path: value]
          for (other, extremes) in zip(space.parameters, corners) where other != parameter {
            point[other.path] = extremes[stream.integer(below: extremes.count)]
          }
          return self.problem(with: point) == nil
        }
        if !isPossible { throw refusal(of: value, for: parameter.path, problem) }
      }
    }
  }

  /// Settings that the sweep itself fills in.
  private func requireOwnPath(_ path: String) throws {
    let remedies = [
      "seeds": "every trial has the same seeds, and seedsPerTrial says how many",
      "name": "the sweep names its runs", "variant": "the sweep names its runs",
    ]
    guard let remedy = remedies[String(path.prefix { $0 != "." })] else { return }
    throw ConfigError(
      path: "parameters.\(path)", place: places[path], problem: "cannot be varied: \(remedy)")
  }

  /// Why these values, with the experiment's own for the rest, make no experiment.
  private func problem(with values: [String: ParameterValue]) -> (any Error)? {
    let some = space.parameters.filter { values[$0.path] != nil }
    do {
      _ = try varying(some).experiment(
        with: some.compactMap { values[$0.path] }, variant: "check", seeds: seeds)
      return nil
    } catch { return error }
  }

  /// This search over other parameters.
  func varying(_ parameters: [SearchParameter]) -> SweepConfig {
    var other = self
    other.space = SearchSpace(parameters)
    return other
  }

  private func refusal(
    of value: ParameterValue, for path: String, _ problem: any Error
  ) -> ConfigError {
    let place = places[path]
    if let missing = missingKey(of: path) {
      return ConfigError(path: "parameters.\(path)", place: place, problem: missing)
    }
    var words = "\(problem)"
    if let error = problem as? ConfigError {
      words =
        error.path == path || error.path.isEmpty
        ? error.problem : "\(error.path): \(error.problem)"
    }
    return ConfigError(
      path: "parameters.\(path)", place: place,
      problem: "the experiment refuses the value \(value.yaml): \(words)")
  }

  /// What there is instead of the first key of a path that the experiment does not have.
  private func missingKey(of path: String) -> String? {
    guard var node = try? ConfigEncoder.encode(experiment) else { return nil }
    var before = "the experiment"
    for key in path.split(separator: ".").map(String.init) {
      guard let next = node[key] else {
        guard !node.keys.isEmpty else { return nil }
        let nearest = nearestName(to: key, among: node.keys).map { "; did you mean '\($0)'?" }
        return "\(before) has no setting '\(key)'"
          + (nearest ?? "; it has \(node.keys.joined(separator: ", "))")
      }
      (node, before) = (next, before == "the experiment" ? "its \(key)" : "\(before).\(key)")
    }
    return nil
  }
}

extension ParameterRange {
  /// The values that are tried before anything runs: the limits, or every choice.
  fileprivate var extremes: [ParameterValue] {
    switch self {
    case .constant(let value): [value]
    case .choice(let values, _): values
    case .real(let lowest, let highest, _, _): [.number(lowest), .number(highest)]
    case .integer(let lowest, let highest, _, _): [.integer(lowest), .integer(highest)]
    case .normal(let mean, let deviation, .linear):
      [.number(mean - deviation), .number(mean + deviation)]
    case .normal(let mean, let deviation, .logarithmic):
      [.number(exp(mean - deviation)), .number(exp(mean + deviation))]
    }
  }
}
