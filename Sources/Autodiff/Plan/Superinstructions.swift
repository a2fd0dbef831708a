import CKernels

// Steps that do the work of several: each saves a pass over the block and, mostly, a rounding.

extension FusedStep {
  /// Joins steps with those whose results only they use.
  ///
  /// - Parameter wholeSums: Whether a reduction can take in a product (see `FLEDGE_STEP_DOT`).
  static func combine(
    _ steps: inout [FusedStep], stored: Set<Int>, wholeSums: (FusedStep) -> Bool
  ) {
    var uses: [Int: Int] = [:]
    for step in steps {
      for operand in step.operands { if let root = operand.root { uses[root, default: 0] += 1 } }
    }
    var position: [Int: Int] = [:]
    for (index, step) in steps.enumerated() { position[step.value] = index }
    var isGone = [Bool](repeating: false, count: steps.count)
    for index in steps.indices.reversed() where !isGone[index] {
      let lookUp = { (operand: FusedOperand, kind: fledge_step_kind) -> FusedStep? in
        guard case .full(let place) = operand, let inner = position[place.root],
          steps[inner].kind == kind, uses[place.root] == 1, !stored.contains(place.root)
        else { return nil }
        return steps[inner]
      }
      let hasWholeSums = steps[index].isReduction && wholeSums(steps[index])
      while let joined = Combination(steps[index], lookUp, wholeSums: hasWholeSums) {
        steps[index].kind = joined.kind
        steps[index].operands = joined.operands
        for gone in joined.gone { if let inner = position[gone] { isGone[inner] = true } }
      }
    }
    steps = steps.indices.filter { !isGone[$0] }.map { steps[$0] }
    uses = uses.filter { _, count in count == 1 }
    joinAdam(&steps) { uses[$0] != nil && !stored.contains($0) }
  }

  // MARK: Adam

  /// Brings the four steps that are an update of Adam together behind `FLEDGE_STEP_ADAM`, which
  /// makes them one loop: an optimiser is most of the elementwise work of a training step.
  ///
  /// - Parameter isPassing: Whether a value is used once, and not stored.
  private static func joinAdam(_ steps: inout [FusedStep], isPassing: (Int) -> Bool) {
    var next = 0
    while next < steps.count {
      defer { next += 1 }
      let makers = [1, 2, 3].compactMap { operand in
        steps[next].operands.count > operand
          ? steps[..<next].firstIndex { $0.computes(steps[next].operands[operand]) } : nil
      }
      guard steps[next].kind == FLEDGE_STEP_SUBTRACT_SCALED_QUOTIENT, makers.count == 2,
        isPassing(steps[makers[1]].value),
        let square = steps[..<next].firstIndex(where: {
          $0.computes(steps[makers[1]].operands[0])
        }),
        let group = adam([makers[0], square, makers[1], next].map { steps[$0] })
      else { continue }
      // The means are computed later than before: nobody in between may need them.
      let members = [makers[0], square, makers[1], next]
      let needed = [makers[0], square].map { steps[$0].result }
      let between = steps.indices.filter {
        $0 > min(makers[0], square) && $0 < next && !members.contains($0)
      }
      if between.contains(where: { steps[$0].operands.contains(where: needed.contains) }) {
        continue
      }
      let others = steps[..<next].indices.filter { !members.contains($0) }.map { steps[$0] }
      steps = others + group + steps[(next + 1)...]
      next = others.count + group.count - 1
    }
  }

  private static func adam(_ x: [FusedStep]) -> [FusedStep]? {
    let kinds = [
      FLEDGE_STEP_SUM_OF_PRODUCTS, FLEDGE_STEP_SQUARE_AVERAGE, FLEDGE_STEP_ROOT_ADD,
      FLEDGE_STEP_SUBTRACT_SCALED_QUOTIENT,
    ]
    guard x.map(\.kind) == kinds else { return nil }
    let (mean, square, size, next) = (x[0], x[1], x[2], x[3])
    let isScaleLast = next.operands[1] == mean.result
    let numbers = [
      mean.operands[1], mean.operands[3], square.operands[1], square.operands[2],
      size.operands[1], next.operands[isScaleLast ? 2 : 1],
    ]
    let arrays = [
      mean.operands[0], mean.operands[2], square.operands[0], square.operands[3],
      next.operands[0],
    ]
    guard numbers.allSatisfy(\.isOneNumber), !arrays.contains(where: \.isOneNumber),
      size.operands[0] == square.result, next.operands[3] == size.result,
      next.operands[isScaleLast ? 1 : 2] == mean.result
    else { return nil }
    var ordered = mean
    ordered.operands.swapAt(2, 3)
    return [
      FusedStep(kind: FLEDGE_STEP_ADAM, operands: [], value: isScaleLast ? 1 : 0), ordered, square,
      size, next,
    ]
  }

  /// What the step computes, as an operand.
  private var result: FusedOperand { .full(PlanLocation(root: value, offset: 0)) }

  private func computes(_ operand: FusedOperand) -> Bool { !isMark && result == operand }
}

extension FusedOperand {
  /// The same number for every element.
  var isOneNumber: Bool {
    switch self {
    case .constant, .spread(_, _, count: 1, step: 0): true
    case .full, .spread: false
    }
  }
}

