import Foundation
import TestSupport
import Testing
import Tracking

/// Real runs, really killed: each goes on and ends with the bytes of one that never stopped.
@Suite struct KillTests {
  private static let yaml = SampleFolder.yaml(steps: 5000, every: 1000, checkpoint: 250)
    .replacing("episodes: 2,", with: "episodes: 2, keepBest: true,")

  /// Goes on with a run that was killed at some instant, to its end.
  private func finish(
    _ folder: RunFolder, _ sample: SampleFolder, in output: String, _ comment: String
  ) throws {
    let resumed = try CommandLineTool.run("resume", "--quiet", folder.path)
    if resumed.status == 0 { return }
    // Killed before there was a run, or after all was done: it says so.
    expectRefusal(resumed)
    if folder.hasRun {
      #expect(try RunReader(folder).status == .finished, "\(comment): \(resumed)")
    } else {
      #expect(
        resumed.errors.contains("there is no run") || resumed.errors.contains("there is no folder"),
        "\(comment): \(resumed)")
      let answer = try sample.start([], in: output).wait()
      #expect(answer.status == 0, "\(comment): \(answer)")
    }
  }

  /// What a kill waits for.
  enum Instant: CustomStringConvertible {
    case after(Double)
    /// The moment at which a file of this beginning is being written.
    case writing(String)

    var description: String {
      switch self {
      case .after(let seconds): "killed after \(seconds) s"
      case .writing(let name): "killed while writing \(name)"
      }
    }
  }

  private func kill(
    _ process: RunningProcess, _ folder: RunFolder, at instant: Instant
  ) throws {
    switch instant {
    case .after(let seconds): usleep(UInt32(seconds * 1e6))
    case .writing(let name):
      _ = process.wait(seconds: 2) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.contains { $0.hasPrefix(name) && $0.hasSuffix(".partial") }
      }
    }
    // It may have come to its end before, or found that there is nothing left to do.
    let answer = try process.stop(SIGKILL)
    #expect([nil, 0, 1].contains(answer.status), "\(answer)")
  }

  @Test func `twenty runs, each killed and resumed, end like one that never stopped`() throws {
    try SampleFolder.with(Self.yaml) { sample in
      let start = Date()
      let answer = try sample.start([], in: "whole").wait()
      #expect(answer.status == 0, "\(answer)")
      let duration = Date().timeIntervalSince(start)
      let whole = sample.run(in: "whole")
      let digests = try PythonReading.python.map { _ in
        try PythonReading.run(PythonReading.digests, whole.runPath).output
      }
      if digests == nil { print("h5py was not found: killed runs are compared by our reader only") }

      // The first milliseconds, the moments of writing, any instant; and several kills in a row.
      var plans: [[Instant]] = (0..<5).map { [.after(0.002 + 0.004 * Double($0))] }
      plans += [[.writing(".run.h5.")], [.writing(".run.h5."), .writing(".run.h5.")]]
      plans += (1...4).map { Array(repeating: .writing(".checkpoint.h5."), count: $0) }
      plans += (0..<9).map { number in
        (0...(number / 3)).map { _ in .after(Double.random(in: 0..<(1.1 * duration))) }
      }
      #expect(plans.count == 20)
      for (number, plan) in plans.enumerated() {
        let output = "killed-\(number)"
        let folder = sample.run(in: output)
        for (index, instant) in plan.enumerated() {
          let process =
            index == 0 || !folder.hasRun
            ? try sample.start([], in: output)
            : try CommandLineTool.start(["resume", "--quiet", folder.path])
          try kill(process, folder, at: instant)
        }
        try finish(folder, sample, in: output, "\(plan)")
        try expectEqualRuns(folder, whole, "\(plan)")
        if let digests {
          let found = try PythonReading.run(PythonReading.digests, folder.runPath)
          #expect(found.output == digests, "\(plan): \(found.errors)")
        }
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(names.allSatisfy { $0 == "run.h5" || $0 == "checkpoint.h5" }, "\(plan): \(names)")
      }
    }
  }

  @Test func `Ctrl-C stops cleanly, says how to go on, and what goes on is exact`() throws {
    try SampleFolder.with(Self.yaml) { sample in
      #expect(try sample.start([], in: "whole").wait().status == 0)
      for (number, signal) in [SIGINT, SIGTERM, SIGINT].enumerated() {
        let output = "stopped-\(number)"
        let folder = sample.run(in: output)
        let process = try sample.start([], in: output)
        let hasBegun = process.wait { (try? RunReader(folder).stepsDone) ?? 0 > number * 1000 }
        #expect(hasBegun)
        let answer = try process.stop(signal)
        guard answer.status != 0 else { continue }
        #expect(answer.status == 130, "\(answer)")
        #expect(answer.errors.contains("To go on exactly there: fledge resume \(folder.path)"))
        #expect(try RunReader(folder).status == .interrupted)
        let resumed = try CommandLineTool.run("resume", "--quiet", folder.path)
        #expect(resumed.status == 0, "\(resumed)")
        try expectEqualRuns(folder, sample.run(in: "whole"))
      }
    }
  }

  @Test(.enabled(if: PythonReading.python != nil, "there is no Python with h5py"))
  func `h5py reads along while a run goes on`() throws {
    try SampleFolder.with(SampleFolder.yaml(steps: 1_000_000_000, every: 0)) { sample in
      let process = try sample.start([])
      #expect(process.wait { sample.run().hasRun })
      let answer = try PythonReading.run(PythonReading.following, sample.run().runPath)
      #expect(answer.status == 0, "\(answer)")
      #expect(try process.stop(SIGINT).status == 130)
    }
  }
}
