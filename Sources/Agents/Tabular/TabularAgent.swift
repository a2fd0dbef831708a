package import Autodiff
package import Environments
import Glibc
import NeuralNetworks
package import Randomness

/// An agent for worlds with few states: a table of action values, an ε-greedy policy, and a rule.
///
/// The rule says how a transition changes the table, in a file of its own: ``QLearning``,
/// ``SARSA``, ``ExpectedSARSA``, ``DoubleQLearning``, ``MonteCarlo``. The order is that of Sutton &
/// Barto's boxes: after a step the next action is drawn by the values as they are, and then they are
/// changed.
package final class TabularAgent<Rule: TabularRule>: Agent {
  package let settings: TabularSettings
  private let surroundings: Surroundings
  private let totalSteps: Int
  private let recordingInterval: Int
  private let numbering: StateNumbering
  private let actions: Int
  package let variables: Variables<ActionValues.Tables>
  package let table: ActionValues
  private let policy: TablePolicy

  package let observationRows: UnsafeMutablePointer<Float>
  /// The actions that were drawn last, `[N]`.
  private let chosen: UnsafeMutablePointer<Int32>
  package private(set) var progress: Progress

  /// Counters and what comes next.
  package struct Progress: Codable {
    package var steps = 0
    package var nextRecord = 0
    /// The states that actions are drawn for, `[N]`.
    package var states: [Int]
    /// The actions that will be taken there, `[N]`.
    package var actions: [Int32]
    package var exploration: RandomStream
  }

  /// What the rule keeps, such as unfinished episodes, and the chance that it needs.
  private var rule: Rule
  private var learning: RandomStream

  /// - Throws: `SettingsError`; `AgentError` where observations are not categories or actions not
  ///   choices.
  package init(
    _ settings: TabularSettings, in surroundings: Surroundings, totalSteps: Int,
    recordingInterval: Int = 100, seeds: Seeds
  ) throws {
    try settings.validate()
    actions = try surroundings.choices(for: Rule.name)
    numbering = try StateNumbering(of: surroundings, for: Rule.name)
    variables = Variables(
      ActionValues.Tables(
        count: Rule.tableCount, states: numbering.count, actions: actions,
        initialValue: Float(settings.initialValue)))
    table = ActionValues(variables, states: numbering.count, actions: actions)
    policy = TablePolicy(
      surroundings, numbering, table, tables: Rule.tableCount, in: variables)
    self.settings = settings
    self.surroundings = surroundings
    self.totalSteps = totalSteps
    self.recordingInterval = max(1, recordingInterval)
    let count = surroundings.environments
    progress = Progress(
      states: .init(repeating: 0, count: count), actions: .init(repeating: 0, count: count),
      exploration: seeds["exploration"])
    rule = Rule(environments: count)
    learning = seeds["learning"]
    observationRows = .allocate(capacity: max(1, count * surroundings.observationSize))
    observationRows.initialize(repeating: 0, count: max(1, count * surroundings.observationSize))
    chosen = .allocate(capacity: count)
    chosen.initialize(repeating: 0, count: count)
  }

  deinit {
    observationRows.deallocate()
    chosen.deallocate()
  }

  // MARK: Acting

  package var steps: Int { progress.steps }

  package func begin(_ environment: any BatchedEnvironment) {
    for copy in 0..<surroundings.environments {
      progress.states[copy] = state(observationRows, copy)
      progress.actions[copy] = draw(
        in: progress.states[copy], allowed: mask(environment.actionMasks, copy))
    }
  }

  package func act() -> ActionRows {
    for copy in 0..<surroundings.environments { chosen[copy] = progress.actions[copy] }
    return .discrete(chosen)
  }

  /// The probability of a random action now.
  package var epsilon: Double { settings.exploration.epsilon(at: progress.steps, of: totalSteps) }

  private func draw(in state: Int, allowed: UnsafePointer<UInt8>?) -> Int32 {
    if progress.exploration.chance(epsilon) {
      return RandomActions.draw(of: actions, mask: allowed, using: &progress.exploration)
    }
    return Int32(policy.best(in: state, allowed: allowed))
  }

  private func state(_ rows: UnsafePointer<Float>, _ copy: Int) -> Int {
    numbering.number(of: rows + copy * surroundings.observationSize)
  }

  private func mask(_ masks: UnsafePointer<UInt8>?, _ copy: Int) -> UnsafePointer<UInt8>? {
    masks.map { $0 + copy * actions }
  }

  // MARK: Learning

  private var lastError: Float = 0

  package func remember(_ environment: any BatchedEnvironment) {
    progress.steps += surroundings.environments
    let step = TabularStep(
      learningRate: Float(settings.learningRate(progress.steps)),
      visitDecay: Float(settings.visitDecay), discountFactor: Float(settings.discountFactor),
      epsilon: Float(epsilon))
    for copy in 0..<surroundings.environments { learn(from: environment, copy, step) }
  }

  /// Draws the next action, then learns from the transition that a copy has just shown.
  private func learn(from environment: any BatchedEnvironment, _ copy: Int, _ step: TabularStep) {
    let ending = environment.endings[copy]
    let shown = state(observationRows, copy)
    let shownAction = draw(in: shown, allowed: mask(environment.actionMasks, copy))
    var transition = TabularTransition(
      environment: copy, state: progress.states[copy], action: Int(progress.actions[copy]),
      reward: environment.rewards[copy], next: shown, nextAction: Int(shownAction),
      terminated: ending == Ending.terminated.rawValue,
      truncated: ending == Ending.truncated.rawValue)
    var allowed = mask(environment.actionMasks, copy)
    if transition.truncated {
      transition.next = state(environment.finalObservations, copy)
      allowed = mask(environment.finalActionMasks, copy)
      transition.nextAction = Int(draw(in: transition.next, allowed: allowed))
    }
    transition.allowed = allowed
    if let error = rule.learn(from: transition, table, step, using: &learning) {
      lastError = error
    }
    (progress.states[copy], progress.actions[copy]) = (shown, shownAction)
  }

  package func learn(record: (_ metric: Int, _ value: Float) -> Void) throws(TrainingError) {
    guard lastError.isFinite else {
      throw .nonFinite(metric: Self.metrics[0].name, step: progress.steps)
    }
    guard progress.steps >= progress.nextRecord else { return }
    record(0, abs(lastError))
    record(1, Float(epsilon))
    record(2, Float(settings.learningRate(progress.steps)))
    progress.nextRecord = nextMultiple(of: recordingInterval, after: progress.steps)
  }

  package static var metrics: [Metric] { TabularMetrics.all }

  // MARK: Keeping

  package func visitCheckpoint(_ visitor: inout some CheckpointVisitor) throws {
    try visitor.visit("tables", variables)
    try visitor.visit("progress", &progress)
    try visitor.visit("rule", &rule)
    try visitor.visit("learning", &learning)
    try visitor.visit("lastError", &lastError)
  }

  package var weights: [(name: String, tensor: Tensor)] { variables.value.namedTensors }

  package func makePolicy(environments count: Int) -> any Policy {
    TablePolicy(
      surroundings.with(environments: count), numbering, table, tables: Rule.tableCount,
      in: variables)
  }

  /// The greedy policy of saved tables, without an agent.
  ///
  /// - Throws: `AgentError`, or `NamedTensorsError` if the tables are of another world.
  package static func policy(
    in surroundings: Surroundings, weights: [(name: String, tensor: Tensor)]
  ) throws -> any Policy {
    let numbering = try StateNumbering(of: surroundings, for: Rule.name)
    let actions = try surroundings.choices(for: Rule.name)
    var tables = ActionValues.Tables(
      count: Rule.tableCount, states: numbering.count, actions: actions, initialValue: 0)
    try load(weights, into: &tables)
    let variables = Variables(tables)
    let table = ActionValues(variables, states: numbering.count, actions: actions)
    return TablePolicy(surroundings, numbering, table, tables: Rule.tableCount, in: variables)
  }
}

/// What every agent with a table measures.
enum TabularMetrics {
  static let all = [
    Metric(
      "loss/td", unit: "reward", meaning: "The size of the last error of a value that was changed."),
    Metric("exploration/epsilon", meaning: "The probability of a random action."),
    Metric("optimizer/learningRate", meaning: "α, before it is divided for visits."),
  ]
}

/// `x^exponent`.
func power(_ x: Float, _ exponent: Float) -> Float { exponent == 1 ? x : powf(x, exponent) }
