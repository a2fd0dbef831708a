import ArgumentParser
import Experiments
import Tracking

struct Resume: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Go on with runs that were interrupted, killed or crashed.",
    discussion: """
      A resumed run ends with the same bytes in its metrics and weights as one that was never \
      interrupted, on the same kind of processor. Of a folder with several runs, those that are \
      not finished go on.
      """)

  @Argument(help: "Run folders, or folders that hold some.")
  var runs: [String]

  @Option(help: "Refuse runs that were begun with another configuration than this file's.")
  var config: String?

  @Option(help: "Seeds that run at the same time, at most (and by default) one a processor.")
  var jobs: Int?

  @Flag(help: "Print one JSON object a line: one for each seed.")
  var json = false

  @Flag(name: .shortAndLong, help: "Show no progress.")
  var quiet = false

  func validate() throws {
    if let jobs, jobs < 1 { throw ValidationError("--jobs must be 1 or more, not \(jobs)") }
  }

  func run() throws {
    let catalogue = Extensions.environments
    let expected = try config.map { try ExperimentConfig.load(path: $0, catalogue: catalogue) }
    let folders = try RunLookup.runs(in: runs)
    var list: [ExperimentRunner.Job] = []
    for folder in folders {
      do {
        list.append(
          try .resuming(
            folder, expecting: expected, command: CommandLine.arguments, catalogue: catalogue))
      } catch let error as ResumeError {
        // Among several runs the finished ones are no mistake.
        guard case .finished = error, folders.count > 1 else { throw error }
      }
    }
    guard !list.isEmpty else {
      throw CommandFailure(
        "all \(folders.count) runs are finished, so there is nothing to resume; `fledge report "
          + "\(runs.joined(separator: " "))` shows them")
    }
    try RunSession(jobs: list, width: jobs, isQuiet: quiet || json, json: json).run()
  }
}
