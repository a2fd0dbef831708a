import Experiments
import Foundation
import Simulators
import TestSupport
import Testing

/// The files behind the table of results: the list of rows, experiments and outcomes.
@Suite struct ResultsFilesTests {
  private static let list = """
    sources:
      zoo: {name: RL Zoo, text: one run each}
    rows:
      - experiment: lake
        environment: FrozenLake-v1
        algorithm: Q-learning
        published: {value: 0.740, source: zoo, steps: 1_000}
        minimum: 0.70
    """

  private static let lake = """
    name: lake
    seeds: {root: 1, runs: 2}
    environment: {id: FrozenLake-v1}
    agent: {qLearning: {learningRate: 0.5}}
    budget: {steps: 300}
    evaluation: {finalEpisodes: 5}
    """

  /// A folder with a list and an experiment, and a row's outcome if asked for.
  private func with(
    _ experiment: String? = lake, outcome: ((inout RowOutcome) -> Void)? = nil,
    _ body: (ResultsFolder, ResultsRow) throws -> Void
  ) throws {
    try withTemporaryDirectory { place in
      let folder = ResultsFolder(
        experiments: place.path, results: place.path + "/results",
        catalogue: Simulators.catalogue)
      try FileManager.default.createDirectory(
        atPath: folder.results + "/rows", withIntermediateDirectories: true)
      try Data(Self.list.utf8).write(to: URL(filePath: folder.listPath))
      if let experiment {
        try Data(experiment.utf8).write(to: URL(filePath: folder.experimentPath("lake")))
      }
      if let outcome {
        let config = try ExperimentConfig.parse(
          Self.lake, name: "lake", catalogue: Simulators.catalogue)
        var made = RowOutcome(
          experiment: "lake",
          configuration: try config.yaml().split(separator: "\n").map(String.init),
          fledge: "0.1.0", commits: [], processors: ["a"], date: "2026-11-21", episodes: 5,
          seeds: [1, 2].map { RowOutcome.Seed(seed: $0, finalReturn: 0.5, steps: 300, seconds: 1) })
        outcome(&made)
        try Data(made.encoded()).write(to: URL(filePath: folder.outcomePath("lake")))
      }
      try body(folder, try ResultsList.load(path: folder.listPath).row(named: "lake"))
    }
  }

  @Test func `a published number keeps its digits`() throws {
    let row = try ResultsList.parse(Self.list, name: "results.yaml").rows[0]
    #expect(row.published?.value.text == "0.740")
    #expect(row.published?.value.decimals == 3 && row.published?.value.value == 0.74)
    #expect(row.published?.steps == 1000 && row.published?.isMost == false)
    #expect(row.optimum == nil && row.minimum?.text == "0.70")
  }

