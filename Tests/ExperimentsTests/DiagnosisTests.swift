import Environments
import Experiments
import Foundation
import Simulators
import Testing
import Tracking

/// The suite run with the random agent: what is run, what is found in the files, and going on.
@Suite struct DiagnosisTests {
  private let folder = FileManager.default.temporaryDirectory
    .appending(path: "fledge-diagnosis-\(UUID())").path

  private func diagnosis(
    _ experiments: [String], _ overrides: [String] = [], repetitions: Int = 1
  ) throws -> Diagnosis {
    let template = try ExperimentConfig.parse(
      "{name: random, agent: random, checkpoint: {seconds: 0}}", name: "random",
      overrides: overrides, catalogue: catalogue)
    return try Diagnosis(
      of: template, isQuick: true, experiments: experiments, repetitions: repetitions,
      output: folder, catalogue: catalogue)
  }

  private func run(_ diagnosis: Diagnosis) throws -> Diagnosis.Outcome {
    try diagnosis.run(width: 2, until: StopSignal(), command: ["test"]) { _ in }
  }

  @Test func `random actions score about nothing, and a second time nothing is run`() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let diagnosis = try diagnosis(["catch_noise", "memory_size"], repetitions: 2)
    #expect(diagnosis.runs.count == 12)
    #expect(try run(diagnosis).finished == 12)
    let again = try run(diagnosis)
    #expect(again.finished == 0 && again.present == 12)

    let scores = try DiagnosisScores(folder: folder, catalogue: catalogue)
    #expect(scores.problems == [])
    #expect(scores.experiments.map(\.name) == ["catch_noise", "memory_size"])
    for experiment in scores.experiments {
      #expect(experiment.scores.count == 2)
      #expect(experiment.scores.allSatisfy { $0 < 0.1 })
      #expect(!experiment.isComplete && experiment.unfinished == 0)
    }
    #expect(scores.experiments[0].note == "3 of 20 points, 2000 of 10000 episodes")
    #expect(scores.score(of: .memory) == 0)
    #expect(scores.score(of: .exploration) == nil)
  }

  @Test func `noise is taken out of returns exactly`() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let diagnosis = try diagnosis(
      ["bandit_noise", "umbrella_distract", "cartpole_noise"], ["environment.copies=4"])
    _ = try run(diagnosis)
    for run in diagnosis.runs {
      let episodes = try RunReader(run.folder).episodes()
      var earned = try #require(
        try EarnedReturns(run.config, seed: run.config.seeds.root, catalogue: catalogue))
      let amounts = earned(episodes).compactMap { $0 }
      #expect(amounts.count == episodes.count && amounts.count >= 50)
      for amount in amounts {
        let isPossible =
          switch run.experiment {
          case "bandit_noise":
            abs(amount * 10 - (amount * 10).rounded()) < 1e-9 && amount > -0.01 && amount < 1.01
          case "cartpole_noise": amount == amount.rounded() && amount >= 0
          default: abs(abs(amount) - 1) < 1e-9
          }
        try #require(isPossible, "\(run.experiment) earned \(amount)")
      }
    }
  }

  @Test func `what a wise diver earns in the stochastic sea is told by calm episodes`() throws {
    // A run of the random agent has the chance of every other run with its seed.
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let diagnosis = try diagnosis(["deep_sea_stochastic"])
    _ = try run(diagnosis)
    let planned = diagnosis.runs[0]
    var earned = try #require(
      try EarnedReturns(planned.config, seed: planned.config.seeds.root, catalogue: catalogue))
    let amounts = earned(try RunReader(planned.folder).episodes())
    // Of ten rows, nine may hinder with probability 1/10 each.
    let calm = amounts.count { $0 != nil }
    #expect(abs(Double(calm) / Double(amounts.count) - 0.387) < 0.08)
    #expect(amounts.compactMap { $0 }.reduce(0, +) < 5)
  }

  @Test func `errors name the place and the remedy`() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    #expect(throws: DiagnosisError.unknownExperiment("deep_see", nearest: "deep_sea")) {
      try diagnosis(["deep_see"])
    }
    #expect(throws: DiagnosisError.noRuns(folder: folder)) {
      try DiagnosisScores(folder: folder, catalogue: catalogue)
    }
    _ = try run(try diagnosis(["memory_size"]))
    let other = try diagnosis(["memory_size"], ["logging.every=7"])
    #expect {
      try run(other)
    } throws: { error in
      "\(error)".contains("'every: 7' was asked for") && "\(error)".hasSuffix("another folder")
    }
    try FileManager.default.copyItem(
      atPath: folder + "/memory_size", toPath: folder + "/again")
    #expect(
      throws: DiagnosisError.severalAgents(folder: folder, run: "memory_size/bits-1/1000")
    ) {
      try DiagnosisScores(folder: folder, catalogue: catalogue)
    }
  }
}
