import Reports
import Tracking

/// Runs as a comparison takes them: all with several tasks, or none.
struct ComparedRuns {
  enum Kind {
    case multiTask([MultiTaskRun])
    case ordinary([RunSummary])
  }

  let kind: Kind
  /// Runs that could not be read, each with its reason.
  let skipped: [String]

  init(of folders: [RunFolder]) throws {
    var several: [MultiTaskRun] = []
    var single: [RunSummary] = []
    var skipped: [String] = []
    for folder in folders {
      do {
        let reader = try RunReader(folder)
        if let record = reader.multitask {
          several.append(MultiTaskRun(try RunSummary(reading: reader), record: record))
        } else {
          single.append(try Self.summary(of: reader))
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
    kind = several.isEmpty ? .ordinary(single) : .multiTask(several)
  }

  /// A run of an agent, with the tasks and the budget that its configuration names.
  private static func summary(of reader: RunReader) throws -> RunSummary {
    let settings = FlatSettings(yaml: reader.config)
    let steps = settings["budget.steps"].flatMap { Int64($0) }
    return try RunSummary(
      reading: reader, tasks: settings.taskNames, plannedSteps: steps, withMetrics: false)
  }
}
