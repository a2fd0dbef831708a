import Agents
import Environments
import Tracking

/// The hooks of a run, and where they write.
struct RunningHooks {
  private struct Member {
    let name: String
    var hook: any TrainingHook
    let metrics: [String]
    /// Where its metrics begin among those of the run.
    let offset: Int
    let interval: Int
  }

  private var members: [Member] = []
  /// The metrics of all hooks, in the order in which they are written.
  private(set) var columns: [MetricColumn] = []
  /// Why the run ends before its budget is used up, if it does.
  private(set) var stopReason: String?

  var isEmpty: Bool { members.isEmpty }
  /// Whether any hook wants to be called between episodes.
  private(set) var hasIntervals = false

  /// - Parameter offset: how many metrics of the run come before those of hooks.
  init(of config: ExperimentConfig, in catalogue: Catalogue, offset: Int) throws {
    var hooks = try config.hooks.map { ($0.name, try catalogue.makeHook($0)) }
    if let target = config.evaluation.stopAtReturn {
      hooks.append((StopAtReturn.name, StopAtReturn(target: target)))
    }
    for (name, hook) in hooks {
      let metrics = type(of: hook).metrics
      members.append(
        Member(
          name: name, hook: hook, metrics: metrics.map(\.name), offset: offset + columns.count,
          interval: hook.interval))
      columns += metrics.map {
        MetricColumn("\(name)/\($0.name)", unit: $0.unit, meaning: $0.meaning)
      }
      if hook.interval > 0 { hasIntervals = true }
    }
  }

  // MARK: Calling

  mutating func afterEpisode(
    _ episode: FinishedEpisode, _ position: TrainingRun.Position, _ run: TrainingRun
  ) throws {
    try call(position, run) { $0.afterEpisode(episode, &$1) }
  }

  mutating func afterEvaluation(
    _ episodes: [FinishedEpisode], _ position: TrainingRun.Position, _ run: TrainingRun
  ) throws {
    try call(position, run) { $0.afterEvaluation(episodes, &$1) }
  }

  /// Calls those whose interval the last `count` steps passed a multiple of.
  mutating func afterSteps(
    _ count: Int, _ position: TrainingRun.Position, _ run: TrainingRun
  ) throws {
    let (step, before) = (position.step, position.step - count)
    try call(position, run, where: { $0 > 0 && step / $0 > before / $0 }) { $0.afterSteps(&$1) }
  }

  private mutating func call(
    _ position: TrainingRun.Position, _ run: TrainingRun,
    where isDue: (_ interval: Int) -> Bool = { _ in true },
    _ body: (inout any TrainingHook, inout TrainingView) -> Void
  ) throws {
    for index in members.indices where isDue(members[index].interval) {
      var view = TrainingView(
        step: position.step, budget: run.config.budget.steps, episodes: position.episodes,
        recentReturn: position.recentReturn)
      body(&members[index].hook, &view)
      try write(view, of: members[index], to: run.writer)
      if stopReason == nil { stopReason = view.stopReason }
    }
  }

  private func write(_ view: TrainingView, of member: Member, to writer: RunWriter) throws {
    for (name, value) in view.recorded {
      guard let place = member.metrics.firstIndex(of: name) else {
        throw HookError.unknownMetric(hook: member.name, metric: name, known: member.metrics)
      }
      try writer.record(metric: member.offset + place, step: Int64(view.step), value: value)
    }
  }

  // MARK: Keeping

  func save(to file: CheckpointWriter) throws {
    for member in members {
      try file.write(bytes: CheckpointSaver.encode(member.hook), named: "hooks/\(member.name)")
    }
  }

  mutating func restore(from reader: CheckpointReader) throws {
    func restored<Hook: TrainingHook>(_ hook: Hook, _ name: String) throws -> Hook {
      try CheckpointRestorer.decode(Hook.self, named: "hooks/\(name)", from: reader)
    }
    for index in members.indices {
      members[index].hook = try restored(members[index].hook, members[index].name)
    }
  }
}
