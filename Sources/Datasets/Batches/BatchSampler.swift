public import Randomness

/// Rows in shuffled order, epoch after epoch: each row once in each epoch.
///
/// A batch may reach over the end of an epoch into the next, so that all batches are of one size.
/// The order of an epoch is a function of the key and the epoch's number alone, so that a sampler
/// is stored in three numbers.
public struct BatchSampler: Sendable {
  /// What has to be stored to go on exactly.
  public struct State: Codable, Hashable, Sendable {
    /// The stream of the shuffles.
    public var key: UInt64
    /// Epochs that are over.
    public var epoch: Int
    /// Rows of this epoch that were given out.
    public var position: Int
  }

  /// The rows to draw from.
  public let rows: [Int]
  /// Where it stands: enough to go on exactly.
  public private(set) var state: State
  private var order: [Int]

  /// A sampler at its beginning.
  ///
  /// - Parameters:
  ///   - rows: at least one.
  ///   - stream: names the order; drawn from without changing it.
  public init(rows: [Int], stream: RandomStream) {
    precondition(!rows.isEmpty, "a batch needs rows to draw from")
    self.rows = rows
    state = State(key: stream.key, epoch: 0, position: 0)
    order = rows
    shuffle()
  }

  /// A sampler that goes on where another one was.
  ///
  /// - Throws: `DatasetError` when the state does not fit the rows.
  public init(rows: [Int], state: State) throws(DatasetError) {
    guard !rows.isEmpty, state.epoch >= 0, (0...rows.count).contains(state.position) else {
      throw DatasetError(
        "the stored place in the data", "row \(state.position) of \(rows.count) does not exist",
        remedy: "resume with the data that the run began with")
    }
    self.rows = rows
    self.state = state
    order = rows
    shuffle()
  }

  /// Fills a batch with the next rows, without allocating.
  public mutating func next(into batch: UnsafeMutableBufferPointer<Int>) {
    for place in batch.indices {
      if state.position == order.count {
        state.position = 0
        state.epoch += 1
        shuffle()
      }
      batch[place] = order[state.position]
      state.position += 1
    }
  }

  /// Brings the rows into the order of this epoch, which starts from their own order.
  private mutating func shuffle() {
    for index in order.indices { order[index] = rows[index] }
    // 2³⁶ words for each epoch: more than any shuffle takes.
    var stream = RandomStream(
      key: state.key, position: UInt64(truncatingIfNeeded: state.epoch) << 36)
    stream.shuffle(&order)
  }
}

/// Batches of rows of which each belongs to one task: so many of each task, one task after the
/// other.
public struct PartitionedSampler: Sendable {
  /// What has to be stored to go on exactly.
  public struct State: Codable, Hashable, Sendable {
    /// Where the sampler of each task stands.
    public var tasks: [BatchSampler.State]
    /// Draws the number of rows of each task.
    public var counts: RandomStream

    public static func == (left: State, right: State) -> Bool {
      left.tasks == right.tasks && left.counts == right.counts
    }

    public func hash(into hasher: inout Hasher) {
      hasher.combine(tasks)
      hasher.combine(counts.position)
    }
  }

  /// One for each task: the epochs of tasks end at different times.
  private var samplers: [BatchSampler]
  private var counts: RandomStream

  /// A sampler at its beginning.
  ///
  /// - Parameters:
  ///   - rows: the rows of each task, at least one each, as `Dataset.rowsByTask(of:)` gives them.
  ///   - seeds: the streams `task 0`, `task 1`, … and `counts` are used.
  public init(rows: [[Int]], seeds: Seeds) {
    samplers = rows.enumerated().map { BatchSampler(rows: $1, stream: seeds["task \($0)"]) }
    counts = seeds["counts"]
  }

  /// A sampler that goes on where another one was.
  public init(rows: [[Int]], state: State) throws(DatasetError) {
    guard rows.count == state.tasks.count else {
      throw DatasetError(
        "the stored place in the data", "it is of \(state.tasks.count) tasks, not \(rows.count)",
        remedy: "resume with the data that the run began with")
    }
    samplers = []
    for (rows, state) in zip(rows, state.tasks) {
      samplers.append(try BatchSampler(rows: rows, state: state))
    }
    counts = state.counts
  }

  /// Where it stands: enough to go on exactly.
  public var state: State { State(tasks: samplers.map(\.state), counts: counts) }
  /// The number of tasks.
  public var taskCount: Int { samplers.count }

  /// Draws how many of a batch's rows each task gets: a multinomial draw by the weights.
  ///
  /// - Parameters:
  ///   - total: rows of the batch.
  ///   - weights: by task, not negative, at least one positive; their sum need not be 1.
  ///   - result: by task.
  public mutating func drawCounts(
    total: Int, weights: UnsafeBufferPointer<Double>, into result: UnsafeMutableBufferPointer<Int>
  ) {
    precondition(weights.count == taskCount && result.count == taskCount)
    for task in result.indices { result[task] = 0 }
    var sum = 0.0
    for weight in weights { sum += max(0, weight) }
    precondition(sum > 0 && sum < .infinity, "weights must have a positive, finite sum")
    for _ in 0..<total {
      let unit: Double = counts.uniform()
      var (rest, chosen) = (unit * sum, 0)
      for task in weights.indices where weights[task] > 0 {
        chosen = task
        rest -= weights[task]
        if rest < 0 { break }
      }
      result[chosen] += 1
    }
  }

  /// Fills a batch with the next rows of each task, one task after the other, without allocating.
  ///
  /// - Parameters:
  ///   - batch: where the numbers of the rows go, as many as `counts` add up to.
  ///   - counts: rows of each task; their sum is the size of the batch.
  public mutating func next(
    counts: UnsafeBufferPointer<Int>, into batch: UnsafeMutableBufferPointer<Int>
  ) {
    precondition(counts.count == taskCount, "there are \(taskCount) tasks")
    var start = 0
    for task in samplers.indices {
      samplers[task].next(
        into: UnsafeMutableBufferPointer(rebasing: batch[start..<(start + counts[task])]))
      start += counts[task]
    }
    precondition(start == batch.count, "\(start) rows do not fill a batch of \(batch.count)")
  }
}

extension Dataset {
  /// Those of some rows that have a label, for each task.
  public func rowsByTask(of rows: [Int]) -> [[Int]] {
    tasks.map { task in rows.filter { task.isLabeled($0) } }
  }
}
