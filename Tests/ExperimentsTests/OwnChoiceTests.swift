import Agents
import Autodiff
import Environments
import Experiments
import Foundation
import MultiTask
import NeuralNetworks
import Randomness
import TestSupport
import Testing
import Tracking

/// Each task counts by the direction of its gradient alone.
private struct EqualPull: Strategy, Equatable {
  /// How much of the lengths so far is kept.
  var memory = 0.9
  var lengths: [Double] = []
  var needs: StrategyNeeds { StrategyNeeds(.gram) }

  mutating func combine(
    _ signals: TaskSignals, using random: inout RandomStream
  ) throws(StrategyError) -> Combination {
    guard let gram = signals.gram else { throw StrategyError("equalPull needs gradients") }
    let now = (0..<gram.count).map { gram[$0, $0].squareRoot() }
    lengths = lengths.isEmpty ? now : zip(lengths, now).map { memory * $0 + (1 - memory) * $1 }
    return Combination(weights: lengths.map { 1 / max($0, 1e-9) })
  }
}

/// A trunk for all tasks, and heads that see the rows beside it.
private struct Shortcuts: MultiTaskNetwork {
  var shared: MLP
  var own: [Dense]

  func representation(of rows: Tensor, for task: Int) -> Tensor { shared(rows) }
  func output(of task: Int, from representation: Tensor, rows: Tensor) -> Tensor {
    own[task](concatenated([representation, rows], axis: 1))
  }
}

private struct ShortcutSettings: ArchitectureDefinition {
  var hidden = [8]

  func make(
    inputShape: [Int], outputs: [Int], using random: inout RandomStream
  ) -> Shortcuts {
    let inputs = inputShape.reduce(1, *)
    let trunk = MLP(sizes: [inputs] + hidden, outputActivation: .relu, using: &random)
    return Shortcuts(
      shared: trunk, own: outputs.map { Dense(trunk.outputs + inputs, $0, using: &random) })
  }
}

@Suite struct `Strategies and architectures of one's own` {
  private static let catalogue: Catalogue = {
    var catalogue = Samples.catalogue
    catalogue.add(StrategyEntry("equalPull", EqualPull(), summary: "equal gradients"))
    catalogue.add(
      ArchitectureEntry("shortcuts", ShortcutSettings(), summary: "heads that see the rows"))
    return catalogue
  }()

  private static func config(_ overrides: String...) throws -> MultiTaskConfig {
    try .parse(
      Comparisons.small, name: "x.yaml",
      overrides: ["controls.staticWeights=0", "checkpoint.steps=10"] + overrides,
      catalogue: catalogue)
  }

  private static func refusal(_ override: String) -> String {
    do {
      _ = try config(override)
      return "accepted"
    } catch { return "\(error)" }
  }

  @Test func `a comparison names them, with settings or without`() throws {
    let config = try Self.config(
      "strategies=[equal, equalPull, {equalPull: {memory: 0.5}}]",
      "architectures=[hardSharing, shortcuts, {shortcuts: {hidden: [4, 4]}}]")
    #expect(config.strategies[1].account.summary == "equal gradients")
    #expect(config.strategies[2].strategy as? EqualPull == EqualPull(memory: 0.5))
    let comparison = try Comparison(config, catalogue: Self.catalogue)
    let names = comparison.cells.map(\.variant)
    for name in [
      "equalPull-shortcuts", "equal-shortcuts-hidden=4+4", "equalPull-memory=0.5-hardSharing",
    ] { #expect(names.contains(name), "\(names)") }
    // The whole tree, read again with the same catalogue, is the same.
    let again = try MultiTaskConfig.parse(
      config.yaml(), name: "again.yaml", catalogue: Self.catalogue)
    #expect(try again == config && again.yaml() == config.yaml())
  }

  @Test func `what no program has added is told with the nearest name`() {
    #expect(
      Self.refusal("strategies=[equalPul]").contains("strategies[0]: 'equalPul' is not one of"))
    #expect(Self.refusal("strategies=[equalPul]").contains("did you mean 'equalPull'?"))
    #expect(Self.refusal("strategies=[nashMT]").contains("did you mean 'nashMTL'?"))
    #expect(Self.refusal("architectures=[shortcut]").contains("did you mean 'shortcuts'?"))
    #expect(
      Self.refusal("strategies=[{equalPull: {memroy: 0.5}}]").contains("did you mean 'memory'?"))
    #expect(
      Self.refusal("architectures=[{shortcuts: {hidden: deep}}]").contains("expected a list"))
    #expect(
      Comparisons.refusal(["strategies=[equalPull]"])?.contains("'equalPull' is not one of") == true
    )
  }

  @Test func `a run with both goes on where it was stopped, bit for bit`() throws {
    try withTemporaryDirectory { output in
      let config = try Self.config("strategies=[equalPull]", "architectures=[shortcuts]")
      let comparison = try Comparison(config, catalogue: Self.catalogue)
      let cell = try comparison.cell(named: "equalPull-shortcuts")
      func run(in place: String, stoppingAtOnce: Bool = false) throws -> String {
        let list = try comparison.jobs(
          cells: [cell], seeds: [1], output: output.appending(path: place).path, command: [])
        let stop = StopSignal()
        let outcomes = ExperimentRunner(jobs: list.jobs, width: 1).run(until: stop) {
          if stoppingAtOnce, case .training = $0.phase { stop.request() }
        }
        return try #require(outcomes.first).folder
      }
      let whole = try run(in: "whole")
      let cut = try run(in: "cut", stoppingAtOnce: true)
      #expect(try RunReader(RunFolder(path: cut)).status == .interrupted)
      #expect(try run(in: "cut") == cut)
      try expectSame(RunFolder(path: whole), RunFolder(path: cut))
      let reader = try RunReader(RunFolder(path: whole))
      #expect(reader.multitask?.cell.strategy == "equalPull")
      #expect(reader.weightArrays.contains { $0.name.hasPrefix("own/1/") && $0.shape == [14, 1] })
    }
  }

  @Test func `an agent of several tasks learns with both`() throws {
    try withTemporaryDirectory { output in
      let config = try Samples.config(
        [
          "environment.copies=4", "environment.tasks=[{name: short}, {name: long}]",
          "agent={ppo: {segmentLength: 25, minibatchSize: 20, "
            + "tasks: {strategy: {equalPull: {memory: 0.5}}, architecture: shortcuts}}}",
        ], catalogue: Self.catalogue)
      let whole = try Samples.begin(
        config, in: output.appending(path: "whole"), catalogue: Self.catalogue)
      try whole.go()
      let cut = try Samples.begin(
        config, in: output.appending(path: "cut"), catalogue: Self.catalogue)
      try cut.go(stoppingAtOnce: true)
      try Samples.resume(cut.folder, catalogue: Self.catalogue).go()
      try expectSame(whole.folder, cut.folder)
      let played = try evaluateFinishedRun(
        whole.folder, episodes: 1, seed: 3, catalogue: Self.catalogue)
      #expect(played.count == 2)
    }
  }
}
