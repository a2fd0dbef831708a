public import Autodiff
public import Environments
public import Randomness

/// Something that acts in a batch of environments and learns from what comes of it.
///
/// One loop serves agents that learn from stored transitions and agents that learn from their
/// latest steps:
///
/// ```swift
/// environment.reset(seed: seed, into: agent.observationRows)
/// agent.begin(environment)
/// while steps < budget {
///   let actions = agent.act()
///   environment.step(actions, into: agent.observationRows)
///   agent.remember(environment)
///   steps += environment.count
///   try agent.learn { metric, value in log(Agent.metrics[metric], steps, value) }
/// }
/// ```
///
/// After a checkpoint is restored the loop goes on with `act`, without `reset` and `begin`.
public protocol Agent {
  /// What `learn` records.
  static var metrics: [Metric] { get }

  /// Environment steps taken so far, of all environments together.
  var steps: Int { get }

  /// Where `reset` and `step` write what the environments show next:
  /// `[environments, observationSize]`. Ask anew for every step.
  var observationRows: UnsafeMutablePointer<Float> { get }

  /// Takes note that the first observations were written to `observationRows`. Called once.
  mutating func begin(_ environment: any BatchedEnvironment)

  /// Chooses an action for each environment; the rows are valid until the next call.
  mutating func act() -> ActionRows

  /// Takes note of what the actions led to; the observations lie in `observationRows`.
  mutating func remember(_ environment: any BatchedEnvironment)

  /// Learns as much as is due after the step that `remember` has just taken note of.
  ///
  /// - Parameter record: Called with a position in `metrics` and a value, for each value measured.
  /// - Throws: `TrainingError` when a loss is no longer a number.
  mutating func learn(record: (_ metric: Int, _ value: Float) -> Void) throws(TrainingError)

  /// The policy learned so far, without exploration, for `count` environments. It goes along with
  /// what is learned later, and neither reads nor moves any state of the training beyond the
  /// weights.
  func makePolicy(environments count: Int) -> any Policy

  /// The weights that the policy is made of, by name; empty where there are none.
  var weights: [(name: String, tensor: Tensor)] { get }

  /// Shows everything that changes during training, always in the same order.
  mutating func visitCheckpoint(_ visitor: inout some CheckpointVisitor) throws
}

/// Maps observations to actions, without learning.
///
/// A policy with a memory chooses by the observations of the episode so far, so whoever plays tells
/// it where an episode begins.
public protocol Policy: AnyObject {
  /// Takes note that the next observation of an environment is the first one of an episode.
  ///
  /// Called for every environment before the first step, and wherever an episode has ended.
  func beginEpisode(in environment: Int)

  /// Actions for as many rows as the policy was made for; they are valid until the next call.
  ///
  /// - Parameters:
  ///   - observations: `[environments, observationSize]`.
  ///   - masks: `[environments, actions]`, 1 where an action is allowed; `nil` allows everything.
  func actions(
    for observations: UnsafePointer<Float>, masks: UnsafePointer<UInt8>?
  ) -> ActionRows
}

extension Policy {
  /// Nothing: a policy without a memory is the same in all episodes.
  public func beginEpisode(in environment: Int) {}
}

/// A policy that is a distribution of actions, of which it takes the likeliest unless told otherwise.
public protocol StochasticPolicy: Policy {
  /// Draws actions at random from now on.
  ///
  /// - Parameter random: The policy's own from here on.
  func draw(using random: RandomStream)
}

/// What an agent has to know of its environments before it meets them.
public struct Surroundings: Equatable, Sendable {
  /// Environments that step together.
  public var environments: Int
  /// Numbers in an observation.
  public var observationSize: Int
  /// What an action is.
  public var actions: ActionSpace
  /// Whether observations come with masks of the allowed actions.
  public var masked: Bool
  /// How many categories each number of an observation tells apart; `nil` where they are amounts.
  public var categories: [Int]?
  /// Which environments belong to which task; all to one, unless they are a family of tasks.
  public var tasks: TaskCopies
  /// How the agent is to normalize what it sees and earns; nothing unless set.
  public var normalization = NormalizationSettings()

