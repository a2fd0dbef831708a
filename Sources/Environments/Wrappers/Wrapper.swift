/// A change of what agents see of a batch of environments, or of what they may do in it.
///
/// A wrapper is a value with settings. It works on the rows of a whole batch, where types are
/// already erased: so one implementation serves every environment, and its loops have no calls in
/// them. Wrappers are given from the inside out, as Gymnasium nests them.
///
/// ```swift
/// let batch = try entry.makeBatch(count: 8, wrappers: [RepeatActions(count: 4), FrameStack()])
/// ```
///
/// Returns and lengths of `finishedEpisodes` stay the environment's own, whatever is wrapped.
///
/// To write one: a struct whose `wrap(_:)` gives `layer.transformed(by:)` with a `RowTransform`.
public protocol Wrapper: Codable, Equatable, Sendable {
  /// The name in experiment files, such as `frameStack`.
  static var name: String { get }
  /// What it does, in one line.
  static var summary: String { get }
  /// The paper, or the class of another library, that it corresponds to.
  static var source: String { get }

  /// Makes it with the standard settings.
  init()

  /// Refuses settings outside what their meaning allows.
  func check() throws(WrapperProblem)

  /// Puts this around a batch.
  ///
  /// - Throws: what does not fit, in half a sentence with the remedy.
  func wrap(_ layer: WrapperLayer) throws(WrapperProblem) -> WrapperLayer
}

extension Wrapper {
  public func check() throws(WrapperProblem) {}
}

/// A batch with what wrappers have to know of it, besides what it tells itself.
public struct WrapperLayer {
  /// The batch, with the wrappers put around it so far.
  public let batch: any BatchedEnvironment
  /// The steps of this batch after which an episode is truncated, `nil` for never.
  public let maximumSteps: Int?
  /// How many wrappers are around the environment.
  public let depth: Int

  /// Makes the innermost layer.
  public init(_ batch: any BatchedEnvironment, maximumSteps: Int?) {
    self.init(batch, maximumSteps: maximumSteps, depth: 0)
  }

  private init(_ batch: any BatchedEnvironment, maximumSteps: Int?, depth: Int) {
    self.batch = batch
    self.maximumSteps = maximumSteps
    self.depth = depth
  }

  /// The next layer, whose rows are changed by `transform`.
  public func transformed<Transform: RowTransform>(by transform: Transform) -> WrapperLayer {
    wrapped(
      in: WrappedBatch(batch, transform, depth: depth + 1), maximumSteps: maximumSteps)
  }

  /// The next layer, which is `batch`.
  public func wrapped(in batch: any BatchedEnvironment, maximumSteps: Int?) -> WrapperLayer {
    WrapperLayer(batch, maximumSteps: maximumSteps, depth: depth + 1)
  }
}

/// What is wrong with a wrapper's setting, or with what it is put around.
public struct WrapperProblem: Error, Equatable {
  /// The setting, `nil` if it is not a setting's fault.
  public let setting: String?
  /// What is wrong and the remedy.
  public let reason: String

  /// A setting with a value outside what its meaning allows.
  public init(setting: String, _ reason: String) {
    self.setting = setting
    self.reason = reason
  }

  /// A batch that the wrapper does not fit.
  public init(_ reason: String) {
    setting = nil
    self.reason = reason
  }
}

/// Throws unless `holds`: `require(steps >= 1, "steps", "must be 1 or more", found: steps)`.
func require(
  _ holds: Bool, _ setting: String, _ rule: String, found value: some CustomStringConvertible
) throws(WrapperProblem) {
  guard !holds else { return }
  throw WrapperProblem(setting: setting, "\(rule), but is \(value)")
}

/// A wrapper that does not fit where it was put.
public struct WrapperError: Error, Equatable, CustomStringConvertible {
  /// The environment's name.
  public let environment: String
  /// The wrapper's name.
  public let wrapper: String
  /// Its place among the wrappers, from 0.
  public let index: Int
  /// What is wrong.
  public let problem: WrapperProblem

  public var description: String {
    "wrapper \(index + 1) of \(environment), \(wrapper), "
      + (problem.setting.map { "cannot be made: its \($0) " } ?? "does not fit: ") + problem.reason
  }
}

extension BatchedEnvironment {
  /// This batch with wrappers around it, the first one innermost.
  ///
  /// - Parameters:
  ///   - environment: what errors call it.
  ///   - maximumSteps: the steps after which its episodes are truncated.
  func wrapped(
    in wrappers: [any Wrapper], environment: String, maximumSteps: Int?
  ) throws(WrapperError) -> any BatchedEnvironment {
    var layer = WrapperLayer(self, maximumSteps: maximumSteps)
    for (index, wrapper) in wrappers.enumerated() {
      do {
        try wrapper.check()
        layer = try wrapper.wrap(layer)
      } catch {
        throw WrapperError(
          environment: environment, wrapper: type(of: wrapper).name, index: index, problem: error)
      }
    }
    return layer.batch
  }
}

/// The wrappers that come along.
public enum Wrappers {
  /// All of them: those of rewards, of actions and of observations.
  public static let all: [any Wrapper.Type] = [
    ClipReward.self, ScaleReward.self, SignReward.self, ShapeReward.self,
    ClipAction.self, RescaleAction.self, DiscretizeAction.self, StickyActions.self,
    RepeatActions.self,
    FrameStack.self, DelayObservations.self, TimeAware.self, SelectFeatures.self, OneHot.self,
    RescaleObservation.self, ClipObservation.self, DiscretizeObservation.self,
    ObservationNoise.self,
  ]
}
