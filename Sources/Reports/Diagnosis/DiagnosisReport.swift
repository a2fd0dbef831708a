package import Randomness

/// How agents did on the experiments of a diagnostic suite: a table, a radar and a page.
///
/// It knows neither agents nor worlds: names, tags and scores from 0 to 1 are all it is told.
package struct DiagnosisReport: Sendable {
  /// What an agent scored in an experiment.
  package struct Experiment: Sendable {
    package var name: String
    package var tags: [String]
    /// A score from 0 to 1 for each repetition of the experiment.
    package var scores: [Double]
    /// The number of runs behind them.
    package var runs: Int
    /// What a reader has to know of it, such as that runs are missing; empty where there is nothing.
    package var note: String

    package init(name: String, tags: [String], scores: [Double], runs: Int, note: String = "") {
      self.name = name
      self.tags = tags
      self.scores = scores
      self.runs = runs
      self.note = note
    }
  }

  /// An agent and all that it scored.
  package struct Agent: Sendable {
    package var name: String
    package var experiments: [Experiment]

    package init(name: String, experiments: [Experiment]) {
      self.name = name
      self.experiments = experiments
    }
  }

  package let agents: [Agent]
  /// What is to be said of all of it, in sentences.
  package let remarks: [String]
  /// A line for the foot of the page: the program and its version.
  package let author: String?
  /// The numbers, for other programs.
  package let summary: Summary

  /// Works out the report of at least one agent.
  ///
  /// - Parameters:
  ///   - tags: all tags in the order in which the radar shows them.
  ///   - seeds: where the bootstrap's draws come from.
  package init(
    of agents: [Agent], tags: [String], remarks: [String] = [], author: String? = nil,
    seeds: Seeds = Seeds(root: 0)
  ) {
    precondition(!agents.isEmpty, "a diagnosis is of one agent or more")
    self.agents = agents
    self.remarks = remarks
    self.author = author
    summary = Summary(
      agents: agents.map { agent in
        let branch = seeds.branch(agent.name)
        let experiments = agent.experiments.map { experiment in
          var draws = branch[experiment.name]
          return Summary.Experiment(
            name: experiment.name, tags: experiment.tags,
            score: Bootstrap.estimates.estimate(
              of: Scores(experiment.scores), isShare: true, using: &draws
            ) {
              $0.values.mean
            }, scores: experiment.scores, runs: experiment.runs, note: experiment.note)
        }
        let tagScores = tags.compactMap { tag -> Summary.Tag? in
          let tagged = experiments.filter { $0.tags.contains(tag) }.map(\.score.value)
          return tagged.isEmpty
            ? nil : Summary.Tag(name: tag, score: tagged.mean, experiments: tagged.count)
        }
        return Summary.Agent(name: agent.name, tags: tagScores, experiments: experiments)
      })
  }

  /// All numbers of a diagnosis.
  package struct Summary: Codable, Sendable {
    package var agents: [Agent]

    package struct Agent: Codable, Sendable {
      package var name: String
      package var tags: [Tag]
      package var experiments: [Experiment]
    }

    /// The mean score of the experiments with a tag, each of which counts alike.
    package struct Tag: Codable, Sendable {
      package var name: String
      package var score: Double
      package var experiments: Int
    }

    package struct Experiment: Codable, Sendable {
      package var name: String
      package var tags: [String]
      /// The mean over repetitions, with its interval where there are several.
      package var score: Estimate
      package var scores: [Double]
      package var runs: Int
      package var note: String
    }
  }
}

extension DiagnosisReport {
  /// A row for each experiment that any agent has run, in the order of the first that has.
  package var experimentTable: Table {
    let names = summary.agents.flatMap { $0.experiments.map(\.name) }.uniqued
    var columns = [Table.Column("Experiment", isNumeric: false)]
    for agent in summary.agents {
      columns.append(.init(summary.agents.count == 1 ? "Score" : agent.name))
      columns.append(.init("95 % interval"))
    }
    columns += [
      .init("Runs"), .init("Tags", isNumeric: false), .init("Note", isNumeric: false),
    ]
    let rows = names.map(row(of:))
    return Table(caption: "Scores", columns: columns, rows: rows).withoutEmptyColumns
  }

  private func row(of name: String) -> [String] {
    let found = summary.agents.map { agent in agent.experiments.first { $0.name == name } }
    let present = found.compactMap { $0 }
    var row = [name]
    for experiment in found {
      row.append(experiment.map { NumberText.fixed($0.score.value, decimals: 2) } ?? "–")
      row.append(experiment?.score.interval.map(Self.text) ?? "")
    }
    row.append(present.map { "\($0.runs)" }.uniqued.joined(separator: ", "))
    row.append((present.first?.tags ?? []).map(\.spaced).joined(separator: ", "))
    row.append(present.map(\.note).filter { !$0.isEmpty }.uniqued.joined(separator: "; "))
    return row
  }

  private static func text(_ interval: Interval) -> String {
    let lower = NumberText.fixed(interval.lower, decimals: 2)
    return "\(lower) to \(NumberText.fixed(interval.upper, decimals: 2))"
  }

  /// A row for each tag that any agent has a score for.
  package var tagTable: Table {
    Table(
      caption: "Mean scores by ability",
      columns: [.init("Ability", isNumeric: false)] + summary.agents.map { .init($0.name) },
      rows: tags.map { tag in
        [tag.spaced]
          + summary.agents.map { agent in
            agent.score(of: tag).map { NumberText.fixed($0, decimals: 2) } ?? "–"
          }
      })
  }

  /// The tags that any agent has a score for, in the order of the first that has.
  var tags: [String] { summary.agents.flatMap { $0.tags.map(\.name) }.uniqued }

  /// The report for a terminal: scores, and a bar for each ability.
  package func terminalText(columns: Int = 80) -> String {
    var parts = [experimentTable.terminalText]
    let width = tags.map(\.count).max() ?? 0
    for agent in summary.agents {
      var lines = summary.agents.count == 1 ? [] : [agent.name.printable]
      lines += agent.tags.map { tag in
        let filled = Int((tag.score * 20).rounded())
        let name = tag.name.spaced.printable
        return name + String(repeating: " ", count: width - name.count + 2)
          + String(repeating: "█", count: filled) + String(repeating: "░", count: 20 - filled)
          + "  " + NumberText.fixed(tag.score, decimals: 2)
      }
      parts.append(lines.joined(separator: "\n") + "\n")
    }
    parts += remarks.map { wrapped($0.printable, to: columns) + "\n" }
    return parts.joined(separator: "\n")
  }
}

extension DiagnosisReport.Summary.Agent {
  /// The mean score of a tag.
  func score(of tag: String) -> Double? { tags.first { $0.name == tag }?.score }
}

extension String {
  /// A name in words.
  var spaced: String { String(map { $0 == "_" ? " " : $0 }) }
}
