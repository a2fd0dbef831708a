import ArgumentParser
import Experiments
import Foundation
import Reports
import Sweeps
import Tracking

struct Sweep: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Search for good settings of an experiment: many trials, the worst stopped early.",
    discussion: """
      FILE names an experiment and the settings to vary, in the words of Weights & Biases, and may \
      list arms to compare, each with a search of its own at the same budget; `fledge check FILE` \
      says whether it is valid. All that happens is kept in OUTPUT/<name>/: the same command again \
      goes on, after Ctrl-C, a kill or a crash, and several terminals or machines that share the \
      folder may give it at once: each takes the next trial, and the trials of a process that has \
      died are taken over where their checkpoints stand. Ctrl-C, SIGTERM and SIGUSR1 write \
      checkpoints and end with status 130, which asks to be started again.

      --set changes the sweep's own keys (trials, method, metric.name …) or else settings of its \
      experiment (budget.steps, agent.ppo.epochs …), of every arm's where there are arms.

      --quick stops nothing early, because its budget is too small for a rule that is made for the \
      whole one, and goes to a folder of its own, OUTPUT/<name>-quick/.
      """)

  @Argument(help: "The sweep's YAML file, or the folder of a sweep to go on with.")
  var file: String

  @Option(help: "Trials in all (of each arm, if any), instead of the file's; may grow later.")
  var trials: Int?

  @Option(help: "Trials that run at the same time, at most (and by default) one a processor.")
  var jobs: Int?

  @Option(help: "End this process after so many trials, as for the jobs of a cluster's array.")
  var take: Int?

  @Option(
    name: .customLong("set"),
    help: "A setting, as path=value, such as budget.steps=20_000. May be repeated.")
  var overrides: [String] = []

  @Option(help: "The folder for the sweep's folder. (default: runs)")
  var output: String?

  @Flag(
    help: "A tiny budget, one seed and four trials, none stopped early: to see that all works.")
  var quick = false

  @Flag(help: "Print one JSON object a line: one for each trial, and last the findings.")
  var json = false

  @Flag(name: .shortAndLong, help: "Show no progress.")
  var quiet = false

  func validate() throws {
    for (option, value) in [("--trials", trials), ("--jobs", jobs), ("--take", take)] {
      if let value, value < 1 { throw ValidationError("\(option) must be 1 or more, not \(value)") }
    }
    if output?.isEmpty == true { throw ValidationError("--output must name a folder") }
  }

  func run() throws {
    let (plan, folder) = try load()
    let stop = StopSignal()
    let handler = InterruptHandler(stop)
    let display = SweepDisplay(isQuiet: quiet || json)
    let runner = try SweepRunner(
      plan, in: folder, command: CommandLine.arguments, stop: stop
    ) { display.show($1, of: $0) }
    display.begin(plan)
    let width = jobs ?? ExperimentRunner.availableProcessors
    let result = try withExtendedLifetime(handler) { try runner.run(width: width, limit: take) }
    let findings = try SweepReporting.findings(of: plan, in: folder, states: result.states)
    if json {
      for trial in findings.trialLines { try JSONOutput.print(trial) }
      try JSONOutput.print(findings.recordWithoutTrials)
    } else {
      print(findings.terminalText(mostTrials: 10), terminator: "")
    }
    try tell(result, folder, findings)
  }

  /// The sweep, and where it lies.
  private func load() throws -> (SweepPlan, SweepFolder) {
    let catalogue = Extensions.environments
    let folder = SweepFolder(path: file)
    guard RunLookup.isFolder(file) else {
      var choices = SweepPlan.Choices()
      (choices.overrides, choices.trials, choices.quick) = (overrides, trials, quick)
      let plan = try SweepPlan.load(path: file, choices: choices, catalogue: catalogue)
      return (plan, try SweepFolder(output: output ?? "runs", name: plan.name))
    }
    guard overrides.isEmpty, !quick, output == nil else {
      throw CommandFailure(
        "'\(file)' is a sweep that has begun, which --set, --quick and --output cannot change; name "
          + "its file")
    }
    return (try folder.plan(trials: trials, catalogue: catalogue), folder)
  }

  /// How to go on, and what went wrong.
  private func tell(
    _ result: SweepRunner.Result, _ folder: SweepFolder, _ findings: any SweepFindings
  ) throws {
    let left = result.planned - result.endedCount
    if let problem = result.problem {
      throw CommandFailure(problem)
    }
    if left > 0 || result.isInterrupted {
      let elsewhere =
        result.elsewhere > 0 ? ", \(result.elsewhere) of them run by other processes" : ""
      Terminal.writeError(
        "\(left) of \(result.planned) trials are not done\(elsewhere).\n"
          + "To go on, here or in several terminals at once: fledge sweep \(folder.path)\n")
    } else if findings.awaitsConfirmation {
      let points = findings is ArmsReport ? "best points are" : "best point is"
      Terminal.writeError(
        "The \(points) not confirmed yet; to do so: fledge sweep \(folder.path)\n")
    }
    if !json { print("A page with pictures: fledge report \(folder.path) --output sweep.html") }
    if result.isInterrupted { throw ExitCode(130) }
    if result.endedCount > 0, findings.lacksBest, left == 0 { throw ExitCode.failure }
  }
}