  @Test(arguments: [
    ("value: 0.740", "valu: 0.740", "results.yaml:7:17: rows[0].published: unknown key 'valu'"),
    (
      "value: 0.740", "value: high",
      "expected a number with its digits, such as -76.6, found 'high'"
    ),
    ("source: zoo", "source: zooo", "did you mean 'zoo'?"),
    ("minimum: 0.70", "minimum: [1]", "expected a text, found a list"),
    ("algorithm: Q-learning", "remark: none", "results.yaml:4:5: rows[0].algorithm: must name"),
    (
      "minimum: 0.70", "optimum: {value: 1, source: zoo}", "must not stand beside a published value"
    ),
    ("experiment: lake", "experiment: ../lake", "must be the name of a file"),
  ])
  func `a wrong list is refused with its place`(old: String, new: String, words: String) throws {
    let error = #expect(throws: ConfigError.self) {
      try ResultsList.parse(Self.list.replacing(old, with: new), name: "results.yaml")
    }
    #expect("\(try #require(error))".contains(words), "\(String(describing: error))")
  }

  @Test func `an unknown row is answered with the nearest name`() throws {
    let list = try ResultsList.parse(Self.list, name: "results.yaml")
    let error = #expect(throws: ResultsError.self) { try list.row(named: "laek") }
    #expect("\(try #require(error))".contains("did you mean 'lake'?"))
  }

  @Test func `a row without file or outcome is missing, one with both is current`() throws {
    try with(nil) { folder, row in
      let state = try folder.state(of: row)
      #expect(state == .missing("there is no lake.yaml"))
    }
    try with { folder, row in
      let state = try folder.state(of: row)
      #expect(state == .missing("it has not been run"))
    }
    try with(outcome: { _ in }) { folder, row in
      let state = try folder.state(of: row)
      #expect(state.isCurrent)
    }
    try with(nil, outcome: { _ in }) { folder, row in
      guard case .outOfDate(_, let reason) = try folder.state(of: row) else {
        Issue.record("a row without an experiment file is current")
        return
      }
      #expect(reason == "its experiment file is missing")
    }
  }

  @Test(arguments: [
    ("steps: 300", "steps: 400", "budget.steps is 400 now and was 300"),
    ("learningRate: 0.5", "discountFactor: 0.5", "agent.qLearning.learningRate"),
    ("runs: 2", "runs: 3", "it has 2 seeds, and the experiment asks for 3"),
    ("root: 1", "root: 2", "it has 2 seeds, and the experiment asks for 2"),
    ("qLearning: {learningRate: 0.5}", "random: {}", "agent is random now and was {qLearning:"),
  ])
  func `a change that results depend on makes a row out of date`(
    old: String, new: String, words: String
  ) throws {
    try with(Self.lake.replacing(old, with: new), outcome: { _ in }) { folder, row in
      guard case .outOfDate(_, let reason) = try folder.state(of: row) else {
        Issue.record("the row is still current")
        return
      }
      #expect(reason.contains(words), "\(reason)")
    }
  }

  @Test func `words, checkpoints, logging and threads make no row out of date`() throws {
    let changed =
      Self.lake.replacing("{id: FrozenLake-v1}", with: "{id: FrozenLake-v1, threads: 2}")
      + "\nquestion: Why?\ncheckpoint: {seconds: 1}\nlogging: {every: 7}"
    try with(changed, outcome: { _ in }) { folder, row in
      let state = try folder.state(of: row)
      #expect(state.isCurrent)
    }
  }

  @Test func `a setting that came later counts with its default`() throws {
    let cut: (inout RowOutcome) -> Void = { outcome in
      let lines = outcome.configuration
      guard let start = lines.firstIndex(of: "evaluation:") else { return }
      let end = lines[(start + 1)...].firstIndex { !$0.hasPrefix(" ") } ?? lines.endIndex
      outcome.configuration.replaceSubrange(
        start..<end, with: ["evaluation: {finalEpisodes: 5}"])
    }
    try with(outcome: cut) { folder, row in
      let state = try folder.state(of: row)
      #expect(state.isCurrent)
    }
    try with(outcome: { $0.configuration.append("elder: 1") }) { folder, row in
      guard case .outOfDate(_, let reason) = try folder.state(of: row) else {
        Issue.record("the row is current")
        return
      }
      #expect(reason == "its settings are no longer known")
    }
  }

  @Test func `an outcome survives its file, and a damaged one is refused`() throws {
    try with(outcome: { $0.seeds[0].exactReturn = 0.25 }) { folder, row in
      let path = folder.outcomePath("lake")
      let outcome = try #require(try RowOutcome.read(experiment: "lake", path: path))
      #expect(outcome.seeds[0].exactReturn == 0.25)
      let text = try String(contentsOfFile: path, encoding: .utf8)
      for (damaged, words) in [
        (String(text.dropLast(20)), "it is not valid JSON"),
        (text.replacing("\"date\"", with: "\"data\""), "'date' is missing"),
        (text.replacing("\"seed\" : 2", with: "\"seed\" : 1"), "it has a seed twice"),
        (text.replacing("\"seconds\" : 1", with: "\"seconds\" : -1"), "cannot be true"),
        (text.replacing("\"lake\"", with: "\"sea\""), "it is the outcome of sea"),
        (text.replacing("\"format\" : 1", with: "\"format\" : 9"), "its format is 9"),
        (text.replacing("\"steps\" : 300", with: "\"steps\" : \"x\""), "another kind of value"),
      ] {
        try Data(damaged.utf8).write(to: URL(filePath: path))
        let error = #expect(throws: ResultsError.self) { try folder.state(of: row) }
        let sentence = "\(try #require(error))"
        #expect(sentence.contains(words) && sentence.contains("fledge results lake"), "\(sentence)")
      }
    }
  }

  @Test func `an experiment's name must be its file's`() throws {
    try with(Self.lake.replacing("name: lake", with: "name: sea")) { folder, row in
      let error = #expect(throws: ResultsError.self) { try folder.state(of: row) }
      let sentence = "\(try #require(error))"
      #expect(sentence.contains("must have the name of its file, 'lake'"), "\(sentence)")
    }
  }
}
