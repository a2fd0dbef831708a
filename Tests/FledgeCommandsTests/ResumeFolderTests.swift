import Foundation
import TestSupport
import Testing
import Tracking

/// What `fledge resume` makes of a folder with several runs.
@Suite struct ResumeFolderTests {
  private static let yaml = SampleFolder.small.replacing("runs: 1}", with: "runs: 3}")

  @Test func `seeds that were never begun are begun, with the others' settings`() throws {
    try SampleFolder.with(Self.yaml) { sample in
      #expect(
        try sample.start(["--set", "agent.dqn.discountFactor=0.9"], in: "whole").wait().status == 0)
      #expect(
        try sample.start(["--set", "agent.dqn.discountFactor=0.9"]).wait().status == 0)
      for seed in 2...3 { try FileManager.default.removeItem(atPath: sample.run(seed).path) }
      let answer = try CommandLineTool.run("resume", "--quiet", sample.output)
      #expect(answer.status == 0, "\(answer)")
      for seed in 1...3 { try expectEqualRuns(sample.run(seed), sample.run(seed, in: "whole")) }

      let again = try CommandLineTool.run("resume", "--quiet", sample.output)
      expectRefusal(again)
      #expect(again.errors.contains("nothing to resume"))
    }
  }

  @Test func `a run that is named itself goes on alone`() throws {
    try SampleFolder.with(Self.yaml) { sample in
      #expect(try sample.execute().status == 0)
      try FileManager.default.removeItem(atPath: sample.run(2).path)
      expectRefusal(try CommandLineTool.run("resume", "--quiet", sample.run(1).path))
      #expect(!sample.run(2).hasRun)
    }
  }

  @Test func `runs that were moved elsewhere bring no others with them`() throws {
    try SampleFolder.with(Self.yaml) { sample in
      #expect(try sample.execute().status == 0)
      try FileManager.default.removeItem(atPath: sample.run(2).path)
      let moved = sample.path + "/moved"
      try FileManager.default.moveItem(atPath: sample.output + "/small/main", toPath: moved)
      expectRefusal(try CommandLineTool.run("resume", "--quiet", moved))
      #expect(!RunFolder(path: moved + "/2").hasRun)
    }
  }
}
