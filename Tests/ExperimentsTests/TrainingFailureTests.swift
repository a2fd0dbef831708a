import Environments
import Experiments
import Foundation
import HDF5Store
import TestSupport
import Testing
import Tracking

/// What goes wrong in a run is told in one sentence, and nothing that was there is lost.
@Suite struct TrainingFailureTests {
  private func withInterrupted(
    _ overrides: [String] = [], _ body: (RunFolder, URL) throws -> Void
  ) throws {
    try withTemporaryDirectory { output in
      let run = try Samples.begin(Samples.config(overrides), in: output)
      try run.go(stoppingAtOnce: true)
      try body(run.folder, output)
    }
  }

  /// The sentence with which a resumption is refused; the run must be as it was afterwards.
  private func refusal(
    _ folder: RunFolder, expecting config: ExperimentConfig? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
  ) -> String {
    let before = contents(folder)
    do {
      _ = try Samples.resume(folder, expecting: config)
      return "resumed"
    } catch {
      #expect(contents(folder) == before, sourceLocation: sourceLocation)
      return "\(error)"
    }
  }

  private func contents(_ folder: RunFolder) -> [String: Data] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return Dictionary(
      uniqueKeysWithValues: names.compactMap { name in
        FileManager.default.contents(atPath: folder.path + "/" + name).map { (name, $0) }
      })
  }

  @Test func `a loss that is no number ends the run and keeps what it had`() throws {
    try withTemporaryDirectory { output in
      let config = try Samples.config([
        "agent.dqn.optimizer={sgd: {learningRate: 1e30}}", "agent.dqn.maximumGradientNorm=null",
        "checkpoint.steps=50",
      ])
      let run = try Samples.begin(config, in: output)
      var phases: [RunProgress.Phase] = []
      let error = #expect(throws: (any Error).self) {
        _ = try run.run(until: StopSignal()) { phases.append($0.phase) }
      }
      let sentence = "\(try #require(error))"
      #expect(sentence.contains("loss"), "\(sentence)")
      #expect(sentence.contains("step"), "\(sentence)")
      #expect(phases.last == .failed(sentence))
      let reader = try RunReader(run.folder)
      #expect(try reader.status == .failed(sentence))
      #expect(run.folder.hasCheckpoint)
      #expect(try reader.episodes().count > 0)
      // The same again when it is resumed: the cause is in the configuration.
      let again = #expect(throws: (any Error).self) { try Samples.resume(run.folder).go() }
      #expect("\(try #require(again))" == sentence)
      #expect(try RunReader(run.folder).fingerprint == reader.fingerprint)
    }
  }

  @Test func `a reward that is no number names the environment and the step`() throws {
    let fuse = Fuse()
    let catalogue = FragileCartPole.catalogue(fuse)
    try withTemporaryDirectory { output in
      fuse.light(steps: 33)
      let run = try Samples.begin(Samples.config(), in: output, catalogue: catalogue)
      let error = #expect(throws: NonFiniteNumber.self) { try run.go() }
      #expect(error?.step == 34)
      #expect("\(try #require(error))".contains("the reward of environment 0 was nan at step 34"))
    }
  }

  @Test func `a folder that holds a run is left alone`() throws {
    try withInterrupted { folder, output in
      let before = contents(folder)
      let error = #expect(throws: TrackingError.self) {
        try Samples.begin(Samples.config(), in: output)
      }
      #expect(error == .runExists(folder: folder.path))
      #expect(contents(folder) == before)
    }
  }

  @Test func `an output folder that cannot be is named`() throws {
    try withTemporaryDirectory { output in
      let file = output.appending(path: "file")
      try Data("x".utf8).write(to: file)
      let error = #expect(throws: TrackingError.self) {
        try Samples.begin(Samples.config(), in: file.appending(path: "runs"))
      }
      #expect("\(try #require(error))".contains("Not a directory"))
      #expect(try Data(contentsOf: file) == Data("x".utf8))
    }
  }

  @Test func `a finished run has nothing to resume`() throws {
    try withInterrupted { folder, _ in
      try Samples.resume(folder).go()
      #expect(refusal(folder).contains("is finished, so there is nothing to resume"))
    }
  }

  @Test func `another configuration is refused with its first difference`() throws {
    try withInterrupted { folder, _ in
      let sentence = refusal(
        folder, expecting: try Samples.config(["agent.dqn.discountFactor=0.5"]))
      #expect(sentence.contains("has another configuration"))
      #expect(sentence.contains("discountFactor: 0.5"))
      #expect(sentence.contains("discountFactor: 0.99"))
      // How many seeds run beside it is no difference.
      _ = try Samples.resume(folder, expecting: try Samples.config(["seeds.runs=40"]))
    }
  }

  @Test func `the checkpoint of another run is refused`() throws {
    try withInterrupted { folder, _ in
      try withInterrupted(["agent.dqn.discountFactor=0.5"]) { other, _ in
        try FileManager.default.removeItem(atPath: folder.checkpointPath)
        try FileManager.default.copyItem(
          atPath: other.checkpointPath, toPath: folder.checkpointPath)
        #expect(refusal(folder).contains("belongs to another configuration or seed"))
      }
    }
  }

  @Test func `the checkpoint of another seed is refused`() throws {
    try withTemporaryDirectory { output in
      let folders = try [1, 2].map { seed in
        let run = try Samples.begin(Samples.config(["seeds.root=\(seed)"]), in: output)
        try run.go(stoppingAtOnce: true)
        return run.folder
      }
      try FileManager.default.removeItem(atPath: folders[0].checkpointPath)
      try FileManager.default.copyItem(
        atPath: folders[1].checkpointPath, toPath: folders[0].checkpointPath)
      let sentence = refusal(folders[0])
      #expect(sentence.contains("belongs to another configuration or seed"))
    }
  }

  @Test func `a missing checkpoint is told apart from a run that has not begun`() throws {
    try withInterrupted { folder, _ in
      try FileManager.default.removeItem(atPath: folder.checkpointPath)
      #expect(refusal(folder).contains("has no checkpoint.h5"))
      #expect(try !TrainingRun.hasNotBegun(folder))
    }
  }

  @Test func `a checkpoint that lacks a component names it`() throws {
    try withInterrupted { folder, _ in
      let reader = try CheckpointReader(folder.checkpointPath)
      for missing in reader.components {
        let path = folder.checkpointPath
        let kept = FileManager.default.contents(atPath: path)
        try Checkpoint.write(to: path, config: reader.config, lengths: reader.lengths) { writer in
          for component in reader.components where component != missing {
            let name = String(component.drop { $0 != "/" }.dropFirst())
            if component.hasPrefix("tensors/") {
              let tensor = try reader.tensor(name)
              try writer.write(tensor: name, shape: tensor.shape, tensor.scalars)
            } else if component.hasPrefix("bytes/") {
              try writer.write(bytes: reader.bytes(name), named: name)
            } else {
              try writer.write(group: name) { _ in }
            }
          }
        }
        let sentence = refusal(folder)
        // An empty replay is refused by itself, and comes before what was visited after it.
        #expect(
          sentence.contains("lacks '\(missing)'") || sentence.contains("replay"), "\(sentence)")
        try kept?.write(to: URL(filePath: path))
      }
    }
  }

  @Test func `damaged files are refused in a sentence`() throws {
    try withInterrupted { folder, _ in
      for path in [folder.checkpointPath, folder.runPath] {
        let whole = try #require(FileManager.default.contents(atPath: path))
        for damaged in [
          Data(), whole.prefix(100), whole.prefix(whole.count / 2), Data(count: 4096),
        ] {
          try damaged.write(to: URL(filePath: path))
          let sentence = refusal(folder)
          #expect(sentence.contains(path), "\(sentence)")
          #expect(!sentence.contains("\n"))
        }
        try whole.write(to: URL(filePath: path))
      }
      try Samples.resume(folder).go()
    }
  }
}
