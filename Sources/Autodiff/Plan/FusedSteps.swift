import CKernels
import Kernels

extension FusedStep {
  var isReduction: Bool { kind.rawValue >= FLEDGE_STEP_SUM.rawValue }

  /// Whether the step says something about those after it, and computes nothing itself.
  var isMark: Bool { kind == FLEDGE_STEP_ADAM }

  /// One step per value, each after those that it needs and close to those that need it.
  static func steps(_ graph: PlanGraph, members: [Int]) -> [FusedStep] {
    let inside = Set(members)
    var isDone: Set<Int> = []
    var steps: [FusedStep] = []
    func emit(_ id: Int) {
      guard isDone.insert(id).inserted else { return }
      let operands = graph.operands(of: id)
      for operand in operands {
        if let root = operand.root, inside.contains(root) { emit(root) }
      }
      steps.append(FusedStep(kind: graph[id].op.stepKind, operands: operands, value: id))
    }
    let needed = Set(members.flatMap { graph.sources(of: $0) })
    for id in members where !needed.contains(id) { emit(id) }
    return steps.flatMap { $0.withContiguousOperand(graph) }
  }

  /// A reduction over rows walks through memory: what is repeated or constant becomes an array
  /// first.
  private func withContiguousOperand(_ graph: PlanGraph) -> [FusedStep] {
    guard isReduction else { return [self] }
    switch operands[0] {
    case .full: return [self]
    case .spread where !operands[0].isOneNumber: return [self]
    case .constant, .spread:
      let place = FusedOperand.full(PlanLocation(root: -value - 1, offset: 0))
      return [
        FusedStep(kind: FLEDGE_STEP_COPY, operands: operands, value: -value - 1),
        FusedStep(kind: kind, operands: [place], value: value),
      ]
    }
  }

  // MARK: Blocks

  /// Lengths after which what the step reads or sums begins anew.
  func periods(_ graph: PlanGraph) -> [Int] {
    var periods: [Int] = []
    if isReduction {
      let (outer, length, inner) = graph.reducedDivision(value)
      if inner > 1, outer == 1 { periods.append(inner) }
      if inner == 1, outer > 1 { periods.append(length) }
    }
    for case .spread(_, let inner, let count, _) in operands where count > 1 {
      periods.append(inner == 1 ? count : inner)
    }
    return periods
  }

  /// Whether a reduction keeps a row of partial sums while it runs.
  func hasPartialSums(_ graph: PlanGraph, block: Int) -> Bool {
    let (outer, _, inner) = graph.reducedDivision(value)
    let whole = graph.walkCount(value)
    return FusedProgram.period(outer: outer, inner: inner, block: block, count: whole) != nil
  }
}

extension FusedProgram {
  /// The number of partial sums of a reduction: 16 if all is one sum; or enough for whole rows and
  /// whole vectors, if every block begins with them; `nil` if there are none.
  static func period(outer: Int, inner: Int, block: Int, count: Int) -> Int? {
    guard outer == 1 else { return nil }
    if inner == 1 { return 16 }
    let period = leastCommonMultiple(inner, 16)
    return period <= 1024 && (block % period == 0 || block >= count) ? period : nil
  }
}

extension PlanGraph {
  /// The sizes into which a reduced axis divides its operand.
  func reducedDivision(_ id: Int) -> (outer: Int, length: Int, inner: Int) {
    self[self[id].inputs[0]].shape.division(at: self[id].op.reduction ?? 0)
  }
}

extension PlanOp {
  /// The step that computes a fused value.
  fileprivate var stepKind: fledge_step_kind {
    guard case .primitive(let op) = self else { return FLEDGE_STEP_COPY }
    return switch op {
    case .negate: FLEDGE_STEP_NEGATE
    case .reciprocal: FLEDGE_STEP_RECIPROCAL
    case .exp: FLEDGE_STEP_EXP
    case .log: FLEDGE_STEP_LOG
    case .squareRoot: FLEDGE_STEP_SQUARE_ROOT
    case .square: FLEDGE_STEP_SQUARE
    case .tanh: FLEDGE_STEP_TANH
    case .sigmoid: FLEDGE_STEP_SIGMOID
    case .softplus: FLEDGE_STEP_SOFTPLUS
    case .erf: FLEDGE_STEP_ERF
    case .sine: FLEDGE_STEP_SINE
    case .cosine: FLEDGE_STEP_COSINE
    case .absolute: FLEDGE_STEP_ABSOLUTE
    case .sign: FLEDGE_STEP_SIGN
    case .relu: FLEDGE_STEP_RELU
    case .step: FLEDGE_STEP_STEP
    case .add: FLEDGE_STEP_ADD
    case .subtract: FLEDGE_STEP_SUBTRACT
    case .multiply: FLEDGE_STEP_MULTIPLY
    case .divide: FLEDGE_STEP_DIVIDE
    case .maximum: FLEDGE_STEP_MAXIMUM
    case .minimum: FLEDGE_STEP_MINIMUM
    case .power: FLEDGE_STEP_POWER
    case .greater: FLEDGE_STEP_GREATER
    case .equal: FLEDGE_STEP_EQUAL
    case .select: FLEDGE_STEP_SELECT
    case .sum: FLEDGE_STEP_SUM
    case .maximumOver: FLEDGE_STEP_MAXIMUM_OVER
    case .input, .constant, .literal, .iota, .argmax, .reshape, .transpose, .broadcast, .slice,
      .pad, .concatenate, .matmul, .gatherRows, .scatterRows, .pick, .place, .patches, .overlay,
      .takeLargest, .placeLargest, .stopGradient:
      preconditionFailure("\(op.name) is not computed by steps")
    }
  }
}
