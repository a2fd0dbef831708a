import Datasets
import MultiTask
import Randomness

/// Which examples each step is about, and how they come into the learner's memory.
struct TaskBatches {
  /// Where the sampling stands.
  enum State: Codable {
    case common(BatchSampler.State)
    case own(PartitionedSampler.State)
    case turns(PartitionedSampler.State, TaskSampler, RandomStream)
  }

  private enum Sampler {
    case common(BatchSampler)
    case own(PartitionedSampler)
    /// Which rows of a task come, which task does, and what that is drawn from.
    case turns(PartitionedSampler, TaskSampler, RandomStream)
  }

  private let dataset: Dataset
  private var sampler: Sampler
  /// Rows of each task in a batch; one number where all tasks see the same.
  ///
  /// Where they take turns, of this step's.
  private var counts: [Int]
  private var chosen: [Int]
  private let lists: [[Int]]

  init(_ config: MultiTaskConfig, of data: PreparedTasks, seeds: Seeds) throws {
    dataset = data.dataset
    let rows = try Self.rows(of: config, for: data)
    let training = data.split.training
    switch rows {
    case .common(let count):
      lists = [training]
      counts = [count]
      sampler = .common(BatchSampler(rows: training, stream: seeds["order"]))
    case .own(let numbers):
      lists = data.dataset.rowsByTask(of: training)
      counts = numbers
      sampler = .own(PartitionedSampler(rows: lists, seeds: seeds.branch("order")))
    case .turns(let count):
      lists = data.dataset.rowsByTask(of: training)
      counts = [count] + Array(repeating: 0, count: lists.count - 1)
      sampler = .turns(
        PartitionedSampler(rows: lists, seeds: seeds.branch("order")),
        TaskSampler(config.sampling, sizes: lists.map(\.count)), seeds["turns"])
    }
    chosen = Array(repeating: 0, count: counts.reduce(0, +))
  }

  /// Which rows the tasks of a batch see: all the same, or, where each example belongs to one task,
  /// as many of each as sampling says, at least one; a bandit draws the task of a whole batch.
  static func rows(of config: MultiTaskConfig, for data: PreparedTasks) throws -> TaskRows {
    guard data.hasOwnRows else {
      guard config.sampling == .uniform || data.taskCount == 1 else {
        throw ConfigError(
          path: "sampling",
          problem: "\(config.sampling.chosen.name) needs examples that belong to one task each, "
            + "but here an example has labels of several tasks; leave it out")
      }
      return .common(config.batchSize)
    }
    let sizes = data.dataset.rowsByTask(of: data.split.training).map(\.count)
    let sampler = TaskSampler(config.sampling, sizes: sizes)
    guard !sampler.needsProgress else {
      if let strategy = config.strategies.first(where: { $0.needs.signal != .losses }) {
        throw ConfigError(
          path: "sampling",
          problem: "\(config.sampling.chosen.name) takes each step on one task alone, but strategy "
            + "\(strategy.chosen.name) weighs the gradients of several; leave the strategy out, or "
            + "choose uniform, proportional or temperature")
      }
      return .turns(config.batchSize)
    }
    return .own(shares(of: config.batchSize, sampler.probabilities))
  }

  /// So many things parted by shares: by the largest remainders, at least one each.
  private static func shares(of total: Int, _ shares: [Double]) -> [Int] {
    let exact = shares.map { $0 * Double(total) }
    var counts = exact.map { max(1, Int($0)) }
    let order = exact.indices.sorted {
      let (left, right) = (exact[$0] - Double(counts[$0]), exact[$1] - Double(counts[$1]))
      return left == right ? $0 < $1 : left > right
    }
    let left = max(0, total - counts.reduce(0, +))
    for index in order.prefix(left) { counts[index] += 1 }
    return counts
  }

  var state: State {
    switch sampler {
    case .common(let sampler): .common(sampler.state)
    case .own(let sampler): .own(sampler.state)
    case .turns(let rows, let tasks, let random): .turns(rows.state, tasks, random)
    }
  }

  mutating func restore(_ state: State) throws {
    switch state {
    case .common(let state): sampler = .common(try BatchSampler(rows: lists[0], state: state))
    case .own(let state): sampler = .own(try PartitionedSampler(rows: lists, state: state))
    case .turns(let state, let tasks, let random):
      sampler = .turns(try PartitionedSampler(rows: lists, state: state), tasks, random)
    }
  }

  /// How likely each task is to have the next turn; `nil` where all tasks are in each step.
  var probabilities: [Double]? {
    if case .turns(_, let tasks, _) = sampler { tasks.probabilities } else { nil }
  }

  /// Takes note of the progress that a turn made.
  mutating func observe(progress: Double, of task: Int) {
    guard case .turns(let rows, var tasks, let random) = sampler else { return }
    tasks.observe(progress: progress, of: task)
    sampler = .turns(rows, tasks, random)
  }

  /// Puts the next examples into the learner's memory, and tells whose turn it is if they are of one
  /// task alone.
  mutating func next(into batch: BatchMemory) -> Int? {
    var turn: Int?
    chosen.withUnsafeMutableBufferPointer { chosen in
      switch sampler {
      case .common(var sampler):
        sampler.next(into: chosen)
        self.sampler = .common(sampler)
      case .own(var sampler):
        counts.withUnsafeBufferPointer { sampler.next(counts: $0, into: chosen) }
        self.sampler = .own(sampler)
      case .turns(var rows, var tasks, var random):
        let task = tasks.next(using: &random)
        for index in counts.indices { counts[index] = index == task ? chosen.count : 0 }
        counts.withUnsafeBufferPointer { rows.next(counts: $0, into: chosen) }
        self.sampler = .turns(rows, tasks, random)
        turn = task
      }
    }
    var start = 0
    for (block, count) in counts.enumerated() where count > 0 {
      let rows = chosen[start..<start + count]
      dataset.gatherInputs(of: rows, into: batch.rows[block])
      if counts.count > 1 {
        gatherLabels(of: rows, task: block, into: batch)
      } else {
        for task in dataset.tasks.indices { gatherLabels(of: rows, task: task, into: batch) }
      }
      start += count
    }
    return turn
  }

  private func gatherLabels(
    of rows: ArraySlice<Int>, task: Int, into batch: BatchMemory
  ) {
    let labels = batch.labels[task]
    dataset.tasks[task].gatherLabels(of: rows, into: labels)
    guard !batch.weights.isEmpty else { return }
    let width = dataset.tasks[task].kind.labelWidth
    for row in 0..<rows.count {
      let isMissing = labels[row * width].isNaN
      batch.weights[task][row] = isMissing ? 0 : 1
      guard isMissing else { continue }
      for column in 0..<width { labels[row * width + column] = 0 }
    }
  }
}
