public import ArgumentParser
public import Environments
import Foundation

struct Solve: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compute the best that can be done in an environment whose states can be listed.",
    discussion: """
      What an agent can reach at most, exactly: FrozenLake, CliffWalking, Taxi, Blackjack and \
      other worlds with a table. With a time limit the best policy knows the steps to go.
      """)

  @Argument(
    help: "An environment that `fledge list environments` shows.", completion: .environment)
  var environment: String

  @Option(help: "What a reward one step later counts for, from 0 to 1.")
  var discount = 1.0

  @Option(help: "The steps of an episode, or unlimited; the environment's own limit unless given.")
  var horizon: String?

  @Option(help: "finite-horizon with a limit, else policy-iteration, unless given.")
  var method: ExactSolution.Method?

  @Option(
    name: .customLong("set"),
    help:
      "A setting of the environment: name=value, or name=from...to for a range. May be repeated.")
  var settings: [String] = []

  @Flag(help: "Print one JSON object.")
  var json = false

  @Flag(help: "Print the best actions of all states, too; with a limit, those of the first step.")
  var policy = false

  func run() throws {
    let entry = try Extensions.environments[environment]
    let settings = try environmentSettings(settings)
    guard let world = try entry.makeTabularEnvironment(settings: settings) else {
      throw CommandFailure(
        "\(environment) has no table of its states, so its optimum cannot be computed; "
          + "FrozenLake-v1 has one, for example")
    }
    let table = try TransitionTable(world)
    let solution = try solve(table, limit: entry.timeLimit(settings: settings))
    if json {
      try JSONOutput.print(Line(environment, settings, solution, withPolicy: policy))
    } else {
      print(summary(of: solution))
      if policy { print("\n" + PolicyText(world, solution).text) }
    }
  }

  /// The steps of an episode: what was asked for, else the world's limit.
  private func steps(limit: Int?) throws -> Int? {
    switch horizon {
    case nil: return method == nil || method == .finiteHorizon ? limit : nil
    case "unlimited": return nil
    case let text?:
      guard let steps = Int(text), (1...10_000_000).contains(steps) else {
        throw CommandFailure(
          "--horizon \(text): give a number of steps from 1 to 10000000, or unlimited")
      }
      return steps
    }
  }

  private func solve(_ table: TransitionTable, limit: Int?) throws -> ExactSolution {
    let steps = try steps(limit: limit)
    switch method {
    case nil: return try table.solve(discount: discount, horizon: steps)
    case .finiteHorizon:
      guard let steps else {
        throw CommandFailure(
          "--method finite-horizon needs a limit, and \(environment) has none; give --horizon")
      }
      return try table.backwardInduction(horizon: steps, discount: discount)
    case .valueIteration, .policyIteration:
      guard steps == nil else {
        throw CommandFailure(
          "--method \(method?.rawValue ?? "") knows no limit; leave --horizon out, or take "
            + "--method finite-horizon")
      }
      return method == .valueIteration
        ? try table.valueIteration(discount: discount)
        : try table.policyIteration(discount: discount)
    }
  }

  private func summary(of solution: ExactSolution) -> String {
    let starts = solution.starts
    let limit = solution.horizon.map { "within \($0) steps" } ?? "without a limit"
    let discounted = discount < 1 ? ", discounted by \(discount)" : ""
    let sweeps = solution.method == .policyIteration ? "policies evaluated" : "sweeps"
    let accuracy =
      switch solution.errorBound {
      case nil: "Bellman residual \(significant(solution.residual, digits: 1))"
      case 0?: "exact but for rounding"
      case let bound?: "error at most \(significant(bound, digits: 1)), rounding aside"
      }
    let spread =
      starts.minimum == starts.maximum
      ? ""
      : """
      \nover the first states: standard deviation \(significant(starts.standardDeviation)), \
      from \(significant(starts.minimum)) to \(significant(starts.maximum))
      """
    return """
      the best expected return in \(environment) \(limit)\(discounted) is \
      \(significant(starts.mean))\(spread)
      \(solution.method.rawValue), \(sweeps): \(solution.iterations); \(accuracy)
      """
  }

  /// What `--json` prints.
  private struct Line: Encodable {
    let environment: String
    let settings: [String: SettingValue]
    let discount: Double
    let horizon: Int?
    let method: String
    let iterations: Int
    let mean, standardDeviation, minimum, maximum: Double
    let residual: Double
    let errorBound: Double?
    let values: [Double]?
    let actions: [[Int]]?

    init(
      _ environment: String, _ settings: [String: SettingValue], _ solution: ExactSolution,
      withPolicy: Bool
    ) {
      self.environment = environment
      self.settings = settings
      discount = solution.discount
      horizon = solution.horizon
      method = solution.method.rawValue
      iterations = solution.iterations
      mean = solution.starts.mean
      standardDeviation = solution.starts.standardDeviation
      minimum = solution.starts.minimum
      maximum = solution.starts.maximum
      residual = solution.residual
      errorBound = solution.errorBound
      values = withPolicy ? solution.values : nil
      actions = withPolicy ? solution.actions : nil
    }
  }
}

extension ExactSolution.Method: ExpressibleByArgument {}

/// The best actions of all states: as maps where the states lie in one, else as a list.
struct PolicyText {
  let text: String

  init(_ world: any TabularEnvironment, _ solution: ExactSolution) {
    let grids = world.grids
    if grids.isEmpty {
      let names = world.actionNames
      text = solution.actions.enumerated().map { state, actions in
        "\(world.name(ofState: state)): \(actions.map { names[$0] }.joined(separator: " or "))"
      }.joined(separator: "\n")
    } else {
      let legend = zip(grids[0].signs, world.actionNames).map { "\($0) \($1)" }
      text =
        grids.map { Self.text(of: $0, solution.actions) }.joined(separator: "\n\n")
        + "\n\n" + legend.joined(separator: ", ")
    }
  }

  private static func text(of grid: StateGrid, _ actions: [[Int]]) -> String {
    var rows = grid.rows.enumerated().map { index, row in
      (grid.rowNames.isEmpty ? [] : [grid.rowNames[index]])
        + row.map { cell in
          switch cell {
          case .mark(let letter): String(letter)
          case .state(let state): String(actions[state].map { grid.signs[$0] })
          }
        }
    }
    if !grid.columnNames.isEmpty {
      rows.insert((grid.rowNames.isEmpty ? [] : [""]) + grid.columnNames, at: 0)
    }
    let width = rows.joined().map(\.count).max() ?? 0
    let lines = rows.map { row in
      row.enumerated().map { column, cell in
        cell
          + String(repeating: " ", count: column == row.count - 1 ? 0 : width - cell.count)
      }.joined(separator: " ")
    }
    let title = grid.title.isEmpty ? [] : [grid.title]
    return (title + lines).joined(separator: "\n")
  }
}

/// A number with some significant digits, and without zeros after them.
func significant(_ value: Double, digits: Int = 6) -> String {
  String(format: "%.\(digits)g", value)
}
