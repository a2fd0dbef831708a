import Foundation
import HDF5Store
import TestSupport
import Testing
import Tracking

/// Runs and checkpoints that were truncated or changed: a sentence or the right numbers.
@Suite struct DamagedRunTests {
  /// Reads everything; anything that is not as it was written is told.
  private static func faults(ofRunAt folder: RunFolder) throws -> [String] {
    let reader = try RunReader(folder)
    var faults = try SampleRun.faults(of: reader, steps: 900)
    if reader.config != SampleRun.config { faults.append("config") }
    if reader.sessions != [SampleRun.provenance] { faults.append("provenance") }
    if reader.metrics != SampleRun.schema.metrics { faults.append("metrics") }
    if try reader.status != .finished { faults.append("status") }
    let weights = try reader.finalWeights()?.map(\.scalars)
    if weights != [(0..<12).map { Float($0) + 0.25 }, [0.25, 1.25, 2.25]] {
      faults.append("weights")
    }
    return faults
  }

  private static func writeRun(in folder: RunFolder) throws {
    let writer = try SampleRun.create(in: folder)
    for step in 1...900 { try SampleRun.record(step: Int64(step), in: writer) }
    try SampleRun.finish(writer)
  }

  private static func contents(of path: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(filePath: path)))
  }

  @Test func `a run or checkpoint cut at any place is refused in a sentence`() throws {
    try withTemporaryDirectory { output in
      let folder = RunFolder(path: output.path + "/run")
      try Self.writeRun(in: folder)
      #expect(try Self.faults(ofRunAt: folder) == [])
      try Checkpoint.write(to: folder.checkpointPath, config: "c", lengths: RunLengths()) {
        try $0.write(tensor: "x", shape: [1000], [Float](repeating: 1, count: 1000))
      }
      let run = try Self.contents(of: folder.runPath)
      let checkpoint = try Self.contents(of: folder.checkpointPath)
      for part in 0..<50 {
        try Data(run[..<(run.count * part / 50)]).write(to: URL(filePath: folder.runPath))
        #expect(throws: HDF5Error.self) { try RunReader(folder) }
        try Data(checkpoint[..<(checkpoint.count * part / 50)])
          .write(to: URL(filePath: folder.checkpointPath))
        #expect(throws: HDF5Error.self) { try CheckpointReader(folder.checkpointPath) }
      }
    }
  }

  @Test func `a crashed run cut at any place gives a sentence or what is left of it`() throws {
    try withTemporaryDirectory { output in
      let folder = RunFolder(path: output.path + "/run")
      var writer: RunWriter? = try SampleRun.create(in: folder)
      for step in 1...900 { try writer.map { try SampleRun.record(step: Int64(step), in: $0) } }
      try writer?.flush()
      writer?.stepsDone = 0
      let run = try Self.contents(of: folder.runPath)
      writer = nil
      for part in 0..<50 {
        try Data(run[..<(run.count * part / 50)]).write(to: URL(filePath: folder.runPath))
        do {
          let faults = try SampleRun.faults(of: RunReader(folder), steps: 900)
          #expect(faults == [], "part \(part)")
        } catch {
          #expect(error is HDF5Error || error is TrackingError)
        }
      }
    }
  }

  @Test func `a run with flipped bytes gives a sentence or the right numbers`() async throws {
    let output = NSTemporaryDirectory() + "fledge-flips-\(UUID().uuidString)"
    let folder = RunFolder(path: output)
    defer { try? FileManager.default.removeItem(atPath: output) }
    try Self.writeRun(in: folder)
    try FileManager.default.copyItem(atPath: folder.runPath, toPath: output + "/good.h5")
    // In a child, since the library itself may crash or hang on what it reads.
    await #expect(processExitsWith: .success) { [path = output as String] in
      let folder = RunFolder(path: path)
      let good = try Self.contents(of: path + "/good.h5")
      var refused = 0
      for index in 0..<400 {
        var random = Xorshift(state: UInt64(index) + 1)
        var bytes = good
        for _ in 0..<(1 << Int(random.next() % 4)) {
          bytes[Int(random.next() % UInt64(bytes.count))] ^= UInt8(random.next() % 255 + 1)
        }
        try Data(bytes).write(to: URL(filePath: folder.runPath))
        alarm(20)
        do {
          #expect(try Self.faults(ofRunAt: folder) == [], "case \(index)")
        } catch {
          #expect(error is HDF5Error || error is TrackingError)
          refused += 1
        }
        alarm(0)
      }
      #expect(refused > 40)
    }
  }
}

/// A small generator of test cases (Marsaglia 2003).
private struct Xorshift {
  var state: UInt64
  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state &* 0x2545_F491_4F6C_DD1D
  }
}
