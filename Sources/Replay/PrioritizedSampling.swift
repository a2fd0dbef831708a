import Glibc
public import Randomness

/// How transitions are favored that are learned from poorly.
///
/// Schaul, Quan, Antonoglou & Silver (2016), "Prioritized experience replay", section 3.3, the
/// proportional variant: transition i is drawn with the probability `pᵢ^α / Σ pₖ^α`, where
/// `pᵢ = |δᵢ| + ε`.
public struct Prioritization: Equatable, Sendable {
  /// α, in `0...1`: 0 draws uniformly, 1 in proportion to the error.
  public let exponent: Double
  /// ε, above 0: keeps transitions without error from never being drawn again.
  public let offset: Double

  public init(exponent: Double = 0.6, offset: Double = 1e-6) {
    precondition(
      exponent >= 0 && exponent <= 1, "the exponent of priorities is not in 0...1: \(exponent)")
    precondition(
      offset >= 1e-30 && offset.isFinite,
      "the offset of priorities is not finite and at least 1e-30: \(offset)")
    self.exponent = exponent
    self.offset = offset
  }
}

/// The priorities of a buffer's transitions.
///
/// A time step keeps its place in the tree over saving and restoring, whereas its row may change:
/// the rounding of sums depends on the places, and draws are to go on bit for bit.
struct Priorities: ~Copyable {
  /// `p^α` of each row of the ring, 0 where nothing is stored.
  var tree: SumTree
  /// The place of the ring's first row.
  var firstPlace = 0
  /// The largest `p^α` so far; what is new gets it, so that everything is soon seen once.
  var maximum: Float = 1
  /// The places drawn last.
  var drawn: [Int32] = []
  /// How many of these may still be updated: none once a transition was added.
  var drawnCount = 0
  /// Scratch memory of a block.
  let targets: Column<Double>
  let uniforms: Column<Float>

  /// - Parameter places: As many as the ring has rows, or none where no priorities are kept.
  init(places: Int) throws(ReplayError) {
    let tree = try SumTree(count: places)
    let targets = try Column<Double>(count: places > 0 ? ReplayBuffer.blockSize : 0)
    let uniforms = try Column<Float>(count: places > 0 ? ReplayBuffer.blockSize : 0)
    self.tree = tree
    self.targets = targets
    self.uniforms = uniforms
  }

  /// The place of a row.
  func place(ofRow row: Int) -> Int {
    let place = row + firstPlace
    return place >= tree.count ? place - tree.count : place
  }

  /// Takes note that rows were written, and that others will be next.
  mutating func append(rows: Range<Int>, dropping next: Range<Int>?) {
    guard tree.count > 0 else { return }
    drawnCount = 0
    if let next { set(next, to: 0) }
    set(rows, to: maximum)
  }

  /// Rows of one time step, which never lie across the end of the tree.
  private mutating func set(_ rows: Range<Int>, to priority: Float) {
    let first = place(ofRow: rows.lowerBound)
    tree.set(first..<first + rows.count, to: priority)
  }
}

extension ReplayBuffer {
  /// The place in the tree of the oldest time step.
  var oldestPlace: Int { priorities.place(ofRow: oldestStep * layout.environments) }

  /// Draws transitions by their priorities, one from each of `count` equal shares of their sum.
  ///
  /// The weights undo the preference as far as `correction` says: `(N·P(i))^-β`, divided by the
  /// largest in the batch. Since N and the sum cancel out, that is `(p_min / pᵢ)^(αβ)`.
  ///
  /// - Parameters:
  ///   - steps: Steps of a return, as in `sample`.
  ///   - correction: β, in `0...1`.
  ///   - weights: What each transition's loss counts, `[count]`, above 0 and at most 1.
  /// - Precondition: Something is stored, and the layout has priorities.
  public mutating func samplePrioritized(
    _ count: Int, discountFactor: Float, steps: Int = 1, correction: Double,
    using random: inout RandomStream, into batch: BatchRows, weights: UnsafeMutablePointer<Float>
  ) {
    precondition(layout.prioritization != nil, "the replay buffer's layout has no priorities")
    precondition(self.count > 0, "nothing can be sampled from an empty replay buffer")
    if priorities.drawn.count < count {
      priorities.drawn = [Int32](repeating: 0, count: count)
    }
    priorities.drawnCount = count
    var done = 0
    while done < count {
      let block = min(count - done, Self.blockSize)
      draw(block, of: count, from: done, using: &random, priorities: weights + done)
      gather(block, discountFactor: discountFactor, steps: steps, into: batch, at: done)
      done += block
    }
    turnIntoWeights(weights, count: count, correction: correction)
  }

  /// Draws a block of a batch: the ages go to `rows`, the priorities to the caller.
  private mutating func draw(
    _ block: Int, of count: Int, from start: Int, using random: inout RandomStream,
    priorities found: UnsafeMutablePointer<Float>
  ) {
    let (targets, uniforms) = (priorities.targets.base, priorities.uniforms.base)
    random.fillUniform(UnsafeMutableBufferPointer(start: uniforms, count: block))
    let share = priorities.tree.total / Double(count)
    for index in 0..<block {
      targets[index] = share * (Double(start + index) + Double(uniforms[index]))
    }
    priorities.tree.find(targets, count: block, places: rows.base)
    let oldest = Int32(oldestPlace)
    let ringRows = Int32(layout.ringRows)
    for index in 0..<block {
      let place = rows.base[index]
      priorities.drawn[start + index] = place
      found[index] = priorities.tree.leaves.base[Int(place)]
      rows.base[index] = place >= oldest ? place - oldest : place - oldest + ringRows
    }
  }

  private func turnIntoWeights(
    _ priorities: UnsafeMutablePointer<Float>, count: Int, correction: Double
  ) {
    var smallest = Float.infinity
    for index in 0..<count { smallest = min(smallest, priorities[index]) }
    let exponent = Float(correction)
    for index in 0..<count { priorities[index] = powf(smallest / priorities[index], exponent) }
  }

  /// Gives the transitions drawn last the priorities of their errors; of one that was drawn twice,
  /// the later error counts.
  ///
  /// - Parameters:
  ///   - errors: δ of each, of either sign, `[count]`.
  ///   - count: As many as were drawn.
  /// - Throws: `ReplayError` where an error is infinite or not a number; nothing is then changed.
  /// - Precondition: Nothing was added since.
  public mutating func updatePriorities(
    errors: UnsafePointer<Float>, count: Int
  ) throws(ReplayError) {
    precondition(
      count == priorities.drawnCount,
      "priorities of \(count) transitions, but \(priorities.drawnCount) were drawn last")
    guard let settings = layout.prioritization else { return }
    for index in 0..<count where !errors[index].isFinite {
      throw .errorNotFinite(errors[index])
    }
    let (exponent, offset) = (Float(settings.exponent), Float(settings.offset))
    let leaves = priorities.tree.leaves.base
    var largest = priorities.maximum
    for index in 0..<count {
      let magnitude = min(abs(errors[index]) + offset, .greatestFiniteMagnitude)
      let priority = powf(magnitude, exponent)
      leaves[Int(priorities.drawn[index])] = priority
      largest = max(largest, priority)
    }
    priorities.maximum = largest
    var done = 0
    while done < count {
      let block = min(count - done, Self.blockSize)
      for index in 0..<block { rows.base[index] = priorities.drawn[done + index] }
      priorities.tree.refresh(above: rows.base, count: block)
      done += block
    }
  }
}