/// A step and the steps it takes in, as one.
private struct Combination {
  var kind: fledge_step_kind
  var operands: [FusedOperand]
  var gone: [Int]

  typealias LookUp = (FusedOperand, fledge_step_kind) -> FusedStep?

  private init(_ kind: fledge_step_kind, _ operands: [FusedOperand], _ gone: FusedStep...) {
    self.kind = kind
    self.operands = operands
    self.gone = gone.map(\.value)
  }

  init?(_ step: FusedStep, _ inner: LookUp, wholeSums: Bool) {
    let x = step.operands
    let found: Combination? =
      switch step.kind {
      case FLEDGE_STEP_ADD: Self.sum(x[0], x[1], inner) ?? Self.sum(x[1], x[0], inner)
      case FLEDGE_STEP_SUBTRACT: Self.difference(x[0], x[1], inner)
      case FLEDGE_STEP_MULTIPLY: Self.product(x[0], x[1], inner) ?? Self.product(x[1], x[0], inner)
      case FLEDGE_STEP_SQUARE:
        inner(x[0], FLEDGE_STEP_SUBTRACT).map {
          Combination(FLEDGE_STEP_SQUARED_DIFFERENCE, $0.operands, $0)
        }
      case FLEDGE_STEP_SUM where wholeSums:
        inner(x[0], FLEDGE_STEP_SQUARE).map {
          Combination(FLEDGE_STEP_SUM_OF_SQUARES, $0.operands, $0)
        }
          ?? inner(x[0], FLEDGE_STEP_MULTIPLY).map {
            Combination(FLEDGE_STEP_DOT, $0.operands, $0)
          }
      default: nil
      }
    guard let found else { return nil }
    self = found
  }

  /// `a + b`, looking into `a` first.
  private static func sum(
    _ a: FusedOperand, _ b: FusedOperand, _ inner: LookUp
  ) -> Combination? {
    if let left = inner(a, FLEDGE_STEP_MULTIPLY) {
      let (p, q) = (left.operands[0], left.operands[1])
      if let right = inner(b, FLEDGE_STEP_MULTIPLY), right.value != left.value {
        for (c, d) in [(0, 1), (1, 0)].map({ (right.operands[$0], right.operands[$1]) }) {
          guard let square = inner(d, FLEDGE_STEP_SQUARE) else { continue }
          let operands = [p, q, c, square.operands[0]]
          return Combination(FLEDGE_STEP_SQUARE_AVERAGE, operands, left, right, square)
        }
        if inner(p, FLEDGE_STEP_SQUARE) == nil, inner(q, FLEDGE_STEP_SQUARE) == nil {
          return Combination(FLEDGE_STEP_SUM_OF_PRODUCTS, [p, q] + right.operands, left, right)
        }
        return nil
      }
      return Combination(FLEDGE_STEP_MULTIPLY_ADD, [p, q, b], left)
    }
    guard let root = inner(a, FLEDGE_STEP_SQUARE_ROOT),
      inner(b, FLEDGE_STEP_MULTIPLY) == nil
    else { return nil }
    if let scaled = inner(root.operands[0], FLEDGE_STEP_MULTIPLY) {
      return Combination(FLEDGE_STEP_SCALED_ROOT_ADD, scaled.operands + [b], root, scaled)
    }
    return Combination(FLEDGE_STEP_ROOT_ADD, [root.operands[0], b], root)
  }

  private static func difference(
    _ a: FusedOperand, _ b: FusedOperand, _ inner: LookUp
  ) -> Combination? {
    if let quotient = inner(b, FLEDGE_STEP_DIVIDE) {
      if let scaled = inner(quotient.operands[0], FLEDGE_STEP_MULTIPLY) {
        let operands = [a] + scaled.operands + [quotient.operands[1]]
        return Combination(FLEDGE_STEP_SUBTRACT_SCALED_QUOTIENT, operands, quotient, scaled)
      }
      return Combination(FLEDGE_STEP_SUBTRACT_QUOTIENT, [a] + quotient.operands, quotient)
    }
    if let right = inner(b, FLEDGE_STEP_MULTIPLY) {
      return Combination(FLEDGE_STEP_SUBTRACT_PRODUCT, [a] + right.operands, right)
    }
    return inner(a, FLEDGE_STEP_MULTIPLY).map {
      Combination(FLEDGE_STEP_MULTIPLY_SUBTRACT, $0.operands + [b], $0)
    }
  }

  /// `a · b`, looking into `a`.
  private static func product(
    _ a: FusedOperand, _ b: FusedOperand, _ inner: LookUp
  ) -> Combination? {
    if let left = inner(a, FLEDGE_STEP_MULTIPLY) {
      return Combination(FLEDGE_STEP_MULTIPLY_MULTIPLY, left.operands + [b], left)
    }
    if let left = inner(a, FLEDGE_STEP_SQUARE) {
      return Combination(FLEDGE_STEP_SQUARE_MULTIPLY, left.operands + [b], left)
    }
    if let left = inner(a, FLEDGE_STEP_SUBTRACT) {
      return Combination(FLEDGE_STEP_DIFFERENCE_MULTIPLY, left.operands + [b], left)
    }
    return inner(a, FLEDGE_STEP_STEP).map {
      Combination(FLEDGE_STEP_GATE, [b] + $0.operands, $0)
    }
  }
}
