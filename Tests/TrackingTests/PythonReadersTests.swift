import Foundation
import HDF5Store
import TestSupport
import Testing
import Tracking

/// What h5py sees of our files, while they are written and afterwards.
///
/// The Python with h5py is `$FLEDGE_PYTHON` or `python3` on the PATH.
@Suite struct PythonReadersTests {
  private static let python = findPython()

  private static func findPython() -> String? {
    let environment = ProcessInfo.processInfo.environment
    let onPath = (environment["PATH"] ?? "").split(separator: ":").map { "\($0)/python3" }
    let candidates = [environment["FLEDGE_PYTHON"]].compactMap { $0 } + onPath
    return candidates.first { path in
      FileManager.default.isExecutableFile(atPath: path)
        && (try? run(path, "import h5py", []))?.status == 0
    }
  }

  private static func run(
    _ python: String, _ script: String, _ arguments: [String]
  ) throws -> (status: Int32, output: String) {
    let (process, pipe) = (Process(), Pipe())
    process.executableURL = URL(filePath: python)
    process.arguments = ["-c", script] + arguments
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let bytes = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: bytes, as: UTF8.self))
  }

  /// Runs assertions in Python on a file.
  private func check(
    _ path: String, _ script: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let python = try #require(Self.python)
    let prelude = "import sys, h5py, numpy as np\npath = sys.argv[1]\n"
    let (status, output) = try Self.run(python, prelude + script, [path])
    #expect(status == 0, "\(output)", sourceLocation: sourceLocation)
  }

  private static let missing: Comment = """
    no Python with h5py was found: set FLEDGE_PYTHON or put one on the PATH
    """

  @Test(.enabled(if: python != nil, missing))
  func `h5py follows a run while it is written`() throws {
    try withTemporaryDirectory { output in
      let folder = RunFolder(path: output.path + "/run")
      let writer = try SampleRun.create(in: folder)
      for step in 1...300 { try SampleRun.record(step: Int64(step), in: writer) }
      try writer.flush()
      try check(
        folder.runPath,
        """
        with h5py.File(path, "r", swmr=True) as f:
            steps, values = f["metrics/loss/td/step"], f["metrics/loss/td/value"]
            assert steps.shape == values.shape == (300,), (steps.shape, values.shape)
            assert (values[:] == 0.5 * np.arange(1, 301, dtype="f4")).all()
            assert f["metrics/weights/tasks/value"].shape == (100, 3)
            assert f["state/steps"][()] == 300 and f["state/status"][()] == 0
        """)
      // A reader that stays open sees the rows of the next flush.
      let python = try #require(Self.python)
      let process = Process()
      let (input, answers) = (Pipe(), Pipe())
      process.executableURL = URL(filePath: python)
      process.arguments = [
        "-c",
        """
        import sys, h5py
        f = h5py.File(sys.argv[1], "r", swmr=True)
        steps = f["metrics/loss/td/step"]
        print(f"{len(steps)}\\n", end="", flush=True)
        sys.stdin.readline()
        steps.refresh()
        print(f"{len(steps)} {int(steps[-1])}\\n", end="", flush=True)
        """, folder.runPath,
      ]
      process.standardInput = input
      process.standardOutput = answers
      try process.run()
      let first = answers.fileHandleForReading.availableData
      for step in 301...450 { try SampleRun.record(step: Int64(step), in: writer) }
      try writer.flush()
      try input.fileHandleForWriting.write(contentsOf: Data("go\n".utf8))
      let second = answers.fileHandleForReading.readDataToEndOfFile()
      process.waitUntilExit()
      #expect(String(decoding: first, as: UTF8.self) == "300\n")
      #expect(String(decoding: second, as: UTF8.self) == "450 450\n")
      try SampleRun.finish(writer)
    }
  }

  @Test(.enabled(if: python != nil, missing))
  func `h5py reads a finished run`() throws {
    try withTemporaryDirectory { output in
      let folder = RunFolder(path: output.path + "/run")
      let writer = try SampleRun.create(in: folder)
      for step in 1...70 { try SampleRun.record(step: Int64(step), in: writer) }
      try SampleRun.finish(writer)
      try check(
        folder.runPath,
        """
        with h5py.File(path, "r") as f:
            assert f.attrs["format"] == b"fledge run" and f.attrs["version"] == 1
            assert f["config"][()].decode().startswith("name: sample")
            assert f["metrics/loss/td"].attrs["unit"].decode() == "reward²"
            assert f["provenance/0"].attrs["seed"] == 2**64 - 1
            assert f["provenance/0/command_line"][()] == b"fledge\\nrun\\nsample file.yaml"
            assert (f["episodes/end_step"][:] == np.arange(5, 71, 5)).all()
            assert f["evaluations/return"].dtype == np.float64
            assert f["final/weights/net/weight"].shape == (4, 3)
            assert (f["final/weights/net/bias"][:] == [0.25, 1.25, 2.25]).all()
            assert f["state/status"][()] == 2
            slots = f["committed/slots"][:]
            rows = dict(zip(f["committed/columns"][()].decode().split("\\n"),
                            slots[slots[:, 0].argmax()][5::2]))
            assert rows["/metrics/loss/step"] == 35, rows
        """)
    }
  }

  @Test(.enabled(if: python != nil, missing))
  func `h5py reads a checkpoint`() throws {
    try withTemporaryDirectory { folder in
      let path = folder.path + "/checkpoint.h5"
      let lengths = RunLengths(rows: ["/episodes/return": 12])
      try Checkpoint.write(to: path, config: "größe: 1", lengths: lengths) { checkpoint in
        try checkpoint.write(tensor: "net/weight", shape: [2, 3], [1, 2, 3, 4, 5, 6])
        try checkpoint.write(bytes: Array("{}".utf8), named: "counters")
        try checkpoint.write(group: "replay") { group in
          try group.createColumn("rewards", of: Float.self, isCompressed: true).append([1, 2])
        }
      }
      try check(
        path,
        """
        with h5py.File(path, "r") as f:
            assert f["config"][()].decode() == "größe: 1"
            assert (f["tensors/net/weight"][:] == [[1, 2, 3], [4, 5, 6]]).all()
            assert bytes(f["bytes/counters"][:]) == b"{}"
            assert (f["groups/replay/rewards"][:] == [1, 2]).all()
            assert f["lengths/columns"][()] == b"/episodes/return" and f["lengths/rows"][0] == 12
            assert f["components"][()].split() == [
                b"tensors/net/weight", b"bytes/counters", b"groups/replay"]
        """)
    }
  }
}
