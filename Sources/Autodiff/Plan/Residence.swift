import Kernels

/// Which values are computed right where a concatenation wants them, so that nothing is copied.
///
/// A part that fills whole lines of the cache, and that has no place of its own yet, takes its place
/// in the first concatenation that it is a part of. Parts may be concatenations themselves.
struct Residence {
  /// Of a part, the concatenation in which it lies and where it begins there.
  private(set) var places: [Int: PlanLocation] = [:]

  /// - Parameter homes: Values that lie in a state tensor.
  init(_ graph: PlanGraph, _ tasks: [PlanTask], homes: Set<Int>) {
    let written = Set(tasks.flatMap(\.writes)).subtracting(homes)
    for task in tasks {
      guard case .single(let id) = task.work, written.contains(id),
        case .primitive(.concatenate(let axis)) = graph[id].op,
        graph[id].shape.isContiguousSlice(axis)
      else { continue }
      var offset = 0
      for part in graph[id].inputs {
        defer { offset += graph[part].count }
        let root = graph.location(part).root
        guard written.contains(root), graph[root].count == graph[part].count,
          offset % Arena.line == 0, graph[part].count % Arena.line == 0, places[root] == nil
        else { continue }
        places[root] = PlanLocation(root: id, offset: offset)
      }
    }
  }

  /// The concatenation of all, and where in it the value begins; the value itself if it is no part.
  func place(of value: Int) -> PlanLocation {
    var found = PlanLocation(root: value, offset: 0)
    while let outer = places[found.root] {
      found = PlanLocation(root: outer.root, offset: found.offset + outer.offset)
    }
    return found
  }
}
