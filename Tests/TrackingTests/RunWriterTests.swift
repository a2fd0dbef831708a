import Foundation
import HDF5Store
import TestSupport
import Testing
import Tracking

@Suite struct RunWriterTests {
  private func withRun(_ body: (RunFolder) throws -> Void) throws {
    try withTemporaryDirectory { try body(RunFolder(path: $0.path + "/runs/e/v/1")) }
  }

  @Test func `everything of a finished run is read back`() throws {
    try withRun { (folder) throws in
      let writer = try SampleRun.create(in: folder)
      for step in 1...1000 { try SampleRun.record(step: Int64(step), in: writer) }
      try SampleRun.finish(writer)

      let reader = try RunReader(folder)
      #expect(try SampleRun.faults(of: reader, steps: 1000) == [])
      #expect(try reader.status == .finished)
      #expect(reader.stepsDone == 1000)
      #expect(reader.config == SampleRun.config)
      #expect(reader.sessions == [SampleRun.provenance])
      #expect(reader.metrics == SampleRun.schema.metrics)
      #expect(reader.timings == RunSchema.defaultTimings)
      #expect(reader.weightArrays == SampleRun.schema.weights)
      let weights = try #require(try reader.finalWeights())
      #expect(weights.map(\.shape) == [[4, 3], [3]])
      #expect(weights[0].scalars == (0..<12).map { Float($0) + 0.25 })
    }
  }

  @Test func `a run without rows, weights or config can be read`() throws {
    try withRun { (folder) throws in
      let writer = try RunWriter.create(
        in: folder, schema: RunSchema(metrics: [], timings: []), config: "",
        provenance: SampleRun.provenance)
      try writer.finish { _ in [] }
      let reader = try RunReader(folder)
      #expect(try reader.status == .finished)
      #expect(try reader.episodes() == [])
      #expect(try reader.finalWeights() == [])
    }
  }

  @Test func `how a run ended is told`() throws {
    try withRun { (folder) throws in
      let writer = try SampleRun.create(in: folder)
      try SampleRun.record(step: 1, in: writer)
      try writer.interrupt()
      let reader = try RunReader(folder)
      #expect(try reader.status == .interrupted)
      #expect(try reader.finalWeights() == nil)
      #expect(try SampleRun.faults(of: reader, steps: 1) == [])
    }
    try withRun { (folder) throws in
      let writer = try SampleRun.create(in: folder)
      let message = "loss/td is not finite at step 12 " + String(repeating: "ä", count: 400)
      try writer.fail(message)
      guard case .failed(let told) = try RunReader(folder).status else {
        Issue.record("the run should have failed")
        return
      }
      #expect(message.hasPrefix(told) && told.utf8.count >= 499)
    }
  }

  /// A run says that it took no step until its first checkpoint is in place.
  @Test func `a run that says of no step, or that failed, begins again without a checkpoint`()
    throws
  {
    func isUnbegun(_ end: (RunWriter) throws -> Void) throws -> Bool {
      var answer = false
      try withRun { (folder) throws in
        var writer: RunWriter? = try SampleRun.create(in: folder)
        if let writer {
          try SampleRun.record(step: 5, in: writer)
          try end(writer)
        }
        writer = nil
        answer = try RunReader(folder).isUnbegun
      }
      return answer
    }
    #expect(
      try isUnbegun {
        $0.stepsDone = 0
        try $0.flush()
      })
    #expect(try isUnbegun { try $0.fail("a loss is not finite") })
    #expect(try !isUnbegun { try $0.flush() })
    #expect(try !isUnbegun { try $0.interrupt() })
    #expect(try !isUnbegun { try SampleRun.finish($0) })
  }

  @Test func `a writer that vanishes leaves a crashed run with what it committed`() throws {
    try withRun { (folder) throws in
      var writer: RunWriter? = try SampleRun.create(in: folder)
      for step in 1...700 { try writer.map { try SampleRun.record(step: Int64(step), in: $0) } }
      try writer?.flush()
      for step in 701...1100 { try writer.map { try SampleRun.record(step: Int64(step), in: $0) } }
      #expect(folder.isBeingWritten)
      writer = nil
      #expect(!folder.isBeingWritten)
      let reader = try RunReader(folder)
      #expect(try reader.status == .crashed)
      #expect(try SampleRun.faults(of: reader, steps: 700) == [])
    }
  }

  @Test func `flushing happens once a second by the caller's clock`() throws {
    try withRun { (folder) throws in
      var writer: RunWriter? = try SampleRun.create(in: folder)
      for (step, seconds) in [(1, 10.0), (2, 10.5), (3, 10.99), (4, 11.0), (5, 11.9)] {
        try writer.map { try SampleRun.record(step: Int64(step), in: $0) }
        try writer?.flushIfDue(at: seconds)
      }
      writer = nil
      #expect(try RunReader(folder).stepsDone == 4)
    }
  }

  @Test func `an existing run is not overwritten`() throws {
    try withRun { (folder) throws in
      let writer = try SampleRun.create(in: folder)
      try SampleRun.finish(writer)
      let error = #expect(throws: TrackingError.self) { try SampleRun.create(in: folder) }
      #expect(error == .runExists(folder: folder.path))
      #expect(error?.description.contains("resume it") == true)
      #expect(try RunReader(folder).status == .finished)
    }
  }

  @Test func `a second writer is refused while the first lives`() throws {
    try withRun { (folder) throws in
      let writer = try SampleRun.create(in: folder)
      let lengths = try writer.prepareForCheckpoint()
      let error = #expect(throws: TrackingError.self) {
        try RunWriter.resume(folder, cuttingTo: lengths, provenance: SampleRun.provenance)
      }
      #expect(error == .beingWritten(folder: folder.path))
      try writer.interrupt()
    }
  }

  @Test func `an output that cannot be a folder is told`() throws {
    try withTemporaryDirectory { folder in
      try Data().write(to: folder.appending(path: "file"))
      let run = RunFolder(path: folder.path + "/file/e/v/1")
      let error = #expect(throws: TrackingError.self) { try SampleRun.create(in: run) }
      #expect(error?.description.contains("cannot be written") == true)
    }
  }

  @Test(
    arguments: [
      ["a", "a"], ["a//b"], ["step"], ["a/value"], ["/a"], ["a/"], [""], ["a\nb"], [".."],
    ])
  func `metrics that cannot be columns are refused before anything is made`(names: [String]) throws
  {
    try withRun { (folder) throws in
      let schema = RunSchema(metrics: names.map { MetricColumn($0) })
      #expect(throws: TrackingError.self) {
        try RunWriter.create(
          in: folder, schema: schema, config: "", provenance: SampleRun.provenance)
      }
      #expect(!folder.hasRun)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
    }
  }

  @Test func `runs are found below a folder, by seed`() throws {
    try withTemporaryDirectory { output in
      for (variant, seed) in [("b", UInt64(9)), ("b", 10), ("a", 2)] {
        let folder = try RunFolder(
          output: output.path, experiment: "e", variant: variant, seed: seed)
        try SampleRun.finish(SampleRun.create(in: folder))
      }
      let found = RunFolder.all(under: output.path).map(\.path)
      #expect(
        found == ["a/2", "b/9", "b/10"].map { RunFolder(path: output.path).path + "/e/" + $0 })
      #expect(RunFolder.all(under: output.path + "/e/b/9").count == 1)
      #expect(RunFolder.all(under: output.path + "/none").isEmpty)
    }
  }
}
