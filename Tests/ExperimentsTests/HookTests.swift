import Environments
import Experiments
import Foundation
import HDF5Store
import Simulators
import TestSupport
import Testing
import Tracking

/// Counts what it is called for, and ends the run if it is told to.
private struct Counter: TrainingHook {
  var every = 50
  /// The episode after which the run ends; 0 never ends it.
  var lastEpisode = 0
  var episodes = 0
  var calls = 0
  var evaluations: [Double] = []

  static var metrics: [HookMetric] {
    [HookMetric("calls", meaning: "calls so far"), HookMetric("returns", meaning: "of episodes")]
  }
  var interval: Int { every }

  mutating func afterSteps(_ training: inout TrainingView) {
    calls += 1
    training.record("calls", Float(calls))
  }

  mutating func afterEpisode(_ episode: FinishedEpisode, _ training: inout TrainingView) {
    episodes += 1
    training.record("returns", Float(episode.return))
    if episodes == lastEpisode { training.stop("\(episodes) episodes are enough") }
  }

  mutating func afterEvaluation(_ episodes: [FinishedEpisode], _ training: inout TrainingView) {
    evaluations.append(episodes.map(\.return).reduce(0, +))
    training.record("calls", -Float(evaluations.count))
  }
}

/// Records what it has not declared.
private struct Careless: TrainingHook {
  mutating func afterEpisode(_ episode: FinishedEpisode, _ training: inout TrainingView) {
    training.record("nothing", 1)
  }
}

/// Hooks of one's own, in and out of checkpoints.
@Suite struct HookTests {
  private let catalogue: Catalogue = {
    var catalogue = Simulators.catalogue
    catalogue.add(HookEntry("counter", Counter(), summary: "counts"))
    catalogue.add(HookEntry("careless", Careless(), summary: "records what it has not declared"))
    return catalogue
  }()

  private func config(_ overrides: String...) throws -> ExperimentConfig {
    try Samples.config(overrides, catalogue: catalogue)
  }

  private func run(_ config: ExperimentConfig, in output: String) throws -> RunReader {
    let run = try Samples.begin(config, in: URL(filePath: output), catalogue: catalogue)
    try run.go()
    return try RunReader(run.folder)
  }

  @Test func `a hook is called when it should be, and its metrics are in the file`() throws {
    try withTemporaryDirectory { place in
      let config = try config(
        "budget.steps=600", "evaluation.every=200", "hooks=[{counter: {every: 100}}]")
      let reader = try run(config, in: place.path)
      let calls = try reader.series("counter/calls")
      // At 200 and 400 the evaluation comes after the steps; there is none on the way at 600.
      #expect(calls.steps == [100, 200, 200, 300, 400, 400, 500, 600, 600])
      #expect(calls.values == [1, 2, -1, 3, 4, -2, 5, 6, -3])
      let episodes = try reader.episodes()
      let returns = try reader.series("counter/returns")
      #expect(returns.steps == episodes.map(\.step))
      #expect(returns.values == episodes.map { Float($0.return) })
      #expect(try reader.earlyEnd == nil && reader.stepsDone == 600)
    }
  }

