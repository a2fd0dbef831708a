import Environments
import Experiments
import Reports
import Tracking

/// Runs as a comparison takes them: all with several tasks, or none.
///
/// Runs of agents in worlds of several tasks are compared as such where single-task agents are among
/// them; else by their mean return over all tasks.
struct ComparedRuns {
  enum Kind {
    case multiTask([MultiTaskRun])
    case family([MultiTaskRun])
    case ordinary([RunSummary])
  }

  let kind: Kind
  /// Runs that could not be read, each with its reason.
  let skipped: [String]

  init(of folders: [RunFolder]) throws {
    var several: [MultiTaskRun] = []
    var single: [RunSummary] = []
    var family: [FamilyRun] = []
    var skipped: [String] = []
    for folder in folders {
      do {
        let reader = try RunReader(folder)
        if let record = reader.multitask {
          several.append(MultiTaskRun(try RunSummary(reading: reader), record: record))
        } else {
          single.append(try Self.summary(of: reader))
          if FlatSettings(yaml: reader.config).familySize > 1,
            let own = Self.familyRecord(of: reader)
          {
            family.append(
              FamilyRun(
                try RunSummary(reading: reader), record: own.record, isRandom: own.isRandom,
                familySize: own.familySize))
          }
        }
      } catch {
        skipped.append("\(folder.path) cannot be read and is left out: \(error)")
      }
    }
    self.skipped = skipped
    if let one = several.first, let other = single.first {
      throw CommandFailure(
        "\(one.label) has several tasks and \(other.label) has not; compare them separately")
    }
    guard !several.isEmpty || !single.isEmpty else {
      throw CommandFailure(skipped.first ?? "there is no run to compare")
    }
    let hasControls =
      family.contains { $0.record.cell.role == .singleTask }
      && family.contains { $0.record.cell.role == .candidate && !$0.isRandom }
    if !several.isEmpty {
      kind = .multiTask(several)
    } else if hasControls {
      guard family.count == single.count else {
        throw CommandFailure(
          "some runs have single-task agents beside them and others have one task; compare them "
            + "separately")
      }
      kind = .family(MultiTaskRun.family(family))
    } else {
      kind = .ordinary(single)
    }
  }

  private static func familyRecord(of reader: RunReader) -> FamilyRecord? {
    let catalogue = Extensions.environments
    let config = try? ExperimentConfig.parse(
      reader.config, name: reader.folder.runPath, catalogue: catalogue)
    return config?.familyRecord(in: catalogue)
  }

  /// The comparison of agents in worlds of several tasks with single-task agents, if these runs hold
  /// one.
  static func familyComparison(of folders: [RunFolder]) throws -> MultiTaskComparison? {
    guard case .family(let runs) = try ComparedRuns(of: folders).kind else { return nil }
    return try MultiTaskComparison(of: runs, settings: familySettings(for: runs))
  }

  /// Candidates are compared with the first of them, unless some other is named.
  static func familySettings(for runs: [MultiTaskRun]) -> MultiTaskComparison.Settings {
    var settings = MultiTaskComparison.Settings()
    settings.author = "Fledge \(FledgeVersion.current)"
    let names = runs.filter { $0.record.cell.role == .candidate }.map(\.variant)
    if let first = names.first, names.contains(where: { $0 != first }) { settings.baseline = first }
    return settings
  }

  /// A run of an agent, with the tasks and the budget that its configuration names.
  private static func summary(of reader: RunReader) throws -> RunSummary {
    let settings = FlatSettings(yaml: reader.config)
    let steps = settings["budget.steps"].flatMap { Int64($0) }
    return try RunSummary(
      reading: reader, tasks: settings.taskNames, plannedSteps: steps, withMetrics: false)
  }
}
