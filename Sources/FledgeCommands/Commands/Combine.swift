import ArgumentParser
import Experiments
import Foundation
import MultiTask
import NeuralNetworks
import Randomness

struct Combine: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Combine gradients of several tasks that are given, by a strategy.",
    discussion: """
      What a strategy makes of a step, without a network: its weights, the direction that the \
      parameters move against, and how well both fulfil what defines them. \
      Try: fledge combine mgda --gradients '[[1,0],[-1,1]]'
      """)

  @Argument(help: "A strategy that `fledge list strategies` shows.", completion: .strategy)
  var strategy: String

  @Option(help: "One row a task, as JSON, such as [[1,0],[-1,1]]; - reads standard input.")
  var gradients: String

  @Option(help: "One loss a task, as JSON, such as [1,4]; for strategies that read them.")
  var losses: String?

  @Option(
    name: .customLong("set"),
    help: "A setting of the strategy: name=value, such as convergence=0.4. May be repeated.")
  var settings: [String] = []

  @Option(help: "What draws are made from.")
  var seed: UInt64 = 0

  @Flag(help: "Print one JSON object.")
  var json = false

  func run() throws {
    let settings = try StrategyReading.settings(strategy, self.settings)
    let rows = try read([[Double]].self, from: gradients, "--gradients", example: "[[1,0],[-1,1]]")
    let losses = try self.losses.map {
      try read([Double].self, from: $0, "--losses", example: "[1,4]")
    }
    if let losses, losses.count != rows.count {
      throw CommandFailure(
        "--losses has \(losses.count) numbers for \(rows.count) gradients; give one a task")
    }
    if losses == nil, settings.account.readsLosses {
      throw CommandFailure("\(strategy) reads the losses; give them with --losses, one a task")
    }
    var chosen = try settings.make(taskCount: rows.count)
    var random = Seeds(root: seed)["combine"]
    let step = try chosen.combine(gradients: rows, losses: losses, using: &random)
    let changed = settings.needs.signal == .gradients ? step.gradients : nil
    if json {
      try JSONOutput.print(Line(step, changed))
    } else {
      print(table(of: step, rows, changed))
    }
  }

  private func read<Value: Decodable>(
    _ type: Value.Type, from text: String, _ option: String, example: String
  ) throws -> Value {
    let data = text == "-" ? FileHandle.standardInput.readDataToEndOfFile() : Data(text.utf8)
    do {
      return try JSONDecoder().decode(type, from: data)
    } catch {
      throw CommandFailure("\(option) is not JSON such as \(example), with finite numbers")
    }
  }

  // MARK: What is printed

  private struct Line: Encodable {
    struct Certificate: Encodable {
      let residual, leastDescent: Double
    }

    let weights, direction: [Double]
    let certificate: Certificate
    let gradients: [[Double]]?

    init(_ step: GivenGradients, _ gradients: [[Double]]?) {
      weights = step.combination.weights
      direction = step.direction
      certificate = Certificate(
        residual: step.combination.residual, leastDescent: step.leastDescent)
      self.gradients = gradients
    }
  }

  private func table(
    of step: GivenGradients, _ rows: [[Double]], _ changed: [[Double]]?
  ) -> String {
    var table = TextTable()
    if changed == nil {
      table.add("task", "weight", "⟨g, d⟩", "gradient")
    } else {
      table.add("task", "weight", "⟨g, d⟩", "gradient", "changed into")
    }
    for (task, row) in rows.enumerated() {
      let descent = zip(row, step.direction).reduce(0) { $0 + $1.0 * $1.1 }
      let weight = significant(step.combination.weights[task])
      if let changed {
        table.add("\(task)", weight, significant(descent), short(row), short(changed[task]))
      } else {
        table.add("\(task)", weight, significant(descent), short(row))
      }
    }
    return """
      \(table.text)

      direction      \(short(step.direction))
      residual       \(significant(step.combination.residual, digits: 2))
      least descent  \(significant(step.leastDescent)) \
      (\(step.leastDescent < 0 ? "a step against d raises a loss" : "no loss rises"))
      """
  }

  /// A row of numbers, the first twelve of them.
  private func short(_ row: [Double]) -> String {
    let numbers = row.prefix(12).map { significant($0) }.joined(separator: ", ")
    return "[\(numbers)\(row.count > 12 ? ", …" : "")]"
  }
}

/// A strategy with the settings that `--set name=value` options give.
enum StrategyReading {
  static func settings(_ name: String, _ options: [String]) throws -> StrategySettings {
    let standard = try StrategyList.strategy(named: name)
    guard !options.isEmpty else { return standard }
    var tree = ConfigNode(.mapping([]))
    for option in options {
      let parts = option.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, !parts[0].isEmpty else {
        throw CommandFailure("--set \(option): expected name=value, such as scale=unitNorm")
      }
      let value = try YAMLText.parse(override: String(parts[1]), name: "--set \(option)")
      tree = tree.setting([name, String(parts[0])][...], to: value)
    }
    // A choice finds its name in the tree, and what is not set in the standard settings.
    let chosen = try ConfigDecoder.decode(
      StrategySettings.self, from: tree, over: ConfigEncoder.encode(standard),
      catalogue: Extensions.environments)
    try chosen.validate()
    return chosen
  }
}
