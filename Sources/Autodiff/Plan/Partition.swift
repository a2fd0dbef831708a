import Kernels

/// What a fused step reads.
enum FusedOperand: Hashable {
  case constant(bits: UInt32)
  /// Element by element.
  case full(PlanLocation)
  /// Element `i` of the walk reads element `i / (inner · count) · step + (i / inner) % count` from
  /// the location on.
  case spread(PlanLocation, inner: Int, count: Int, step: Int)

  /// The value whose memory is read.
  var root: Int? {
    switch self {
    case .constant: nil
    case .full(let place): place.root
    case .spread(let place, _, _, _): place.root
    }
  }
}

/// One unit of work of the plan.
struct PlanKernel {
  enum Work {
    /// Values computed in one pass over arrays of one length.
    case fused([Int])
    /// One value with a loop of its own.
    case single(Int)
  }
  var work: Work
  /// Every kernel that this one needs has a smaller one.
  var stage: Int
  /// Values whose memory it reads and writes.
  var reads: Set<Int> = []
  var writes: [Int] = []
}

/// Divides the values among kernels.
///
/// Each value gets a stage so that a kernel needs only kernels of smaller stages: then all values
/// of one stage and length may be computed together, whatever they are, and no cycle can arise. A
/// value is computed as late as those who need it allow, which brings it into their kernel;
/// reductions are computed as early as possible, which brings them into the kernel of what they
/// reduce, except that a single number that nothing else shares waits, so that several like it
/// (norms) can be one kernel.
///
/// In a plan with a pause, what is computed after it has stages after all others.
struct Partition {
  private let graph: PlanGraph
  private let live: [Int]
  private let pinned: Set<Int>
  private var stages: [Int]
  private var consumers: [[Int]]
  /// Of each live value, those whose memory is read to compute it.
  private var sources: [[Int]]
  private let isEarly: [Bool]
  private(set) var kernels: [PlanKernel] = []
  /// The first stage after the pause; 0 in a plan without one.
  private(set) var lateStage = 0

  /// - Parameters:
  ///   - roots: The values that must be in memory at the end.
  ///   - isEarly: Whether each value is computed before the pause, if there is one.
  init(_ graph: PlanGraph, roots: [Int], isEarly: [Bool]? = nil) {
    self.graph = graph
    self.isEarly = isEarly ?? Array(repeating: false, count: graph.values.count)
    live = graph.live(roots)
    pinned = Set(roots.map { graph.location($0).root })
    stages = Array(repeating: -1, count: graph.values.count)
    consumers = Array(repeating: [], count: graph.values.count)
    sources = consumers
    for id in live where graph.isComputed(id) {
      sources[id] = graph.sources(of: id)
      for source in sources[id] where graph.isComputed(source) { consumers[source].append(id) }
    }
    assignEarliest()
    assignLatest()
    form()
  }

  // MARK: Stages

  private mutating func assignEarliest() {
    for id in live where graph.isComputed(id) && isEarly[id] { stages[id] = earliest(id) }
    lateStage = (stages.max() ?? -1) + 1
    for id in live where graph.isComputed(id) && !isEarly[id] {
      stages[id] = max(lateStage, earliest(id))
    }
  }

  private func earliest(_ id: Int) -> Int {
    sources[id].reduce(0) { bound, source in
      guard graph.isComputed(source) else { return bound }
      return max(bound, stages[source] + (graph.isFusable(source, into: id) ? 0 : 1))
    }
  }

  private mutating func assignLatest() {
    let last = stages.max() ?? 0
    for id in live.reversed() where graph.isComputed(id) && graph[id].op.isFused {
      if graph[id].op.reduction != nil, !mayWait(id) { continue }
      stages[id] = consumers[id].reduce(isEarly[id] ? lateStage - 1 : last) { bound, consumer in
        min(bound, stages[consumer] - (graph.isFusable(id, into: consumer) ? 0 : 1))
      }
    }
  }

  /// Whether a reduction gives one number, of values that nothing else needs.
  private func mayWait(_ id: Int) -> Bool {
    guard graph[id].count == 1 else { return false }
    var pending = [id]
    while let next = pending.popLast() {
      for source in sources[next]
      where graph.isComputed(source) && graph.isFusable(source, into: next) {
        if consumers[source].count != 1 || pinned.contains(source) { return false }
        pending.append(source)
      }
    }
    return true
  }

