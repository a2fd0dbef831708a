public import Environments

/// What a step led to: the reward, and how the episode ended, if it did.
struct Outcome: BitwiseCopyable {
  var reward: Float
  /// 0 while the episode goes on; else the ending (bit 0 terminated, bit 1 truncated) and, from bit
  /// 2 on, the number of the final observation.
  var end: UInt32

  /// Whether nothing follows; a step that ends both ways is terminated.
  var isTerminated: Bool { end & 1 != 0 }
  var ending: UInt8 { UInt8(end & 3) }
  var final: Int { Int(end >> 2) }
}

/// The latest transitions of environments that step together, each next observation stored once.
///
/// Time-major columns in a ring: a time step is `environments` rows. The environment writes what it
/// shows straight into the ring (`nextObservations`), and what is shown next is simply the next
/// time step, except where an episode ended: the final observation lies aside and is dropped with
/// its transition. One time step more than is kept waits at the head for its outcome, so the newest
/// transition has its next observation as well.
///
/// Order of calls: `reset` into `nextObservations`, `begin`; then, for every step, `step` into
/// `nextObservations`, `append`. Between `step` and `append` the oldest transitions are being
/// overwritten: do not sample there.
public struct ReplayBuffer: ~Copyable {
  /// What is held.
  public let layout: ReplayLayout
  /// The ring's observations and, behind them, the final ones: rows of `observationSize`.
  let observations: Column<Float>
  /// As `observations`: rows of `maskSize`, 1 where an action is allowed.
  let masks: Column<UInt8>
  /// Rows of `actionSize`; a discrete action is a whole number, as plans take it (exact up to 2²⁴).
  let actions: Column<Float>
  let outcomes: Column<Outcome>
  /// Rows of `stateSize`: the recurrent states that the actions were chosen in.
  let states: Column<Float>
  /// What prioritized sampling goes by; empty where the layout has no priorities.
  var priorities: Priorities

  /// Numbers of dropped final observations, to be used again, last in first out.
  let freeFinals: Column<Int32>
  var freeFinalCount = 0
  /// Final observations ever held at once.
  var finalCount = 0

  /// Time steps stored, at most `layout.steps`.
  var storedSteps = 0
  /// The time step whose observations are the newest and have no outcome yet.
  var head = 0
  /// Whether there are observations at the head.
  var hasBegun = false

  /// Numbers of the rows being sampled, and of what is shown after them.
  let rows: Column<Int32>
  let nextRows: Column<Int32>

  /// Takes address space for a full buffer; memory is used as it fills.
  public init(layout: ReplayLayout) throws(ReplayError) {
    let allRows = layout.ringRows + layout.transitions
    let observations = try Column<Float>(count: allRows * layout.observationSize)
    let masks = try Column<UInt8>(count: allRows * layout.maskSize)
    let actions = try Column<Float>(count: layout.ringRows * layout.actionSize)
    let outcomes = try Column<Outcome>(count: layout.ringRows)
    let states = try Column<Float>(count: layout.ringRows * layout.stateSize)
    let priorities = try Priorities(places: layout.prioritization == nil ? 0 : layout.ringRows)
    let freeFinals = try Column<Int32>(count: layout.transitions)
    let rows = try Column<Int32>(count: Self.blockSize)
    let nextRows = try Column<Int32>(count: Self.blockSize)
    self.layout = layout
    self.observations = observations
    self.masks = masks
    self.actions = actions
    self.outcomes = outcomes
    self.states = states
    self.priorities = priorities
    self.freeFinals = freeFinals
    self.rows = rows
    self.nextRows = nextRows
  }

  /// As `init(layout:)`, refusing a capacity that holds no time step.
  public init(
    capacity: Int, environments: Int, observationSize: Int, actions: ActionSpace, masked: Bool,
    prioritization: Prioritization? = nil, stateSize: Int = 0
  ) throws(ReplayError) {
    try self.init(
      layout: ReplayLayout(
        capacity: capacity, environments: environments, observationSize: observationSize,
        actions: actions, masked: masked, prioritization: prioritization, stateSize: stateSize))
  }

  /// Transitions stored.
  public var count: Int { storedSteps * layout.environments }

  /// Bytes in use: of the columns once full, and of the final observations held at most so far.
  public var byteCount: Int { layout.byteCount + finalCount * layout.byteCountPerEnding }

  /// Where the environments write what they show next: `[environments, observationSize]`.
  public var nextObservations: UnsafeMutablePointer<Float> {
    let step = hasBegun ? stepAfter(head) : head
    return observations.base + step * layout.environments * layout.observationSize
  }

  /// What the environments showed last: `[environments, observationSize]`.
  public var newestObservations: UnsafePointer<Float> {
    UnsafePointer(observations.base + head * layout.environments * layout.observationSize)
  }

