extension GradientRows {
  /// Refuses rows that do not fit the signals or hold what is no number, before any is changed.
  func check(for strategy: String, _ signals: TaskSignals) throws(StrategyError) {
    try signals.check(for: strategy)
    guard count == signals.tasks.count else {
      throw StrategyError(
        "\(strategy) was given \(count) gradients of \(signals.tasks.count) tasks; give one each")
    }
    for (row, task) in signals.tasks.enumerated() {
      let square = squaredNorm(ofRow: row)
      guard square.isFinite else {
        throw StrategyError(
          "\(strategy): the squared norm of the gradient of task \(task) is \(square); lower the "
            + "learning rate or clip gradients")
      }
    }
  }

  /// The Gram matrix of some columns, in double precision.
  func gram(of columns: Range<Int>) -> GramMatrix {
    var gram = GramMatrix(count: count, elements: Array(repeating: 0, count: count * count))
    guard let start = elements.baseAddress else { return gram }
    for row in 0..<count {
      for other in 0...row {
        let (left, right) = (start + row * length, start + other * length)
        var sum = 0.0
        for column in columns { sum += Double(left[column]) * Double(right[column]) }
        (gram[row, other], gram[other, row]) = (sum, sum)
      }
    }
    return gram
  }

  /// Replaces each row, in some columns, by its own combination of all of them.
  ///
  /// - Parameter weights: `[K, K]`; row `k` makes the new row `k`.
  func combine(_ columns: Range<Int>, _ weights: [[Double]]) {
    guard let start = elements.baseAddress else { return }
    var old = Array(repeating: 0.0, count: count)
    for column in columns {
      for row in 0..<count { old[row] = Double(start[row * length + column]) }
      for row in 0..<count {
        var sum = 0.0
        for other in 0..<count { sum += weights[row][other] * old[other] }
        start[row * length + column] = Float(sum)
      }
    }
  }

  /// `‖gₖ‖²`, in double precision.
  func squaredNorm(ofRow row: Int) -> Double {
    guard let start = elements.baseAddress else { return 0 }
    let values = start + row * length
    var sums = SIMD4<Double>.zero
    var index = 0
    while index + 4 <= length {
      let part = SIMD4<Double>(
        UnsafeRawPointer(values + index).loadUnaligned(as: SIMD4<Float>.self))
      sums += part * part
      index += 4
    }
    var sum = sums.sum()
    while index < length {
      sum += Double(values[index]) * Double(values[index])
      index += 1
    }
    return sum
  }
}

/// A row of the shared parameters' size for each task, kept from step to step.
struct TaskBuffers: Codable, Equatable, Sendable {
  private(set) var rows: [[Float]] = []

  /// Makes room for all tasks, and for the rows of those that are present; new ones are 0.
  mutating func grow(for signals: TaskSignals, length: Int, of strategy: String)
    throws(StrategyError)
  {
    rows.grow(to: signals.taskCount, [])
    for task in signals.tasks {
      if rows[task].isEmpty { rows[task] = Array(repeating: 0, count: length) }
      guard rows[task].count == length else {
        throw StrategyError(
          "\(strategy): the gradient of task \(task) has \(length) numbers, but had "
            + "\(rows[task].count) before; start a new strategy for another network")
      }
    }
  }

  /// `b ← t + c (b − t)` with `t` the row times a factor; the row becomes `b`.
  mutating func move(
    _ task: Int, towards row: UnsafeMutableBufferPointer<Float>, times factor: Double,
    keeping share: Double
  ) {
    let (factor, share) = (Float(factor), Float(share))
    rows[task].withUnsafeMutableBufferPointer { buffer in
      for index in buffer.indices {
        let target = factor * row[index]
        buffer[index] = target + share * (buffer[index] - target)
        row[index] = buffer[index]
      }
    }
  }
}
