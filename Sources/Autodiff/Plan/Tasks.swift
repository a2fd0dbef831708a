/// What the plan does, in the order in which it does it.
///
/// Kernels whose programs are equal and that do not wait for one another are one task: the same
/// update of many parameter tensors, say.
struct PlanTask {
  enum Work {
    /// One program per segment; all have the same code.
    case fused([FusedProgram])
    case single(Int)
  }
  var work: Work
  var reads: Set<Int>
  var writes: [Int]
  /// The stage of its kernels.
  var stage: Int

  /// The tasks of a schedule, each after those it must wait for.
  static func ordered(_ schedule: Schedule) -> [PlanTask] {
    var contraction = Contraction(schedule)
    let programs = schedule.kernels.map { schedule.program(of: $0) }
    var candidates: [MergeKey: [Int]] = [:]
    for (kernel, program) in programs.enumerated() {
      guard let program else { continue }
      let key = MergeKey(stage: schedule.kernels[kernel].stage, code: program.code)
      let partner = candidates[key, default: []].first { contraction.areIndependent($0, kernel) }
      if let partner {
        contraction.merge(kernel, into: partner)
      } else {
        candidates[key, default: []].append(kernel)
      }
    }
    return contraction.order(by: schedule.kernels.map(\.stage)).map { members in
      let kernels = members.map { schedule.kernels[$0] }
      var task = PlanTask(
        work: .fused(members.compactMap { programs[$0] }),
        reads: kernels.reduce(into: []) { $0.formUnion($1.reads) },
        writes: kernels.flatMap(\.writes), stage: kernels[0].stage)
      if case .single(let id) = kernels[0].work { task.work = .single(id) }
      return task
    }
  }
}

private struct MergeKey: Hashable {
  let stage: Int
  let code: FusedProgram.Code
}

extension Schedule {
  /// The program of a fused kernel.
  fileprivate func program(of kernel: PlanKernel) -> FusedProgram? {
    guard case .fused(let members) = kernel.work else { return nil }
    var overwritten: [Int: Int] = [:]
    for value in kernel.writes {
      if let state = homes[value], let old = graph.leaf(ofInput: state), kernel.reads.contains(old)
      {
        overwritten[value] = old
      }
    }
    return FusedProgram(
      graph, members: members, stored: Set(kernel.writes), overwritten: overwritten)
  }
}

/// A graph of kernels in which some are taken together.
private struct Contraction {
  private let after: [Set<Int>]
  private var representative: [Int]
  private var members: [[Int]]

  init(_ schedule: Schedule) {
    after = schedule.after
    representative = Array(after.indices)
    members = after.indices.map { [$0] }
  }

  /// Whether neither must wait for the other.
  func areIndependent(_ a: Int, _ b: Int) -> Bool { !reaches(a, b) && !reaches(b, a) }

  mutating func merge(_ kernel: Int, into partner: Int) {
    members[partner] += members[kernel]
    members[kernel] = []
    representative[kernel] = partner
  }

  private func followers(_ kernel: Int) -> Set<Int> {
    var found: Set<Int> = []
    for member in members[kernel] {
      for next in after[member] { found.insert(representative[next]) }
    }
    return found
  }

  private func reaches(_ first: Int, _ second: Int) -> Bool {
    var seen: Set<Int> = [first]
    var pending = [first]
    while let next = pending.popLast() {
      if next == second { return true }
      for follower in followers(next) where seen.insert(follower).inserted {
        pending.append(follower)
      }
    }
    return false
  }

  /// The groups in an order that respects who waits for whom; of several, that of the first stage.
  func order(by stages: [Int]) -> [[Int]] {
    let groups = after.indices.filter { representative[$0] == $0 }
    var waiting = [Int](repeating: 0, count: after.count)
    for group in groups { for next in followers(group) where next != group { waiting[next] += 1 } }
    var ready = groups.filter { waiting[$0] == 0 }
    var order: [[Int]] = []
    while let next = ready.min(by: { (stages[$0], $0) < (stages[$1], $1) }) {
      ready.removeAll { $0 == next }
      order.append(members[next])
      for follower in followers(next) where follower != next {
        waiting[follower] -= 1
        if waiting[follower] == 0 { ready.append(follower) }
      }
    }
    precondition(order.count == groups.count, "kernels wait for one another in a circle")
    return order
  }
}
