public import ArgumentParser
public import Environments
public import Experiments
import Glibc
public import MultiTask
import Simulators

/// The command line: `fledge run`, `fledge report` and so on.
///
/// A package of your own gets all of it with a main file of three lines:
///
/// ```swift
/// import Environments
/// import FledgeCommands
///
/// Fledge.main(with: [EnvironmentEntry("Corridor-v0", Corridor(), summary: "…", maximumSteps: 50)])
/// ```
public struct Fledge: ParsableCommand {
  public static let configuration = CommandConfiguration(
    commandName: "fledge",
    abstract:
      "Reinforcement-learning and multi-task experiments: one command, many seeds, honest statistics.",
    discussion: """
      Begin with `fledge run experiments/cartpole-dqn.yaml`, then `fledge report` on the folder \
      that it names. `fledge COMMAND --help` tells more about each.
      """,
    version: FledgeVersion.current,
    subcommands: [Reference.self],
    groupedSubcommands: [
      CommandGroup(
        name: "Experiments",
        subcommands: [Run.self, Resume.self, Sweep.self, Evaluate.self, Diagnose.self]),
      CommandGroup(
        name: "Results", subcommands: [Show.self, Report.self, Compare.self, Results.self]),
      CommandGroup(name: "Other tools", subcommands: [Export.self, Import.self]),
      CommandGroup(
        name: "Environments", subcommands: [Play.self, Rollout.self, Solve.self, New.self]),
      CommandGroup(
        name: "Several tasks", subcommands: [Combine.self, Landscape.self, DataCommand.self]),
      CommandGroup(name: "Tutorials", subcommands: [NotebookCommand.self]),
      CommandGroup(name: "Catalogue", subcommands: [List.self, Check.self]),
      CommandGroup(name: "This machine", subcommands: [Bench.self, Doctor.self]),
    ])

  public init() {}

  /// Runs the command line with the built-in environments and these, and with hooks, agents,
  /// strategies and architectures that experiment files may name.
  public static func main(
    with environments: [EnvironmentEntry], hooks: [HookEntry] = [], agents: [AgentEntry] = [],
    strategies: [StrategyEntry] = [], architectures: [ArchitectureEntry] = []
  ) {
    // A limit on the size of files then shows as an error, not as the end of the program.
    signal(SIGXFSZ, SIG_IGN)
    let all = catalogue(environments, hooks, agents, strategies, architectures)
    Extensions.$environments.withValue(all) {
      do {
        var command = try parseAsRoot()
        try command.run()
        // Results that nobody got are no success.
        guard fflush(nil) == 0 else {
          throw CommandFailure(
            "standard output takes no more (\(String(cString: strerror(errno)))), and what was printed "
              + "is not whole; send it elsewhere")
        }
      } catch {
        // What was printed before comes first, also where both go to one file.
        fflush(nil)
        exit(withError: error)
      }
    }
  }

  /// Runs one command, given by its words, with what comes along and these: for scripts.
  ///
  /// - Throws: what the command says is wrong.
  public static func run(
    _ words: String..., with environments: [EnvironmentEntry] = [], hooks: [HookEntry] = [],
    agents: [AgentEntry] = [], strategies: [StrategyEntry] = [],
    architectures: [ArchitectureEntry] = []
  ) throws {
    try run(
      words, with: environments, hooks: hooks, agents: agents, strategies: strategies,
      architectures: architectures)
  }

  /// Runs one command, given by a list of its words.
  ///
  /// - Throws: what the command says is wrong.
  public static func run(
    _ words: [String], with environments: [EnvironmentEntry] = [], hooks: [HookEntry] = [],
    agents: [AgentEntry] = [], strategies: [StrategyEntry] = [],
    architectures: [ArchitectureEntry] = []
  ) throws {
    let all = catalogue(environments, hooks, agents, strategies, architectures)
    try Extensions.$environments.withValue(all) {
      var command = try parseAsRoot(words)
      try command.run()
    }
  }

  private static func catalogue(
    _ environments: [EnvironmentEntry], _ hooks: [HookEntry], _ agents: [AgentEntry],
    _ strategies: [StrategyEntry], _ architectures: [ArchitectureEntry]
  ) -> Catalogue {
    var catalogue = Simulators.catalogue
    for entry in environments { catalogue.add(entry) }
    for hook in hooks { catalogue.add(hook) }
    for agent in agents { catalogue.add(agent) }
    for strategy in strategies { catalogue.add(strategy) }
    for architecture in architectures { catalogue.add(architecture) }
    return catalogue
  }
}

/// What a package that brings the command line along has added to it.
enum Extensions {
  /// Every environment, hook, agent, strategy and architecture that commands and files may name beside
  /// what comes along.
  @TaskLocal static var environments = Simulators.catalogue
}
