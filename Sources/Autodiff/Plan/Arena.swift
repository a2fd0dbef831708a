/// One block of memory in which values that are never needed at the same time share places.
///
/// The largest values are placed first, each at the lowest offset that no value with an overlapping
/// lifetime occupies: close to the least possible, and the same for equal plans.
struct Arena {
  /// Floats per line of the cache; every value starts on one and owns its lines whole.
  static let line = 16

  /// Offsets in floats.
  private(set) var offsets: [Int: Int] = [:]
  private(set) var count = 0

  /// A value's size in floats, and the tasks from the one that makes it to the last that needs it.
  struct Tenant {
    let value: Int
    let count: Int
    let lifetime: ClosedRange<Int>
  }

  init(_ tenants: [Tenant], _ residence: Residence) {
    place(tenants)
    for part in residence.places.keys {
      let place = residence.place(of: part)
      if let start = offsets[place.root] { offsets[part] = start + place.offset }
    }
  }

  private mutating func place(_ tenants: [Tenant]) {
    let bySize = tenants.sorted { ($0.count, $1.value) > ($1.count, $0.value) }
    var placed: [(lifetime: ClosedRange<Int>, place: Range<Int>)] = []
    for tenant in bySize {
      let size = Self.rounded(tenant.count)
      var offset = 0
      for other in placed where other.lifetime.overlaps(tenant.lifetime) {
        if offset + size <= other.place.lowerBound { break }
        offset = max(offset, other.place.upperBound)
      }
      let place = offset..<offset + size
      let position = placed.firstIndex { $0.place.lowerBound > offset } ?? placed.count
      placed.insert((tenant.lifetime, place), at: position)
      offsets[tenant.value] = offset
      count = max(count, place.upperBound)
    }
  }

  /// The floats that a value of this many owns.
  static func rounded(_ count: Int) -> Int { max(1, (count + line - 1) / line) * line }

  /// The values that need a place, with their lifetimes; what lies in another one lends it its own.
  ///
  /// - Parameter kept: Values needed after the last task.
  static func tenants(
    _ graph: PlanGraph, _ tasks: [PlanTask], housed: Set<Int>, kept: Set<Int>,
    _ residence: Residence
  ) -> [Tenant] {
    var first: [Int: Int] = [:]
    var last: [Int: Int] = [:]
    for (index, task) in tasks.enumerated() {
      for value in task.writes where !housed.contains(value) {
        let owner = residence.place(of: value).root
        first[owner] = min(first[owner] ?? index, index)
      }
      for value in task.reads { last[residence.place(of: value).root] = index }
    }
    for value in kept { last[residence.place(of: value).root] = tasks.count }
    return first.map { value, start in
      Tenant(
        value: value, count: graph[value].count, lifetime: start...max(start, last[value] ?? start))
    }
  }
}
