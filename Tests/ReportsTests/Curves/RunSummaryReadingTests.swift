import Foundation
import Reports
import TestSupport
import Testing
import Tracking

@Suite struct RunSummaryReadingTests {
  private let provenance = Provenance(
    version: "1.2", commit: "abc", processor: "P", blasKernel: "K", seed: 7,
    commandLine: ["fledge", "run", "a file.yaml"], host: "h", startTime: "2026-11-21T12:00:00Z",
    swiftVersion: "6.3")

  private let schema = RunSchema(metrics: [
    MetricColumn("loss/td", unit: "return²"), MetricColumn("weights", width: 2),
  ])

  /// A run that `body` writes, and that nobody writes any more.
  private func withRun(
    _ body: (RunWriter) throws -> Void, reading: (RunFolder) throws -> Void
  ) throws {
    try withTemporaryDirectory { directory in
      let folder = RunFolder(path: directory.path + "/cartpole/dqn/7")
      do {
        let writer = try RunWriter.create(
          in: folder, schema: schema, config: "steps: 100\n", provenance: provenance)
        try body(writer)
      }
      try reading(folder)
    }
  }

  @Test func `a finished run is read whole`() throws {
    try withRun { writer in
      try writer.record(metric: 0, step: 10, value: 0.5)
      try [Float(1), 2].withUnsafeBufferPointer { try writer.record(metric: 1, step: 20, row: $0) }
      try writer.recordEpisode(step: 30, return: 9, length: 15, task: 0)
      try writer.recordEvaluation(step: 50, episodes: [(1, 3), (2, 4)])
      try writer.recordEvaluation(step: 100, episodes: [(4, 6)])
      try writer.recordEvaluation(step: 100, episodes: [(5, 6), (6, 7)])
      for (step, seconds) in [(10, 2.0), (20, 4), (30, 1), (40, 3)] {
        try writer.record(timing: 0, step: Int64(step), value: seconds)
      }
      writer.stepsDone = 100
      try writer.finish { _ in [] }
    } reading: { folder in
      let run = try RunSummary(reading: RunReader(folder), plannedSteps: 100)
      #expect(run.label == "cartpole/dqn/7")
      #expect(run.state == .finished && run.lastStep == 100 && run.plannedSteps == 100)
      #expect(run.configuration == "steps: 100\n")
      #expect(run.episodes == EpisodeLog(endSteps: [30], returns: [9], lengths: [15], tasks: [0]))
      #expect(
        run.evaluations == [
          Evaluation(step: 50, returns: [1, 2]), Evaluation(step: 100, returns: [5, 6]),
        ])
      #expect(
        run.metrics == [
          Series(name: "loss/td", unit: "return²", steps: [10], values: [0.5]),
          Series(name: "weights/0", steps: [20], values: [1]),
          Series(name: "weights/1", steps: [20], values: [2]),
          Series(name: "speed", unit: "steps/s", steps: [], values: []),
        ])
      // The clock began again between steps 20 and 30, when the run was resumed.
      #expect(run.wallTime == 7)
      #expect(run.provenance.contains(ProvenanceEntry("Command", "fledge run 'a file.yaml'")))
    }
  }

  @Test func `a run whose process ended without a word crashed, and can be reported on`() throws {
    try withRun { writer in
      writer.stepsDone = 40
      try writer.flush()
    } reading: { folder in
      let run = try RunSummary(reading: RunReader(folder))
      #expect(run.state == .crashed && run.lastStep == 40)
      #expect(run.wallTime == nil && run.stepsPerSecond == nil)
      #expect(try SampleRuns.report([run]).summary.variants[0].countedRuns == 0)
    }
  }
}
