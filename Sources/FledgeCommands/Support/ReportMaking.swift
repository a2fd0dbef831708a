import Environments
import Experiments
import Reports
import Tracking

extension ExperimentReport {
  /// The report on these runs, with the experiment's own question and threshold.
  static func make(of folders: [RunFolder]) throws -> ExperimentReport {
    let (runs, configs, skipped) = try RunLookup.summaries(of: folders)
    // What is not the same for all runs is not said of them.
    let isOneExperiment = Set(configs.map(\.name)).count == 1
    let config = isOneExperiment ? configs.first : nil
    var settings = Settings(title: config?.name, question: config?.question)
    settings.author = "Fledge \(FledgeVersion.current)"
    settings.remarks = skipped.map { "A run was left out: \($0)" }
    if let config, Set(configs.map(\.environment.id)).count == 1, config.environment.tasks.isEmpty,
      let entry = try? Extensions.environments[config.environment.id],
      let threshold = entry.rewardThreshold
    {
      settings.references = [Figure.Reference(value: threshold, label: "solved")]
    }
    return try ExperimentReport(of: runs, settings: settings)
  }
}
