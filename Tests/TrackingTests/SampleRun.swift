import Foundation
import HDF5Store
import Tracking

/// A made-up run whose every number follows from its step, so that any prefix can be checked.
enum SampleRun {
  static let schema = RunSchema(
    metrics: [
      MetricColumn("loss/td", unit: "reward²", meaning: "mean squared TD error"),
      MetricColumn("loss", meaning: "of everything"),
      MetricColumn("weights/tasks", meaning: "one per task", width: 3),
    ],
    weights: [WeightArray("net/weight", shape: [4, 3]), WeightArray("net/bias", shape: [3])])

  static let config = "name: sample\nquestion: Does it survive?\n"

  static let provenance = Provenance(
    version: "0.1.0", commit: "0123abcd", processor: "Made-up CPU", blasKernel: "Generic",
    seed: .max, commandLine: ["fledge", "run", "sample file.yaml"], host: "here",
    startTime: "2026-11-21T12:00:00Z", swiftVersion: "6.3")

  static func create(in folder: RunFolder) throws -> RunWriter {
    try RunWriter.create(in: folder, schema: schema, config: config, provenance: provenance)
  }

  /// Records everything that belongs to one step.
  static func record(step: Int64, in writer: RunWriter) throws {
    writer.stepsDone = step
    try writer.record(metric: 0, step: step, value: Float(step) * 0.5)
    if step.isMultiple(of: 2) { try writer.record(metric: 1, step: step, value: Float(-step)) }
    if step.isMultiple(of: 3) {
      try [Float(step), 1, 2].withUnsafeBufferPointer {
        try writer.record(metric: 2, step: step, row: $0)
      }
    }
    if step.isMultiple(of: 5) {
      try writer.recordEpisode(step: step, return: Double(step) / 3, length: 5, task: 1)
    }
    if step.isMultiple(of: 7) {
      let episodes = [(return: Double(step), length: Int64(7)), (return: 0.5, length: step)]
      try writer.recordEvaluation(step: step, episodes: episodes)
    }
    try writer.record(timing: 0, step: step, value: Double.random(in: 0..<1))
  }

  static func finish(_ writer: RunWriter) throws {
    try writer.finish { array in (0..<array.count).map { Float($0) + 0.25 } }
  }

  /// What is wrong with a run of so many steps, in words; empty when it is right.
  static func faults(of reader: RunReader, steps: Int64) throws -> [String] {
    var faults = [String]()
    func expect(_ holds: Bool, _ words: String) { if !holds { faults.append(words) } }
    let all = steps < 1 ? [] : Array(1...steps)
    let loss = try reader.series("loss/td")
    expect(loss.steps == all, "steps of loss/td: \(loss.steps.count) of \(steps)")
    expect(loss.values == all.map { Float($0) * 0.5 }, "values of loss/td")
    let even = all.filter { $0.isMultiple(of: 2) }
    let second = try reader.series("loss")
    expect(second.steps == even && second.values == even.map { Float(-$0) }, "loss")
    let third = all.filter { $0.isMultiple(of: 3) }
    let rows = try reader.series("weights/tasks")
    expect(rows.steps == third && rows.values == third.flatMap { [Float($0), 1, 2] }, "rows")
    let fifth = all.filter { $0.isMultiple(of: 5) }
    let episodes = fifth.map { EpisodeRow(step: $0, return: Double($0) / 3, length: 5, task: 1) }
    expect(try reader.episodes() == episodes, "episodes")
    let evaluations = all.filter { $0.isMultiple(of: 7) }.flatMap {
      [
        EvaluationRow(step: $0, episode: 0, return: Double($0), length: 7),
        EvaluationRow(step: $0, episode: 1, return: 0.5, length: $0),
      ]
    }
    expect(try reader.evaluations() == evaluations, "evaluations")
    expect(try reader.timing("elapsed").steps == all, "timing")
    return faults
  }
}
