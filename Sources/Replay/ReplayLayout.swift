public import Environments

/// What a replay buffer holds, and so how much memory it takes, known before anything is allocated.
public struct ReplayLayout: Equatable, Sendable {
  /// Transitions asked for.
  public let capacity: Int
  /// Environments that step together.
  public let environments: Int
  /// Numbers in an observation.
  public let observationSize: Int
  /// What an action is.
  public let actions: ActionSpace
  /// Whether each observation comes with a mask of the allowed actions.
  public let masked: Bool
  /// Whether and how poorly learned transitions are favored; `nil` keeps no priorities.
  public let prioritization: Prioritization?
  /// Numbers in the recurrent state that is kept with each transition; 0 keeps none.
  public let stateSize: Int

  /// Time steps kept: `capacity / environments`, rounded down, because all environments step
  /// together.
  public let steps: Int

  /// Throws if not one time step fits, or more rows than 32-bit numbers can name.
  public init(
    capacity: Int, environments: Int, observationSize: Int, actions: ActionSpace, masked: Bool,
    prioritization: Prioritization? = nil, stateSize: Int = 0
  ) throws(ReplayError) {
    precondition(environments > 0, "a replay buffer needs at least one environment")
    precondition(observationSize >= 0, "an observation has a negative size: \(observationSize)")
    precondition(stateSize >= 0, "a recurrent state has a negative size: \(stateSize)")
    guard capacity >= environments else {
      throw .capacityTooSmall(capacity: capacity, environments: environments)
    }
    let largest = (Int(Int32.max) - environments) / 2
    guard capacity <= largest else {
      throw .capacityTooLarge(capacity: capacity, largest: largest)
    }
    self.capacity = capacity
    self.environments = environments
    self.observationSize = observationSize
    self.actions = actions
    self.masked = masked
    self.prioritization = prioritization
    self.stateSize = stateSize
    self.steps = capacity / environments
  }

  /// Transitions kept once the ring is full: `capacity`, less what does not divide by
  /// `environments`.
  public var transitions: Int { steps * environments }

  /// Numbers in an action row: 1 if discrete.
  public var actionSize: Int { actions.width }

  /// Bytes in a row of the mask.
  public var maskSize: Int {
    if masked, case .discrete(let count) = actions { count } else { 0 }
  }

  /// Rows of the ring: one time step more than is kept, for the observations that wait for an
  /// outcome.
  var ringRows: Int { (steps + 1) * environments }

  /// Bytes of all columns of a full buffer in which no episode has ended.
  public var byteCount: Int {
    ringRows * (rowBytes + 4 * (actionSize + stateSize) + MemoryLayout<Outcome>.stride)
      + priorityBytes
  }

  private var priorityBytes: Int {
    prioritization == nil ? 0 : SumTree.byteCount(leaves: ringRows)
  }

  /// Bytes that each kept ending of an episode adds, for its final observation.
  public var byteCountPerEnding: Int { rowBytes + 4 }

  private var rowBytes: Int { 4 * observationSize + maskSize }

  /// Refuses a buffer whose columns do not fit into the memory that is free.
  ///
  /// Final observations come on top, `byteCountPerEnding` for each ending among the transitions
  /// kept; how many there will be is not known before the run.
  public func check(against memory: AvailableMemory?) throws(ReplayError) {
    guard let memory, byteCount > memory.bytes else { return }
    let perStep = byteCount / (steps + 1)
    let fitting = max(0, memory.bytes / perStep - 1) * environments
    throw .doesNotFit(
      capacity: capacity, needed: byteCount, available: memory.bytes, source: memory.source,
      fitting: fitting)
  }
}

extension ReplayLayout: CustomStringConvertible {
  public var description: String {
    let action =
      switch actions {
      case .discrete(let count): "\(count) discrete actions"
      case .continuous(let low, _): "actions of \(low.count) numbers"
      }
    return "\(capacity) transitions of \(environments) environments, observations of "
      + "\(observationSize) numbers, \(action)\(masked ? " with masks" : "")\(extras)"
  }

  /// Nothing where there are neither states nor priorities.
  private var extras: String {
    let states = stateSize > 0 ? ", recurrent states of \(stateSize) numbers" : ""
    guard let prioritization else { return states }
    return states + ", priorities with exponent \(prioritization.exponent) and offset "
      + "\(prioritization.offset)"
  }
}
