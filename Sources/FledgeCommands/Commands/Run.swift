import ArgumentParser
import Environments
import Experiments

struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run an experiment: every seed, side by side on the available processors.",
    discussion: """
      Each seed becomes a folder OUTPUT/<name>/<variant>/<seed> with all that was measured. Ctrl-C \
      writes checkpoints and says how to go on; after a crash or a kill, `fledge resume` goes on \
      exactly as well. A seed's result does not depend on how many run beside it.

      With `controls: {singleTask: true}`, an agent that learns several tasks gets single-task agents \
      and a random one beside it, as further variants. Given again, the command does what is missing.

      A file with the key `dataset` compares ways to learn several tasks: every cell (architecture \
      x strategy, and the controls) with every seed, the second folder being the cell. Given \
      again, the command does what is missing.
      """)

  @Argument(help: "The experiment's YAML file.", completion: .experiment)
  var config: String

  @Option(help: "How many seeds to run, instead of seeds.runs.")
  var seeds: Int?

  @Option(help: "Run this seed alone.")
  var seed: UInt64?

  @Option(help: "Seeds that run at the same time, at most (and by default) one a processor.")
  var jobs: Int?

  @Option(
    name: .customLong("cell"),
    help: "Of a comparison of multi-task configurations, run this cell alone. May be repeated.")
  var chosenCells: [String] = []

  @Option(
    name: .customLong("set"),
    help: "A setting, as path=value, such as agent.dqn.discountFactor=0.9. May be repeated.")
  var overrides: [String] = []

  @Option(help: "The folder for the runs.", completion: .directory)
  var output = "runs"

  @Flag(help: "A tiny budget and two seeds: enough to see that everything works.")
  var quick = false

  @Flag(help: "Print one JSON object a line: one for each seed.")
  var json = false

  @Flag(name: .shortAndLong, help: "Show no progress.")
  var quiet = false

  func validate() throws {
    if let seeds, seeds < 1 { throw ValidationError("--seeds must be 1 or more, not \(seeds)") }
    if let jobs, jobs < 1 { throw ValidationError("--jobs must be 1 or more, not \(jobs)") }
    if output.isEmpty { throw ValidationError("--output must name a folder") }
    if seed != nil, seeds != nil { throw ValidationError("--seed and --seeds exclude each other") }
  }

  func run() throws {
    let file = try ExperimentFile.load(
      path: config, overrides: overrides, catalogue: Extensions.environments)
    switch file {
    case .agent(let experiment):
      guard chosenCells.isEmpty else {
        throw ValidationError("--cell is for comparisons, which have the key dataset")
      }
      try run(experiment)
    case .multiTask(let comparison): try run(comparison)
    }
  }

  private func run(_ experiment: ExperimentConfig) throws {
    let catalogue = Extensions.environments
    var experiment = experiment
    if quick { experiment.shrinkForTrial() }
    choose(&experiment.seeds)
    try experiment.validate()
    for warning in experiment.warnings { Terminal.writeError("Warning: \(warning).\n") }
    try SafeFile.makeFolder(output, option: "--output")
    if experiment.controls.singleTask { return try runFamily(experiment) }
    try FolderNames.tell(experiment: experiment.name, variants: [experiment.variant])
    let list = try experiment.seeds.all.map {
      try ExperimentRunner.Job.starting(
        experiment, seed: $0, output: output, command: CommandLine.arguments, catalogue: catalogue)
    }
    try RunSession(jobs: list, width: jobs, isQuiet: quiet || json, json: json).run()
  }

  /// An agent with several tasks, single-task agents and a random one beside it.
  private func runFamily(_ experiment: ExperimentConfig) throws {
    let variants = try experiment.variants()
    try FolderNames.tell(experiment: experiment.name, variants: variants.map(\.variant))
    let list = try ExperimentRunner.Job.family(
      variants, seeds: experiment.seeds.all, output: output, command: CommandLine.arguments,
      catalogue: Extensions.environments)
    if !quiet, !json {
      Terminal.writeError(
        "\(counted(list.jobs.count, "run")): \(variants.map(\.variant).joined(separator: ", ")), "
          + "each with \(counted(experiment.seeds.runs, "seed"))"
          + (list.finished.isEmpty ? "" : "; \(list.finished.count) were finished before") + "\n")
    }
    try ComparisonSession(
      jobs: list.jobs, finished: list.finished, width: jobs, isQuiet: quiet || json, json: json
    ).run()
  }

  private func run(_ config: MultiTaskConfig) throws {
    var config = config
    if quick { config.shrinkForTrial() }
    choose(&config.seeds)
    try config.validate()
    let comparison = try Comparison(config, catalogue: Extensions.environments)
    let cells =
      chosenCells.isEmpty
      ? comparison.cells : try chosenCells.uniqued.map { try comparison.cell(named: $0) }
    try FolderNames.tell(
      experiment: config.name, variants: cells.map(\.variant), areGenerated: true)
    try SafeFile.makeFolder(output, option: "--output")
    let list = try comparison.jobs(
      cells: cells, seeds: config.seeds.all, output: output, command: CommandLine.arguments)
    try ComparisonPlan(
      experiment: config.name, cells: cells.map(\.variant), seeds: config.seeds.all,
      command: CommandLine.arguments
    ).write(in: output)
    if !quiet, !json {
      Terminal.writeError(
        comparison.account + "\n\(counted(list.jobs.count, "run")): "
          + "\(counted(cells.count, "cell")) x \(counted(config.seeds.runs, "seed"))"
          + (list.finished.isEmpty ? "" : ", \(list.finished.count) of them finished before")
          + "\n")
    }
    try ComparisonSession(
      jobs: list.jobs, finished: list.finished, width: jobs, isQuiet: quiet || json, json: json
    ).run()
  }

  private func choose(_ settings: inout SeedSettings) {
    if let seeds { settings.runs = seeds }
    if let seed {
      settings.root = seed
      settings.runs = 1
    }
  }
}

extension [String] {
  /// Without repetitions, in the order of first appearance.
  fileprivate var uniqued: [String] {
    var seen = Set<String>()
    return filter { seen.insert($0).inserted }
  }
}
