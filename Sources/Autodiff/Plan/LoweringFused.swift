import CKernels
import Kernels

// Fused kernels: the operand table of each segment, with scratch memory handed out from its start.

extension FusedProgram {
  /// Floats from one register to the next.
  ///
  /// The line between them keeps registers from falling on the same places of the cache.
  private var registerStride: Int { block + Arena.line }

  /// Floats that a spread needs: one vector for a number, else a block.
  private func spreadCount(_ spread: FusedOperand) -> Int {
    spread.isOneNumber ? Arena.line : registerStride
  }

  /// Whether what a spread puts into a block differs from block to block.
  private func isEveryBlock(inner: Int, length: Int, step: Int) -> Bool {
    if length == 1, step == 0 { return false }
    return count > block && (inner > 1 || step > 0 || block % length != 0)
  }

  fileprivate func period(of reduction: Reduction) -> Int? {
    Self.period(
      outer: reduction.outer, inner: reduction.inner, block: block, count: count)
  }

  /// Floats of scratch memory that a run needs.
  var scratchCount: Int {
    spreads.reduce(0) { $0 + spreadCount($1) } + registerCount * registerStride
      + reductions.reduce(0) { $0 + Arena.rounded(period(of: $1) ?? 0) }
  }

  /// The program over its memory.
  fileprivate func segment(_ lowering: inout Lowering) -> fledge_fused_segment {
    var free = lowering.scratch
    func take(_ count: Int) -> UnsafeMutablePointer<Float> {
      defer { free += count }
      return free
    }
    let vector = Int32(Arena.line)
    var operands = fulls.map {
      fledge_fused_operand(at: lowering.address($0), vector: vector, advance: 1)
    }
    var repeated: [fledge_fused_spread] = []
    for case .spread(let place, let inner, let length, let step) in spreads {
      let isChanging = isEveryBlock(inner: inner, length: length, step: step)
      repeated.append(
        fledge_fused_spread(
          source: UnsafePointer(lowering.address(place)), inner: Int64(inner),
          count: Int64(length), step: Int64(step), to: Int32(operands.count),
          every_block: isChanging ? 1 : 0))
      let spread = spreads[repeated.count - 1]
      operands.append(
        fledge_fused_operand(
          at: take(spreadCount(spread)), vector: spread.isOneNumber ? 0 : vector, advance: 0))
    }
    for bits in code.constants {
      let numbers = Array(repeating: Float(bitPattern: bits), count: Arena.line)
      operands.append(
        fledge_fused_operand(at: lowering.memory.floats(numbers), vector: 0, advance: 0))
    }
    for _ in 0..<registerCount {
      operands.append(fledge_fused_operand(at: take(registerStride), vector: vector, advance: 0))
    }
    let reductions = reductions.map { reduction in
      let period = period(of: reduction)
      return fledge_fused_reduction(
        out: lowering.address(PlanLocation(root: reduction.value, offset: 0)),
        partial: period.map { take(Arena.rounded($0)) }, outer: Int64(reduction.outer),
        length: Int64(reduction.length), inner: Int64(reduction.inner), period: Int64(period ?? 0),
        kind: Int32(reduction.kind.rawValue))
    }
    return fledge_fused_segment(
      count: Int64(count), block: Int64(block), operands: lowering.memory.store(operands),
      spreads: lowering.memory.store(repeated), reductions: lowering.memory.store(reductions))
  }
}

extension Lowering {
  /// Adds one kernel with a segment for each program; all have the same code.
  mutating func addFused(_ programs: [FusedProgram]) {
    let code = programs[0].code
    let steps = code.steps.map { numbers in
      let n = numbers + Array(repeating: 0, count: 6 - numbers.count)
      return fledge_fused_step(kind: n[0], to: n[1], a: n[2], b: n[3], c: n[4], d: n[5])
    }
    let segments = programs.map { $0.segment(&self) }
    let kernel = fledge_fused_kernel(
      steps: memory.store(steps), segments: memory.store(segments), step_count: Int32(steps.count),
      segment_count: Int32(segments.count), spread_count: Int32(code.spreadCount),
      reduction_count: Int32(code.reductionCount))
    add(.fused(memory.store(kernel)))
  }
}
