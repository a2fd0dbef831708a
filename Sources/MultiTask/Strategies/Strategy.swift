public import Randomness

/// A rule that decides, step by step, how much each task counts for what the tasks share.
///
/// A strategy is a value, and needs no trainer: give it the losses of a step, and the Gram matrix
/// of the tasks' gradients if it asks for one, and it gives weights.
///
/// ```swift
/// var strategy = NashMTL()
/// let gram = GramMatrix(rows: [[1, 0], [-1, 1]])
/// let combination = try strategy.combine(
///   TaskSignals(losses: [1, 4], gram: gram), using: &random)
/// // the shared parameters move against  d = Σₖ wₖ gₖ
/// ```
///
/// Everything that changes from step to step is part of the value, so that saving it by `Codable`
/// and going on gives what would have come.
public protocol Strategy: Codable, Sendable {
  /// What it has to be told of each step.
  var needs: StrategyNeeds { get }

  /// The weights of the tasks for one step, and how well they fulfil what defines them.
  ///
  /// - Throws: `StrategyError` where the signals have no answer, such as a loss below 0 under a
  ///   logarithm, or not-a-number.
  mutating func combine(
    _ signals: TaskSignals, using random: inout RandomStream
  ) throws(StrategyError) -> Combination

  /// Changes the tasks' gradients themselves, before their Gram matrix is made; only asked of
  /// strategies that need the gradients.
  mutating func transform(
    _ gradients: inout GradientRows, _ signals: TaskSignals, using random: inout RandomStream
  ) throws(StrategyError)

  /// Takes note of the losses on the same examples after the step; only told to those that need it.
  ///
  /// The parameters have moved by then, so a loss that cannot be learned from is better passed
  /// over: the next step refuses it before anything moves.
  mutating func observe(lossesAfterStep losses: [Double], _ signals: TaskSignals)
    throws(StrategyError)
}

extension Strategy {
  public mutating func transform(
    _ gradients: inout GradientRows, _ signals: TaskSignals, using random: inout RandomStream
  ) throws(StrategyError) {}

  public mutating func observe(lossesAfterStep losses: [Double], _ signals: TaskSignals)
    throws(StrategyError)
  {}
}

/// What a strategy has to be told, from little to much.
public struct StrategyNeeds: Hashable, Sendable {
  /// The most costly signal that the weights follow from.
  public enum Signal: Int, Comparable, Hashable, Sendable {
    /// Losses alone: one backward pass, of the weighted sum.
    case losses
    /// The Gram matrix of the tasks' gradients.
    case gram
    /// The gradients themselves, which it changes.
    case gradients

    public static func < (left: Signal, right: Signal) -> Bool { left.rawValue < right.rawValue }
  }

  /// What it reads of the tasks.
  public var signal: Signal
  /// Whether it wants to see the losses on the same examples again after the step.
  public var lossesAfterStep: Bool
  /// Whether losses must not be below 0, so that those of policies can be refused before a run.
  public var positiveLosses: Bool
  /// Whether the gradients that it means are those of the last shared layer.
  public var ofLastLayer: Bool
  /// Passes over the data that must end before its weights are what defines it: where there are none,
  /// as for agents, it would stay what it is at first.
  public var epochs: Int

  /// Says what a strategy has to be told.
  public init(
    _ signal: Signal, lossesAfterStep: Bool = false, positiveLosses: Bool = false,
    ofLastLayer: Bool = false, epochs: Int = 0
  ) {
    self.signal = signal
    self.lossesAfterStep = lossesAfterStep
    self.positiveLosses = positiveLosses
    self.ofLastLayer = ofLastLayer
    self.epochs = epochs
  }
}

/// What is known of one step.
public struct TaskSignals: Sendable {
  /// The loss of each task that is present.
  public var losses: [Double]
  /// Which tasks these are, ascending; all of them, where nothing is absent.
  public var tasks: [Int]
  /// How many tasks there are in all.
  public var taskCount: Int
  /// Steps taken before this one.
  public var step: Int
  /// Passes over the data completed before this one.
  public var epoch: Int
  /// Inner products of the gradients of the tasks that are present, in their order.
  public var gram: GramMatrix?

  /// Puts together what a strategy is told of a step.
  public init(
    losses: [Double], tasks: [Int]? = nil, taskCount: Int? = nil, step: Int = 0, epoch: Int = 0,
    gram: GramMatrix? = nil
  ) {
    self.losses = losses
    self.tasks = tasks ?? Array(losses.indices)
    self.taskCount = taskCount ?? losses.count
    self.step = step
    self.epoch = epoch
    self.gram = gram
  }
}

/// What a strategy decided: the shared parameters move against `d = Σₖ wₖ gₖ`.
public struct Combination: Equatable, Sendable {
  /// One weight for each task that is present, in the order of the signals.
  public var weights: [Double]
  /// How far the weights are from what defines them: the residual of the solver's conditions of
  /// optimality, 0 for a closed form.
  public var residual: Double

  /// Hands over weights, and how far they are from what defines them.
  public init(weights: [Double], residual: Double = 0) {
    self.weights = weights
    self.residual = residual
  }
}

/// Why a strategy has no answer.
public struct StrategyError: Error, Equatable, CustomStringConvertible {
  /// A sentence that names the strategy, the task and the remedy.
  public var description: String

  /// Makes an error of a sentence.
  public init(_ description: String) { self.description = description }
}
