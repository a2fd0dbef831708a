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
      """)

  @Argument(help: "The experiment's YAML file.")
  var config: String

  @Option(help: "How many seeds to run, instead of seeds.runs.")
  var seeds: Int?

  @Option(help: "Run this seed alone.")
  var seed: UInt64?

  @Option(help: "Seeds that run at the same time, at most (and by default) one a processor.")
  var jobs: Int?

  @Option(
    name: .customLong("set"),
    help: "A setting, as path=value, such as agent.dqn.discountFactor=0.9. May be repeated.")
  var overrides: [String] = []

  @Option(help: "The folder for the runs.")
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
    let catalogue = Extensions.environments
    var experiment = try ExperimentConfig.load(
      path: config, overrides: overrides, catalogue: catalogue)
    if quick { experiment.shrinkForTrial() }
    if let seeds { experiment.seeds.runs = seeds }
    if let seed {
      experiment.seeds.root = seed
      experiment.seeds.runs = 1
    }
    try experiment.validate()
    for warning in experiment.warnings { Terminal.writeError("Warning: \(warning).\n") }
    let seeds = (0..<experiment.seeds.runs).map { experiment.seeds.root + UInt64($0) }
    let list = try seeds.map {
      try ExperimentRunner.Job.starting(
        experiment, seed: $0, output: output, command: CommandLine.arguments, catalogue: catalogue)
    }
    try RunSession(jobs: list, width: jobs, isQuiet: quiet || json, json: json).run()
  }
}
