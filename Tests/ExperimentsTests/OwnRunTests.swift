import Datasets
import Experiments
import Foundation
import Testing
import Tracking

struct OwnRunTests {
  private static let data = Dataset(
    name: "four", inputShape: [1], inputs: [0, 1, 2, 3],
    tasks: [
      TaskColumn(name: "number", kind: .regression(width: 1), labels: [0, 2, 1, 3], unit: "m"),
      TaskColumn(name: "sign", kind: .binary, labels: [0, 1, 0, 1]),
    ])
  private static let split = DatasetSplit(training: [0, 1], test: [2, 3])

  private static func run(of data: Dataset) -> OwnRun {
    OwnRun(
      experiment: "own", strategy: "mine", architecture: "shortcuts", seed: 3, dataset: data,
      split: split, parameterCount: 7, learningRate: 0.5)
  }

  @Test func `the answers of an own program end as the scores of a finished run`() throws {
    let output = FileManager.default.temporaryDirectory.appending(path: "own-\(UUID())").path
    defer { try? FileManager.default.removeItem(atPath: output) }
    try Self.run(of: Self.data).write(answers: [[1, 2], [-1, 1]], steps: 40, to: output)

    let reader = try RunReader(RunFolder(path: output + "/own/mine-shortcuts/3"))
    #expect(try reader.status == .finished)
    #expect(reader.stepsDone == 40)
    #expect(try reader.series("selected/number/meanSquaredError").values == [0.5])
    #expect(try reader.series("selected/sign/auc").values == [1])
    let record = try #require(reader.multitask)
    #expect(record.cell.role == .candidate)
    #expect(record.cell.gradients == "none")
    // Guessing the mean of the training labels, 1, errs by 0 and 2.
    let score = try #require(record.tasks[0].scores.first { $0.name == "meanSquaredError" })
    #expect(score.trivial == 2)
    #expect(score.unit == "m²")
  }

  @Test func `one task alone is recorded as that task's own run, and none is written over`() throws
  {
    let output = FileManager.default.temporaryDirectory.appending(path: "own-\(UUID())").path
    defer { try? FileManager.default.removeItem(atPath: output) }
    var alone = Self.data
    alone.tasks = [alone.tasks[1]]
    let run = Self.run(of: alone)
    #expect(run.variant == "single-sign")
    #expect(run.cell.role == .singleTask && run.cell.task == "sign")
    try run.write(answers: [[1, -1]], steps: 1, to: output)
    #expect(throws: TrackingError.self) { try run.write(answers: [[1, -1]], steps: 1, to: output) }
  }
}
