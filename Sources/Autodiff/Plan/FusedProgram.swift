import CKernels
import Kernels

/// One instruction of a fused kernel while it is being written: what it computes, of what.
struct FusedStep {
  var kind: fledge_step_kind
  var operands: [FusedOperand]
  /// The value it computes.
  let value: Int
}

/// The steps that compute some values in one pass, with the memory they use numbered from 0.
///
/// Operand numbers: first arrays (`fulls`), then repeated ones (`spreads`), then constants, then
/// registers, which are blocks of scratch memory. Two programs with equal `code` do the same to
/// different memory and can be one kernel.
struct FusedProgram {
  /// What makes programs interchangeable.
  struct Code: Hashable {
    var steps: [[UInt16]] = []
    var constants: [UInt32] = []
    var fullCount = 0
    var spreadCount = 0
    var reductionCount = 0
  }
  struct Reduction {
    let value: Int
    let kind: fledge_step_kind
    let outer: Int
    let length: Int
    let inner: Int
  }

  private(set) var code = Code()
  private(set) var fulls: [PlanLocation] = []
  private(set) var spreads: [FusedOperand] = []
  private(set) var reductions: [Reduction] = []
  private(set) var registerCount = 0
  /// Elements walked over, and how many at a time.
  let count: Int
  let block: Int
  /// Elementary operations per element, for statistics.
  private(set) var operationCount = 0

  private var registers: [Int: Int] = [:]

  /// - Parameters:
  ///   - members: Fused values of one length, in order.
  ///   - stored: Those that go to memory.
  ///   - overwritten: Of those, the old values of state tensors that they overwrite.
  init(_ graph: PlanGraph, members: [Int], stored: Set<Int>, overwritten: [Int: Int]) {
    let count = graph.walkCount(members[0])
    var steps = FusedStep.steps(graph, members: members)
    let block = Self.blockSize(count: count, periods: steps.flatMap { $0.periods(graph) })
    FusedStep.combine(&steps, stored: stored) { $0.hasPartialSums(graph, block: block) }
    self.count = count
    self.block = block
    operationCount = members.count
    number(steps, graph, stored: stored, overwritten: overwritten)
  }

  // MARK: Blocks

  /// Elements in a block: enough that choosing steps is cheap, few enough that a dozen blocks stay
  /// in the first-level cache; a multiple of 16, and of the periods of what repeats, if these allow
  /// it.
  private static func blockSize(count: Int, periods: [Int]) -> Int {
    let target = 1024
    let whole = (max(count, 1) + 15) / 16 * 16
    if whole <= target { return whole }
    var unit = 16
    for period in periods {
      let joined = leastCommonMultiple(unit, period)
      if joined <= 2 * target { unit = joined }
    }
    return min(whole, max(unit, target / unit * unit))
  }

  // MARK: Numbering

  private mutating func number(
    _ steps: [FusedStep], _ graph: PlanGraph, stored: Set<Int>, overwritten: [Int: Int]
  ) {
    var lastUse: [FusedOperand: Int] = [:]
    for (index, step) in steps.enumerated() {
      for operand in step.operands { lastUse[operand] = index }
    }
    // A state's new value goes through a register while a later step still reads the old one.
    var delayed: [Int] = []
    for (index, step) in steps.enumerated() where !step.isMark {
      guard let old = overwritten[step.value] else { continue }
      let reading = lastUse[.full(PlanLocation(root: old, offset: 0))] ?? -1
      if reading > index { delayed.append(step.value) }
    }
    let computed = Set(steps.filter { !$0.isMark }.map(\.value))
    collect(steps, graph, computed: computed, stored: stored)

    var names = OperandNames(self, computed: computed)
    for value in stored where computed.contains(value) && !delayed.contains(value) {
      names.registers[value] = fulls.firstIndex(of: PlanLocation(root: value, offset: 0))
    }
    var free: [Int] = []
    for (index, step) in steps.enumerated() {
      if step.isMark {
        code.steps.append([UInt16(step.kind.rawValue), UInt16(step.value)])
        continue
      }
      var numbers = step.operands.map { names.number($0) }
      if step.isReduction {
        numbers.insert(reductions.firstIndex { $0.value == step.value } ?? 0, at: 0)
      } else {
        for operand in step.operands where lastUse[operand] == index {
          guard case .full(let place) = operand, let register = names.registers[place.root],
            register >= names.firstRegister, !delayed.contains(place.root), !free.contains(register)
          else { continue }
          free.append(register)
        }
        numbers.insert(target(of: step, &names, &free), at: 0)
      }
      code.steps.append([UInt16(step.kind.rawValue)] + numbers.map { UInt16($0) })
    }
    for value in delayed {
      let to = fulls.firstIndex(of: PlanLocation(root: value, offset: 0)) ?? 0
      let from = names.registers[value] ?? 0
      code.steps.append([UInt16(FLEDGE_STEP_COPY.rawValue), UInt16(to), UInt16(from)])
    }
    code.fullCount = fulls.count
    code.spreadCount = spreads.count
    code.reductionCount = reductions.count
  }