  /// Makes a description of environments that are all of one task.
  public init(
    environments: Int, observationSize: Int, actions: ActionSpace, masked: Bool = false,
    categories: [Int]? = nil
  ) {
    self.environments = environments
    self.observationSize = observationSize
    self.actions = actions
    self.masked = masked
    self.categories = categories
    tasks = TaskCopies(names: [""], copies: environments)
  }

  /// What a batch of environments tells of itself.
  public init(of environment: any BatchedEnvironment) {
    self.init(
      environments: environment.count, observationSize: environment.observationSize,
      actions: environment.actionSpace, masked: environment.actionMasks != nil,
      categories: environment.observationBounds.categories)
    tasks = environment.tasks
  }
}

extension Surroundings {
  /// The same kind of environments in another number.
  public func with(environments count: Int) -> Surroundings {
    var copy = self
    copy.environments = count
    copy.tasks.copies = count / max(1, tasks.names.count)
    return copy
  }

  /// How many discrete actions there are.
  ///
  /// - Parameter agent: The name of the agent that needs them, for the error's sentence.
  func choices(for agent: String) throws(AgentError) -> Int {
    guard case .discrete(let count) = actions else {
      throw .needsDiscreteActions(agent: agent, found: actions)
    }
    return count
  }
}

/// Why an agent cannot act in these environments.
public enum AgentError: Error, Equatable, CustomStringConvertible {
  /// It chooses, and the environment wants something else.
  case needsDiscreteActions(agent: String, found: ActionSpace)
  /// It gives numbers, and the environment wants something else.
  case needsContinuousActions(agent: String, found: ActionSpace)
  /// It stretches actions to bounds that are not finite.
  case needsBounds(agent: String, found: ActionSpace)
  /// No action can be drawn from bounds that are not finite.
  case unboundedActions(ActionSpace)
  /// It keeps a table, and observations are amounts.
  case needsCategories(agent: String)
  /// It keeps a table, and there are too many states for one.
  case tooManyStates(agent: String)

  public var description: String {
    switch self {
    case .needsDiscreteActions(let agent, let found):
      "\(agent) chooses among discrete actions, but an action of this environment is "
        + "\(found): choose another agent or another environment."
    case .needsContinuousActions(let agent, let found):
      "\(agent) gives continuous actions, but an action of this environment is \(found): choose "
        + "another agent or another environment."
    case .needsBounds(let agent, let found):
      "\(agent) stretches its actions to their bounds, but an action of this environment is "
        + "\(found): give it finite bounds."
    case .needsCategories(let agent):
      "\(agent) keeps a table of states, but this environment's observations are amounts: choose "
        + "another agent, or make categories of them with the wrapper discretizeObservation."
    case .tooManyStates(let agent):
      "\(agent) keeps a table of states, but this environment has more than "
        + "\(StateNumbering.most) of them: choose an agent with a network."
    case .unboundedActions(let found):
      "A random action cannot be drawn, because an action of this environment is \(found): give it "
        + "finite bounds."
    }
  }
}

/// Something that is measured while an agent learns.
public struct Metric: Hashable, Sendable {
  /// A path such as `loss/td`.
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

/// Why training cannot go on.
public enum TrainingError: Error, Equatable, CustomStringConvertible {
  /// A measured value is infinite or not a number.
  case nonFinite(metric: String, step: Int)
  /// There is no step for several tasks, for the reason given.
  case noStep(reason: String, step: Int)
  /// The episodes of an update take more memory than there is.
  case episodesTooLong(bytes: Int, step: Int)

  public var description: String {
    switch self {
    case .nonFinite(let metric, let step):
      "\(metric) is no longer a finite number at environment step \(step): lower the learning "
        + "rate, clip the gradient's norm, or look for rewards that are not finite."
    case .noStep(let reason, let step): "at environment step \(step), \(reason)"
    case .episodesTooLong(let bytes, let step):
      "the episodes to learn from took \(bytes / 1_000_000) MB at environment step \(step), half of "
        + "what was free: lower agent.reinforce.episodes or environment.copies, or put a time limit "
        + "around the environment."
    }
  }
}

/// The first multiple of an interval beyond a step: when an agent records its metrics again.
func nextMultiple(of interval: Int, after step: Int) -> Int { (step / interval + 1) * interval }
