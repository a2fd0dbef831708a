import CAllocationCounter
import Datasets
import Foundation
import Randomness
import Testing

@Suite struct BatchSamplerTests {
  private func draw(_ sampler: inout BatchSampler, _ count: Int) -> [Int] {
    var batch = [Int](repeating: -1, count: count)
    batch.withUnsafeMutableBufferPointer { sampler.next(into: $0) }
    return batch
  }

  @Test func `an epoch has every row once, in an order of its own`() {
    var sampler = BatchSampler(rows: Array(10..<30), stream: Seeds(root: 1)["batches"])
    let (first, second) = (draw(&sampler, 20), draw(&sampler, 20))
    #expect(first.sorted() == Array(10..<30))
    #expect(second.sorted() == Array(10..<30))
    #expect(first != second && first != Array(10..<30))
  }

  @Test func `batches that do not divide an epoch go on into the next`() {
    var sampler = BatchSampler(rows: Array(0..<7), stream: Seeds(root: 1)["batches"])
    let rows = (0..<7).flatMap { _ in draw(&sampler, 5) }
    for epoch in 0..<5 {
      #expect(rows[(epoch * 7)..<(epoch * 7 + 7)].sorted() == Array(0..<7))
    }
  }

  @Test func `a batch may be larger than an epoch`() {
    var sampler = BatchSampler(rows: [3, 4], stream: Seeds(root: 1)["batches"])
    let rows = draw(&sampler, 6)
    #expect(rows.count { $0 == 3 } == 3 && rows.count { $0 == 4 } == 3)
  }

  @Test func `a sampler goes on exactly from its state`() throws {
    var sampler = BatchSampler(rows: Array(0..<11), stream: Seeds(root: 5)["batches"])
    _ = draw(&sampler, 29)
    let stored = try JSONEncoder().encode(sampler.state)
    let state = try JSONDecoder().decode(BatchSampler.State.self, from: stored)
    var other = try BatchSampler(rows: Array(0..<11), state: state)
    for _ in 0..<5 { #expect(draw(&sampler, 4) == draw(&other, 4)) }
  }

  @Test func `a state of other data is refused`() throws {
    var sampler = BatchSampler(rows: Array(0..<11), stream: Seeds(root: 5)["batches"])
    _ = draw(&sampler, 9)
    #expect(throws: DatasetError.self) { try BatchSampler(rows: [1, 2], state: sampler.state) }
    #expect(throws: DatasetError.self) { try BatchSampler(rows: [], state: sampler.state) }
    #expect(throws: DatasetError.self) {
      try PartitionedSampler(
        rows: [[1]], state: PartitionedSampler(rows: [[1], [2]], seeds: Seeds(root: 0)).state)
    }
  }

  @Test func `each task of a partition has epochs of its own`() throws {
    var sampler = PartitionedSampler(
      rows: [Array(0..<4), Array(10..<16)], seeds: Seeds(root: 2))
    func next(_ sampler: inout PartitionedSampler) -> [Int] {
      var batch = [Int](repeating: -1, count: 5)
      batch.withUnsafeMutableBufferPointer { batch in
        [2, 3].withUnsafeBufferPointer { sampler.next(counts: $0, into: batch) }
      }
      return batch
    }
    let (one, two) = (next(&sampler), next(&sampler))
    #expect((one[..<2] + two[..<2]).sorted() == Array(0..<4))
    #expect((one[2...] + two[2...]).sorted() == Array(10..<16))
    let stored = try JSONEncoder().encode(sampler.state)
    let state = try JSONDecoder().decode(PartitionedSampler.State.self, from: stored)
    var other = try PartitionedSampler(rows: [Array(0..<4), Array(10..<16)], state: state)
    #expect(next(&sampler) == next(&other))
  }

  @Test func `the rows of a batch are drawn by the weights of the tasks`() {
    var sampler = PartitionedSampler(rows: [[0], [1], [2]], seeds: Seeds(root: 2))
    var totals = [0, 0, 0]
    for _ in 0..<100 {
      var counts = [0, 0, 0]
      counts.withUnsafeMutableBufferPointer { counts in
        [1.0, 0, 3].withUnsafeBufferPointer {
          sampler.drawCounts(total: 40, weights: $0, into: counts)
        }
      }
      #expect(counts.reduce(0, +) == 40)
      for task in 0..<3 { totals[task] += counts[task] }
    }
    #expect(totals[1] == 0)
    // Mean 1000 of 4000, standard deviation 27.
    #expect(abs(totals[0] - 1000) < 140)
  }

  @Test func `rows are gathered into a buffer of the caller`() {
    let data = Dataset(
      name: "g", inputShape: [2], inputs: [0, 1, 2, 3, 4, 5],
      tasks: [TaskColumn(name: "y", kind: .regression(width: 1), labels: [7, 8, 9])])
    var (inputs, labels) = ([Float](repeating: 0, count: 4), [Float](repeating: 0, count: 2))
    inputs.withUnsafeMutableBufferPointer { data.gatherInputs(of: [2, 0], into: $0) }
    labels.withUnsafeMutableBufferPointer { data.tasks[0].gatherLabels(of: [2, 0], into: $0) }
    #expect(inputs == [4, 5, 0, 1] && labels == [9, 7])
    let selected = data.selecting(rows: [1])
    #expect(selected.inputs == [2, 3] && selected.tasks[0].labels == [8])
  }

  /// Code that is not optimized allocates for generic calls.
  private static let isOptimized: Bool = {
    #if DEBUG
    false
    #else
    true
    #endif
  }()

  @Test(.enabled(if: isOptimized, "only optimized code is free of allocations"))
  func `drawing and gathering batches takes no memory`() {
    let data = DrawnDigits(count: 100).dataset(seeds: Seeds(root: 1))
    var sampler = BatchSampler(rows: Array(0..<100), stream: Seeds(root: 1)["batches"])
    var tasks = PartitionedSampler(rows: [[0, 1], [2, 3, 4]], seeds: Seeds(root: 1))
    var (batch, counts) = ([Int](repeating: 0, count: 32), [16, 16])
    var (inputs, labels) = ([Float](repeating: 0, count: 2_048), [Float](repeating: 0, count: 32))
    let weights = [1.0, 2]
    func step() {
      batch.withUnsafeMutableBufferPointer { batch in
        sampler.next(into: batch)
        inputs.withUnsafeMutableBufferPointer { data.gatherInputs(of: batch, into: $0) }
        labels.withUnsafeMutableBufferPointer { data.tasks[0].gatherLabels(of: batch, into: $0) }
        counts.withUnsafeMutableBufferPointer { counts in
          weights.withUnsafeBufferPointer {
            tasks.drawCounts(total: 32, weights: $0, into: counts)
          }
          tasks.next(counts: UnsafeBufferPointer(counts), into: batch)
        }
      }
    }
    step()
    let before = allocation_count()
    for _ in 0..<20 { step() }
    #expect(allocation_count() == before)
  }
}
