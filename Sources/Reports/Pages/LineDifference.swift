/// How one text becomes another, line by line.
package struct LineDifference: Equatable {
  package enum Line: Equatable {
    case same(String)
    case removed(String)
    case added(String)
  }

  package let lines: [Line]

  /// The shortest way from `old` to `new`, which keeps a longest common subsequence of lines.
  package init(from old: [String], to new: [String]) {
    let difference = new.difference(from: old)
    let removed = Set(difference.removals.compactMap { Self.offset($0) })
    let added = Set(difference.insertions.compactMap { Self.offset($0) })
    var lines: [Line] = []
    var (oldPlace, newPlace) = (0, 0)
    while oldPlace < old.count || newPlace < new.count {
      if removed.contains(oldPlace) {
        lines.append(.removed(old[oldPlace]))
        oldPlace += 1
      } else if added.contains(newPlace) {
        lines.append(.added(new[newPlace]))
        newPlace += 1
      } else {
        lines.append(.same(old[oldPlace]))
        oldPlace += 1
        newPlace += 1
      }
    }
    self.lines = lines
  }

  /// Whether the texts differ at all.
  package var isEmpty: Bool {
    lines.allSatisfy { if case .same = $0 { true } else { false } }
  }

  private static func offset(_ change: CollectionDifference<String>.Change) -> Int {
    switch change {
    case .insert(let offset, _, _), .remove(let offset, _, _): offset
    }
  }
}
