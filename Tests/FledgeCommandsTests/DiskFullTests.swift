import Foundation
import TestSupport
import Testing
import Tracking

/// A disk that fills up stops a run, and takes nothing of what was there.
@Suite struct DiskFullTests {
  private static let yaml = SampleFolder.yaml(steps: 6000, every: 1000, checkpoint: 500)

  private func reference(_ sample: SampleFolder) throws -> RunFolder {
    let answer = try sample.start([], in: "reference").wait()
    #expect(answer.status == 0, "\(answer)")
    return sample.run(in: "reference")
  }

  /// What must hold after a run that had no room.
  private func expectNothingLost(_ folder: RunFolder, _ answer: CommandLineTool.Answer) throws {
    expectRefusal(answer, saying: folder.path, "space")
    #expect(folder.hasCheckpoint)
    _ = try CheckpointReader(folder.checkpointPath)
    let reader = try RunReader(folder)
    _ = try (reader.status, reader.episodes(), reader.evaluations())
    let leftovers = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(leftovers.sorted() == ["checkpoint.h5", "run.h5"])
    let shown = try CommandLineTool.run("show", folder.path)
    #expect(shown.status == 0, "\(shown)")
  }

  private func size(_ path: String) throws -> Int {
    try Data(contentsOf: URL(filePath: path)).count
  }

  private static var canMount: Bool {
    let try_ = try? CommandLineTool.shell(
      "d=$(mktemp -d) && mount -t tmpfs -o size=1m tmpfs $d && umount $d; s=$?; rmdir $d; exit $s")
    return try_?.status == 0
  }

  @Test(.enabled(if: canMount, "a tmpfs cannot be mounted here"))
  func `a full disk keeps the last checkpoint, and with room again the run goes on`() throws {
    try SampleFolder.with(Self.yaml) { sample in
      let whole = try reference(sample)
      let disk = sample.path + "/disk"
      try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
      let mounted = try CommandLineTool.shell("mount -t tmpfs -o size=2m tmpfs $1", [disk])
      try #require(mounted.status == 0, "\(mounted)")
      defer { _ = try? CommandLineTool.shell("umount $1", [disk]) }
      let log = try size(whole.runPath)
      // So that the log, or a checkpoint beside the log, is what finds no room.
      for room in [log * 9 / 10, log + 60_000, log + 160_000] {
        let output = "disk/\(room)"
        let filler = disk + "/filler"
        let filled = try CommandLineTool.shell(
          "head -c $((2097152 - $2)) /dev/zero > $1", [filler, "\(room)"])
        #expect(filled.status == 0)
        let answer = try sample.start([], in: output).wait()
        try expectNothingLost(sample.run(in: output), answer)
        // Still full: nothing gets worse.
        let again = try CommandLineTool.run("resume", "--quiet", sample.run(in: output).path)
        try expectNothingLost(sample.run(in: output), again)
        try FileManager.default.removeItem(atPath: filler)
        let resumed = try CommandLineTool.run("resume", "--quiet", sample.run(in: output).path)
        #expect(resumed.status == 0, "\(resumed)")
        try expectEqualRuns(sample.run(in: output), whole, "\(room) bytes")
        try FileManager.default.removeItem(atPath: sample.path + "/" + output)
      }
    }
  }

  /// The same by a limit on the size of files, which needs no rights.
  @Test func `a file that may not grow keeps the last checkpoint`() throws {
    try SampleFolder.with(Self.yaml) { sample in
      let whole = try reference(sample)
      let size = try size(whole.runPath)
      // Both below and above what the log needs, so that the log and the checkpoint fail in turn.
      for blocks in [size / 512 * 3 / 4, size / 512 * 5 / 4] {
        let output = "limited-\(blocks)"
        let command = "ulimit -f \(blocks); exec \"$0\" \"$@\""
        let answer = try CommandLineTool.shell(
          command,
          ["run", sample.experiment, "--quiet", "--output", sample.path + "/" + output])
        let folder = sample.run(in: output)
        if answer.status == 0 {
          try expectEqualRuns(folder, whole)
          continue
        }
        try expectNothingLost(folder, answer)
        let resumed = try CommandLineTool.run("resume", "--quiet", folder.path)
        #expect(resumed.status == 0, "\(resumed)")
        try expectEqualRuns(folder, whole)
      }
    }
  }
}
