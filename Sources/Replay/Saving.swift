public import HDF5Store

// In a file everything stands in order of time, whatever the ring's position was: sampling counts
// from the oldest transition, so a restored buffer goes on with the same draws. Only what is filled
// is written.

extension ReplayBuffer {
  /// Writes all that is stored, exactly.
  ///
  /// - Parameter group: Empty.
  public func save(to group: HDF5Group) throws(HDF5Error) {
    try group.setAttribute("layout", to: layout.description)
    try group.setAttribute("steps", to: Int64(storedSteps))
    try group.setAttribute("hasBegun", to: Int64(hasBegun ? 1 : 0))
    try writePriorities(to: group)
    guard hasBegun else { return }
    let kept = storedSteps * layout.environments
    let shown = kept + layout.environments
    try write(observations, layout.observationSize, rows: shown, to: group, "observations")
    try write(masks, layout.maskSize, rows: shown, to: group, "masks")
    try write(actions, layout.actionSize, rows: kept, to: group, "actions")
    try write(states, layout.stateSize, rows: kept, to: group, "states")
    try writeOutcomes(to: group)
    try writeFinals(observations, layout.observationSize, to: group, "finalObservations")
    try writeFinals(masks, layout.maskSize, to: group, "finalMasks")
  }

  /// Goes on exactly where `save` was called on a buffer of the same layout.
  ///
  /// - Throws: `HDF5Error` or `ReplayError`; the buffer is then not to be used any more.
  public mutating func restore(from group: HDF5Group) throws {
    let place = "'\(group.path)' of '\(group.file.path)'"
    let saved = try group.textAttribute("layout")
    guard saved == layout.description else {
      throw ReplayError.differentLayout(
        path: place, saved: saved, expected: layout.description)
    }
    let steps: Int64 = try group.attribute("steps")
    let begun: Int64 = try group.attribute("hasBegun")
    guard steps >= 0, steps <= layout.steps, begun == 1 || (begun == 0 && steps == 0) else {
      throw ReplayError.damaged(path: place, what: "it cannot hold \(steps) time steps")
    }
    storedSteps = Int(steps)
    head = storedSteps
    hasBegun = begun == 1
    (finalCount, freeFinalCount) = (0, 0)
    try readPriorities(from: group, place)
    guard hasBegun else { return }
    let kept = storedSteps * layout.environments
    let shown = kept + layout.environments
    try read(observations, layout.observationSize, rows: shown, from: group, "observations")
    try read(masks, layout.maskSize, rows: shown, from: group, "masks")
    try read(actions, layout.actionSize, rows: kept, from: group, "actions")
    try read(states, layout.stateSize, rows: kept, from: group, "states")
    try readOutcomes(from: group, place)
    try readFinals(from: group)
  }
}

// MARK: The ring

extension ReplayBuffer {
  /// Writes so many rows of a ring column, oldest first.
  private func write<Element: HDF5Scalar>(
    _ column: borrowing Column<Element>, _ width: Int, rows: Int, to group: HDF5Group,
    _ name: String
  ) throws(HDF5Error) {
    guard width > 0, rows > 0 else { return }
    let file = try newColumn(name, of: Element.self, width: width, rows: rows, in: group)
    let first = oldestStep * layout.environments
    let beforeWrap = min(rows, layout.ringRows - first)
    try file.append(
      UnsafeBufferPointer(start: column.base + first * width, count: beforeWrap * width))
    try file.append(UnsafeBufferPointer(start: column.base, count: (rows - beforeWrap) * width))
    try file.seal()
  }

  private func read<Element: HDF5Scalar>(
    _ column: borrowing Column<Element>, _ width: Int, rows: Int, from group: HDF5Group,
    _ name: String
  ) throws(HDF5Error) {
    guard width > 0, rows > 0 else { return }
    try group.read(
      name, shape: [rows, width],
      into: UnsafeMutableBufferPointer(start: column.base, count: rows * width))
  }

