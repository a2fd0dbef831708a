import Environments
import Experiments
import Reports
import Tracking

extension ExperimentReport {
  /// The report on these runs, with the experiment's own question and threshold.
  static func make(of folders: [RunFolder]) throws -> ExperimentReport {
    let (runs, config) = try RunLookup.summaries(of: folders)
    var settings = Settings(title: config?.name, question: config?.question)
    settings.author = "Fledge \(FledgeVersion.current)"
    if runs.contains(where: { $0.experiment != runs[0].experiment }) { settings.title = nil }
    if let config, let entry = try? Extensions.environments[config.environment.id],
      let threshold = entry.rewardThreshold
    {
      settings.references = [Figure.Reference(value: threshold, label: "solved")]
    }
    return try ExperimentReport(of: runs, settings: settings)
  }
}
