import Agents
import Environments
import MultiTask
import NeuralNetworks
import Replay

extension DQNSettings {
  /// Refuses a network or a batch that the machine's memory cannot hold, before it is taken: the
  /// system would end the process, and with it every other seed.
  ///
  /// The replay checks itself.
  func requireMemory(
    in surroundings: Surroundings, from memory: AvailableMemory? = .now()
  ) throws(SettingsError) {
    let width = estimate.width
    try require(
      bytesNeeded(in: surroundings), hidden: network.hidden, batchSize: replay.batchSize,
      named: (width > 1 ? "a distribution of \(width) numbers for each action and " : "")
        + "replay.batchSize",
      from: memory)
  }

  /// Bytes of weights and of a batch on its way through the network and back; `nil` beyond `Int`.
  ///
  /// Measured: twelve numbers for each weight (both networks, gradient, moments, what the making
  /// takes for a moment), as many for each σ, three for each unit of each row, and three for each
  /// pair of a distribution's numbers, which its loss compares all with all.
  private func bytesNeeded(in surroundings: Surroundings) -> Int? {
    let width = Count(estimate.width)
    let outputs = (Count(surroundings.actions.outputs) + Count(network.dueling ? 1 : 0)) * width
    var (weights, units, inputs) = (Count(0), Count(0), Count(surroundings.observationSize))
    for (index, size) in network.hidden.enumerated() {
      let isTwice = network.dueling && index == network.hidden.count - 1
      let size = Count(size)
      weights = weights + (inputs + Count(1)) * size * Count(isTwice ? 2 : 1)
      units = units + size * Count(isTwice ? 2 : 1)
      inputs = size
    }
    weights = (weights + (inputs + Count(1)) * outputs) * Count(network.noise == .none ? 1 : 2)
    units = units + outputs
    let pairs = estimate.width > 1 ? width * width : Count(0)
    let row = units + Count(2) * Count(surroundings.observationSize) + pairs
    let numbers = Count(12) * weights + Count(3) * Count(replay.batchSize) * row
    return (numbers * Count(4)).value
  }
}

extension RecurrentDQNSettings {
  /// As DQN's, for sequences.
  func requireMemory(
    in surroundings: Surroundings, from memory: AvailableMemory? = .now()
  ) throws(SettingsError) {
    try require(
      bytesNeeded(in: surroundings), hidden: network.hidden, batchSize: replay.batchSize,
      named: "network.recurrence of \(network.recurrence.units) units, sequences of "
        + "\(replay.burnIn + replay.sequenceLength) steps and replay.batchSize",
      from: memory)
  }

  /// Bytes of weights and of a batch of sequences on its way; `nil` beyond `Int`.
  private func bytesNeeded(in surroundings: Surroundings) -> Int? {
    var (weights, units, inputs) = (Count(0), Count(0), Count(surroundings.observationSize))
    for size in network.hidden {
      weights = weights + (inputs + Count(1)) * Count(size)
      units = units + Count(size)
      inputs = Count(size)
    }
    let (size, gates) = (network.recurrence.units, network.recurrence.gates)
    weights = weights + Count(gates) * Count(size) * (inputs + Count(size) + Count(2))
    weights = weights + (Count(size) + Count(1)) * Count(surroundings.actions.outputs)
    // Of each step, gates with their gradients and states, in both networks and twice.
    units = units + Count(6 * gates) * Count(size) + Count(surroundings.actions.outputs)
    let row = units + Count(2) * Count(surroundings.observationSize)
    let steps = Count(replay.batchSize) * Count(replay.burnIn + replay.sequenceLength)
    return ((Count(12) * weights + Count(4) * steps * row) * Count(4)).value
  }
}

extension OffPolicySettings {
  /// As DQN's, for an actor and two critics.
  func requireMemory(
    in surroundings: Surroundings, from memory: AvailableMemory? = .now()
  ) throws(SettingsError) {
    try require(
      bytesNeeded(in: surroundings), hidden: network.hidden, batchSize: replay.batchSize,
      from: memory)
  }

