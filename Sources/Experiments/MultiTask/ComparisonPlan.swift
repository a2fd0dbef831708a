import Foundation
import Tracking

/// What a comparison is to consist of, beside its runs: `comparison.json` in the experiment's folder.
///
/// A run knows its own place only; this tells which cells and seeds have not begun.
public struct ComparisonPlan: Codable, Equatable, Sendable {
  /// The experiment's name.
  public var experiment: String
  /// The names of the cells, in the order of the comparison.
  public var cells: [String]
  /// The seeds of every cell.
  public var seeds: [UInt64]
  /// The words of the last command that was about all of it; `nil` where none was.
  public var command: [String]?

  /// A plan of these cells and seeds.
  public init(experiment: String, cells: [String], seeds: [UInt64], command: [String]?) {
    (self.experiment, self.cells) = (experiment, cells)
    (self.seeds, self.command) = (seeds, command)
  }

  private static let fileName = "comparison.json"

  /// The plan in an experiment's folder; `nil` where none can be read.
  public static func read(in folder: String) -> ComparisonPlan? {
    guard let data = FileManager.default.contents(atPath: folder + "/" + fileName) else {
      return nil
    }
    return try? JSONDecoder().decode(ComparisonPlan.self, from: data)
  }

  /// Whether nothing of another plan is missing in this one.
  private func covers(_ other: ComparisonPlan) -> Bool {
    Set(cells).isSuperset(of: other.cells) && Set(seeds).isSuperset(of: other.seeds)
  }

  /// Writes the plan below an output folder; cells and seeds that are planned there already stay.
  public func write(in output: String) throws {
    let run = try RunFolder(output: output, experiment: experiment, variant: "x", seed: 0).path
    let folder = ((run as NSString).deletingLastPathComponent as NSString)
      .deletingLastPathComponent
    var plan = self
    if let before = Self.read(in: folder) {
      plan.cells = before.cells + cells.filter { !before.cells.contains($0) }
      plan.seeds = Array(Set(before.seeds + seeds)).sorted()
      if !covers(plan) { plan.command = before.covers(plan) ? before.command : nil }
    }
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try encoder.encode(plan).write(
      to: URL(fileURLWithPath: folder + "/" + Self.fileName), options: .atomic)
  }
}
