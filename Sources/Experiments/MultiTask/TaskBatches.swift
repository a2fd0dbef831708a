import Datasets
import MultiTask
import Randomness

/// Which examples each step is about, and how they come into the learner's memory.
struct TaskBatches {
  /// Where the sampling stands.
  enum State: Codable {
    case common(BatchSampler.State)
    case own(PartitionedSampler.State)
  }

  private enum Sampler {
    case common(BatchSampler)
    case own(PartitionedSampler)
  }

  private let dataset: Dataset
  private var sampler: Sampler
  /// Rows of each task in a batch; one number where all tasks see the same.
  private let counts: [Int]
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
    }
    chosen = Array(repeating: 0, count: counts.reduce(0, +))
  }

  /// Which rows the tasks of a batch see: all the same, or, where each example belongs to one task,
  /// as many of each as sampling says, at least one.
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
      throw ConfigError(
        path: "sampling",
        problem: "\(config.sampling.chosen.name) changes its mind from step to step, but the rows "
          + "of each task in a batch are fixed here; choose uniform, proportional or temperature")
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
    }
  }

  mutating func restore(_ state: State) throws {
    switch state {
    case .common(let state): sampler = .common(try BatchSampler(rows: lists[0], state: state))
    case .own(let state): sampler = .own(try PartitionedSampler(rows: lists, state: state))
    }
  }

  /// Puts the next examples into the learner's memory.
  mutating func next(into batch: BatchMemory) {
    chosen.withUnsafeMutableBufferPointer { chosen in
      switch sampler {
      case .common(var sampler):
        sampler.next(into: chosen)
        self.sampler = .common(sampler)
      case .own(var sampler):
        counts.withUnsafeBufferPointer { sampler.next(counts: $0, into: chosen) }
        self.sampler = .own(sampler)
      }
    }
    var start = 0
    for (block, count) in counts.enumerated() {
      let rows = chosen[start..<start + count]
      dataset.gatherInputs(of: rows, into: batch.rows[block])
      if counts.count > 1 {
        gatherLabels(of: rows, task: block, into: batch)
      } else {
        for task in dataset.tasks.indices { gatherLabels(of: rows, task: task, into: batch) }
      }
      start += count
    }
  }

  private mutating func gatherLabels(
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