  func newColumn<Element: HDF5Scalar>(
    _ name: String, of _: Element.Type, width: Int?, rows: Int, in group: HDF5Group
  ) throws(HDF5Error) -> HDF5Column<Element> {
    let rowBytes = (width ?? 1) * MemoryLayout<Element>.stride
    return try group.createColumn(
      name, of: Element.self, width: width, chunkRows: max(1, min(rows, (1 << 20) / rowBytes)))
  }

  /// The row of the transition of this age.
  func row(ofAge age: Int) -> Int {
    let row = oldestStep * layout.environments + age
    return row >= layout.ringRows ? row - layout.ringRows : row
  }
}

// MARK: Outcomes and final observations

extension ReplayBuffer {
  /// Rows that are converted at a time.
  static var portion: Int { 65_536 }

  private func writeOutcomes(to group: HDF5Group) throws(HDF5Error) {
    guard count > 0 else { return }
    let rewards = try newColumn("rewards", of: Float.self, width: nil, rows: count, in: group)
    let endings = try newColumn("endings", of: UInt8.self, width: nil, rows: count, in: group)
    var start = 0
    while start < count {
      let ages = start..<min(count, start + Self.portion)
      try rewards.append(ages.map { outcomes.base[row(ofAge: $0)].reward })
      try endings.append(ages.map { outcomes.base[row(ofAge: $0)].ending })
      start = ages.upperBound
    }
    try rewards.seal()
    try endings.seal()
  }

  private mutating func readOutcomes(from group: HDF5Group, _ place: String) throws {
    guard count > 0 else { return }
    let rewards = try group.array("rewards", of: Float.self)
    let endings = try group.array("endings", of: UInt8.self)
    guard rewards.shape == [count], endings.shape == [count] else {
      throw ReplayError.damaged(
        path: place, what: "rewards or endings are not those of \(count) transitions")
    }
    for row in 0..<count {
      let ending = UInt32(endings.scalars[row])
      guard ending <= 3 else {
        throw ReplayError.damaged(path: place, what: "\(ending) is no ending")
      }
      var outcome = Outcome(reward: rewards.scalars[row], end: ending)
      if ending != 0 {
        outcome.end |= UInt32(finalCount) << 2
        finalCount += 1
      }
      outcomes.base[row] = outcome
    }
  }

  /// Writes the final rows of all endings, oldest first.
  private func writeFinals<Element: HDF5Scalar>(
    _ column: borrowing Column<Element>, _ width: Int, to group: HDF5Group, _ name: String
  ) throws(HDF5Error) {
    let ages = (0..<count).filter { outcomes.base[row(ofAge: $0)].end != 0 }
    guard width > 0, !ages.isEmpty else { return }
    let file = try newColumn(name, of: Element.self, width: width, rows: ages.count, in: group)
    var start = 0
    while start < ages.count {
      let portion = ages[start..<min(ages.count, start + Self.portion)]
      try file.append(
        portion.flatMap { age in
          let place = layout.ringRows + outcomes.base[row(ofAge: age)].final
          return UnsafeBufferPointer(start: column.base + place * width, count: width)
        })
      start = portion.endIndex
    }
    try file.seal()
  }

  private func readFinals(from group: HDF5Group) throws(HDF5Error) {
    guard finalCount > 0 else { return }
    let first = layout.ringRows
    let size = layout.observationSize
    if size > 0 {
      try group.read(
        "finalObservations", shape: [finalCount, size],
        into: UnsafeMutableBufferPointer(
          start: observations.base + first * size, count: finalCount * size))
    }
    if layout.maskSize > 0 {
      try group.read(
        "finalMasks", shape: [finalCount, layout.maskSize],
        into: UnsafeMutableBufferPointer(
          start: masks.base + first * layout.maskSize, count: finalCount * layout.maskSize))
    }
  }
}
