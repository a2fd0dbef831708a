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

  @Argument(help: "Only the figures whose name contains one of these.")
  var filters: [String] = []

  @Flag(help: "Print one JSON object a line.")
  var json = false

  @Flag(help: "Measure briefly: enough to see that everything runs.")
  var quick = false

  @Option(help: "A command that measures other frameworks' figures of the same names.")
  var peers: String?

  @Option(help: "Also write the figures as a table with what they are, and the machine.")
  var markdown: String?

  @Option(
    help: ArgumentHelp(
      "Instead, search ten test functions with a sampler and print the best value of each search.",
      valueName: "sampler"))
  var search: String?

  @Option(help: "With --search: searches of each function, with the seeds 0, 1, ….")
  var runs = 20

  @Option(help: "With --search: trials of each search.")
  var trials = 100

  func validate() throws {
    try SafeFile.requireDistinct([("--markdown", markdown)])
    if search != nil, markdown != nil {
      throw ValidationError("--markdown writes figures; leave it out with --search")
    }
  }

  func run() throws {
    if let search { return try searchFunctions(with: search) }
    let chosen = try chosen(of: Benchmark.all, "figure", named: \.name)
    if let markdown { try SafeFile.makeFolder(above: markdown, option: "--markdown") }
    let effort = quick ? Effort.quick : .usual
    if !json { print(MeasuredFigure.header(withPeers: peers != nil)) }
    var figures: [MeasuredFigure] = []
    for benchmark in chosen {
      let measurement = try benchmark.measure(effort)
      let rivals = try peers.map { try Self.measurePeers($0, of: benchmark) }
      let figure = MeasuredFigure(benchmark: benchmark, measurement: measurement, peers: rivals)
      if json { try JSONOutput.print(figure.line) } else { print(figure.row) }
      // Each figure is seen when it is measured, also where the table goes to a file.
      fflush(nil)
      figures.append(figure)
    }
    if let markdown {
      let text = MeasuredFigure.markdown(figures, command: command)
      try SafeFile.write(Array(text.utf8), to: markdown, option: "--markdown")
    }
  }

  /// What makes the table again, but for where it is written.
  private var command: String {
    let options = peers.map { ["--peers \"\($0)\""] } ?? []
    return (["fledge bench"] + filters + (quick ? ["--quick"] : []) + options)
      .joined(separator: " ")
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
    let chosen = try chosen(of: SearchFunction.all, "function", named: \.name)
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
          MeasuredFigure.columns(
            function.name, MeasuredFigure.short(sorted.median),
            MeasuredFigure.short(sorted.minimum) + " – " + MeasuredFigure.short(sorted.maximum)))
      }
    }
  }

  /// Those whose name contains a filter; all without one.
  ///
  /// - Throws: A sentence about a filter that no name contains.
  private func chosen<Entry>(
    of all: [Entry], _ noun: String, named name: (Entry) -> String
  ) throws -> [Entry] {
    for filter in filters where !all.contains(where: { name($0).contains(filter) }) {
      throw CommandFailure(
        "no \(noun)'s name contains '\(filter)'; there are: "
          + all.map(name).joined(separator: ", "))
    }
    return all.filter { entry in
      filters.isEmpty || filters.contains { name(entry).contains($0) }
    }
  }

  private static func measurePeers(
    _ command: String, of benchmark: Benchmark
  ) throws -> [MeasuredFigure.Peer] {
    let name = benchmark.name
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
      guard let peer = try? JSONDecoder().decode(MeasuredFigure.Peer.self, from: Data(line)) else {
        throw CommandFailure(
          "--peers: '\(command)' printed a line that is not a JSON object with name, peer, value "
            + "and unit: \(String(decoding: line, as: UTF8.self))")
      }
      guard peer.unit == benchmark.unit.symbol, peer.value > 0 else {
        throw CommandFailure(
          "--peers: '\(command)' gave \(peer.value) \(peer.unit) for \(name); it must be above 0, in "
            + benchmark.unit.symbol)
      }
      return peer
    }
  }
}
