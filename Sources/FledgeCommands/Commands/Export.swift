import ArgumentParser
import Experiments
import Foundation
import Interchange
import Tracking

struct Export: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write runs in the formats of other tools: curves, tables, networks, episodes.",
    discussion: """
      tensorboard, csv and jsonl take what runs have recorded, as far as they got; several runs go \
      into one folder or table. onnx and safetensors take the weights of finished runs, a file for \
      each. minari plays episodes with a finished run's agent, or, with --agent random, in an \
      environment of the catalogue. `fledge list formats` tells more about each.

      Files that are there are not replaced unless --force says so, and are whole or not there.
      """)

  @Argument(
    help: """
      Run folders, or folders that hold some; with minari also an archive of episodes, or with \
      --agent random an environment.
      """)
  var runs: [String]

  @Option(help: "tensorboard, csv, jsonl, onnx, safetensors or minari.")
  var format: ExportFormat

  @Option(
    name: .shortAndLong,
    help: "The file or folder to write; of a table, - is standard output.")
  var output: String?

  @Flag(help: "Replace what is there.")
  var force = false

  @Flag(help: "Take the weights of the best evaluation (evaluation.keepBest), not the last.")
  var best = false

  @Option(
    help: """
      Of csv and jsonl: metrics (a row a value; the default), wide (a row a step), episodes, \
      evaluations.
      """)
  var table: TableChoice?

  @Option(
    help: """
      Of onnx and minari: take the weights from this safetensors file instead of the run's; the \
      run need not be finished, or may be an experiment's YAML file.
      """)
  var weights: String?

  @Option(help: "Of minari: episodes to play, of each task if there are several (default: 100).")
  var episodes: Int?

  @Option(
    help: "Of minari: the seed of the first episode; the next has the next one (default: 0).")
  var seed: UInt64?

  @Option(help: "Of minari: random, to play in an environment without a run.")
  var agent: String?

  @Option(help: "Of minari: the data set's name, such as lab/cartpole-v0.")
  var datasetID: String?

  func validate() throws {
    if let episodes, !(1...1_000_000).contains(episodes) {
      throw ValidationError("--episodes must lie in 1...1000000, not \(episodes)")
    }
    try requireOptionsOfFormat()
    guard agent == nil || agent == "random" else {
      throw ValidationError("--agent can only be random; any other agent is that of a run")
    }
    guard agent == nil || (format == .minari && runs.count == 1) else {
      throw ValidationError("--agent random takes one environment and --format minari")
    }
    guard weights == nil || [.onnx, .minari].contains(format) else {
      throw ValidationError("--weights is of onnx and minari; leave it out")
    }
    guard weights == nil || runs.count == 1 else {
      throw ValidationError("--weights goes with one run or experiment file, not \(runs.count)")
    }
    guard output != "-" || [.csv, .jsonl].contains(format) else {
      throw ValidationError("--output - is of csv and jsonl; name a file or a folder")
    }
  }

  /// Refuses what the format has no use for, rather than to pass over it.
  private func requireOptionsOfFormat() throws {
    let networks: [ExportFormat] = [.onnx, .safetensors, .minari]
    for (name, isGiven, formats) in [
      ("--table", table != nil, [.csv, .jsonl]), ("--best", best, networks),
      ("--episodes", episodes != nil, [.minari]), ("--seed", seed != nil, [.minari]),
      ("--dataset-id", datasetID != nil, [.minari]),
    ] as [(String, Bool, [ExportFormat])] where isGiven && !formats.contains(format) {
      let names = formats.map(\.rawValue).joined(separator: ", ")
      throw ValidationError(
        "\(name) is of \(names), not of \(format.rawValue); leave it out")
    }
  }

  func run() throws {
    switch format {
    case .csv: try exportTable(.csv)
    case .jsonl: try exportTable(.jsonl)
    case .tensorboard: try exportTensorBoard()
    case .onnx, .safetensors: try exportNetworks()
    case .minari: try exportEpisodes()
    }
  }

  // MARK: What runs recorded

  private func exportTable(_ form: TableFormat) throws {
    let (found, skipped) = try ExportedRun.all(of: RunLookup.runs(in: runs))
    try ExportedRun.requireDistinct(found)
    let all = found.map(\.tabled)
    let table = table ?? .metrics
    let path = output ?? "\(table.rawValue).\(form.rawValue)"
    let file = try OutputFile(path, replaces: force)
    let rows = table.rows
    let columns = rows.columns(of: all)
    let writer = try TableWriter(file, form, columns: columns)
    var (written, failures) = (0, skipped)
    for run in all {
      // A run that turns out to be damaged may have left some rows, which then are right.
      do {
        try rows.write(run, columns: columns, to: writer)
      } catch let error as InterchangeError {
        throw error
      } catch {
        failures.append("\(error)")
        continue
      }
      written += 1
    }
    guard written > 0 else { throw CommandFailure(failures.first ?? "no run could be read") }
    try writer.commit()
    if path != "-" { print("\(counted(written)) in \(path)") }
    try tell(skipped: failures)
  }

  /// Names what was left out; the command then has failed, though the rest is written.
  private func tell(skipped failures: [String]) throws {
    for failure in failures { Terminal.writeError("Skipped: \(failure)\n") }
    guard failures.isEmpty else { throw ExitCode.failure }
  }

  private func exportTensorBoard() throws {
    let (found, skipped) = try ExportedRun.all(of: RunLookup.runs(in: runs))
    try ExportedRun.requireDistinct(found)
    let folder = output ?? "tensorboard"
    // Other runs may be there already; of these none, so that nothing is written in part.
    try OutputFolder.requireFolder(folder)
    var (written, failures) = (0, skipped)
    let all = found.compactMap { run -> (run: ExportedRun, events: TensorBoardRun)? in
      do {
        return (run, try TensorBoardRun(run.reader, tasks: run.tasks))
      } catch {
        failures.append("\(error)")
        return nil
      }
    }
    func place(_ run: ExportedRun) -> String { "\(folder)/\(run.place)" }
    for (run, events) in all {
      try OutputFile.requireFree("\(place(run))/\(events.fileName)", replaces: force)
    }
    for (run, events) in all {
      do {
        try OutputFolder.make(place(run))
        try events.write(
          to: "\(place(run))/\(events.fileName)", replaces: force, settings: run.settings,
          group: "\(run.experiment)/\(run.variant)")
        written += 1
      } catch let error as InterchangeError { throw error } catch { failures.append("\(error)") }
    }
    guard written > 0 else { throw CommandFailure(failures.first ?? "no run could be read") }
    let files = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String }
    try TensorBoardFolder.writeColumns(in: folder, of: files ?? [])
    print("\(counted(written)) in \(folder); see them by: tensorboard --logdir \(folder)")
    try tell(skipped: failures)
  }

  private func counted(_ count: Int) -> String { count == 1 ? "1 run" : "\(count) runs" }

  // MARK: What runs learned

  private func exportNetworks() throws {
    if weights != nil, runs.count == 1 {
      let made = try NetworkExport(runs[0], best: best, weightFile: weights)
      return try write(made.onnx(), to: output ?? "\(made.experiment).\(format.rawValue)")
    }
    let folders = try RunLookup.runs(in: runs)
    if folders.count == 1 {
      let run = try ExportedRun(folders[0])
      return try write(bytes(of: run), to: output ?? "\(run.fileName).\(format.rawValue)")
    }
    let (found, skipped) = try ExportedRun.all(of: folders)
    try ExportedRun.requireDistinct(found, by: \.fileName)
    var (failures, written) = (skipped, 0)
    let folder = output ?? format.rawValue
    for run in found {
      do {
        let file = try bytes(of: run)
        try OutputFolder.make(folder)
        try write(file, to: "\(folder)/\(run.fileName).\(format.rawValue)", isQuiet: true)
        written += 1
      } catch let error as InterchangeError { throw error } catch { failures.append("\(error)") }
    }
    guard written > 0 else { throw CommandFailure(failures.first ?? "there is no run to export") }
    print("\(written) files in \(folder)")
    try tell(skipped: failures)
  }

  private func bytes(of run: ExportedRun) throws -> [UInt8] {
    if run.reader.multitask != nil {
      guard format == .safetensors else {
        throw CommandFailure(
          "the run in '\(run.folder.path)' learned its tasks from data, and networks of such runs "
            + "are not written as ONNX; export its weights with --format safetensors")
      }
      return try NetworkExport.safetensors(ofSupervised: run, best: best)
    }
    let network = try NetworkExport(run.folder.path, best: best, weightFile: nil)
    return try format == .onnx ? network.onnx() : network.safetensors()
  }

  private func write(_ bytes: [UInt8], to path: String, isQuiet: Bool = false) throws {
    let file = try OutputFile(path, replaces: force)
    try file.write(bytes)
    try file.commit()
    if !isQuiet { print("\(bytes.count) bytes in \(path)") }
  }
}

/// Which table of runs is written.
enum TableChoice: String, CaseIterable, ExpressibleByArgument {
  case metrics, wide, episodes, evaluations

  var rows: RunTable {
    switch self {
    case .metrics: .metrics
    case .wide: .wide
    case .episodes: .episodes
    case .evaluations: .evaluations
    }
  }
}
