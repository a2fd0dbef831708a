public import ArgumentParser
public import Environments
public import Experiments
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
        name: "Experiments", subcommands: [Run.self, Resume.self, Evaluate.self, Diagnose.self]),
      CommandGroup(
        name: "Results", subcommands: [Show.self, Report.self, Compare.self, Results.self]),
      CommandGroup(
        name: "Environments", subcommands: [Play.self, Rollout.self, Solve.self, New.self]),
      CommandGroup(
        name: "Several tasks", subcommands: [Combine.self, Landscape.self, DataCommand.self]),
      CommandGroup(name: "Catalogue", subcommands: [List.self, Check.self]),
      CommandGroup(name: "This machine", subcommands: [Bench.self, Doctor.self]),
    ])

  public init() {}

  /// Runs the command line with the built-in environments and these, and with hooks that
  /// experiment files may name.
  public static func main(with environments: [EnvironmentEntry], hooks: [HookEntry] = []) {
    Extensions.$environments.withValue(catalogue(with: environments, hooks)) { main() }
  }

  /// Runs one command, given by its words, with the built-in environments and these: for scripts.
  ///
  /// - Throws: what the command says is wrong.
  public static func run(
    _ words: String..., with environments: [EnvironmentEntry] = [], hooks: [HookEntry] = []
  ) throws {
    try Extensions.$environments.withValue(catalogue(with: environments, hooks)) {
      var command = try parseAsRoot(words)
      try command.run()
    }
  }

  private static func catalogue(
    with environments: [EnvironmentEntry], _ hooks: [HookEntry]
  ) -> Catalogue {
    var catalogue = Simulators.catalogue
    for entry in environments { catalogue.add(entry) }
    for hook in hooks { catalogue.add(hook) }
    return catalogue
  }
}

/// What a package that brings the command line along has added to it.
enum Extensions {
  /// Every environment that commands may name.
  @TaskLocal static var environments = Simulators.catalogue
}
