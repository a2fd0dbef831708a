import Experiments
import Reports
import Sweeps
import Tracking

/// What is known of sweeps that lie in folders.
enum SweepReporting {
  /// The findings of the sweep that lies in a folder.
  static func findings(in folder: SweepFolder) throws -> any SweepFindings {
    let plan = try folder.plan(catalogue: Extensions.environments)
    return try findings(
      of: plan, in: folder, states: plan.searches.map { try folder.state(of: $0) })
  }

  /// - Parameter states: What the journals say, in the order of the plan's searches.
  static func findings(
    of plan: SweepPlan, in folder: SweepFolder, states: [JournalState]
  ) throws -> any SweepFindings {
    let about = description(of: plan, plan.common, states[0])
    let planned = plan.common.settings.confirm?.seeds ?? 0
    func best(_ search: SweepConfig, _ state: JournalState) throws -> [UInt64: Double] {
      guard let best = state.best else { return [:] }
      return try search.confirmed(.best(trial: best.trial.number), in: folder)
    }
    guard plan.hasArms else {
      let (search, state) = (plan.common, states[0])
      guard planned > 0 else { return SweepReport(about, state, nil) }
      let base = state.best == nil ? [:] : try search.confirmed(.base, in: folder)
      return SweepReport(
        about, state,
        .init(best: try best(search, state), base: base, planned: planned))
    }
    let arms = try zip(plan.searches, states).map { search, state in
      var own = description(of: plan, search, state)
      own.arm = search.arm
      return ArmsReport.Arm(
        search.arm ?? "", SweepReport(own, state, nil), confirmed: try best(search, state))
    }
    return ArmsReport(about, arms, planned: planned)
  }

  private static func description(
    of plan: SweepPlan, _ search: SweepConfig, _ state: JournalState
  ) -> SweepReport.Description {
    SweepReport.Description(
      title: plan.name, question: search.settings.question, metric: search.metric.meaning,
      method: search.method.name, stopping: search.earlyTerminate?.name,
      seedsPerTrial: search.settings.seedsPerTrial,
      trials: max(search.trials, state.trials.count), budget: search.budget, file: plan.yaml(),
      author: "Fledge \(FledgeVersion.current)")
  }
}

extension SweepPlan {
  /// What each search may spend, a line for each, and what the confirmation costs.
  var budgetLines: [String] {
    var lines = searches.map { search in
      let name = search.arm.map { "arm \($0): " } ?? ""
      let counts =
        "\(name)\(counted(search.trials, "trial")) × \(counted(search.seeds.count, "seed"))"
      let settings = counted(search.space.parameters.count, "parameter")
      guard !search.variesBudget else { return "\(counts), over \(settings)" }
      let (whole, overflow) = (search.trials * search.seeds.count)
        .multipliedReportingOverflow(by: search.budget)
      let most = search.earlyTerminate == nil ? "" : "at most "
      return "\(counts) × \(grouped(search.budget)) steps"
        + (overflow ? "" : " = \(most)\(grouped(whole)) steps") + ", over \(settings)"
    }
    if let confirm = common.settings.confirm {
      let points = hasArms ? "each arm's best point" : "the best point and the experiment as it is"
      lines.append("then \(points) on \(counted(confirm.seeds, "fresh seed"))")
    }
    return lines
  }
}

extension SweepConfig {
  fileprivate var variesBudget: Bool {
    space.parameters.contains { $0.path == "budget" || $0.path.hasPrefix("budget.") }
  }
}

/// The sweeps among the folders that a user names.
enum SweepLookup {
  /// The one sweep that the folders mean; `nil` where they mean runs.
  static func sweep(in paths: [String]) throws -> SweepFolder? {
    let sweeps = paths.map(SweepFolder.init(path:)).filter(\.hasSweep)
    guard let first = sweeps.first else { return nil }
    guard paths.count == 1 else {
      throw CommandFailure(
        "'\(first.path)' is a sweep, which is shown by itself; name it alone, or the runs in its "
          + "folder trials")
    }
    return first
  }
}
