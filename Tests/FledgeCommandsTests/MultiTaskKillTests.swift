import Experiments
import Foundation
import Testing
import Tracking

/// Comparisons of several tasks, really killed and given again.
@Suite struct MultiTaskKillTests {
  /// Every strategy that remembers something, rates to try, patience, and all kinds of controls.
  static let yaml = """
    name: several
    seeds: {root: 1, runs: 2}
    dataset: {mmoeSynthetic: {inputs: 10, count: 300}}
    split: {validation: 0.2, test: 0.2}
    architectures: [{hardSharing: {trunk: {mlp: {hidden: [16]}}}}]
    strategies: [uncertainty, dwa, rlw, famo, gradNorm, gradVac]
    tuning: {learningRates: [0.001, 0.003], share: 0.1}
    controls: {staticWeights: 2}
    batchSize: 16
    budget: {steps: 180}
    earlyStopping: {patience: 4}
    evaluation: {steps: 20}
    logging: {every: 7}
    checkpoint: {seconds: 0, steps: 30}
    """

  /// Every run in a folder, by cell and seed.
  static func runs(in output: String) -> [String: RunFolder] {
    Dictionary(
      uniqueKeysWithValues: RunFolder.all(under: output).map {
        ($0.path.split(separator: "/").suffix(2).joined(separator: "/"), $0)
      })
  }

  @Test func `killed again and again and given again, it ends like one that never stopped`()
    throws
  {
    try SampleFolder.with(Self.yaml) { place in
      let start = Date()
      let answer = try place.start(["--jobs", "1"], in: "whole").wait()
      #expect(answer.status == 0, "\(answer)")
      let duration = Date().timeIntervalSince(start)
      let both = try place.start(["--jobs", "2"], in: "both").wait()
      #expect(both.status == 0, "\(both)")
      var ended = false
      for _ in 0..<6 where !ended {
        let process = try place.start(["--jobs", "2"], in: "killed")
        usleep(UInt32(Double.random(in: 0.02..<0.02 + 0.2 * duration) * 1e6))
        let killed = try process.stop(SIGKILL)
        ended = killed.status == 0
        #expect([nil, 0].contains(killed.status), "\(killed)")
      }
      let last = try place.start(["--jobs", "2"], in: "killed").wait()
      #expect(last.status == 0, "\(last)")

      let whole = Self.runs(in: place.path + "/whole")
      // Equal weighting and 6 strategies, 2 tasks alone, 2 fixed weightings; 2 seeds.
      #expect(whole.count == 2 * (7 + 2 + 2))
      for output in ["both", "killed"] {
        let others = Self.runs(in: place.path + "/" + output)
        #expect(Set(others.keys) == Set(whole.keys))
        for (name, folder) in others {
          try expectEqualRuns(folder, #require(whole[name]), "\(name) \(output)")
          let (one, two) = try (RunReader(folder), RunReader(#require(whole[name])))
          #expect(one.multitask == two.multitask, "\(name) \(output)")
        }
      }
    }
  }

  @Test func `a run that was killed goes on by fledge resume`() throws {
    try SampleFolder.with(Self.yaml) { place in
      let cell = [
        "--cell", "famo-hardSharing", "--seed", "1", "--set", "budget.steps=20_000", "--set",
        "earlyStopping.patience=30",
      ]
      let process = try place.start(cell, in: "killed")
      let folder = RunFolder(path: place.path + "/killed/several/famo-hardSharing/1")
      #expect(process.wait { folder.hasCheckpoint })
      let killed = try process.stop(SIGKILL)
      #expect(killed.signal == SIGKILL, "\(killed)")
      #expect(try RunReader(folder).status == .crashed)
      let resumed = try CommandLineTool.run("resume", "--quiet", folder.path)
      #expect(resumed.status == 0, "\(resumed)")
      let answer = try place.start(cell, in: "whole").wait()
      #expect(answer.status == 0, "\(answer)")
      try expectEqualRuns(
        folder, RunFolder(path: place.path + "/whole/several/famo-hardSharing/1"))
      // It ended by patience, or a run of this length would take seconds.
      #expect(try RunReader(folder).earlyEnd != nil)
      expectRefusal(try CommandLineTool.run("resume", folder.path), saying: "finished")
    }
  }
}
