import Foundation
import TestSupport
import Testing
import Tracking

@Suite struct `Runs with several tasks` {
  @Test func `A run tells its tasks and its place in a comparison, also after a resumption`() throws
  {
    try withTemporaryDirectory { output in
      let record = TaskRecord(
        tasks: [
          RecordedTask(
            name: "left", kind: "10 classes",
            scores: [RecordedScore(name: "accuracy", higherIsBetter: true, trivial: 0.1)])
        ],
        cell: RecordedCell(
          role: .candidate, strategy: "nashMTL", architecture: "hardSharing", parameterCount: 7,
          trials: [RecordedTrial(learningRate: 0.001, score: 0.5)], learningRate: 0.001))
      var schema = SampleRun.schema
      schema.multitask = record
      let place = try RunFolder(output: output.path, experiment: "e", variant: "v", seed: 1)
      let writer = try RunWriter.create(
        in: place, schema: schema, config: "", provenance: SampleRun.provenance)
      let lengths = try writer.prepareForCheckpoint()
      try writer.interrupt()
      #expect(try RunReader(place).multitask == record)

      _ = try RunWriter.resume(place, cuttingTo: lengths, provenance: SampleRun.provenance)
        .interrupt()
      #expect(try RunReader(place).multitask == record)
    }
  }
}