  /// Bytes of weights and of a batch on its way through all networks and back; `nil` beyond `Int`.
  private func bytesNeeded(in surroundings: Surroundings) -> Int? {
    let ends = Count(surroundings.observationSize) + Count(2 * surroundings.actions.width)
    var (weights, units, inputs) = (Count(0), Count(0), ends)
    for size in network.hidden + [2 * surroundings.actions.outputs] {
      weights = weights + (inputs + Count(1)) * Count(size)
      units = units + Count(size)
      inputs = Count(size)
    }
    // Each of three networks as DQN's, and each goes twice through an update.
    let row = Count(2) * (units + ends)
    let numbers = Count(12) * weights + Count(3) * Count(replay.batchSize) * row
    return (Count(3) * numbers * Count(4)).value
  }
}

extension ActorCriticSettings {
  /// As DQN's, for policy, value and a segment of steps.
  ///
  /// - Parameters:
  ///   - segmentSize: the steps of all environments in a segment.
  ///   - drawsWeights: whether exploration depends on the state.
  func requireMemory(
    in surroundings: Surroundings, segmentSize: Int, drawsWeights: Bool = false,
    from memory: AvailableMemory? = .now()
  ) throws(SettingsError) {
    let outputs = Count(surroundings.actions.outputs)
    let ends = Count(surroundings.observationSize) + Count(2) * outputs
    var (weights, units, inputs) = (Count(0), Count(0), ends)
    for size in hidden {
      weights = weights + (inputs + Count(1)) * Count(size)
      units = units + Count(size)
      inputs = Count(size)
    }
    weights = weights + (inputs + Count(1)) * outputs
    // With noise on the last weights every environment has its own, and there are three such arrays.
    var noise = Count(0)
    if drawsWeights { noise = Count(3) * Count(surroundings.environments) * inputs * outputs }
    if let recurrence {
      // The cells' weights; of each step, gates with their gradients and states, in both cells.
      let (size, gates) = (recurrence.units, recurrence.gates)
      let widest = ([surroundings.observationSize] + hidden).max() ?? 1
      weights = weights + Count(gates) * Count(size) * (Count(widest) + Count(size) + Count(2))
      weights = weights + Count(size) * Count(hidden.first ?? surroundings.actions.width)
      units = units + Count(6 * gates) * Count(size)
    }
    // Both networks with gradient and moments; a segment, and all of it in both at once.
    let rows = Count(segmentSize) * (Count(4) * units + Count(3) * ends)
    let numbers = Count(24) * weights + rows + noise
    try require(
      (numbers * Count(4)).value, hidden: hidden, batchSize: segmentSize,
      named: (recurrence.map { "network.recurrence of \($0.units) units and " } ?? "")
        + "segments of",
      from: memory)
  }
}

extension PPOSettings {
  /// Refuses networks of several tasks and segments that the machine's memory cannot hold.
  func requireMemory(
    for tasks: TaskLearningSettings, in surroundings: Surroundings
  ) throws(SettingsError) {
    let architecture = network.architecture(for: tasks, last: network.policyInitializer)
    let weights =
      try architecture.parameters(in: surroundings, outputs: surroundings.actions.outputs)
      + architecture.parameters(in: surroundings, outputs: 1)
    let rows = Count(segmentLength) * Count(surroundings.environments)
    try tasks.requireMemory(weights: weights, rows: rows, of: "a segment", in: surroundings)
  }
}

extension DQNSettings {
  /// Refuses networks of several tasks and batches that the machine's memory cannot hold.
  func requireMemory(
    for tasks: TaskLearningSettings, in surroundings: Surroundings
  ) throws(SettingsError) {
    let weights = try network.architecture(for: tasks)
      .parameters(in: surroundings, outputs: surroundings.actions.outputs)
    try tasks.requireMemory(
      weights: Count(2) * weights, rows: Count(replay.batchSize), of: "a batch", in: surroundings)
  }
}

extension SACSettings {
  /// Refuses networks of several tasks and batches that the machine's memory cannot hold.
  func requireMemory(
    for tasks: TaskLearningSettings, in surroundings: Surroundings
  ) throws(SettingsError) {
    let architecture = network.architecture(for: tasks)
    let width = surroundings.actions.width
    var seen = surroundings
    seen.observationSize += width
    let critic = try architecture.parameters(in: seen, outputs: 1)
    let actor = try architecture.parameters(in: surroundings, outputs: 2 * width)
    // Two critics and their targets.
    try tasks.requireMemory(
      weights: actor + Count(4) * critic, rows: Count(4 * replay.batchSize), of: "a batch",
      in: surroundings)
  }
}

