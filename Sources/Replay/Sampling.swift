import CKernels
public import Randomness

/// Where a batch of transitions goes: pointers to the caller's rows, mostly inputs of a plan.
public struct BatchRows {
  /// What was seen, `[count, observationSize]`.
  public var observations: UnsafeMutablePointer<Float>
  /// What was done: `[count]` whole numbers, or `[count, actionSize]`.
  public var actions: UnsafeMutablePointer<Float>
  /// What the actions paid, `[count]`: over several steps `Σ γⁱ·rᵢ`.
  public var rewards: UnsafeMutablePointer<Float>
  /// What the next observation's value counts, `[count]`: the discount factor to the power of the
  /// steps that were taken, or 0 where the episode terminated.
  public var discounts: UnsafeMutablePointer<Float>
  /// What was seen next, `[count, observationSize]`: of the same episode, also where it was truncated.
  public var nextObservations: UnsafeMutablePointer<Float>
  /// `[count, actions]` numbers: 1 where an action is allowed at the next observation, else 0.
  public var nextMasks: UnsafeMutablePointer<Float>?
  /// The same at the observation; `nil` where nobody asks.
  public var masks: UnsafeMutablePointer<Float>?

  public init(
    observations: UnsafeMutablePointer<Float>, actions: UnsafeMutablePointer<Float>,
    rewards: UnsafeMutablePointer<Float>, discounts: UnsafeMutablePointer<Float>,
    nextObservations: UnsafeMutablePointer<Float>, nextMasks: UnsafeMutablePointer<Float>? = nil,
    masks: UnsafeMutablePointer<Float>? = nil
  ) {
    self.observations = observations
    self.actions = actions
    self.rewards = rewards
    self.discounts = discounts
    self.nextObservations = nextObservations
    self.nextMasks = nextMasks
    self.masks = masks
  }
}

extension ReplayBuffer {
  /// Draws transitions uniformly and independently, so one may come twice.
  ///
  /// With more than one step a transition leads from its observation to what was seen after so many
  /// steps: fewer where its episode ended, and where nothing newer is stored. Sutton & Barto (2018),
  /// eq. 7.1, for a value that is estimated from the batch's next observation.
  ///
  /// - Parameter steps: Steps whose rewards are added up, 1 or more.
  /// - Precondition: Something is stored.
  public func sample(
    _ count: Int, discountFactor: Float, steps: Int = 1, using random: inout RandomStream,
    into batch: BatchRows
  ) {
    precondition(self.count > 0, "nothing can be sampled from an empty replay buffer")
    precondition(steps > 0, "a return takes at least one step, not \(steps)")
    var done = 0
    while done < count {
      let block = min(count - done, Self.blockSize)
      random.fillIntegers(
        below: self.count, into: UnsafeMutableBufferPointer(start: rows.base, count: block))
      gather(block, discountFactor: discountFactor, steps: steps, into: batch, at: done)
      done += block
    }
  }

  /// Draws as above, of some environments alone; the batch's rows from `start` on are written.
  ///
  /// - Precondition: Something is stored.
  public func sample(
    _ count: Int, of environments: Range<Int>, discountFactor: Float, steps: Int = 1,
    using random: inout RandomStream, into batch: BatchRows, at start: Int
  ) {
    precondition(self.count > 0, "nothing can be sampled from an empty replay buffer")
    precondition(steps > 0, "a return takes at least one step, not \(steps)")
    let all = layout.environments
    var done = 0
    while done < count {
      let block = min(count - done, Self.blockSize)
      random.fillIntegers(
        below: storedSteps * environments.count,
        into: UnsafeMutableBufferPointer(start: rows.base, count: block))
      for place in 0..<block {
        let (step, copy) = Int(rows.base[place]).quotientAndRemainder(
          dividingBy: environments.count)
        rows.base[place] = Int32(truncatingIfNeeded: step * all + environments.lowerBound + copy)
      }
      gather(block, discountFactor: discountFactor, steps: steps, into: batch, at: start + done)
      done += block
    }
  }

  /// Copies stored transitions by their age: 0 is the oldest time step's first environment.
  package func copy(
    transitions ages: [Int], discountFactor: Float, steps: Int = 1, into batch: BatchRows
  ) {
    for (place, age) in ages.enumerated() {
      precondition(age >= 0 && age < count, "there is no transition \(age) among \(count)")
      rows.base[0] = Int32(age)
      gather(1, discountFactor: discountFactor, steps: steps, into: batch, at: place)
    }
  }

  /// Rows gathered in one go: their numbers stay in the first-level cache.
  static var blockSize: Int { 512 }

  /// Copies the transitions whose ages lie in `rows` to the batch, from its row `start` on.
  func gather(
    _ count: Int, discountFactor: Float, steps: Int, into batch: BatchRows, at start: Int
  ) {
    let (rewards, discounts) = (batch.rewards + start, batch.discounts + start)
    if steps == 1 {
      locate(count, discountFactor: discountFactor, rewards: rewards, discounts: discounts)
    } else {
      locate(
        count, discountFactor: discountFactor, steps: steps, rewards: rewards,
        discounts: discounts)
    }
    let size = layout.observationSize
    let actionSize = layout.actionSize
    copyRows(observations, size, rows, count, to: batch.observations + start * size)
    copyRows(observations, size, nextRows, count, to: batch.nextObservations + start * size)
    copyRows(actions, actionSize, rows, count, to: batch.actions + start * actionSize)
    if let nextMasks = batch.nextMasks, layout.masked {
      copyMasks(nextRows, count, to: nextMasks + start * layout.maskSize)
    }
    if let masks = batch.masks, layout.masked {
      copyMasks(rows, count, to: masks + start * layout.maskSize)
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

  /// As above for returns of several steps: `rewards` are `Σ γⁱ·rᵢ` over the k steps that there
  /// are, and `discounts` are γᵏ.
  private func locate(
    _ count: Int, discountFactor: Float, steps: Int, rewards: UnsafeMutablePointer<Float>,
    discounts: UnsafeMutablePointer<Float>
  ) {
    let environments = layout.environments
    let ringRows = layout.ringRows
    let oldest = oldestStep * environments
    for place in 0..<count {
      var age = Int(rows.base[place])
      var row = oldest + age
      if row >= ringRows { row -= ringRows }
      rows.base[place] = Int32(truncatingIfNeeded: row)
      var outcome = outcomes.base[row]
      var (reward, discount, taken) = (outcome.reward, discountFactor, 1)
      while taken < steps, outcome.end == 0, age + environments < self.count {
        age += environments
        row += environments
        if row >= ringRows { row -= ringRows }
        outcome = outcomes.base[row]
        reward += discount * outcome.reward
        discount *= discountFactor
        taken += 1
      }
      var next = row + environments
      if next >= ringRows { next -= ringRows }
      if outcome.end != 0 { next = ringRows + outcome.final }
      nextRows.base[place] = Int32(truncatingIfNeeded: next)
      rewards[place] = reward
      discounts[place] = outcome.isTerminated ? 0 : discount
    }
  }

  /// The time step stored longest.
  var oldestStep: Int {
    head >= storedSteps ? head - storedSteps : head - storedSteps + layout.steps + 1
  }

  func copyRows(
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