  // MARK: Kernels

  private mutating func form() {
    var groups: [[Int]: [Int]] = [:]
    for id in live where graph.isComputed(id) {
      if graph[id].op.isFused {
        groups[[stages[id], graph.walkCount(id)], default: []].append(id)
      } else {
        kernels.append(PlanKernel(work: .single(id), stage: stages[id]))
      }
    }
    for (_, members) in groups {
      for part in connected(members) {
        kernels.append(PlanKernel(work: .fused(part), stage: stages[part[0]]))
      }
    }
    kernels.sort { ($0.stage, $0.first) < ($1.stage, $1.first) }
    for index in kernels.indices { describeAccess(index) }
  }

  /// Values of one stage and length, divided where nothing connects them.
  ///
  /// Single numbers stay together.
  private func connected(_ members: [Int]) -> [[Int]] {
    if graph.walkCount(members[0]) == 1 { return [members] }
    let inside = Set(members)
    var parent = Dictionary(uniqueKeysWithValues: members.map { ($0, $0) })
    func representative(_ id: Int) -> Int {
      var id = id
      while let next = parent[id], next != id { id = next }
      return id
    }
    var readers: [PlanLocation: Int] = [:]
    for id in members {
      for operand in graph.operands(of: id) {
        guard case .full(let place) = operand else { continue }
        let other = inside.contains(place.root) ? place.root : readers[place] ?? id
        readers[place] = id
        let (a, b) = (representative(id), representative(other))
        parent[max(a, b)] = min(a, b)
      }
    }
    return Dictionary(grouping: members, by: representative).values.sorted { $0[0] < $1[0] }
  }

  private mutating func describeAccess(_ index: Int) {
    let members = kernels[index].members
    let inside = Set(members)
    for id in members {
      let reads = sources[id].filter { !inside.contains($0) }
      kernels[index].reads.formUnion(reads)
      let leaves =
        pinned.contains(id) || graph[id].op.reduction != nil
        || consumers[id].contains { !inside.contains($0) }
      if leaves || !graph[id].op.isFused { kernels[index].writes.append(id) }
    }
  }
}

extension PlanKernel {
  /// The values it computes.
  var members: [Int] {
    switch work {
    case .fused(let members): members
    case .single(let id): [id]
    }
  }

  fileprivate var first: Int { members[0] }
}

extension PlanGraph {
  /// Whether a kernel computes the value: it is no leaf, no other name and no repetition.
  func isComputed(_ id: Int) -> Bool {
    switch self[id].op {
    case .spread, .window: false
    case .primitive(let op) where op.isLeaf: false
    case .primitive: !isView(id)
    case .copy, .product, .placeLargestPositive: true
    }
  }

  /// How many elements a fused kernel walks over to compute this value.
  func walkCount(_ id: Int) -> Int {
    self[id].op.reduction == nil ? self[id].count : self[self[id].inputs[0]].count
  }

  /// What the steps of a fused value read.
  func operands(of id: Int) -> [FusedOperand] { self[id].inputs.map { operand($0) } }

  private func operand(_ id: Int) -> FusedOperand {
    if let value = constant(id) { return .constant(bits: Float(value).bitPattern) }
    if let (source, inner) = spreadSource(id) {
      return .spread(location(source), inner: inner, count: self[source].count, step: 0)
    }
    if case .window(let start, let count, let step) = self[id].op {
      var place = location(self[id].inputs[0])
      place.offset += start
      return .spread(place, inner: 1, count: count, step: step)
    }
    return .full(location(id))
  }

  /// The values whose memory is read to compute this one, each once; constants of fused steps are
  /// not.
  func sources(of id: Int) -> [Int] {
    var roots: [Int] = []
    if self[id].op.isFused {
      roots = operands(of: id).compactMap(\.root)
    } else {
      roots = self[id].inputs.map { location($0).root }
    }
    return roots.indices.filter { !roots[..<$0].contains(roots[$0]) }.map { roots[$0] }
  }

  /// Whether a fused kernel can hold both values, passing the first on without memory.
  func isFusable(_ source: Int, into id: Int) -> Bool {
    guard self[source].op.isFused, self[id].op.isFused, self[source].op.reduction == nil,
      self[source].count == walkCount(id)
    else { return false }
    return operands(of: id).allSatisfy {
      $0.root != source || $0 == .full(PlanLocation(root: source, offset: 0))
    }
  }
}