extension ArchitectureSettings {
  /// The parameters of a network for all tasks of the environments.
  fileprivate func parameters(
    in surroundings: Surroundings, outputs: Int
  ) throws(SettingsError) -> Count {
    do throws(ArchitectureError) {
      return Count(
        try parameterCount(
          inputShape: [surroundings.observationSize],
          outputs: Array(repeating: max(1, outputs), count: surroundings.tasks.familySize)))
    } catch { throw SettingsError(path: "tasks.architecture", problem: "cannot be: \(error)") }
  }
}

extension TaskLearningSettings {
  fileprivate func requireMemory(
    weights: Count, rows: Count, of whole: String, in surroundings: Surroundings,
    from memory: AvailableMemory? = .now()
  ) throws(SettingsError) {
    // As for one task, and of each task a gradient, and a copy where a strategy changes it.
    let copies = strategy.needs.signal == .losses ? 12 : 12 + 2 * surroundings.tasks.familySize
    let ends = Count(surroundings.observationSize) + Count(2 * surroundings.actions.outputs)
    let bytes = (Count(4) * (Count(copies) * weights + Count(3) * rows * ends)).value
    guard let memory, bytes.map({ $0 > memory.bytes }) ?? true else { return }
    throw SettingsError(
      path: "tasks",
      problem: "\(weights.value.map { "\($0)" } ?? "too many") parameters and "
        + "\(rows.value.map { "\($0)" } ?? "too many") steps of \(whole) need "
        + (bytes.map { "about \(gigabytes($0))" } ?? "more than any machine has")
        + ", but \(gigabytes(memory.bytes)) are free (\(memory.source)); make them smaller")
  }
}

extension TabularSettings {
  /// Refuses tables that the machine's memory cannot hold.
  func requireMemory(
    in surroundings: Surroundings, tables: Int, from memory: AvailableMemory? = .now()
  ) throws(SettingsError) {
    guard case .discrete(let actions) = surroundings.actions else { return }
    let states = (surroundings.categories ?? []).reduce(Count(1)) { $0 * Count($1) }
    // Values and visits, once in use and twice while they are made.
    let bytes = (Count(24) * Count(tables) * states * Count(actions)).value
    guard let memory, bytes.map({ $0 > memory.bytes }) ?? true else { return }
    throw SettingsError(
      path: "",
      problem: "a table of \(states.value.map { "\($0)" } ?? "so many") states needs "
        + (bytes.map { "about \(gigabytes($0))" } ?? "more than any machine has")
        + ", but \(gigabytes(memory.bytes)) are free (\(memory.source)); use fewer categories")
  }
}

/// Refuses what takes more than there is.
private func require(
  _ needed: Int?, hidden: [Int], batchSize: Int, named name: String = "replay.batchSize",
  from memory: AvailableMemory?
) throws(SettingsError) {
  guard let memory, needed.map({ $0 > memory.bytes }) ?? true else { return }
  let amount = needed.map { "about \(gigabytes($0))" } ?? "more than any machine has"
  throw SettingsError(
    path: "",
    problem: "network.hidden \(hidden) with \(name) \(batchSize) needs "
      + "\(amount), but \(gigabytes(memory.bytes)) are free (\(memory.source)); make them smaller")
}

extension ActionSpace {
  /// What a network gives for an action: a number for each alternative, or those of the action.
  fileprivate var outputs: Int { max(width, maskSize) }
}

/// A number of things that remembers if it became too large to be counted.
private struct Count {
  let value: Int?

  init(_ value: Int?) { self.value = value }

  static func + (left: Count, right: Count) -> Count {
    combined(left, right) { $0.addingReportingOverflow($1) }
  }

  static func * (left: Count, right: Count) -> Count {
    combined(left, right) { $0.multipliedReportingOverflow(by: $1) }
  }

  private static func combined(
    _ left: Count, _ right: Count, _ operation: (Int, Int) -> (partialValue: Int, overflow: Bool)
  ) -> Count {
    guard let left = left.value, let right = right.value else { return Count(nil) }
    let result = operation(left, right)
    return Count(result.overflow ? nil : result.partialValue)
  }
}
