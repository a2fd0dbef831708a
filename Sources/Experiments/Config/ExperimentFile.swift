public import Environments
import Foundation

/// What an experiment file is about: an agent in an environment, or several tasks of one data set,
/// told by its key `dataset`.
public enum ExperimentFile: Sendable {
  /// An agent learns in an environment.
  case agent(ExperimentConfig)
  /// Ways to learn several tasks are compared.
  case multiTask(MultiTaskConfig)

  /// What YAML files of experiments folders are about.
  package enum Kind: Sendable {
    case experiment, sweep, landscape, results
  }

  /// What a file is about, by its keys, be it right or wrong; an experiment where nothing tells.
  package static func kind(ofFile path: String) -> Kind {
    guard let text = try? ConfigText.read(path),
      let tree = try? ConfigText.tree(text, name: path)
    else { return .experiment }
    if SweepPlan.isSweep(tree) { return .sweep }
    guard tree["environment"] == nil, tree["dataset"] == nil else { return .experiment }
    return tree["problem"] != nil ? .landscape : tree["rows"] != nil ? .results : .experiment
  }

  /// Reads an experiment file, lays it over the defaults and applies overrides.
  ///
  /// - Throws: `ConfigError`, a sentence with place and remedy.
  public static func load(
    path: String, overrides: [String] = [], catalogue: Catalogue
  ) throws -> ExperimentFile {
    let file = try parse(
      ConfigText.read(path), name: (path as NSString).lastPathComponent, overrides: overrides,
      catalogue: catalogue)
    guard case .multiTask(let config) = file else { return file }
    return .multiTask(config.findingData(besideFile: path))
  }

  /// Reads an experiment from text; `name` stands for the file in errors.
  public static func parse(
    _ text: String, name: String, overrides: [String] = [], catalogue: Catalogue
  ) throws -> ExperimentFile {
    let tree = try ConfigText.tree(text, name: name, overrides: overrides)
    if let problem = tree["problem"], tree["environment"] == nil, tree["dataset"] == nil {
      throw ConfigError(
        path: "problem", place: problem.place,
        problem: "this is a landscape; `fledge landscape \(name)` shows it")
    }
    let varied = tree["arms"] == nil ? "parameters" : "arms"
    if let node = tree[varied], tree["environment"] == nil, tree["dataset"] == nil {
      throw ConfigError(
        path: varied, place: node.place,
        problem: "this is a search over an experiment's settings; `fledge sweep \(name)` runs it")
    }
    if let rows = tree["rows"], tree["environment"] == nil, tree["dataset"] == nil {
      throw ConfigError(
        path: "rows", place: rows.place,
        problem: "this lists the rows of the table of results; `fledge results` makes them")
    }
    return tree["dataset"] == nil
      ? .agent(
        try .parse(text, name: name, overrides: overrides, catalogue: catalogue))
      : .multiTask(
        try .parse(text, name: name, overrides: overrides, catalogue: catalogue))
  }

  /// The experiment's name.
  public var name: String {
    switch self {
    case .agent(let config): config.name
    case .multiTask(let config): config.name
    }
  }

  /// What it asks, in a sentence.
  public var question: String {
    switch self {
    case .agent(let config): config.question
    case .multiTask(let config): config.question
    }
  }
}
