import Agents
public import Environments
import Randomness
public import Tracking

/// The expected return of a finished run's greedy policy, computed from its world's table.
///
/// Nothing is estimated: the policy is asked in every state that it can come to, and what follows
/// is in the table (Sutton & Barto 2018, section 4.1, with the steps to go).
///
/// - Parameters:
///   - folder: The run.
///   - catalogue: The environments that there are.
///   - best: Whether the weights of the run's best evaluation are taken instead.
/// - Throws: `ExactEvaluationError` where the world has no table or the policy is no function of
///   its states.
public func exactReturn(
  of folder: RunFolder, best: Bool = false, catalogue: Catalogue
) throws -> Double {
  let reader = try RunReader(folder)
  let config = try ExperimentConfig.parse(
    reader.config, name: folder.runPath + " (config)", catalogue: catalogue)
  let id = config.environment.id
  guard config.environment.wrappers.isEmpty else {
    throw ExactEvaluationError.wrapped(environment: id)
  }
  guard config.environment.tasks.isEmpty else { throw ExactEvaluationError.severalTasks }
  let entry = try catalogue[id]
  let settings = config.environment.settings
  guard let world = try entry.makeTabularEnvironment(settings: settings) else {
    throw ExactEvaluationError.noTable(environment: id)
  }
  guard !config.drawsActions else { throw ExactEvaluationError.drawn(agent: config.agent.name) }
  guard !config.agent.maker.remembers else {
    throw ExactEvaluationError.remembers(agent: config.agent.name)
  }
  guard world.stateCount <= mostStates else {
    throw ExactEvaluationError.tooManyStates(environment: id, count: world.stateCount)
  }
  let run = try FinishedRun(folder, best: best, catalogue: catalogue)
  let policy = try run.makePolicy(for: run.makeBatch(count: 1), seed: 0)
  return try expectedReturn(
    of: policy, in: world, limit: entry.timeLimit(settings: settings), environment: id)
}

extension ExperimentConfig {
  /// Whether evaluations draw actions at random.
  var drawsActions: Bool {
    if case .random = agent { true } else { evaluation.stochastic }
  }
}

/// The most states that a world may have here: a policy is asked in each of them.
private let mostStates = 100_000

private func expectedReturn<World: TabularEnvironment>(
  of policy: any Policy, in world: World, limit: Int?, environment: String
) throws -> Double {
  let table = try TransitionTable(world)
  var walk = PolicyWalk(world, table, policy, environment: environment)
  try walk.visitAll()
  // Where the policy never comes, nothing is asked and nothing may go on for ever.
  let reached = try TransitionTable(
    stateCount: table.stateCount, actionCount: table.actionCount,
    initialDistribution: table.initialDistribution
  ) { state, action in
    walk.visited[state]
      ? Array(table[state, action])
      : [Transition(probability: 1, nextState: state, reward: 0, terminated: true)]
  }
  let tabular = TabularPolicy.choosing(walk.chosen, among: table.actionCount)
  let values =
    try limit.map { try reached.evaluate(tabular, horizon: $0) } ?? reached.evaluate(tabular)
  return reached.expectedReturn(of: values)
}

/// Asks a policy in each state that it can come to.
///
/// A table knows states by their numbers, a policy by what it sees. So the walk finds a state of
/// each number by drawing first states and steps until it comes up.
private struct PolicyWalk<World: TabularEnvironment> {
  private let world: World
  private let table: TransitionTable
  private let policy: any Policy
  private let environment: String
  private var found: [Int: World.State] = [:]
  private var toVisit: [Int] = []
  private var random = PCG64(seed: 0)

  /// An action for each state; the first one where the policy never comes.
  private(set) var chosen: [Int]
  /// Whether the policy comes to each state.
  private(set) var visited: [Bool]

  /// Draws after which something that the table calls possible is taken to be missing.
  private static var mostDraws: Int { 1_000_000 }

  init(_ world: World, _ table: TransitionTable, _ policy: any Policy, environment: String) {
    self.world = world
    self.table = table
    self.policy = policy
    self.environment = environment
    chosen = Array(repeating: 0, count: table.stateCount)
    visited = Array(repeating: false, count: table.stateCount)
  }

