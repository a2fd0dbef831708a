import Agents
import Environments
import Experiments
import Foundation
import MultiTask
import NeuralNetworks

/// What there is, and what came of it, as tables for the guide's pages.
struct CatalogueReference {
  let catalogue: Catalogue
  /// The checkout's folder.
  let folder: String
  /// From the page's folder to the checkout's.
  let root: String
  /// From the page's folder to that of the guide's landing page.
  let up: String
  let results: [Result]

  /// What an agent records while it learns.
  ///
  /// - Parameter request: The agent, and settings other than the standard ones as YAML.
  func metrics(_ request: String) throws -> String {
    var table = MarkdownTable("metric", "unit", "what it is")
    for metric in try Self.metrics(request) {
      table.add("`\(metric.name)`", metric.unit, metric.meaning)
    }
    return table.text
  }

  /// - Throws: `CommandFailure` for an agent that there is not, `ConfigError` for wrong settings.
  static func metrics(_ request: String) throws -> [Metric] {
    try agent(request).metrics(of: ["TASK"])
  }

  /// The agent that a request names, with the settings that it gives.
  static func agent(_ request: String) throws -> AgentSettings {
    let words = request.split(separator: " ", maxSplits: 1).map(String.init)
    guard let name = words.first, let standard = AgentSettings.standard(named: name) else {
      throw CommandFailure("there is no agent '\(request)'; `fledge list agents` shows all")
    }
    guard words.count == 2 else { return standard }
    let settings = try YAMLText.parse(override: words[1], name: request)
    let tree = ConfigNode(.mapping([])).setting([name], to: settings)
    return try ConfigDecoder.decode(
      AgentSettings.self, from: tree, over: ConfigEncoder.encode(standard))
  }

  /// The rows of the table of results that an agent made, or those with a word in their label.
  func rows(_ request: String) -> String {
    let words = request.split(separator: " ", maxSplits: 1).map(String.init)
    let place = root + "experiments"
    var table = MarkdownTable(
      "experiment", "environment", "as", "seeds", "IQM (95 % interval)", "published or optimal",
      "against it")
    let chosen = results.filter {
      $0.agent == words.first && (words.count == 1 || $0.row.algorithm.contains(words[1]))
    }
    for (row, _, cells) in chosen {
      table.add(
        "[\(row.experiment)](\(place)/\(row.experiment).yaml)", row.environment,
        "[\(row.algorithm)](\(place)/results/\(row.experiment).md)", cells[1], cells[3], cells[5],
        cells[6])
    }
    return chosen.isEmpty ? "None yet." : table.text
  }

  /// A row of the table of results, the agent that made it, and its cells as the table has them.
  typealias Result = (row: ResultsRow, agent: String, cells: [String])

  /// Every row that the table shows.
  static func results(in folder: String, _ catalogue: Catalogue) throws -> [Result] {
    let results = ResultsFolder(
      experiments: folder + "/experiments", results: folder + "/experiments/results",
      catalogue: catalogue)
    let printed = try String(
      contentsOfFile: results.results + "/README.md", encoding: .utf8
    ).split(separator: "\n")
    return try ResultsList.load(path: results.listPath).rows.compactMap { row in
      guard let line = printed.first(where: { $0.contains("](\(row.experiment).md) |") }) else {
        return nil
      }
      let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      return cells.count < 7 ? nil : (row, try results.experiment(of: row).agent.name, cells)
    }
  }

  /// All strategies, each with what defines it and what it can be told.
  func strategies() -> String {
    StrategySettings.alternatives.map(\.standard).map { strategy in
      let line = StrategyList.line(strategy)
      var text = """
        ### \(line.name)

        \(line.summary)

        * It states: \(line.statement)
        * Source: \(line.source)
        * It needs \(StrategyList.needsInWords(strategy)).
        """
      guard !line.settings.isEmpty else { return text }
      var table = MarkdownTable("setting", "default", "allowed", "what it is")
      for setting in line.settings {
        table.add("`\(setting.name)`", "`\(setting.standard)`", setting.allowed, setting.meaning)
      }
      text += "\n\n" + table.text
      return text
    }.joined(separator: "\n\n")
  }

  /// All architectures: what they compute, and what their tasks share.
  func architectures() -> String {
    var table = MarkdownTable("architecture", "what it is", "tasks share", "task known", "source")
    for architecture in ArchitectureSettings.alternatives.map(\.standard) {
      let about = architecture.about
      table.add(
        "`\(architecture.name)`", about.summary, about.shares, architecture.sees, about.source)
    }
    return table.text
  }

  /// All agents, each with its page.
  func agents() -> String {
    var table = MarkdownTable("agent", "actions", "what it does", "source")
    for agent in AgentSummary.all {
      table.add("`\(agent.id)`", agent.actions, agent.summary, agent.source)
    }
    return table.text
  }

  /// All wrappers that an experiment file may name.
  func wrappers() -> String {
    var table = MarkdownTable("wrapper", "what it does", "source")
    for wrapper in WrapperSettings.summaries {
      table.add("`\(wrapper.name)`", wrapper.summary, wrapper.source)
    }
    return table.text
  }

  /// All environments, by group.
  func environments() -> String {
    var table = MarkdownTable("environment", "group", "what it is")
    for entry in catalogue.entries { table.add("`\(entry.id)`", entry.group, entry.summary) }
    return table.text
  }

  /// The experiment files of a folder, each with its question and what came of it.
  func questions(_ subfolder: String) throws -> String {
    let path = folder + "/experiments" + (subfolder.isEmpty ? "" : "/" + subfolder)
    let prefix = subfolder.isEmpty ? "" : subfolder + "/"
    let files = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    var table = MarkdownTable("question", "file", "outcome")
    for file in files where file.hasSuffix(".yaml") && file != "results.yaml" {
      let name = String(file.dropLast(5))
      let question =
        subfolder == "landscapes"
        ? try LandscapeConfig.load(path: path + "/" + file).question
        : try ExperimentFile.load(path: path + "/" + file, catalogue: catalogue).question
      let result = "\(prefix)results/\(name).md"
      let isThere = FileManager.default.fileExists(atPath: "\(folder)/experiments/\(result)")
      table.add(
        question, "[`\(name)`](\(prefix)\(file))", isThere ? "[result](\(result))" : "not yet run")
    }
    return table.text
  }
}
