import Environments
import Experiments
import Foundation
import Simulators
import Tracking

/// What a run's file costs: while it is written, on the disk, and when it is read.
extension Benchmark {
  static let tracking: [Benchmark] = [
    Benchmark(
      name: "run/logging",
      summary:
        "What files add to the wall time of a DQN run: CartPole-v1, CleanRL's 500,000 steps.",
      unit: .percentAdded, goal: 2
    ) { effort in try costOfFiles(effort) },
    Benchmark(
      name: "run/million-points-size",
      summary: "The file of a run with ten metrics of 100,000 points each.",
      unit: .mebibytes, goal: 19
    ) { _ in
      try withMillionPoints { folder in
        let attributes = try FileManager.default.attributesOfItem(atPath: folder.runPath)
        let bytes = (attributes[.size] as? NSNumber)?.doubleValue ?? .nan
        return Measurement(values: [bytes / 1_048_576])
      }
    },
    Benchmark(
      name: "run/million-points",
      summary: "`fledge show` on such a run, the whole process.",
      unit: .milliseconds, goal: 500
    ) { effort in
      try withMillionPoints { folder in
        Measurement(
          values: try (0..<effort.repeats).map { _ in
            try time(["show", folder.path]) * 1000
          })
      }
    },
  ]

  /// Pairs of runs with and without files, each pair back to back and the order turned every time.
  private static func costOfFiles(_ effort: Effort) throws -> Measurement {
    // All that is not said here is CleanRL's by default.
    var config = ExperimentConfig()
    config.name = "bench"
    config.budget.steps = 500_000
    config.evaluation.finalEpisodes = 1
    let catalogue = Simulators.catalogue
    let folder = FileManager.default.temporaryDirectory.appending(path: "fledge-\(UUID())").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    func seconds(_ body: () throws -> Void) rethrows -> Double {
      let clock = ContinuousClock()
      let start = clock.now
      try body()
      return (clock.now - start) / .seconds(1)
    }
    let values = try (0..<UInt64(max(2, effort.repeats / 2))).map { seed in
      func with() throws -> Double {
        try seconds {
          let run = try TrainingRun(
            starting: config, seed: seed, output: folder, command: ["fledge", "bench"],
            catalogue: catalogue)
          _ = try run.run(until: StopSignal()) { _ in }
        }
      }
      func without() throws -> Double {
        try seconds {
          try TrainingRun.trainUnrecorded(config, seed: seed, catalogue: catalogue)
        }
      }
      let isFirst = seed.isMultiple(of: 2)
      let early = try isFirst ? with() : without()
      let late = try isFirst ? without() : with()
      return ((isFirst ? early / late : late / early) - 1) * 100
    }
    return Measurement(values: values)
  }

  /// A finished run with a million points of metrics, as an agent would write it, for as long as
  /// the closure takes.
  private static func withMillionPoints(
    _ body: (RunFolder) throws -> Measurement
  ) throws -> Measurement {
    let output = FileManager.default.temporaryDirectory.appending(path: "fledge-\(UUID())").path
    defer { try? FileManager.default.removeItem(atPath: output) }
    let folder = try RunFolder(output: output, experiment: "bench", variant: "main", seed: 1)
    let schema = RunSchema(
      metrics: (0..<10).map { MetricColumn("loss/\($0)", meaning: "one of ten") })
    let writer = try RunWriter.create(
      in: folder, schema: schema, config: ExperimentConfig().yaml(),
      provenance: Provenance.gather(
        version: FledgeVersion.current, blasKernel: "", seed: 1, commandLine: ["fledge", "bench"]))
    for step in 1...100_000 {
      for metric in 0..<10 {
        try writer.record(
          metric: metric, step: Int64(step), value: Float((step * (metric + 7)) % 1009))
      }
      if step.isMultiple(of: 5_000) { try writer.flush() }
    }
    writer.stepsDone = 100_000
    try writer.recordEvaluation(step: 100_000, episodes: [(return: 1, length: 1)])
    try writer.finish { _ in [] }
    return try body(folder)
  }
}
