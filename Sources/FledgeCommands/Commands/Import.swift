import ArgumentParser
import Environments
import Experiments
import Interchange

struct Import: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Look at files of other tools, check that they fit, and take them over.",
    subcommands: [ImportMinari.self, ImportSafetensors.self])
}

struct ImportMinari: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "minari",
    abstract: "Show a Minari data set, check it against an environment, and convert it.",
    discussion: """
      With --output the episodes go into one HDF5 file of few large arrays: observations, actions, \
      rewards, and for each episode its length, ending and seed. Parts of Dict and Tuple spaces \
      lie side by side in a row, in the order in which the space names them.
      """)

  @Argument(
    help: "The folder of a data set, or its id below MINARI_DATASETS_PATH or ~/.minari/datasets.")
  var source: String

  @Option(name: .shortAndLong, help: "The file to write.")
  var output: String?

  @Flag(help: "Replace what is there.")
  var force = false

  @Option(help: "An environment whose observations and actions the data set must have.")
  var environment: String?

  @Flag(help: "Print one JSON object.")
  var json = false

  private struct Line: Encodable {
    let id: String
    let algorithm: String
    let episodes: Int
    let steps: Int
    let observations: String
    let actions: String
    let meanReturn: Double?
    let minimumReturn: Double?
    let maximumReturn: Double?
    let terminated: Int
    let truncated: Int
    let output: String?
  }

  func run() throws {
    let data = try MinariReader(source)
    if let environment { try check(data, against: environment) }
    if let output {
      try OutputFile.requireFree(output, replaces: force)
      try OutputFile.requireOther(output, than: data.files)
    }
    var (episodes, returns) = ([PlayedEpisode](), [Double]())
    var (terminated, truncated, steps) = (0, 0, 0)
    for number in 0..<data.episodeCount {
      let episode = try data.episode(number)
      returns.append(episode.total)
      terminated += episode.isTerminated ? 1 : 0
      truncated += episode.isTruncated ? 1 : 0
      steps += episode.length
      if output != nil { episodes.append(episode) }
    }
    guard steps == data.stepCount else {
      throw CommandFailure(
        "'\(data.path)' says that it has \(data.stepCount) steps, but its episodes have \(steps); "
          + "download or write the data set again")
    }
    if let output {
      try EpisodeArchive(
        id: data.id, observations: data.observations, actions: data.actions, episodes: episodes
      ).write(to: output, replaces: force)
    }
    try show(
      Line(
        id: data.id, algorithm: data.algorithm, episodes: returns.count, steps: steps,
        observations: "\(data.observations)", actions: "\(data.actions)",
        meanReturn: returns.isEmpty ? nil : returns.reduce(0, +) / Double(returns.count),
        minimumReturn: returns.min(), maximumReturn: returns.max(), terminated: terminated,
        truncated: truncated, output: output))
  }

  private func show(_ line: Line) throws {
    if json { return try JSONOutput.print(line) }
    var table = TextTable()
    table.add("data set", line.id + (line.algorithm.isEmpty ? "" : ", by \(line.algorithm)"))
    table.add("episodes", "\(line.episodes), \(line.steps) steps")
    table.add("endings", "\(line.terminated) terminated, \(line.truncated) truncated")
    table.add("observations", line.observations)
    table.add("actions", line.actions)
    if let mean = line.meanReturn, let least = line.minimumReturn, let most = line.maximumReturn {
      table.add(
        "return", "\(significant(mean)), from \(significant(least)) to \(significant(most))")
    }
    if let output = line.output { table.add("written to", output) }
    print(table.text)
  }

  private func check(_ data: MinariReader, against name: String) throws {
    let entry = try Extensions.environments[name]
    let observations = MinariSpace(observations: entry.observationBounds)
    let actions = MinariSpace(actions: entry.actionSpace)
    guard data.observations.hasKind(of: observations) else {
      throw CommandFailure(
        "the observations of '\(data.id)' are \(data.observations), those of \(name) "
          + "\(observations); choose another environment or data set")
    }
    guard data.actions.hasKind(of: actions) else {
      throw CommandFailure(
        "the actions of '\(data.id)' are \(data.actions), those of \(name) \(actions); choose "
          + "another environment or data set")
    }
  }
}

struct ImportSafetensors: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "safetensors",
    abstract: "Check that weights from elsewhere fit into the network of a run or an experiment.",
    discussion: """
      Weights are matched by name and shape; without --into they are only listed. A run's record \
      stays what was measured, so nothing is written: `fledge evaluate RUN --weights FILE` plays \
      with such weights, and `fledge export RUN --weights FILE` makes an ONNX model or a data set.
      """)

  @Argument(help: "A safetensors file.")
  var file: String

  @Option(help: "The folder of a run, or an experiment's YAML file.")
  var into: String?

  @Flag(help: "Print one JSON object a line.")
  var json = false

  private struct Line: Encodable {
    let name: String
    let shape: [Int]
  }

  func run() throws {
    let weights = try SafetensorsFile(reading: file, requiresFinite: into != nil)
    if let into {
      let agent = try AgentLookup.agent(at: into, best: false, weightFile: file).agent
      _ = try agent.makePolicy(
        for: agent.makeBatch(count: max(1, agent.taskNames.count)), seed: 0)
    }
    var table = TextTable()
    for tensor in weights.tensors.sorted(by: { $0.name < $1.name }) {
      if json {
        try JSONOutput.print(Line(name: tensor.name, shape: tensor.shape))
      } else {
        table.add(tensor.name, "\(tensor.shape)")
      }
    }
    if json { return }
    print(table.text)
    if let into { print("All \(weights.tensors.count) fit into the agent of \(into).") }
  }
}
