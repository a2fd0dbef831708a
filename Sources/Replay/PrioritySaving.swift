import HDF5Store

// Priorities are saved in order of time like everything else, and with them the place in the tree at
// which they begin: the rounding of its sums depends on it. The sums themselves follow from these.

extension ReplayBuffer {
  func writePriorities(to group: HDF5Group) throws(HDF5Error) {
    guard layout.prioritization != nil else { return }
    try group.setAttribute("largestPriority", to: priorities.maximum)
    try group.setAttribute("firstPlace", to: Int64(oldestPlace))
    guard count > 0 else { return }
    let file = try newColumn("priorities", of: Float.self, width: nil, rows: count, in: group)
    var start = 0
    while start < count {
      let ages = start..<min(count, start + Self.portion)
      try file.append(
        ages.map { priorities.tree.leaves.base[priorities.place(ofRow: row(ofAge: $0))] })
      start = ages.upperBound
    }
    try file.seal()
  }

  /// Reads what was written above, after `storedSteps` and `head`.
  mutating func readPriorities(from group: HDF5Group, _ place: String) throws {
    guard layout.prioritization != nil else { return }
    let largest: Float = try group.attribute("largestPriority")
    let first: Int64 = try group.attribute("firstPlace")
    guard largest > 0, largest.isFinite, first >= 0, first < layout.ringRows,
      Int(first) % layout.environments == 0
    else {
      throw ReplayError.damaged(
        path: place, what: "priorities of at most \(largest) cannot begin at place \(first)")
    }
    priorities.maximum = largest
    priorities.firstPlace = Int(first)
    priorities.drawnCount = 0
    let leaves = priorities.tree.leaves.base
    leaves.update(repeating: 0, count: layout.ringRows)
    let saved = count > 0 ? try group.array("priorities", of: Float.self) : nil
    guard (saved?.shape ?? [0]) == [count] else {
      throw ReplayError.damaged(path: place, what: "it has not \(count) priorities")
    }
    for (row, priority) in (saved?.scalars ?? []).enumerated() {
      guard priority > 0, priority <= largest else {
        throw ReplayError.damaged(path: place, what: "\(priority) is no priority")
      }
      leaves[priorities.place(ofRow: row)] = priority
    }
    priorities.tree.refresh()
  }
}
