import Autodiff
import CKernels
import Kernels

/// Where a plan leaves the tasks' gradients, and what is made of them in its pause.
///
/// The memory is the plan's; nothing here outlives it.
final class GradientTable {
  let taskCount: Int
  /// Floats of each part: a parameter's gradient, or the representation's.
  private let lengths: [Int]
  /// Of part `t` and task `k`, at `t · taskCount + k`.
  private let starts: UnsafeMutablePointer<UnsafePointer<Float>?>
  /// Room for the rows of the tasks that are present, and a row beside them.
  private let chosen: UnsafeMutablePointer<UnsafePointer<Float>?>
  private let sums: UnsafeMutablePointer<Double>
  /// A copy of the rows `[K, P]`, and floats for sums of them; where a strategy changes them.
  private let rows: AlignedBuffer<Float>?
  private let weights: AlignedBuffer<Float>?
  /// Numbers of a row that belong to one layer.
  private let layers: [Int]

  /// - Parameters:
  ///   - parts: Of each task, its gradients.
  ///   - layers: Parts that belong to one layer, layer after layer; all of them unless given.
  ///   - isChanged: Whether a strategy changes the rows.
  init(_ parts: [[UnsafeBufferPointer<Float>]], layers: [Int]? = nil, isChanged: Bool) {
    let count = parts.count
    taskCount = count
    lengths = parts.first.map { $0.map(\.count) } ?? []
    starts = .allocate(capacity: max(1, count * lengths.count))
    starts.initialize(repeating: nil, count: max(1, count * lengths.count))
    for (part, task) in lengths.indices.flatMap({ part in (0..<count).map { (part, $0) } }) {
      starts[part * count + task] = parts[task][part].baseAddress
    }
    chosen = .allocate(capacity: count + 1)
    chosen.initialize(repeating: nil, count: count + 1)
    sums = .allocate(capacity: (count + 1) * (count + 1))
    sums.initialize(repeating: 0, count: (count + 1) * (count + 1))
    var rest = lengths[...]
    self.layers = (layers ?? [lengths.count]).map { count in
      defer { rest = rest.dropFirst(count) }
      return rest.prefix(count).reduce(0, +)
    }
    let length = lengths.reduce(0, +)
    rows = isChanged ? AlignedBuffer(count: count * length) : nil
    weights = isChanged ? AlignedBuffer(count: count) : nil
  }

  deinit {
    starts.deallocate()
    chosen.deallocate()
    sums.deallocate()
  }

  /// The number of shared parameters, or of the representation's elements.
  var length: Int { lengths.reduce(0, +) }

  /// The Gram matrix of the tasks that are present.
  func gram(of tasks: [Int], into gram: inout GramMatrix) {
    let count = tasks.count
    sums.update(repeating: 0, count: count * count)
    for (part, length) in lengths.enumerated() {
      for (row, task) in tasks.enumerated() { chosen[row] = starts[part * taskCount + task] }
      fledge_gram(chosen, Int64(count), Int64(length), sums)
    }
    for index in 0..<count * count { gram.elements[index] = sums[index] }
  }

  // MARK: Rows that a strategy changes

  /// A copy of the gradients of the tasks that are present.
  func copy(of tasks: [Int]) -> GradientRows? {
    guard let rows else { return nil }
    let length = length
    var begin = 0
    for (part, count) in lengths.enumerated() {
      for (row, task) in tasks.enumerated() {
        guard let source = starts[part * taskCount + task] else { continue }
        (rows.start + row * length + begin).update(from: source, count: count)
      }
      begin += count
    }
    return GradientRows(
      count: tasks.count, length: length,
      elements: UnsafeMutableBufferPointer(start: rows.start, count: tasks.count * length),
      layers: layers)
  }

  /// The Gram matrix of changed rows.
  func gram(of rows: GradientRows, into gram: inout GramMatrix) {
    sums.update(repeating: 0, count: rows.count * rows.count)
    for row in 0..<rows.count { chosen[row] = UnsafePointer(rows[row].baseAddress) }
    fledge_gram(chosen, Int64(rows.count), Int64(rows.length), sums)
    for index in 0..<rows.count * rows.count { gram.elements[index] = sums[index] }
  }

  /// `d = Σₖ wₖ gₖ` of changed rows, part by part.
  func combine(
    _ rows: GradientRows, _ factors: [Double], into parts: [UnsafeMutableBufferPointer<Float>]
  ) {
    guard let weights, let base = rows.elements.baseAddress else { return }
    for (index, factor) in factors.enumerated() { weights[index] = Float(factor) }
    var begin = 0
    for part in parts {
      guard let result = part.baseAddress else { continue }
      part.update(repeating: 0)
      for row in 0..<rows.count {
        let (source, factor) = (base + row * rows.length + begin, weights[row])
        for index in 0..<part.count { result[index] += factor * source[index] }
      }
      begin += part.count
    }
  }

  /// `minₖ ⟨gₖ, d⟩` of the gradients as they were, with a direction that lies in parts.
  func leastDescent(
    of tasks: [Int], along direction: [UnsafeMutableBufferPointer<Float>]
  ) -> Double {
    let count = tasks.count + 1
    sums.update(repeating: 0, count: count * count)
    for (part, length) in lengths.enumerated() {
      for (row, task) in tasks.enumerated() { chosen[row] = starts[part * taskCount + task] }
      chosen[tasks.count] = UnsafePointer(direction[part].baseAddress)
      fledge_gram(chosen, Int64(count), Int64(length), sums)
    }
    var least = Double.infinity
    for row in tasks.indices { least = min(least, sums[row * count + tasks.count]) }
    return least
  }
}
