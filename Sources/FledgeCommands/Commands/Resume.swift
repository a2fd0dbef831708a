import ArgumentParser
import Experiments
import Tracking

struct Resume: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Go on with runs that were interrupted, killed or crashed.",
    discussion: """
      A resumed run ends with the same bytes in its metrics and weights as one that was never \
      interrupted, on the same kind of processor. Of a folder with several runs, those that are \
      not finished go on, and seeds that were asked for and never begun are begun.
      """)

  @Argument(help: "Run folders, or folders that hold some.", completion: .directory)
  var runs: [String]

  @Option(
    help: "Refuse runs that were begun with another configuration than this file's.",
    completion: .experiment)
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
    let expected = try config.map { try ExperimentFile.load(path: $0, catalogue: catalogue) }
    let folders = try RunLookup.runs(in: runs)
    let (several, others) = try RunLookup.parted(folders)
    if !several.isEmpty {
      guard others.isEmpty else {
        throw CommandFailure(
          "some of these runs have several tasks and some an agent; resume them apart")
      }
      return try resume(multiTask: several, expecting: expected)
    }
    var agentConfig: ExperimentConfig?
    switch expected {
    case .agent(let config): agentConfig = config
    case .multiTask:
      throw CommandFailure("--config names a comparison of several tasks, which these runs are not")
    case nil: break
    }
    let unbegun = try ExperimentRunner.Job.unbegun(
      beside: folders.filter(wasFoundInFolder), command: CommandLine.arguments,
      catalogue: catalogue)
    let list =
      try unfinished(folders, besides: unbegun.count) {
        try .resuming(
          $0, expecting: agentConfig, command: CommandLine.arguments, catalogue: catalogue)
      } + unbegun
    try RunSession(jobs: list, width: jobs, isQuiet: quiet || json, json: json).run()
  }

  private func resume(multiTask folders: [RunFolder], expecting expected: ExperimentFile?) throws {
    let work = SharedWork()
    var comparison: Comparison?
    switch expected {
    case .multiTask(let config):
      comparison = try Comparison(config, catalogue: Extensions.environments, sharing: work)
    case .agent: throw CommandFailure("--config names an agent's experiment, which these are not")
    case nil: break
    }
    let list = try unfinished(folders) {
      try .resuming(
        multiTask: $0, expecting: comparison, command: CommandLine.arguments,
        catalogue: Extensions.environments, sharing: work)
    }
    try ComparisonSession(
      jobs: list, finished: [], width: jobs, isQuiet: quiet || json, json: json
    ).run()
  }

  /// Whether a run was found in a folder that was named, and was not named itself.
  private func wasFoundInFolder(_ folder: RunFolder) -> Bool {
    !runs.contains { [folder.path, folder.runPath].contains(RunFolder(path: $0).path) }
  }

  /// The jobs of the runs that are not finished.
  ///
  /// - Parameter others: How many jobs there are besides.
  private func unfinished(
    _ folders: [RunFolder], besides others: Int = 0,
    _ makeJob: (RunFolder) throws -> ExperimentRunner.Job
  ) throws -> [ExperimentRunner.Job] {
    var list: [ExperimentRunner.Job] = []
    for folder in folders {
      do {
        list.append(try makeJob(folder))
      } catch let error as ResumeError {
        // Among several runs the finished ones are no mistake.
        guard case .finished = error, folders.count + others > 1 else { throw error }
      }
    }
    guard !list.isEmpty || others > 0 else {
      throw CommandFailure(
        "all \(folders.count) runs are finished, so there is nothing to resume; `fledge report "
          + "\(runs.joined(separator: " "))` shows them")
    }
    return list
  }
}
