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
        let summary = try RunSummary(reading: reader)
        if let record = reader.multitask {
          several.append(MultiTaskRun(summary, record: record))
        } else {
          single.append(summary)
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
}
