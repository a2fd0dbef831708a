import ArgumentParser
import Environments
import Experiments
import Foundation
import MultiTask
import NeuralNetworks

/// What the shell offers for an argument; programs that bring environments along offer these, too.
extension CompletionKind {
  /// Environments that this program knows.
  static var environment: CompletionKind {
    .custom { _, _, prefix in names(environmentNames, prefix) }
  }

  /// Environments, and experiment files.
  static var environmentOrExperiment: CompletionKind {
    .custom { _, _, prefix in names(environmentNames, prefix) + paths(prefix, isFile: isYAML) }
  }

  /// Environments, and folders with runs.
  static var environmentOrRun: CompletionKind {
    .custom { _, _, prefix in names(environmentNames, prefix) + paths(prefix) { _ in false } }
  }

  /// Agents, and experiment files.
  static var agentOrExperiment: CompletionKind {
    .custom { _, _, prefix in
      names(AgentSummary.all(in: Extensions.environments).map(\.id), prefix)
        + paths(prefix, isFile: isYAML)
    }
  }

  /// Strategies for several tasks.
  static var strategy: CompletionKind {
    .custom { _, _, prefix in names(StrategySettings.alternatives.map(\.name), prefix) }
  }

  /// What `fledge list SUBJECT` tells of in full.
  static var listed: CompletionKind {
    .custom { words, _, prefix in
      let all =
        words.contains("strategies")
        ? StrategySettings.alternatives.map(\.name)
        : words.contains("architectures")
          ? ArchitectureSettings.alternatives.map(\.name)
          : words.contains("agents")
            ? AgentSummary.all(in: Extensions.environments).map(\.id) : environmentNames
      return names(all, prefix)
    }
  }

  /// Experiment files.
  static var experiment: CompletionKind { .file(extensions: ["yaml", "yml"]) }

  /// Problems of `experiments/landscapes`, and files.
  static var landscape: CompletionKind {
    .custom { _, _, prefix in
      names(yamlNames(in: "experiments/landscapes"), prefix) + paths(prefix, isFile: isYAML)
    }
  }

  /// Rows of the table of results.
  static var resultsRow: CompletionKind {
    .custom { _, _, prefix in names(yamlNames(in: "experiments"), prefix) }
  }

  // MARK: Finding names

  private static var environmentNames: [String] { Extensions.environments.entries.map(\.id) }

  private static func names(_ all: [String], _ prefix: String) -> [String] {
    all.filter { $0.hasPrefix(prefix) }
  }

  private static func isYAML(_ name: String) -> Bool {
    name.hasSuffix(".yaml") || name.hasSuffix(".yml")
  }

  private static func yamlNames(in folder: String) -> [String] {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return files.filter { $0.hasSuffix(".yaml") && $0 != "results.yaml" }.sorted()
      .map { String($0.dropLast(5)) }
  }

  /// Folders and some files that a path could go on with.
  private static func paths(_ prefix: String, isFile: (String) -> Bool) -> [String] {
    let end = prefix.lastIndex(of: "/").map { prefix.index(after: $0) } ?? prefix.startIndex
    let (folder, start) = (String(prefix[..<end]), prefix[end...])
    let entries =
      (try? FileManager.default.contentsOfDirectory(atPath: folder.isEmpty ? "." : folder)) ?? []
    return entries.sorted().compactMap { entry in
      guard entry.hasPrefix(start), !entry.hasPrefix(".") || start.hasPrefix(".") else {
        return nil
      }
      if RunLookup.isFolder(folder + entry) { return folder + entry + "/" }
      return isFile(entry) ? folder + entry : nil
    }
  }
}
