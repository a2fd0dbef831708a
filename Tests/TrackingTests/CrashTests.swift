import Foundation
import HDF5Store
import TestSupport
import Testing
import Tracking

/// Real processes, really killed (SIGKILL) at random instants.
@Suite(.serialized) struct CrashTests {
  private func withFolder(_ body: (String) async throws -> Void) async throws {
    let path = NSTemporaryDirectory() + "fledge-crash-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: path) }
    try await body(path)
  }

  @Test func `a killed run has exactly what was committed`() async throws {
    try await withFolder { output in
      for attempt in 0..<24 {
        let folder = RunFolder(path: output + "/\(attempt)")
        let delay = Double.random(in: 0..<0.06)
        await #expect(processExitsWith: .signal(SIGKILL)) {
          [path = folder.path as String, delay = delay as Double] in
          let writer = try SampleRun.create(in: RunFolder(path: path))
          let progress = Progress(path + "/progress")
          killSoon(after: delay)
          for step in Int64(1)... {
            try SampleRun.record(step: step, in: writer)
            guard step.isMultiple(of: 11) else { continue }
            try writer.flush()
            progress.write(step)
          }
        }
        let committed = Progress.read(folder.path + "/progress")
        let reader = try RunReader(folder)
        #expect(try reader.status == .crashed)
        // The kill may have come after a commit and before the word of it.
        #expect([committed, committed + 11].contains(reader.stepsDone))
        #expect(try SampleRun.faults(of: reader, steps: reader.stepsDone) == [])
      }
    }
  }

  @Test func `a checkpoint that is being replaced is the old one or the new one`() async throws {
    try await withFolder { output in
      let path = output + "/checkpoint.h5"
      var last: Int64 = 0
      try TrainingChild.write(0, to: path)
      for _ in 0..<24 {
        let delay = Double.random(in: 0..<0.03)
        await #expect(processExitsWith: .signal(SIGKILL)) {
          [path = path as String, last = last as Int64, delay = delay as Double] in
          let progress = Progress(path + ".progress")
          killSoon(after: delay)
          for number in (last + 1)... {
            try TrainingChild.write(number, to: path)
            progress.write(number)
          }
        }
        let done = max(last, Progress.read(path + ".progress"))
        let found = try TrainingChild.number(in: path)
        #expect([done, done + 1].contains(found))
        last = found
      }
      // Leftovers are removed by the next writer.
      try TrainingChild.write(last + 1, to: path)
      let names = try FileManager.default.contentsOfDirectory(atPath: output).sorted()
      #expect(names == ["checkpoint.h5", "checkpoint.h5.progress"])
    }
  }

  @Test func `a run killed again and again ends with the bits of one that never was`() async throws
  {
    try await withFolder { output in
      let whole = RunFolder(path: output + "/whole")
      try TrainingChild.train(in: whole)
      let folder = RunFolder(path: output + "/killed")
      // The delay grows until it lets the run get on; then the run ends after some kills.
      var (delay, kills, committed) = (0.005, 0, Int64(0))
      while try !TrainingChild.isFinished(folder) {
        await #expect(processExitsWith: .signal(SIGKILL)) {
          [path = folder.path as String, delay = delay * Double.random(in: 0.5..<1.5) as Double] in
          killSoon(after: delay)
          try TrainingChild.train(in: RunFolder(path: path))
          while true { usleep(1000) }
        }
        kills += 1
        let reached = folder.hasRun ? try RunReader(folder).stepsDone : 0
        if reached <= committed { delay *= 1.2 }
        committed = max(committed, reached)
      }
      let (killed, uninterrupted) = (try RunReader(folder), try RunReader(whole))
      #expect(try SampleRun.faults(of: killed, steps: TrainingChild.budget) == [])
      #expect(killed.fingerprint == uninterrupted.fingerprint)
      #expect(kills >= 20 && killed.sessions.count > 5, "\(kills) kills")
    }
  }
}

/// Kills this process from another thread, so that the instant does not depend on what it does.
private func killSoon(after seconds: Double) {
  Thread.detachNewThread {
    usleep(UInt32(seconds * 1e6))
    kill(getpid(), SIGKILL)
  }
}

/// A number in a file, which survives the process that wrote it.
private struct Progress {
  private let descriptor: Int32

  init(_ path: String) { descriptor = open(path, O_WRONLY | O_CREAT, 0o600) }

  func write(_ number: Int64) {
    withUnsafeBytes(of: number) { _ = pwrite(descriptor, $0.baseAddress, $0.count, 0) }
  }

  static func read(_ path: String) -> Int64 {
    guard let data = FileManager.default.contents(atPath: path), data.count == 8 else { return 0 }
    return data.withUnsafeBytes { $0.loadUnaligned(as: Int64.self) }
  }
}

/// What a trainer does with log and checkpoint, without the training.
private enum TrainingChild {
  static let budget: Int64 = 5000

  static func write(_ number: Int64, to path: String, lengths: RunLengths = RunLengths()) throws {
    try Checkpoint.write(to: path, config: "", lengths: lengths) { checkpoint in
      let scalars = [Float](repeating: Float(number), count: 20_000)
      try checkpoint.write(tensor: "all", shape: [200, 100], scalars)
      try checkpoint.write(bytes: Array("\(number)".utf8), named: "step")
    }
  }

  /// The number of a checkpoint, all of which must be of that number.
  static func number(in path: String) throws -> Int64 {
    let checkpoint = try CheckpointReader(path)
    let number = Int64(String(decoding: try checkpoint.bytes("step"), as: UTF8.self)) ?? -1
    let scalars = try checkpoint.tensor("all").scalars
    return scalars.allSatisfy { $0 == Float(number) } && scalars.count == 20_000 ? number : -1
  }

  static func isFinished(_ folder: RunFolder) throws -> Bool {
    try folder.hasRun && RunReader(folder).status == .finished
  }

  /// Begins or goes on, to the end of the budget.
  static func train(in folder: RunFolder) throws {
    let writer: RunWriter
    var step: Int64 = 0
    if try isFinished(folder) { return }
    if folder.hasCheckpoint {
      step = try number(in: folder.checkpointPath)
      writer = try RunWriter.resume(
        folder, cuttingTo: CheckpointReader(folder.checkpointPath).lengths,
        provenance: SampleRun.provenance)
    } else {
      try? FileManager.default.removeItem(atPath: folder.runPath)
      writer = try SampleRun.create(in: folder)
    }
    while step < budget {
      step += 1
      try SampleRun.record(step: step, in: writer)
      if step.isMultiple(of: 40) { try writer.flush() }
      if step.isMultiple(of: 100) {
        try write(step, to: folder.checkpointPath, lengths: writer.prepareForCheckpoint())
      }
    }
    try SampleRun.finish(writer)
  }
}
