import Kernels

/// In which order kernels may run, and which of them write a state's new value over its old one.
///
/// The new value of a state tensor takes the place of the old one as soon as everybody who needs
/// the old one is done. Where that can never be (two tensors change places, say), the new value is
/// computed elsewhere and copied last.
struct Schedule {
  private(set) var graph: PlanGraph
  private(set) var kernels: [PlanKernel]
  /// Of values that live in a state tensor: which one.
  private(set) var homes: [Int: Int] = [:]
  /// `after[k]`: the kernels that must wait for kernel `k`.
  private(set) var after: [Set<Int>]
  private let lateStage: Int

  /// - Parameters:
  ///   - finals: Per state tensor the value that it shall have, `nil` where it keeps its own; each
  ///     is
  ///     computed, by a kernel that writes it, for one tensor only.
  ///   - lateStage: Kernels of smaller stages leave the state alone: they run before the pause.
  init(_ graph: PlanGraph, _ kernels: [PlanKernel], finals: [Int?], lateStage: Int = 0) {
    self.graph = graph
    self.lateStage = lateStage
    self.kernels = kernels
    after = Array(repeating: [], count: kernels.count)
    var producers: [Int: Int] = [:]
    var readers: [Int: [Int]] = [:]
    for (index, kernel) in kernels.enumerated() {
      for value in kernel.writes { producers[value] = index }
      for value in kernel.reads { readers[value, default: []].append(index) }
    }
    for (value, users) in readers {
      if let producer = producers[value] { after[producer].formUnion(users) }
    }
    for (state, final) in finals.enumerated() {
      guard let final, let producer = producers[final] else { continue }
      let old = graph.leaf(ofInput: state)
      settle(state, final, producer, old: old, readers: old.flatMap { readers[$0] } ?? [])
    }
  }

  private mutating func settle(
    _ state: Int, _ final: Int, _ producer: Int, old: Int?, readers: [Int]
  ) {
    let others = readers.filter { $0 != producer }
    let aligned = readers.contains(producer) ? readsAligned(producer, old) : true
    let isLate = kernels[producer].stage >= lateStage
    if isLate, aligned, !others.contains(where: { reaches(producer, $0) }) {
      homes[final] = state
      for reader in others { after[reader].insert(producer) }
      return
    }
    let copy = graph.addCopy(of: final)
    let stage = max(lateStage, (kernels.map(\.stage).max() ?? 0) + 1)
    kernels.append(
      PlanKernel(work: .fused([copy]), stage: stage, reads: [final], writes: [copy]))
    after.append([])
    homes[copy] = state
    for earlier in readers + [producer] { after[earlier].insert(kernels.count - 1) }
  }

  /// Whether the kernel reads each element of the value just where it writes the new one.
  private func readsAligned(_ kernel: Int, _ value: Int?) -> Bool {
    guard let value, case .fused(let members) = kernels[kernel].work else { return false }
    let place = FusedOperand.full(PlanLocation(root: value, offset: 0))
    return members.allSatisfy { id in
      graph.operands(of: id).allSatisfy { operand in
        operand.root != value || (operand == place && graph.walkCount(id) == graph[value].count)
      }
    }
  }

  /// Whether the second kernel must wait for the first.
  func reaches(_ first: Int, _ second: Int) -> Bool {
    var seen: Set<Int> = [first]
    var pending = [first]
    while let next = pending.popLast() {
      if next == second { return true }
      for follower in after[next] where seen.insert(follower).inserted { pending.append(follower) }
    }
    return false
  }
}

extension PlanGraph {
  /// The value that stands for this input of the graph, if anything needs it.
  func leaf(ofInput index: Int) -> Int? {
    values.firstIndex { $0.op == .primitive(.input(index)) }
  }
}
