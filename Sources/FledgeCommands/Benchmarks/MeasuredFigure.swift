import Experiments
import Foundation
import Kernels
import Tracking

/// A figure as it was measured, beside what other frameworks take, and how it is told.
struct MeasuredFigure {
  let benchmark: Benchmark
  let measurement: Measurement
  /// What a command measured; none where there was no command.
  let peers: [Peer]?

  /// A line that a command for other frameworks prints.
  struct Peer: Codable {
    let name: String
    let peer: String
    let value: Double
    let unit: String
  }

  /// What `--json` prints.
  struct Line: Encodable {
    let name: String
    let value: Double
    let unit: String
    let limit: Double?
    let minimum: Double
    let maximum: Double
    let goal: Double
    let peers: [Peer]?
  }

  var line: Line {
    Line(
      name: benchmark.name, value: measurement.median, unit: benchmark.unit.symbol,
      limit: measurement.limit, minimum: measurement.minimum, maximum: measurement.maximum,
      goal: benchmark.goal, peers: peers)
  }

  private var goal: String {
    (benchmark.unit.isBetterWhenLarger ? "≥ " : "≤ ") + Self.short(benchmark.goal)
  }

  private var range: String {
    Self.short(measurement.minimum) + " – " + Self.short(measurement.maximum)
  }

  private var value: String {
    Self.short(measurement.median) + " " + benchmark.unit.symbol
  }

  private var limit: String { measurement.limit.map(Self.short) ?? "" }

  /// Each peer's figure, and how many times faster or smaller Fledge's is.
  private var rivals: String {
    (peers ?? []).map { peer in
      let ratio =
        benchmark.unit.isBetterWhenLarger
        ? measurement.median / peer.value : peer.value / measurement.median
      return "\(peer.peer) \(Self.short(peer.value)) (\(Self.short(ratio))×)"
    }.joined(separator: ", ")
  }

  // MARK: In the terminal

  static func header(withPeers: Bool) -> String {
    columns(
      "figure", "median", "min – max", "limit", "goal", withPeers ? "peers, same sitting" : "")
  }

  var row: String { Self.columns(benchmark.name, value, range, limit, goal, rivals) }

  static func columns(_ cells: String...) -> String {
    zip(cells, [34, 18, 20, 8, 12, 0]).map { cell, width in
      cell + String(repeating: " ", count: max(0, width - cell.count))
    }.joined(separator: " ")
  }

  // MARK: As a page

  /// A table with what each figure is, below the machine and the command.
  static func markdown(_ figures: [MeasuredFigure], command: String) -> String {
    let blas = BLAS.configuration
    let origin = Provenance.gather(
      version: FledgeVersion.current, blasKernel: blas.kernel, seed: 0, commandLine: [])
    let withPeers = figures.contains { !($0.peers ?? []).isEmpty }
    let rows = figures.map { figure in
      var cells = [
        "`\(figure.benchmark.name)`", figure.benchmark.summary, figure.value, figure.range,
        figure.limit, figure.goal,
      ]
      if withPeers { cells.append(figure.rivals) }
      return cells
    }
    var titles = ["Figure", "What it is", "Median", "Least – most", "Products", "Goal"]
    var alignment = [":---", ":---", "---:", "---:", "---:", "---:"]
    if withPeers {
      titles.append("Others (how many times slower or larger)")
      alignment.append(":---")
    }
    let table = ([titles, alignment] + rows).map { cells in
      "| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |"
    }
    return """
      # Speed

      Measured by `\(command)` on \(origin.startTime.prefix(10)): \(origin.processor), \
      \(ExperimentRunner.availableProcessors) processors, OpenBLAS with its kernels for \
      \(blas.kernel), Fledge \(origin.version)\(origin.commit.map { " (\($0.prefix(7)))" } ?? ""). \
      Each figure is the median of several measurements on one thread, unless its name says \
      otherwise. Products are the same work's matrix products alone, each by itself, in the same \
      minutes; a step that reads them where they lie may take less. The goal was set for one quiet \
      core of a Zen 5 processor. Other frameworks were measured right after each figure, on the \
      same machine, with the same settings.

      \(table.joined(separator: "\n"))

      """
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