  /// The actions allowed now, `[environments, actions]`, where observations come with masks.
  public var newestMasks: UnsafePointer<UInt8>? {
    guard layout.masked else { return nil }
    return UnsafePointer(masks.base + head * layout.environments * layout.maskSize)
  }

  /// Takes note that the first observations were written to `nextObservations`.
  ///
  /// - Parameter allowed: their masks, `[environments, actions]`; `nil` allows everything.
  public mutating func begin(masks allowed: UnsafePointer<UInt8>? = nil) {
    precondition(!hasBegun, "begin was called on a replay buffer that has begun")
    hasBegun = true
    writeMasks(allowed, atRow: head * layout.environments, rows: layout.environments)
  }

  /// Adds one transition per environment; the observations shown next already lie in
  /// `nextObservations`.
  ///
  /// - Parameters:
  ///   - taken: `[environments]` or `[environments, actionSize]`.
  ///   - rewards: `[environments]`.
  ///   - endings: `[environments]`; 0 goes on, 1 terminated, 2 truncated, and 3, both, is
  ///     terminated.
  ///   - finalObservations: `[environments, observationSize]`, read where an episode ended.
  ///   - allowed: masks of the observations shown next; `nil` allows everything.
  ///   - finalMasks: masks of the final observations; `nil` allows everything.
  ///   - states: the recurrent states in which the actions were chosen, `[environments, stateSize]`,
  ///     where the layout has any.
  public mutating func append(
    actions taken: ActionRows, rewards: UnsafePointer<Float>, endings: UnsafePointer<UInt8>,
    finalObservations: UnsafePointer<Float>, masks allowed: UnsafePointer<UInt8>? = nil,
    finalMasks: UnsafePointer<UInt8>? = nil, states acted: UnsafePointer<Float>? = nil
  ) {
    precondition(hasBegun, "append was called on a replay buffer before begin")
    let environments = layout.environments
    let next = stepAfter(head)
    let isFull = storedSteps == layout.steps
    if isFull { recycleFinals(ofStep: next) } else { storedSteps += 1 }

    let first = head * environments
    let dropped = next * environments
    priorities.append(
      rows: first..<first + environments,
      dropping: isFull ? dropped..<dropped + environments : nil)
    writeActions(taken, atRow: first)
    writeStates(acted, atRow: first)
    for environment in 0..<environments {
      var outcome = Outcome(reward: rewards[environment], end: UInt32(endings[environment]))
      if outcome.end != 0 {
        let final = keepFinal(
          finalObservations + environment * layout.observationSize,
          masks: finalMasks.map { $0 + environment * layout.maskSize })
        outcome.end |= UInt32(final) << 2
      }
      outcomes.base[first + environment] = outcome
    }
    head = next
    writeMasks(allowed, atRow: head * environments, rows: environments)
  }

  /// The time step after another in the ring.
  @inline(__always)
  func stepAfter(_ step: Int) -> Int { step == layout.steps ? 0 : step + 1 }

  private func writeActions(_ taken: ActionRows, atRow row: Int) {
    switch taken {
    case .discrete(let numbers):
      for environment in 0..<layout.environments {
        actions.base[row + environment] = Float(numbers[environment])
      }
    case .continuous(let rows):
      let size = layout.actionSize
      (actions.base + row * size).update(from: rows, count: layout.environments * size)
    }
  }

  private func writeStates(_ acted: UnsafePointer<Float>?, atRow row: Int) {
    guard layout.stateSize > 0 else { return }
    guard let acted else { preconditionFailure("append was called without recurrent states") }
    let size = layout.stateSize
    (states.base + row * size).update(from: acted, count: layout.environments * size)
  }

  private func writeMasks(_ allowed: UnsafePointer<UInt8>?, atRow row: Int, rows: Int) {
    guard layout.masked else { return }
    let place = masks.base + row * layout.maskSize
    if let allowed {
      place.update(from: allowed, count: rows * layout.maskSize)
    } else {
      place.update(repeating: 1, count: rows * layout.maskSize)
    }
  }

  /// Stores a final observation aside and returns its number.
  mutating func keepFinal(_ row: UnsafePointer<Float>, masks: UnsafePointer<UInt8>?) -> Int {
    var final = finalCount
    if freeFinalCount > 0 {
      freeFinalCount -= 1
      final = Int(freeFinals.base[freeFinalCount])
    } else {
      finalCount += 1
    }
    let place = layout.ringRows + final
    let size = layout.observationSize
    (observations.base + place * size).update(from: row, count: size)
    writeMasks(masks, atRow: place, rows: 1)
    return final
  }

  /// Frees the final observations of the oldest time step, which is about to be lost.
  private mutating func recycleFinals(ofStep step: Int) {
    let first = step * layout.environments
    for row in first..<first + layout.environments {
      let outcome = outcomes.base[row]
      guard outcome.end != 0 else { continue }
      freeFinals.base[freeFinalCount] = Int32(outcome.final)
      freeFinalCount += 1
    }
  }
}
