import CKernels
public import Randomness

/// Where a batch of transitions goes: pointers to the caller's rows, mostly inputs of a plan.
public struct BatchRows {
  /// What was seen, `[count, observationSize]`.
  public var observations: UnsafeMutablePointer<Float>
  /// What was done: `[count]` whole numbers, or `[count, actionSize]`.
  public var actions: UnsafeMutablePointer<Float>
  /// What the actions paid, `[count]`.
  public var rewards: UnsafeMutablePointer<Float>
  /// The discount factor, `[count]`, or 0 where the episode terminated.
  public var discounts: UnsafeMutablePointer<Float>
  /// What was seen next, `[count, observationSize]`: of the same episode, also where it was truncated.
  public var nextObservations: UnsafeMutablePointer<Float>
  /// `[count, actions]` numbers: 1 where an action is allowed at the next observation, else 0.
  public var nextMasks: UnsafeMutablePointer<Float>?

  public init(
    observations: UnsafeMutablePointer<Float>, actions: UnsafeMutablePointer<Float>,
    rewards: UnsafeMutablePointer<Float>, discounts: UnsafeMutablePointer<Float>,
    nextObservations: UnsafeMutablePointer<Float>, nextMasks: UnsafeMutablePointer<Float>? = nil
  ) {
    self.observations = observations
    self.actions = actions
    self.rewards = rewards
    self.discounts = discounts
    self.nextObservations = nextObservations
    self.nextMasks = nextMasks
  }
}

extension ReplayBuffer {
  /// Draws transitions uniformly and independently, so one may come twice.
  ///
  /// - Precondition: Something is stored.
  public func sample(
    _ count: Int, discountFactor: Float, using random: inout RandomStream, into batch: BatchRows
  ) {
    precondition(self.count > 0, "nothing can be sampled from an empty replay buffer")
    var done = 0
    while done < count {
      let block = min(count - done, Self.blockSize)
      random.fillIntegers(
        below: self.count, into: UnsafeMutableBufferPointer(start: rows.base, count: block))
      gather(block, discountFactor: discountFactor, into: batch, at: done)
      done += block
    }
  }

  /// Copies stored transitions by their age: 0 is the oldest time step's first environment.
  package func copy(
    transitions ages: [Int], discountFactor: Float, into batch: BatchRows
  ) {
    for (place, age) in ages.enumerated() {
      precondition(age >= 0 && age < count, "there is no transition \(age) among \(count)")
      rows.base[0] = Int32(age)
      gather(1, discountFactor: discountFactor, into: batch, at: place)
    }
  }

  /// Rows gathered in one go: their numbers stay in the first-level cache.
  static var blockSize: Int { 512 }

  /// Copies the transitions whose ages lie in `rows` to the batch, from its row `start` on.
  private func gather(
    _ count: Int, discountFactor: Float, into batch: BatchRows, at start: Int
  ) {
    locate(
      count, discountFactor: discountFactor, rewards: batch.rewards + start,
      discounts: batch.discounts + start)
    let size = layout.observationSize
    let actionSize = layout.actionSize
    copyRows(observations, size, rows, count, to: batch.observations + start * size)
    copyRows(observations, size, nextRows, count, to: batch.nextObservations + start * size)
    copyRows(actions, actionSize, rows, count, to: batch.actions + start * actionSize)
    if let nextMasks = batch.nextMasks, layout.masked {
      copyMasks(nextRows, count, to: nextMasks + start * layout.maskSize)
    }
  }

  /// Turns ages into row numbers, finds the rows shown next, and writes rewards and discounts.
  private func locate(
    _ count: Int, discountFactor: Float, rewards: UnsafeMutablePointer<Float>,
    discounts: UnsafeMutablePointer<Float>
  ) {
    let environments = layout.environments
    let ringRows = layout.ringRows
    let oldest = oldestStep * environments
    for place in 0..<count {
      var row = oldest + Int(rows.base[place])
      if row >= ringRows { row -= ringRows }
      var next = row + environments
      if next >= ringRows { next -= ringRows }
      let outcome = outcomes.base[row]
      if outcome.end != 0 { next = ringRows + outcome.final }
      rows.base[place] = Int32(truncatingIfNeeded: row)
      nextRows.base[place] = Int32(truncatingIfNeeded: next)
      rewards[place] = outcome.reward
      discounts[place] = outcome.isTerminated ? 0 : discountFactor
    }
  }

  /// The time step stored longest.
  var oldestStep: Int {
    head >= storedSteps ? head - storedSteps : head - storedSteps + layout.steps + 1
  }

  private func copyRows(
    _ source: borrowing Column<Float>, _ size: Int, _ rows: borrowing Column<Int32>, _ count: Int,
    to place: UnsafeMutablePointer<Float>
  ) {
    fledge_gather_rows(source.base, size, Int64(size), rows.base, Int64(count), place, size)
  }

  private func copyMasks(
    _ rows: borrowing Column<Int32>, _ count: Int, to place: UnsafeMutablePointer<Float>
  ) {
    let size = layout.maskSize
    for index in 0..<count {
      let row = masks.base + Int(rows.base[index]) * size
      for action in 0..<size { place[index * size + action] = row[action] == 0 ? 0 : 1 }
    }
  }
}
