import ArgumentParser
import Environments
import Experiments
import Tracking

struct Evaluate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Evaluate a finished run's agent, greedily, in fresh episodes.")

  @Argument(help: "The folder of a finished run.")
  var folder: String

  @Option(help: "Episodes to play.")
  var episodes = 100

  @Option(help: "The seed of the environments.")
  var seed: UInt64 = 0

  @Flag(help: "Print one JSON object.")
  var json = false

  func validate() throws {
    guard (1...1_000_000).contains(episodes) else {
      throw ValidationError("--episodes must lie in 1...1000000, not \(episodes)")
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
  }

  func run() throws {
    let played = try evaluateFinishedRun(
      RunLookup.run(at: folder), episodes: episodes, seed: seed,
      catalogue: Extensions.environments)
    let returns = played.map(\.return)
    let mean = returns.reduce(0, +) / Double(returns.count)
    let squares = returns.map { ($0 - mean) * ($0 - mean) }.reduce(0, +)
    let deviation = returns.count > 1 ? (squares / Double(returns.count - 1)).squareRoot() : nil
    let line = Line(
      folder: folder, episodes: returns.count, seed: seed, mean: mean,
      standardDeviation: deviation, minimum: returns.min() ?? mean,
      maximum: returns.max() ?? mean,
      meanLength: Double(played.map(\.length).reduce(0, +)) / Double(played.count),
      returns: returns)
    if json {
      try JSONOutput.print(line)
    } else {
      let spread = deviation.map { " ± \(rounded($0)) (standard deviation over episodes)" } ?? ""
      print(
        "return \(rounded(mean))\(spread), from \(rounded(line.minimum)) to "
          + "\(rounded(line.maximum)), over \(line.episodes) episodes of "
          + "\(rounded(line.meanLength)) steps on average")
    }
  }
}
