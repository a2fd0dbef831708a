import Datasets
import Foundation
import HDF5Store
import Randomness
import TestSupport
import Testing

@Suite struct DatasetFileTests {
  private let sample = Dataset(
    name: "sample", provenance: ["license": "none", "where": "\"here\"\n"], inputShape: [1, 2],
    inputs: [0.1, -2, 3, 4, 5, 6], inputNames: ["a", "b=ü"],
    tasks: [
      TaskColumn(
        name: "z", kind: .regression(width: 2), labels: [1, 2, .nan, .nan, 5, 6], unit: "N m"),
      TaskColumn(name: "b", kind: .binary, labels: [1, .nan, 0], classNames: ["no", "yes"]),
      TaskColumn(name: "c", kind: .classification(classes: 4), labels: [3, 0, 1]),
    ], givenSplit: DatasetSplit(training: [0, 2], test: [1]))

  private func bits(_ numbers: [Float]) -> [UInt32] { numbers.map(\.bitPattern) }

  private func expectEqual(_ found: Dataset, _ expected: Dataset) {
    #expect(found.name == expected.name && found.provenance == expected.provenance)
    #expect(found.inputShape == expected.inputShape && found.inputNames == expected.inputNames)
    #expect(bits(found.inputs) == bits(expected.inputs))
    #expect(found.givenSplit == expected.givenSplit)
    #expect(found.tasks.map(\.name) == expected.tasks.map(\.name))
    for (one, other) in zip(found.tasks, expected.tasks) {
      #expect(one.kind == other.kind && one.unit == other.unit)
      #expect(one.classNames == other.classNames && bits(one.labels) == bits(other.labels))
    }
  }

  @Test func `a data set survives being written and read`() throws {
    try withTemporaryDirectory { folder in
      let path = folder.path + "/data.h5"
      try DatasetFile.write(sample, to: path)
      expectEqual(try Dataset.load(path), sample)
    }
  }

  @Test(arguments: [Float(1), 16, 255])
  func `pixels are stored as bytes and come back bit for bit`(divisor: Float) throws {
    try withTemporaryDirectory { folder in
      let path = folder.path + "/data.h5"
      var data = sample
      (data.inputShape, data.inputNames) = ([16, 16], [])
      data.inputs = (0..<768).map { Float($0 % (divisor == 16 ? 17 : 256)) / divisor }
      try DatasetFile.write(data, to: path)
      #expect(
        try HDF5File.open(path).root.child("inputs") == .numbers(.uint8, shape: [3, 16, 16]))
      expectEqual(try Dataset.load(path), data)
    }
  }

  @Test func `data that cannot be learned from are neither written nor read`() throws {
    try withTemporaryDirectory { folder in
      var data = sample
      data.tasks[2].labels[0] = 4
      let path = folder.path + "/data.h5"
      #expect(failure { try DatasetFile.write(data, to: path) }.contains("none of the classes"))
      #expect(!FileManager.default.fileExists(atPath: path))
    }
  }

  @Test func `a changed file is found out`() throws {
    try withTemporaryDirectory { folder in
      let path = folder.path + "/data.h5"
      try DatasetFile.write(sample, to: path)
      let bytes = Array(try Data(contentsOf: URL(filePath: path)))
      let label = withUnsafeBytes(of: Float(6).bitPattern.littleEndian) { Array($0) }
      var changed = bytes
      let place = try #require(
        (0..<(bytes.count - 8)).last {
          Array(bytes[$0..<($0 + 4)]) == label && bytes[$0 - 1] == 0x40
        })
      changed[place + 1] ^= 1
      let other = try write(changed, to: "changed.h5", in: folder)
      #expect(!failure { _ = try Dataset.load(other) }.isEmpty)
      let short = try write(Array(bytes.dropLast(100)), to: "short.h5", in: folder)
      #expect(!failure { _ = try Dataset.load(short) }.isEmpty)
    }
  }

  /// A file that says what a body writes.
  private func flaw(_ change: @escaping (HDF5Group) throws -> Void) throws -> String {
    try withTemporaryDirectory { folder in
      let path = folder.path + "/x.h5"
      try HDF5File.replaceAtomically(at: path) { root in
        try root.setAttribute("format", to: "fledge dataset")
        try root.setAttribute("name", to: "x")
        try root.writeText("{}", named: "provenance")
        try change(root)
      }
      return failure { _ = try Dataset.load(path) }
    }
  }

  private func addTask(
    _ root: HDF5Group, kind: String = "binary", rows: Int = 2, width: Int = 1, stated: Int64 = 1
  ) throws {
    try root.setAttribute("version", to: Int64(1))
    try root.setAttribute("tasks", to: stated)
    let task = try root.createGroup("tasks/t")
    try task.setAttribute("kind", to: kind)
    try task.setAttribute("index", to: Int64(0))
    try task.setAttribute("classes", to: Int64.max)
    try task.write(
      (0..<(rows * width)).map { Float($0 % 2) }, shape: [rows, width], named: "labels")
  }

  @Test func `files of other layouts are refused`() throws {
    #expect(try flaw { try $0.setAttribute("version", to: Int64(2)) }.contains("version 2"))
    #expect(try flaw { try $0.setAttribute("version", to: "1") } != "")
    let inputs: [Float] = [1, 2]
    #expect(
      try flaw { root in
        try addTask(root)
        try root.write(inputs, shape: [2, 1], named: "inputs")
      } == "")
    #expect(
      try flaw { root in
        try addTask(root)
        try root.write(inputs, shape: [2], named: "inputs")
      }.contains("'/inputs'"))
    #expect(
      try flaw { root in
        try addTask(root, rows: 3)
        try root.write(inputs, shape: [2, 1], named: "inputs")
      }.contains("do not fit 2 rows"))
    #expect(
      try flaw { root in
        try addTask(root, width: 2)
        try root.write(inputs, shape: [2, 1], named: "inputs")
      }.contains("kind 'binary'"))
    #expect(
      try flaw { root in
        try addTask(root, kind: "ranking")
        try root.write(inputs, shape: [2, 1], named: "inputs")
      }.contains("kind 'ranking'"))
    #expect(
      try flaw { root in
        try addTask(root, kind: "classification")
        try root.write(inputs, shape: [2, 1], named: "inputs")
      }.contains("classes"))
    #expect(
      try flaw { root in
        try addTask(root, stated: 2)
        try root.write(inputs, shape: [2, 1], named: "inputs")
      }.contains("1 tasks, not 2"))
    #expect(
      try flaw { root in
        try addTask(root)
        try root.write(inputs, shape: [2, 1], named: "inputs")
        try root.createGroup("split").write([Int64.max], shape: [1], named: "training")
      }.contains("no row"))
    #expect(
      try flaw { root in
        try addTask(root)
        try root.write([UInt8(1), 2], shape: [2, 1], named: "inputs")
        try root.setAttribute("inputsDivisor", to: Float(0))
      }.contains("inf"))
  }

  @Test func `what is no data set is refused`() throws {
    #expect(!failure { _ = try Dataset.load("/nowhere.h5") }.isEmpty)
    try withTemporaryDirectory { folder in
      let text = try write("hello", to: "x.h5", in: folder)
      #expect(!failure { _ = try Dataset.load(text) }.isEmpty)
      let path = folder.path + "/y.h5"
      try HDF5File.replaceAtomically(at: path) { try $0.setAttribute("version", to: Int64(1)) }
      #expect(failure { _ = try Dataset.load(path) }.contains("not a data set"))
    }
  }
}

