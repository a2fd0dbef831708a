import ArgumentParser
import Foundation
import Sweeps

struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure this machine's figures, each beside its limit.",
    discussion: """
      Every figure is the median of several measurements, with the smallest and the largest. The \
      limit is the same work's matrix products alone, measured alternately with the figure. The \
      goal was set for one quiet core of a Zen 5 processor. With --peers, a command measures other \
      frameworks in the same sitting and prints one JSON object a line with name, peer, value and \
      unit: try --peers "python3 experiments/benchmarks/peers.py". With --search, the ten functions of \
      experiments/benchmarks/optuna.py are searched, and what is printed is how far above its \
      minimum the best trial of each search came: median, smallest and largest.
      """)

  @Argument(help: "Only the figures whose name contains this.")
  var filter: String?

  @Flag(help: "Print one JSON object a line.")
  var json = false

  @Flag(help: "Measure briefly: enough to see that everything runs.")
  var quick = false

  @Option(help: "A command that measures other frameworks' figures of the same names.")
  var peers: String?

  @Option(
    help: ArgumentHelp(
      "Instead, search ten test functions with a sampler and print the best value of each search.",
      valueName: "sampler"))
  var search: String?

  @Option(help: "With --search: searches of each function, with the seeds 0, 1, ….")
  var runs = 20

  @Option(help: "With --search: trials of each search.")
  var trials = 100

  private struct Line: Encodable {
    let name: String
    let value: Double
    let unit: String
    let limit: Double?
    let minimum: Double
    let maximum: Double
    let goal: Double
    let peers: [Peer]?
  }

  struct Peer: Codable {
    let name: String
    let peer: String
    let value: Double
    let unit: String
  }

  func run() throws {
    if let search { return try searchFunctions(with: search) }
    let chosen = Benchmark.all.filter { filter.map($0.name.contains) ?? true }
    guard !chosen.isEmpty else {
      throw CommandFailure(
        "no figure's name contains '\(filter ?? "")'; there are: "
          + Benchmark.all.map(\.name).joined(separator: ", "))
    }
    let effort = quick ? Effort.quick : .usual
    if !json { print(Self.header(withPeers: peers != nil)) }
    for benchmark in chosen {
      let measurement = try benchmark.measure(effort)
      let rivals = try peers.map { try Self.measurePeers($0, of: benchmark.name) }
      if json {
        try JSONOutput.print(
          Line(
            name: benchmark.name, value: measurement.median, unit: benchmark.unit.symbol,
            limit: measurement.limit, minimum: measurement.minimum,
            maximum: measurement.maximum, goal: benchmark.goal, peers: rivals))
      } else {
        print(Self.row(benchmark, measurement, rivals))
      }
      // Each figure is seen when it is measured, also where the table goes to a file.
      fflush(nil)
    }
  }

  private func searchFunctions(with name: String) throws {
    guard let settings = SamplerSettings.all.first(where: { $0.name == name && name != "grid" })
    else {
      let known = SamplerSettings.all.map(\.name).filter { $0 != "grid" }
      throw CommandFailure(
        "--search: '\(name)' is no sampler; there are: " + known.joined(separator: ", "))
    }
    guard runs >= 1, trials >= 1 else {
      throw CommandFailure("--runs and --trials must be 1 or more, not \(runs) and \(trials)")
    }
    let chosen = SearchFunction.all.filter { function in
      filter.map(function.name.contains) ?? true
    }
    guard !chosen.isEmpty else {
      throw CommandFailure(
        "no function's name contains '\(filter ?? "")'; there are: "
          + SearchFunction.all.map(\.name).joined(separator: ", "))
    }
    for function in chosen {
      var distances: [Double] = []
      for seed in 0..<runs {
        let result = try function.search(with: settings, seed: seed, trials: trials)
        if json { try JSONOutput.print(result) }
        distances.append(result.best - function.minimum)
      }
      if !json {
        let sorted = Measurement(values: distances)
        print(
          Self.columns(
            function.name, Self.short(sorted.median),
            Self.short(sorted.minimum) + " – " + Self.short(sorted.maximum)))
      }
    }
  }

  private static func measurePeers(_ command: String, of name: String) throws -> [Peer] {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", "\(command) \(name)"]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw CommandFailure("--peers: '\(command) \(name)' failed; run it by itself to see why")
    }
    return try data.split(separator: UInt8(ascii: "\n")).map { line in
      do { return try JSONDecoder().decode(Peer.self, from: Data(line)) } catch {
        throw CommandFailure(
          "--peers: '\(command)' printed a line that is not a JSON object with name, peer, value "
            + "and unit: \(String(decoding: line, as: UTF8.self))")
      }
    }
  }

  // MARK: The table

  private static func header(withPeers: Bool) -> String {
    columns(
      "figure", "median", "min – max", "limit", "goal", withPeers ? "peers, same sitting" : "")
  }

  private static func row(
    _ benchmark: Benchmark, _ measurement: Measurement, _ rivals: [Peer]?
  ) -> String {
    let unit = benchmark.unit
    let goal = (unit.isBetterWhenLarger ? "≥ " : "≤ ") + short(benchmark.goal)
    let others = (rivals ?? []).map { rival in
      let ratio =
        unit.isBetterWhenLarger
        ? measurement.median / rival.value : rival.value / measurement.median
      return "\(rival.peer) \(short(rival.value)) (\(short(ratio))×)"
    }
    return columns(
      benchmark.name, short(measurement.median) + " " + unit.symbol,
      short(measurement.minimum) + " – " + short(measurement.maximum),
      measurement.limit.map(short) ?? "", goal, others.joined(separator: ", "))
  }

  private static func columns(_ cells: String...) -> String {
    zip(cells, [34, 18, 20, 8, 12, 0]).map { cell, width in
      cell + String(repeating: " ", count: max(0, width - cell.count))
    }.joined(separator: " ")
  }

  /// Four digits: 8.214, 512.3, 61.2 M.
  static func short(_ value: Double) -> String {
    switch abs(value) {
    case 1e6...: String(format: "%.4g M", value / 1e6)
    case 1e4...: grouped(Int(value.rounded()))
    default: String(format: "%.4g", value)
    }
  }
}
