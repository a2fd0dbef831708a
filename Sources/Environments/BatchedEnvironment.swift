/// Several copies of an environment that are stepped together: what agents and trainers see.
///
/// Types are erased here, once per batch step. All rows are contiguous, row by row; the pointers
/// stay valid as long as the batch lives, and what they point to until the next call.
public protocol BatchedEnvironment: AnyObject {
  /// How many copies there are.
  var count: Int { get }
  /// The numbers in an observation.
  var observationSize: Int { get }
  /// The actions that may be taken.
  var actionSpace: ActionSpace { get }
  /// Which copies belong to which task; all to one, unless the batch is a family of tasks.
  var tasks: TaskCopies { get }

  /// The bounds of each feature of an observation.
  var observationBounds: Box { get }

  /// Begins new episodes everywhere; copy `i` draws from `PCG64(seed: seed + i)`.
  ///
  /// Writes `[count, observationSize]` numbers.
  func reset(seed: UInt64, into observations: UnsafeMutablePointer<Float>)

  /// Takes one action in each copy and writes what it shows next.
  ///
  /// Where an episode ends, the next one begins within the same step: the row written is the *new*
  /// episode's first observation, and the old one's last is in `finalObservations`.
  ///
  /// Copies whose byte in `skipped` is not 0 stay as they are: their rows are not written, their
  /// reward and ending are 0. `nil` skips none.
  func step(
    _ actions: ActionRows, skipping skipped: UnsafePointer<UInt8>?,
    into observations: UnsafeMutablePointer<Float>)

  /// `[count]`: the rewards of the last step.
  var rewards: UnsafePointer<Float> { get }
  /// `[count]`: 0 where the episode goes on, 1 where it terminated, 2 where it was truncated.
  var endings: UnsafePointer<UInt8> { get }
  /// `[count, observationSize]`: row `i` has a meaning where `endings[i]` is not 0.
  var finalObservations: UnsafePointer<Float> { get }
  /// `[count, actions]`: 1 for each action that is allowed after the observation just written.
  ///
  /// Where several choices are made at once, a row has those of the first, then those of the second
  /// and so on: `ActionSpace.maskSize` numbers. `nil` if all actions always are.
  var actionMasks: UnsafePointer<UInt8>? { get }
  /// `[count, actions]`: as `actionMasks`, after the final observations.
  ///
  /// Row `i` has a meaning where an episode was truncated; `nil` if all actions always are allowed.
  var finalActionMasks: UnsafePointer<UInt8>? { get }
  /// The episodes that ended in the last step.
  var finishedEpisodes: [FinishedEpisode] { get }
  /// The return and the length so far of the episode that a copy is in, as in `finishedEpisodes`.
  func runningEpisode(of index: Int) -> (return: Double, length: Int)
  /// The first reward or feature since the last reset that was not a finite number, if any was.
  ///
  /// Whoever trains looks here after each step and stops with the finding's sentence.
  var nonFinite: NonFiniteNumber? { get }

  /// What a copy's present state looks like; `nil` if its world draws none.
  func picture(of index: Int) -> Picture?
  /// What the last state of the copy's last ended episode looked like; `nil` unless
  /// `keepsFinalStates` was set before it ended.
  func finalPicture(of index: Int) -> Picture?
  /// Whether the last states of ended episodes are kept, to be looked at.
  var keepsFinalStates: Bool { get set }

  /// All that the batch's future depends on: states, streams, running returns and lengths.
  func encodedState() throws -> [UInt8]
  /// Goes on exactly where `encodedState()` was called.
  ///
  /// - Throws: `EnvironmentError.unreadableSnapshot` if the bytes belong to another batch; the batch
  ///   is then as it was before.
  func restoreState(_ bytes: [UInt8]) throws
}

extension BatchedEnvironment {
  /// Takes one action in every copy and writes what it shows next.
  public func step(_ actions: ActionRows, into observations: UnsafeMutablePointer<Float>) {
    step(actions, skipping: nil, into: observations)
  }

  public var finalActionMasks: UnsafePointer<UInt8>? { nil }

  public var tasks: TaskCopies { TaskCopies(names: [""], copies: count) }
}

/// An episode that has ended, whole, in the environment's own rewards and steps.
///
/// Wrappers that change rewards or repeat actions change nothing here.
public struct FinishedEpisode: Hashable, Sendable {
  /// Which copy of the batch it ran in.
  public var environment: Int
  /// The sum of its rewards, not discounted.
  public var `return`: Double
  /// Its number of steps.
  public var length: Int
  /// Why it ended.
  public var ending: Ending

  /// Makes the record of an episode.
  public init(environment: Int, return: Double, length: Int, ending: Ending) {
    self.environment = environment
    self.return = `return`
    self.length = length
    self.ending = ending
  }
}

/// A reward or a feature that is not a finite number, and where it came from.
public struct NonFiniteNumber: Hashable, Sendable, Error {
  /// What the number was.
  public enum Source: Hashable, Sendable {
    /// A reward.
    case reward
    /// A feature of the observation, by index.
    case feature(Int)
  }
  /// The reward or the feature.
  public var source: Source
  /// The number itself: infinite or not a number.
  public var value: Float
  /// Which copy of the batch it came from.
  public var environment: Int
  /// The batch step since the last reset, from 1; 0 is the reset itself.
  public var step: Int
}

extension NonFiniteNumber: CustomStringConvertible {
  public var description: String {
    let what =
      switch source {
      case .reward: "the reward"
      case .feature(let index): "feature \(index) of the observation"
      }
    return "\(what) of environment \(environment) was \(value) at step \(step) of the batch: "
      + "correct the environment's dynamics or its settings"
  }
}