/// What h5py sees; the Python with h5py is `$FLEDGE_PYTHON` or `python3` on the PATH.
@Suite struct PythonReadsDataTests {
  private static let python = findPython()

  private static func findPython() -> String? {
    let environment = ProcessInfo.processInfo.environment
    let onPath = (environment["PATH"] ?? "").split(separator: ":").map { "\($0)/python3" }
    let candidates = [environment["FLEDGE_PYTHON"]].compactMap { $0 } + onPath
    return candidates.first { path in
      FileManager.default.isExecutableFile(atPath: path)
        && (try? run(path, "import h5py", ""))?.status == 0
    }
  }

  private static func run(
    _ python: String, _ script: String, _ path: String
  ) throws -> (status: Int32, output: String) {
    let (process, pipe) = (Process(), Pipe())
    process.executableURL = URL(filePath: python)
    process.arguments = ["-c", script, path]
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let bytes = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: bytes, as: UTF8.self))
  }

  @Test(
    .enabled(
      if: python != nil, "no Python with h5py was found: set FLEDGE_PYTHON or put one on the PATH"))
  func `h5py reads inputs, tasks and provenance`() throws {
    let python = try #require(Self.python)
    try withTemporaryDirectory { folder in
      let path = folder.path + "/digits.h5"
      try DatasetFile.write(DrawnDigits(count: 40).dataset(seeds: Seeds(root: 3)), to: path)
      let script = """
        import sys, json, h5py, numpy as np
        with h5py.File(sys.argv[1], "r") as f:
            assert f.attrs["format"] in (b"fledge dataset", "fledge dataset")
            assert f.attrs["version"] == 1
            inputs = f["inputs"][:] / f.attrs["inputsDivisor"]
            assert inputs.shape == (40, 8, 8) and 0 <= inputs.min() and inputs.max() == 1
            digit, loop = f["tasks/digit"], f["tasks/loop"]
            assert digit.attrs["classes"] == 10 and digit["labels"].shape == (40, 1)
            expected = np.isin(digit["labels"][:], [0, 6, 8, 9]).astype("f4")
            assert (loop["labels"][:] == expected).all()
            json.loads(f["provenance"][()])["seed"] == "3"
        """
      let (status, output) = try Self.run(python, script, path)
      #expect(status == 0, "\(output)")
    }
  }
}