  mutating func visitAll() throws {
    let first = table.initialDistribution.indices.filter { table.initialDistribution[$0] > 0 }
    let world = world
    try find(Set(first)) { world.initialState(using: &$0) }
    while let state = toVisit.popLast() {
      guard let present = found[state] else { continue }
      let action = action(in: present)
      chosen[state] = action
      visited[state] = true
      let next = table[state, action].filter { $0.probability > 0 && !$0.terminated }
      try find(Set(next.map(\.nextState))) { random in
        let step = world.step(from: present, taking: action, using: &random)
        return step.ending == nil ? step.state : nil
      }
    }
  }

  /// Draws until there is a state of each of these numbers.
  private mutating func find(
    _ numbers: Set<Int>, _ draw: (inout PCG64) -> World.State?
  ) throws {
    var missing = numbers.filter { found[$0] == nil }
    var draws = 0
    while let number = missing.first {
      guard draws < Self.mostDraws else {
        throw ExactEvaluationError.unreachable(environment: environment, state: number)
      }
      draws += 1
      guard let state = draw(&random) else { continue }
      let index = world.index(of: state)
      guard missing.remove(index) != nil else { continue }
      found[index] = state
      toVisit.append(index)
    }
  }

  private func action(in state: World.State) -> Int {
    let features = [Float](unsafeUninitializedCapacity: world.observations.size) { buffer, count in
      var span = OutputSpan(buffer: buffer, initializedCount: 0)
      world.observe(state, into: &span)
      count = span.finalize(for: buffer)
    }
    guard World.masksActions else { return chosen(features, masks: nil) }
    let mask = [UInt8](unsafeUninitializedCapacity: world.actions.count) { buffer, count in
      var span = OutputSpan(buffer: buffer, initializedCount: 0)
      world.appendMask(of: state, to: &span)
      count = span.finalize(for: buffer)
    }
    return mask.withUnsafeBufferPointer { chosen(features, masks: $0.baseAddress) }
  }

  private func chosen(_ features: [Float], masks: UnsafePointer<UInt8>?) -> Int {
    features.withUnsafeBufferPointer { features in
      guard let base = features.baseAddress,
        case .discrete(let actions) = policy.actions(for: base, masks: masks)
      else { return 0 }
      return Int(actions[0])
    }
  }
}

/// Why a policy cannot be evaluated exactly, in one sentence.
public enum ExactEvaluationError: Error, Equatable, CustomStringConvertible {
  /// The world's states cannot be listed.
  case noTable(environment: String)
  /// Wrappers change what the table says.
  case wrapped(environment: String)
  /// There is one table for each task.
  case severalTasks
  /// The policy draws its actions, so it is no function of the state.
  case drawn(agent: String)
  /// The policy depends on what it saw before.
  case remembers(agent: String)
  /// There are more states than can be asked.
  case tooManyStates(environment: String, count: Int)
  /// The policy cannot be asked in a state that it may come to.
  case unreachable(environment: String, state: Int)

  public var description: String {
    switch self {
    case .noTable(let environment):
      "\(environment) has no table of its states, so no policy can be evaluated exactly in it; leave "
        + "out --exact"
    case .severalTasks:
      "exact returns are those of one task, and this run has several: leave out --exact"
    case .wrapped(let environment):
      "the run's wrappers change \(environment), so its table does not hold; leave out --exact"
    case .drawn(let agent):
      "the agent '\(agent)' draws its actions here and has no policy to evaluate exactly; leave out "
        + "--exact"
    case .remembers(let agent):
      "the agent '\(agent)' acts by what it remembers, not by the state alone; leave out --exact"
    case .tooManyStates(let environment, let count):
      "\(environment) has \(count) states, more than \(mostStates); leave out --exact"
    case .unreachable(let environment, let state):
      "the table of \(environment) says that state \(state) can be reached, but it never came up; "
        + "`fledge check \(environment)` compares table and world"
    }
  }
}
