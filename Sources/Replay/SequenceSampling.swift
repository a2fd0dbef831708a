public import Randomness

/// Where sequences of consecutive steps go: pointers to the caller's rows, mostly inputs of a plan.
public struct SequenceRows {
  /// The transitions, time-major: `[length, count]` rows.
  ///
  /// Row `t·count + b` is step t of sequence b. What was seen next is of the same episode, also at
  /// its end.
  public var batch: BatchRows
  /// `[length, count]`: 1 where an episode begins at this step, so that the recurrent state has to
  /// be reset before it, else 0.
  public var starts: UnsafeMutablePointer<Float>
  /// The recurrent state that acted at each sequence's first step, `[count, stateSize]`.
  public var states: UnsafeMutablePointer<Float>?

  public init(
    batch: BatchRows, starts: UnsafeMutablePointer<Float>,
    states: UnsafeMutablePointer<Float>? = nil
  ) {
    self.batch = batch
    self.starts = starts
    self.states = states
  }
}

extension ReplayBuffer {
  /// Whether sequences of this length can be drawn.
  public func holdsSequences(ofLength length: Int) -> Bool { storedSteps >= length }

  /// Draws sequences of consecutive steps of one environment each, uniformly over where they can
  /// begin and independently of each other.
  ///
  /// A sequence runs on over the ends of episodes; `starts` tells where. At the oldest time step
  /// stored it is not known whether an episode begins: it counts as a beginning where no states are
  /// kept, and otherwise not, because the state kept there is right in both cases.
  ///
  /// - Parameters:
  ///   - count: How many sequences.
  ///   - length: Steps in each, 1 or more.
  /// - Precondition: `holdsSequences(ofLength:)`.
  public func sampleSequences(
    count: Int, length: Int, discountFactor: Float, using random: inout RandomStream,
    into sequences: SequenceRows
  ) {
    precondition(length > 0, "a sequence has at least one step, not \(length)")
    precondition(
      holdsSequences(ofLength: length),
      "the replay buffer holds \(storedSteps) time steps, too few for sequences of \(length)")
    let beginnings = (storedSteps - length + 1) * layout.environments
    var done = 0
    while done < count {
      let block = min(count - done, Self.blockSize)
      random.fillIntegers(
        below: beginnings, into: UnsafeMutableBufferPointer(start: ages.base, count: block))
      gatherStates(block, into: sequences, at: done)
      for step in 0..<length {
        let start = step * count + done
        writeStarts(block, into: sequences.starts + start)
        for index in 0..<block { rows.base[index] = ages.base[index] }
        gather(block, discountFactor: discountFactor, steps: 1, into: sequences.batch, at: start)
        for index in 0..<block { ages.base[index] += Int32(layout.environments) }
      }
      done += block
    }
  }

  /// Writes for each age whether the step before it was the last of its episode.
  private func writeStarts(_ count: Int, into starts: UnsafeMutablePointer<Float>) {
    let environments = layout.environments
    let unknown: Float = layout.stateSize == 0 ? 1 : 0
    for index in 0..<count {
      let before = Int(ages.base[index]) - environments
      starts[index] =
        before < 0 ? unknown : outcomes.base[row(ofAge: before)].end != 0 ? 1 : 0
    }
  }

  private func gatherStates(_ count: Int, into sequences: SequenceRows, at start: Int) {
    guard let states = sequences.states, layout.stateSize > 0 else { return }
    for index in 0..<count {
      rows.base[index] = Int32(truncatingIfNeeded: row(ofAge: Int(ages.base[index])))
    }
    let size = layout.stateSize
    copyRows(self.states, size, rows, count, to: states + start * size)
  }
}
