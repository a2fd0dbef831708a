import Foundation
import HDF5Store
import TestSupport
import Testing
import Tracking

@Suite struct ResumeTests {
  private func withRun(_ body: (RunFolder) throws -> Void) throws {
    try withTemporaryDirectory { try body(RunFolder(path: $0.path + "/1")) }
  }

  @Test func `a resumed run has the rows up to the checkpoint and goes on`() throws {
    try withRun { folder in
      var writer: RunWriter? = try SampleRun.create(in: folder)
      for step in 1...500 { try writer.map { try SampleRun.record(step: Int64(step), in: $0) } }
      let lengths = try #require(try writer?.prepareForCheckpoint())
      for step in 501...900 { try writer.map { try SampleRun.record(step: Int64(step), in: $0) } }
      try writer?.flush()
      writer = nil
      #expect(try SampleRun.faults(of: RunReader(folder), steps: 900) == [])

      var second = SampleRun.provenance
      second.host = "elsewhere"
      let resumed = try RunWriter.resume(folder, cuttingTo: lengths, provenance: second)
      #expect(resumed.schema == SampleRun.schema)
      #expect(try resumed.lengths == lengths)
      for step in 501...700 { try SampleRun.record(step: Int64(step), in: resumed) }
      try SampleRun.finish(resumed)

      let reader = try RunReader(folder)
      #expect(try SampleRun.faults(of: reader, steps: 700) == [])
      #expect(reader.sessions == [SampleRun.provenance, second])
      #expect(reader.config == SampleRun.config)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["run.h5"])
    }
  }

  @Test func `the fingerprint of a resumed run is that of an uninterrupted one`() throws {
    try withTemporaryDirectory { output in
      let whole = RunFolder(path: output.path + "/whole")
      let writer = try SampleRun.create(in: whole)
      for step in 1...600 { try SampleRun.record(step: Int64(step), in: writer) }
      try SampleRun.finish(writer)

      let parts = RunFolder(path: output.path + "/parts")
      var part = try SampleRun.create(in: parts)
      for step in 1...600 {
        try SampleRun.record(step: Int64(step), in: part)
        guard step.isMultiple(of: 150) else { continue }
        let lengths = try part.prepareForCheckpoint()
        try SampleRun.record(step: Int64(step + 1), in: part)
        try part.interrupt()
        part = try RunWriter.resume(parts, cuttingTo: lengths, provenance: SampleRun.provenance)
      }
      try SampleRun.finish(part)
      #expect(try RunReader(parts).fingerprint == RunReader(whole).fingerprint)

      let other = RunFolder(path: output.path + "/other")
      let shorter = try SampleRun.create(in: other)
      for step in 1...599 { try SampleRun.record(step: Int64(step), in: shorter) }
      try SampleRun.finish(shorter)
      #expect(try RunReader(other).fingerprint != RunReader(whole).fingerprint)
    }
  }

  @Test func `a log that is shorter than the checkpoint is refused by name`() throws {
    try withRun { folder in
      let writer = try SampleRun.create(in: folder)
      for step in 1...10 { try SampleRun.record(step: Int64(step), in: writer) }
      var lengths = try writer.prepareForCheckpoint()
      try writer.interrupt()
      lengths.rows["/metrics/loss/td/value"] = 11
      let error = #expect(throws: TrackingError.self) {
        try RunWriter.resume(folder, cuttingTo: lengths, provenance: SampleRun.provenance)
      }
      let expected = TrackingError.logTooShort(
        path: folder.runPath, column: "/metrics/loss/td/value", rows: 10, needed: 11)
      #expect(error == expected)
      #expect(try SampleRun.faults(of: RunReader(folder), steps: 10) == [])
    }
  }

  @Test func `a checkpoint of other columns is refused by name`() throws {
    try withRun { folder in
      let writer = try SampleRun.create(in: folder)
      let lengths = try writer.prepareForCheckpoint()
      try writer.interrupt()
      var more = lengths
      more.rows["/metrics/other/step"] = 0
      var fewer = lengths
      fewer.rows["/episodes/return"] = nil
      for changed in [more, fewer] {
        #expect(throws: TrackingError.self) {
          try RunWriter.resume(folder, cuttingTo: changed, provenance: SampleRun.provenance)
        }
      }
    }
  }

  @Test func `a folder without a run is told`() throws {
    try withRun { folder in
      let error = #expect(throws: HDF5Error.self) {
        try RunWriter.resume(folder, cuttingTo: RunLengths(), provenance: SampleRun.provenance)
      }
      #expect(error?.reason == .missing)
    }
  }
}
