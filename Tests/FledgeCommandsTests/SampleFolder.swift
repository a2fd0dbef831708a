import Experiments
import Foundation
import HDF5Store
import TestSupport
import Testing
import Tracking

/// A folder with a small experiment in it, and the runs that are made from it.
struct SampleFolder {
  let path: String
  var experiment: String { path + "/small.yaml" }
  var output: String { path + "/runs" }

  /// The folder of a seed's run.
  func run(_ seed: Int = 1, in output: String = "runs") -> RunFolder {
    RunFolder(path: "\(path)/\(output)/small/main/\(seed)")
  }

  func write(_ text: String, to name: String) throws -> String {
    try Data(text.utf8).write(to: URL(filePath: path + "/" + name))
    return path + "/" + name
  }

  /// Runs the experiment; the arguments come after those that every run has.
  func execute(_ arguments: String...) throws -> CommandLineTool.Answer {
    try start(arguments).wait()
  }

  func start(_ arguments: [String], in output: String = "runs") throws -> RunningProcess {
    try CommandLineTool.start(
      ["run", experiment, "--quiet", "--output", path + "/" + output] + arguments)
  }

  static func with(_ yaml: String = small, _ body: (SampleFolder) throws -> Void) throws {
    try withTemporaryDirectory { folder in
      let sample = SampleFolder(path: folder.path)
      _ = try sample.write(yaml, to: "small.yaml")
      try body(sample)
    }
  }

  /// Takes a few milliseconds.
  static let small = yaml(steps: 400, every: 100)

  static func yaml(steps: Int, every: Int, checkpoint: Int = 0) -> String {
    """
    name: small
    question: Does it work?
    seeds: {root: 1, runs: 1}
    environment: {id: CartPole-v1, copies: 1}
    agent:
      dqn:
        network: {hidden: [32]}
        replay: {capacity: 50_000, batchSize: 32, learningStarts: 100}
        trainFrequency: 2
        targetUpdate: {hard: {every: 100}}
    budget: {steps: \(steps)}
    evaluation: {every: \(every), episodes: 2, finalEpisodes: 5}
    logging: {every: 50}
    checkpoint: {seconds: 0, steps: \(checkpoint)}
    """
  }
}

/// Expects a finished run to be equal to another in everything but time, byte for byte.
func expectEqualRuns(
  _ folder: RunFolder, _ other: RunFolder, _ comment: String = "",
  sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let (one, two) = (try RunReader(folder), try RunReader(other))
  #expect(try one.status == .finished, "\(comment)", sourceLocation: sourceLocation)
  #expect(one.fingerprint == two.fingerprint, "\(comment)", sourceLocation: sourceLocation)
  for metric in one.metrics {
    #expect(
      try one.series(metric.name) == two.series(metric.name), "\(metric.name) \(comment)",
      sourceLocation: sourceLocation)
  }
  #expect(try one.episodes() == two.episodes(), "\(comment)", sourceLocation: sourceLocation)
  #expect(try one.evaluations() == two.evaluations(), "\(comment)", sourceLocation: sourceLocation)
  let weights = try [one, two].map { reader in
    try #require(try reader.finalWeights()).map { $0.scalars.map(\.bitPattern) }
  }
  #expect(weights[0] == weights[1], "\(comment)", sourceLocation: sourceLocation)
}
