import MultiTask
import Testing

/// The published findings on the toy landscape, with every start.
@Suite struct ToyDescentLearningTests {
  /// How many of the five starts end on the front, in Nash-MTL's experiment.
  // Chance decides whether the first start has just arrived.
  @Test(arguments: [
    ("rlw", 3...4), ("gradDrop", 3...4), ("pcGrad", 4...4), ("upGrad", 4...4), ("dualProj", 4...4),
    ("mgda", 5...5),
    ("imtlG", 5...5), ("nashMTL", 5...5), ("famo", 5...5),
  ]) func `as many starts as published end on the front`(
    name: String, counts: ClosedRange<Int>
  ) throws {
    let outcomes = try ToyDescent.starts.map { try ToyDescent().path(of: name, from: $0).outcome }
    #expect(counts.contains(outcomes.count { $0 == .front }))
    if counts.upperBound < 5 { #expect(outcomes[2] != .front) }
  }

  @Test(arguments: [("equal", 4), ("caGrad", 4)])
  func `one start is left in the end`(name: String, count: Int) throws {
    // With 50,000 steps, for with 35,000 the first start has just arrived, or is about to.
    let outcomes = try ToyDescent.starts.map {
      try ToyDescent(steps: 50_000).path(of: name, from: $0).outcome
    }
    #expect(outcomes.count { $0 == .front } >= count)
  }

  @Test func `Nash-MTL spreads along the front`() throws {
    let ends = [-2.95, 0, 2.91, -3.32, 4.85]
    for (start, x) in zip(ToyDescent.starts, ends) {
      let path = try ToyDescent().path(of: "nashMTL", from: start)
      #expect(path.outcome == .front && abs(path.end.x - x) < 0.1, "\(path.end)")
    }
  }

  // From the fifth start, (9, −1), it comes to a part of the front where the smaller eigenvalue of
  // the Gram matrix is lost in rounding, and hardly moves on.
  @Test(arguments: ToyDescent.starts.dropLast())
  func `Aligned-MTL ends in the middle of a front of losses of one size`(
    start: SIMD2<Double>
  ) throws {
    let path = try ToyDescent(scale: 1).path(of: "alignedMTL", from: start)
    #expect(path.outcome == .front && abs(path.end.x) < 0.05, "\(path.end)")
  }

  @Test(arguments: [[-8.5, 7.5], [-8.5, -5], [9, 9]] as [SIMD2<Double>])
  func `CAGrad ends where the sum of the losses is least, and the sum itself does not get there`(
    start: SIMD2<Double>
  ) throws {
    let descent = ToyDescent(scale: 1, steps: 100_000)
    let path = try descent.path(of: "caGrad", from: start)
    #expect(path.outcome == .front && abs(path.end.x) < 0.05, "\(path.end)")
    let plain = try descent.path(of: "equal", from: start)
    #expect((plain.outcome == .front) == (start.y < 0))
  }
}
