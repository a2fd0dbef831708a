extension Dataset {
  /// The same rows, each with a label of one task alone: the others' are taken away.
  ///
  /// Row after row goes to the task that is furthest behind its share; of equal ones to the first.
  /// Labels that were missing stay so.
  ///
  /// - Parameter shares: Of the rows, by task, each above 0; what they add up to does not matter.
  /// - Precondition: There is a share for each task.
  public func partitioned(by shares: [Double]) -> Dataset {
    precondition(
      shares.count == tasks.count && shares.allSatisfy { $0 > 0 && $0.isFinite },
      "\(shares.count) shares for \(tasks.count) tasks")
    let sum = shares.reduce(0, +)
    var (parted, counts) = (self, [Int](repeating: 0, count: tasks.count))
    for row in 0..<count {
      let behind = shares.indices.map { Double(row + 1) * shares[$0] / sum - Double(counts[$0]) }
      let owner = behind.indices.max {
        behind[$0] < behind[$1] || (behind[$0] == behind[$1] && $0 > $1)
      }
      for task in tasks.indices {
        guard task != owner else {
          counts[task] += 1
          continue
        }
        let width = tasks[task].kind.labelWidth
        for column in 0..<width { parted.tasks[task].labels[row * width + column] = .nan }
      }
    }
    parted.provenance["partitioned"] =
      "each row belongs to one task, by shares \(shares.map { "\($0)" }.joined(separator: " : "))"
    return parted
  }
}
