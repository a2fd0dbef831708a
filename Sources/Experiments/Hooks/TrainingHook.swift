public import Environments
import Foundation

/// Something of your own that watches a run of training: it may measure, and it may end the run.
///
/// A hook is a value, and all of it is saved with each checkpoint and restored from it, so that a
/// run that was interrupted goes on exactly. What it draws or asks from elsewhere (a clock, a
/// file) is outside of that promise. Its properties with their initial values are also its
/// settings: an experiment file names the hook and may change them.
///
/// ```swift
/// /// Ends a run when evaluations have stopped getting better.
/// struct Plateau: TrainingHook {
///   var patience = 3
///   var best = -Double.greatestFiniteMagnitude
///   var misses = 0
///
///   static var metrics: [HookMetric] { [HookMetric("misses", meaning: "evaluations without a new best")] }
///
///   mutating func afterEvaluation(_ episodes: [FinishedEpisode], _ training: inout TrainingView) {
///     let mean = episodes.map(\.return).reduce(0, +) / Double(episodes.count)
///     misses = mean > best ? 0 : misses + 1
///     best = max(best, mean)
///     training.record("misses", Float(misses))
///     if misses >= patience { training.stop("no better for \(misses) evaluations") }
///   }
/// }
/// ```
///
/// `Fledge.main(with:hooks:)` makes it known to the command line; `hooks: [{plateau: {patience: 5}}]`
/// in an experiment file puts it into a run.
public protocol TrainingHook: Codable, Sendable {
  /// What it writes into the run's file; none unless declared.
  static var metrics: [HookMetric] { get }

  /// Environment steps between two calls of `afterSteps`; 0, the standard, never calls it.
  var interval: Int { get }

  /// Called at the first step at or beyond each multiple of `interval`.
  mutating func afterSteps(_ training: inout TrainingView)

  /// Called after each episode of training.
  mutating func afterEpisode(_ episode: FinishedEpisode, _ training: inout TrainingView)

  /// Called after each evaluation, that at the end of the run included.
  mutating func afterEvaluation(
    _ episodes: [FinishedEpisode], _ training: inout TrainingView)
}

extension TrainingHook {
  public static var metrics: [HookMetric] { [] }
  public var interval: Int { 0 }
  public mutating func afterSteps(_ training: inout TrainingView) {}
  public mutating func afterEpisode(_ episode: FinishedEpisode, _ training: inout TrainingView) {}
  public mutating func afterEvaluation(
    _ episodes: [FinishedEpisode], _ training: inout TrainingView
  ) {}
}

/// A quantity that a hook measures; the run's file has it as `<hook>/<name>`.
public struct HookMetric: Hashable, Sendable {
  /// A path below the hook's own name.
  public let name: String
  /// The unit, empty for a plain number.
  public let unit: String
  /// What it says, in one sentence.
  public let meaning: String

  /// Declares a metric; what it means is said in one sentence.
  public init(_ name: String, unit: String = "", meaning: String) {
    self.name = name
    self.unit = unit
    self.meaning = meaning
  }
}

/// What a hook sees of the training, and what it may do to it.
public struct TrainingView: Sendable {
  /// Environment steps taken, over all copies.
  public let step: Int
  /// Environment steps that the run may take.
  public let budget: Int
  /// Training episodes ended.
  public let episodes: Int
  /// Mean return of the last (at most) 100 training episodes.
  public let recentReturn: Double?

  var recorded: [(metric: String, value: Float)] = []
  var stopReason: String?

  init(step: Int, budget: Int, episodes: Int, recentReturn: Double?) {
    self.step = step
    self.budget = budget
    self.episodes = episodes
    self.recentReturn = recentReturn
  }

  /// Writes a value of one of the hook's metrics at this step.
  public mutating func record(_ metric: String, _ value: Float) {
    recorded.append((metric, value))
  }

  /// Ends the training after this step; what follows is the evaluation at the end.
  ///
  /// - Parameter reason: A clause that the run's file and its reports keep.
  public mutating func stop(_ reason: String) {
    if stopReason == nil { stopReason = reason.isEmpty ? "a hook ended it" : reason }
  }
}

/// A hook that experiment files may name.
public struct HookEntry: Sendable {
  /// The key that stands for it in an experiment file, such as `plateau`.
  public let name: String
  /// What it does, in a phrase.
  public let summary: String
  let standard: any TrainingHook

  /// - Parameters:
  ///   - name: the key that stands for it in an experiment file.
  ///   - summary: what it does, in a phrase.
  ///   - hook: with its standard settings and as it is before a run.
  public init(_ name: String, _ hook: some TrainingHook, summary: String) {
    self.name = name
    self.summary = summary
    standard = hook
  }
}

/// Ends a run when an evaluation's mean return is high enough: `evaluation.stopAtReturn`.
struct StopAtReturn: TrainingHook {
  static let name = "stopAtReturn"
  let target: Double

  mutating func afterEvaluation(
    _ episodes: [FinishedEpisode], _ training: inout TrainingView
  ) {
    let mean = episodes.map(\.return).reduce(0, +) / Double(max(1, episodes.count))
    if mean >= target {
      let rounded = String(format: "%.5g", mean)
      training.stop("an evaluation's mean return of \(rounded) reached stopAtReturn, \(target)")
    }
  }
}