  @Test func `a run without hooks keeps its bits when it has some`() throws {
    try withTemporaryDirectory { place in
      let plain = try run(try config("budget.steps=600"), in: place.path + "/plain")
      let hooked = try run(
        try config(
          "budget.steps=600", "hooks=[counter]", "evaluation.every=100",
          "evaluation.keepBest=true"), in: place.path + "/hooked")
      #expect(try plain.episodes() == hooked.episodes())
      #expect(
        try plain.finalWeights()?.map(\.scalars) == hooked.finalWeights()?.map(\.scalars))
    }
  }

  @Test func `a hook ends a run, whose file says so`() throws {
    try withTemporaryDirectory { place in
      let reader = try run(
        try config("budget.steps=600", "hooks=[{counter: {lastEpisode: 3}}]"), in: place.path)
      let episodes = try reader.episodes()
      #expect(episodes.count == 3 && reader.stepsDone == episodes.last?.step)
      #expect(try reader.status == .finished)
      #expect(try reader.earlyEnd == "3 episodes are enough")
      #expect(try reader.evaluations().last?.step == reader.stepsDone)
      #expect(try reader.finalWeights() != nil)
    }
  }

  /// Overrides under which everything that hooks and best weights keep changes during the run.
  private static let everything = [
    "evaluation={every: 60, episodes: 2, keepBest: true}",
    "hooks=[{counter: {every: 70, lastEpisode: 22}}]",
  ]

  @Test func `stopped at every opportunity, hooks and best weights end with the same bits`() throws
  {
    try withTemporaryDirectory { place in
      let config = try Samples.config(Self.everything, catalogue: catalogue)
      let whole = try run(config, in: place.path + "/whole")
      #expect(try whole.earlyEnd == "22 episodes are enough")
      let begun = try Samples.begin(
        config, in: place.appending(path: "parts"), catalogue: catalogue)
      var isFinished = try begun.go(stoppingAtOnce: true).isFinished
      while !isFinished {
        let next = try Samples.resume(begun.folder, catalogue: catalogue)
        isFinished = try next.go(stoppingAtOnce: true).isFinished
      }
      let reader = try RunReader(begun.folder)
      #expect(reader.sessions.count > 2)
      try expectSameEnd(reader, whole)
    }
  }

  @Test func `dead at random steps, hooks and best weights end with the same bits`() throws {
    let fuse = Fuse()
    var catalogue = FragileCartPole.catalogue(fuse)
    catalogue.add(HookEntry("counter", Counter(), summary: "counts"))
    try withTemporaryDirectory { place in
      let config = try Samples.config(Self.everything, catalogue: catalogue)
      let training = try Samples.begin(
        config, in: place.appending(path: "whole"), catalogue: catalogue)
      try training.go()
      let whole = try RunReader(training.folder)
      for attempt in 0..<6 {
        let period = Int.random(in: 5..<150)
        let config = try Samples.config(
          Self.everything + ["checkpoint.steps=\(period)"], catalogue: catalogue)
        fuse.light(steps: Int.random(in: 1..<900))
        let run = try Samples.begin(
          config, in: place.appending(path: "died-\(attempt)"), catalogue: catalogue)
        var deaths = 0
        var isFinished = (try? run.go().isFinished) ?? false
        while !isFinished {
          deaths += 1
          fuse.light(steps: deaths < 8 ? Int.random(in: 1..<600) : .max)
          let next = try Samples.goOn(run.folder, catalogue: catalogue)
          isFinished = (try? next.go().isFinished) ?? false
        }
        fuse.light(steps: .max)
        try expectSameEnd(
          RunReader(run.folder), whole, "checkpoints every \(period) steps, \(deaths) deaths")
      }
    }
  }

  private func expectSameEnd(
    _ reader: RunReader, _ whole: RunReader, _ comment: String = "",
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    try expectSame(reader.folder, whole.folder, comment, sourceLocation: sourceLocation)
    #expect(try reader.earlyEnd == whole.earlyEnd, "\(comment)", sourceLocation: sourceLocation)
    let best = try #require(try reader.bestWeights()).map(\.scalars)
    #expect(
      best == (try whole.bestWeights()?.map(\.scalars)), "\(comment)",
      sourceLocation: sourceLocation)
  }

  @Test func `the best weights are those of the first evaluation with the highest mean`() throws {
    try withTemporaryDirectory { place in
      let config = try config(
        "budget.steps=900", "evaluation={every: 100, episodes: 3, finalEpisodes: 3, keepBest: true}"
      )
      let reader = try run(config, in: place.path)
      let rows = try reader.evaluations()
      let means = Dictionary(grouping: rows, by: \.step).mapValues { rows in
        rows.map(\.return).reduce(0, +) / Double(rows.count)
      }
      let top = try #require(means.values.max())
      let step = try #require(means.filter { $0.value == top }.keys.min())
      try #require(step < 900, "the last evaluation is the best one: choose another seed")
      // A run that ends there ends with the weights that this one had at its best.
      let short = try run(
        try self.config(
          "budget.steps=900", "variant=short",
          "evaluation={every: 100, episodes: 3, stopAtReturn: \(top)}"), in: place.path)
      #expect(short.stepsDone == step)
      let best = try #require(try reader.bestWeights()).map(\.scalars)
      #expect(best == (try short.finalWeights()?.map(\.scalars)))
      #expect(best != (try reader.finalWeights()?.map(\.scalars)))
      // Evaluated with that evaluation's seed, they would do as well; here they can be evaluated.
      let played = try evaluateFinishedRun(
        reader.folder, best: true, episodes: 3, seed: 0, catalogue: catalogue)
      #expect(played.count == 3)
      #expect(throws: NoBestWeights.self) {
        try evaluateFinishedRun(
          short.folder, best: true, episodes: 3, seed: 0, catalogue: catalogue)
      }
    }
  }

  @Test func `stopAtReturn ends the run at the first evaluation that reaches it`() throws {
    try withTemporaryDirectory { place in
      let reader = try run(
        try config("budget.steps=600", "evaluation={every: 100, stopAtReturn: 1}"), in: place.path)
      #expect(reader.stepsDone == 100)
      let reason = try #require(try reader.earlyEnd)
      #expect(reason.hasPrefix("an evaluation's mean return of"), "\(reason)")
      #expect(reason.hasSuffix("reached stopAtReturn, 1.0"), "\(reason)")
      let never = try run(
        try config(
          "variant=never", "budget.steps=600", "evaluation={every: 100, stopAtReturn: 501}"),
        in: place.path)
      #expect(try never.stepsDone == 600 && never.earlyEnd == nil)
    }
  }

  @Test(arguments: [
    ("hooks=[conter]", "there is no hook 'conter'; did you mean 'counter'?"),
    ("hooks=[{counter: {evry: 2}}]", "unknown key 'evry'; did you mean 'every'?"),
    ("hooks=[{counter: {every: often}}]", "expected a whole number, found 'often'"),
    ("hooks=[counter, counter]", "must not be there twice, but is counter"),
    ("hooks=[[counter]]", "hooks[0]"),
    ("evaluation.stopAtReturn=475", "needs evaluations during training: set evaluation.every"),
    ("evaluation.keepBest=true", "needs evaluations during training: set evaluation.every"),
    ("evaluation={every: 5, stopAtReturn: inf}", "must be a finite number"),
  ])
  func `what is wrong is told in a sentence`(override: String, words: String) throws {
    let error = #expect(throws: ConfigError.self) { try config("evaluation.every=0", override) }
    #expect("\(try #require(error))".contains(words), "\(String(describing: error))")
  }

  @Test func `a program without hooks says how to add one`() throws {
    let error = #expect(throws: ConfigError.self) {
      try ExperimentConfig.parse(
        Samples.dqn, name: "x.yaml", overrides: ["hooks=[plateau]"],
        catalogue: Simulators.catalogue)
    }
    #expect("\(try #require(error))".contains("Fledge.main(with:hooks:)"))
  }

  @Test func `a metric that was not declared fails the run with a sentence`() throws {
    try withTemporaryDirectory { place in
      let error = #expect(throws: HookError.self) {
        try run(try config("budget.steps=300", "hooks=[careless]"), in: place.path)
      }
      let sentence = "\(try #require(error))"
      #expect(sentence.contains("the hook 'careless' records 'nothing'"), "\(sentence)")
    }
  }

  @Test func `hooks survive being written as YAML`() throws {
    let config = try config("hooks=[careless, {counter: {every: 7}}]")
    let again = try ExperimentConfig.parse(config.yaml(), name: "again", catalogue: catalogue)
    #expect(again == config && again.hooks.count == 2)
  }
}
