import ArgumentParser
import Environments
import Experiments
import Tracking

struct Evaluate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Evaluate a finished run's agent in fresh episodes, as its experiment says.")

  @Argument(
    help: "The folder of a finished run; with --weights of any run, or an experiment's YAML file.",
    completion: .file())
  var folder: String

  @Option(help: "Episodes to play, of each task if there are several.")
  var episodes = 100

  @Option(help: "The seed of the environments.")
  var seed: UInt64 = 0

  @Flag(help: "Take the weights of the run's best evaluation (evaluation.keepBest), not the last.")
  var best = false

  @Option(help: "Take the weights from this safetensors file instead of the run's.")
  var weights: String?

  @Flag(
    help: "Compute the expected return from the world's table instead of playing episodes.")
  var exact = false

  @Flag(help: "Print one JSON object.")
  var json = false

  func validate() throws {
    guard (1...1_000_000).contains(episodes) else {
      throw ValidationError("--episodes must lie in 1...1000000, not \(episodes)")
    }
    guard weights == nil || !(exact || best) else {
      throw ValidationError("--weights goes with neither --exact nor --best; leave one out")
    }
  }

  private struct Line: Encodable {
    let folder: String
    let episodes: Int
    let seed: UInt64
    let mean: Double
    let standardDeviation: Double?
    let minimum: Double
    let maximum: Double
    let meanLength: Double
    let returns: [Double]
    let optimum: Double?
    let tasks: [TaskLine]?
  }

  /// One of several tasks.
  private struct TaskLine: Encodable {
    let task: String
    let mean: Double
    let optimum: Double?
    let returns: [Double]

    init(_ task: String, _ returns: [Double], optimum: Double?) {
      self.task = task
      self.returns = returns
      self.optimum = optimum
      mean = returns.reduce(0, +) / Double(max(1, returns.count))
    }
  }

  private struct ExactLine: Encodable {
    let folder: String
    let expectedReturn: Double
    let optimum: Double?
  }

  func run() throws {
    if exact { return try evaluateExactly(RunLookup.run(at: folder)) }
    let agent = try AgentLookup.agent(at: folder, best: best, weightFile: weights).agent
    let played = try agent.evaluate(episodes: episodes, seed: seed)
    let returns = played.map(\.return)
    let mean = returns.reduce(0, +) / Double(returns.count)
    let squares = returns.map { ($0 - mean) * ($0 - mean) }.reduce(0, +)
    let deviation = returns.count > 1 ? (squares / Double(returns.count - 1)).squareRoot() : nil
    let line = Line(
      folder: folder, episodes: returns.count, seed: seed, mean: mean,
      standardDeviation: deviation, minimum: returns.min() ?? mean,
      maximum: returns.max() ?? mean,
      meanLength: Double(played.map(\.length).reduce(0, +)) / Double(played.count),
      returns: returns, optimum: optimum(of: agent.config),
      tasks: taskLines(returns, agent.config))
    if json {
      try JSONOutput.print(line)
    } else {
      let spread =
        deviation.map { " ± \(significant($0)) (standard deviation over episodes)" } ?? ""
      if best { print("with the weights of the best evaluation during training:") }
      print(
        "return \(significant(mean))\(spread), from \(significant(line.minimum)) to "
          + "\(significant(line.maximum)), over \(line.episodes) episodes of "
          + "\(rounded(line.meanLength)) steps on average")
      if let optimum = line.optimum { print(Self.comparison(of: mean, with: optimum)) }
      for task in line.tasks ?? [] {
        print(
          "\(task.task): return \(significant(task.mean))"
            + (task.optimum.map { "; \(Self.comparison(of: task.mean, with: $0))" } ?? ""))
      }
    }
  }

  /// The returns of each task; `nil` where there is one.
  private func taskLines(_ returns: [Double], _ config: ExperimentConfig) -> [TaskLine]? {
    let names = config.environment.taskNames
    guard names.count > 1 else { return nil }
    let count = returns.count / names.count
    let tasks = config.familyRecord(in: Extensions.environments)?.record.tasks ?? []
    return names.enumerated().map { index, name in
      TaskLine(
        name, Array(returns[index * count..<(index + 1) * count]),
        optimum: tasks.first { $0.name == name }?.scores.first?.optimum)
    }
  }

  private func evaluateExactly(_ run: RunFolder) throws {
    let mean = try exactReturn(of: run, best: best, catalogue: Extensions.environments)
    let config = try? ExperimentConfig.parse(
      RunReader(run).config, name: run.runPath, catalogue: Extensions.environments)
    let line = ExactLine(
      folder: folder, expectedReturn: mean, optimum: config.flatMap(optimum))
    if json { return try JSONOutput.print(line) }
    print("expected return \(significant(mean)), exact but for rounding")
    if let optimum = line.optimum { print(Self.comparison(of: mean, with: optimum)) }
  }

  /// The best expected return in the run's world, where that can be computed.
  ///
  /// Wrappers may change rewards and episodes, so there is none with them; nor is there one unasked
  /// where computing it would take long.
  private func optimum(of config: ExperimentConfig) -> Double? {
    guard config.environment.wrappers.isEmpty, config.environment.tasks.isEmpty,
      let entry = try? Extensions.environments[config.environment.id]
    else { return nil }
    let settings = config.environment.settings
    let table = try? entry.makeTabularEnvironment(settings: settings)
    guard let table, table.stateCount <= Self.mostStates else { return nil }
    return try? entry.optimum(settings: config.environment.settings)?.expectedReturn
  }

  /// The most states of which an optimum is computed unasked, in well under a second.
  private static let mostStates = 5000

  /// How a mean return compares with the best: in per cent where both are counted from zero.
  static func comparison(of mean: Double, with optimum: Double) -> String {
    let best = "the optimum is \(significant(optimum, digits: 4))"
    return optimum > 0 && mean >= 0
      ? "\(best); this is \(significant(100 * mean / optimum, digits: 3)) % of it"
      : "\(best); this is \(significant(abs(optimum - mean), digits: 4)) "
        + (mean > optimum ? "above it" : "below it")
  }
}
