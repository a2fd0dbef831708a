import Foundation
import HDF5Store
import TestSupport
import Testing
import Tracking

@Suite struct CheckpointTests {
  private let lengths = RunLengths(rows: ["/episodes/return": 3, "/metrics/a/step": 0])

  private func write(to path: String, _ value: Float = 1) throws {
    try Checkpoint.write(to: path, config: "name: x", lengths: lengths) { checkpoint in
      try checkpoint.write(tensor: "net/weight", shape: [2, 2], [value, 2, 3, 4])
      try checkpoint.write(tensor: "net/empty", shape: [0], [])
      try checkpoint.write(bytes: Array("{\"steps\": 5}".utf8), named: "counters")
      try checkpoint.write(bytes: [], named: "nothing")
      try checkpoint.write(group: "replay") { group in
        try group.setAttribute("count", to: Int64(7))
        try group.write([1, 2, 3] as [UInt8], shape: [3], named: "endings")
      }
    }
  }

  @Test func `every component comes back`() throws {
    try withTemporaryDirectory { folder in
      let path = folder.path + "/checkpoint.h5"
      try write(to: path)
      let checkpoint = try CheckpointReader(path)
      #expect(checkpoint.config == "name: x")
      #expect(checkpoint.lengths == lengths)
      #expect(checkpoint.tensorNames == ["net/weight", "net/empty"])
      #expect(try checkpoint.tensor("net/weight").scalars == [1, 2, 3, 4])
      #expect(try checkpoint.tensor("net/empty").shape == [0])
      #expect(try checkpoint.bytes("counters") == Array("{\"steps\": 5}".utf8))
      #expect(try checkpoint.bytes("nothing") == [])
      #expect(try checkpoint.group("replay").attribute("count") == Int64(7))
      #expect(try checkpoint.group("replay").array("endings", of: UInt8.self).scalars == [1, 2, 3])
      var memory = [Float](repeating: 0, count: 4)
      try memory.withUnsafeMutableBufferPointer {
        try checkpoint.read(tensor: "net/weight", shape: [2, 2], into: $0)
      }
      #expect(memory == [1, 2, 3, 4])
    }
  }

  @Test func `a missing component is named`() throws {
    try withTemporaryDirectory { folder in
      let path = folder.path + "/checkpoint.h5"
      try write(to: path)
      let checkpoint = try CheckpointReader(path)
      let attempts: [(String, () throws -> Void)] = [
        ("tensors/net/bias", { _ = try checkpoint.tensor("net/bias") }),
        ("bytes/streams", { _ = try checkpoint.bytes("streams") }),
        ("groups/rollout", { _ = try checkpoint.group("rollout") }),
        ("bytes/x", { try checkpoint.require(["tensors/net/weight", "bytes/x"]) }),
      ]
      for (name, attempt) in attempts {
        let error = #expect(throws: TrackingError.self) { try attempt() }
        #expect(error == .missingComponent(path: path, name: name))
      }
    }
  }

  @Test func `another kind of file and another version are told apart`() throws {
    try withTemporaryDirectory { folder in
      let path = folder.path + "/x.h5"
      try HDF5File.replaceAtomically(at: path) { try $0.writeText("x", named: "x") }
      let foreign = #expect(throws: TrackingError.self) { try CheckpointReader(path) }
      #expect(foreign == .notA(kind: "checkpoint", path: path))
      for (version, words) in [(Int64(2), "update fledge"), (0, "no longer reads")] {
        try HDF5File.replaceAtomically(at: path) { root in
          try root.setAttribute("format", to: "fledge checkpoint")
          try root.setAttribute("version", to: version)
        }
        let error = #expect(throws: TrackingError.self) { try CheckpointReader(path) }
        #expect(error == .unknownVersion(path: path, found: version, known: 1))
        #expect(error?.description.contains(words) == true)
      }
      let run = RunFolder(path: folder.path + "/run")
      try SampleRun.finish(SampleRun.create(in: run))
      let aRun = #expect(throws: TrackingError.self) { try CheckpointReader(run.runPath) }
      #expect(aRun == .notA(kind: "checkpoint", path: run.runPath))
    }
  }
}