  /// Where a step puts its result: its memory, or the register freed last, or a new one.
  private mutating func target(
    of step: FusedStep, _ names: inout OperandNames, _ free: inout [Int]
  ) -> Int {
    if let memory = names.registers[step.value] { return memory }
    let register: Int
    if let last = free.popLast() {
      register = last
    } else {
      register = names.firstRegister + registerCount
      registerCount += 1
    }
    names.registers[step.value] = register
    return register
  }

  /// Lists the memory that the steps use, in order of appearance.
  private mutating func collect(
    _ steps: [FusedStep], _ graph: PlanGraph, computed: Set<Int>, stored: Set<Int>
  ) {
    for step in steps where !step.isMark {
      for operand in step.operands {
        switch operand {
        case .constant(let bits):
          if !code.constants.contains(bits) { code.constants.append(bits) }
        case .full(let place):
          if !computed.contains(place.root), !fulls.contains(place) { fulls.append(place) }
        case .spread:
          if !spreads.contains(operand) { spreads.append(operand) }
        }
      }
      if step.isReduction {
        let (outer, length, inner) = graph.reducedDivision(step.value)
        let kind = step.kind == FLEDGE_STEP_MAXIMUM_OVER ? step.kind : FLEDGE_STEP_SUM
        reductions.append(
          Reduction(value: step.value, kind: kind, outer: outer, length: length, inner: inner))
      } else if stored.contains(step.value) {
        fulls.append(PlanLocation(root: step.value, offset: 0))
      }
    }
  }
}

/// The numbers of operands within a program.
private struct OperandNames {
  let fulls: [PlanLocation: Int]
  let spreads: [FusedOperand]
  let constants: [UInt32]
  let computed: Set<Int>
  /// Where values computed in the program are: registers, or arrays.
  var registers: [Int: Int] = [:]

  init(_ program: FusedProgram, computed: Set<Int>) {
    fulls = Dictionary(uniqueKeysWithValues: program.fulls.enumerated().map { ($1, $0) })
    spreads = program.spreads
    constants = program.code.constants
    self.computed = computed
  }

  var firstRegister: Int { fulls.count + spreads.count + constants.count }

  func number(_ operand: FusedOperand) -> Int {
    switch operand {
    case .full(let place):
      if computed.contains(place.root) { return registers[place.root] ?? 0 }
      return fulls[place] ?? 0
    case .spread:
      return fulls.count + (spreads.firstIndex(of: operand) ?? 0)
    case .constant(let bits):
      return fulls.count + spreads.count + (constants.firstIndex(of: bits) ?? 0)
    }
  }
}

func leastCommonMultiple(_ a: Int, _ b: Int) -> Int {
  var (x, y) = (a, b)
  while y != 0 { (x, y) = (y, x % y) }
  return x == 0 ? 0 : a / x * b
}
