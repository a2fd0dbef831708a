import MultiTask
import Testing

/// Where strategies lead on the toy landscape, against the table of an independent program.
///
/// These are the starts whose paths keep out of the two valleys. In a valley a loss has slopes of
/// up to 10⁵ on both sides of a kink, and Adam's way through is chaotic: moving the start (9, 9) or
/// (−8.5, 7.5) by 10⁻¹⁰ moves where some descents end by 0.3.
@Suite struct `On the toy landscape` {
  static let ends: [(name: String, from: SIMD2<Double>, x: Double)] = [
    ("equal", [0, 0], -5.73), ("equal", [-7.5, -0.5], -5.73), ("equal", [9, -1], -5.73),
    ("pcGrad", [0, 0], -3.35), ("pcGrad", [-7.5, -0.5], -3.82), ("pcGrad", [9, -1], 5.04),
    ("upGrad", [0, 0], -3.35), ("upGrad", [-7.5, -0.5], -3.82), ("upGrad", [9, -1], 5.04),
    ("dualProj", [0, 0], -5.72), ("dualProj", [-7.5, -0.5], -5.72), ("dualProj", [9, -1], 3.87),
    ("mgda", [-8.5, 7.5], -1.98), ("mgda", [0, 0], 6.1), ("mgda", [9, 9], 6.98),
    ("mgda", [-7.5, -0.5], -4.26), ("mgda", [9, -1], 7),
    ("famo", [0, 0], 0.06), ("famo", [9, 9], 0.4), ("famo", [-7.5, -0.5], -1.2),
    ("famo", [9, -1], 2.15),
  ]

  @Test(arguments: ends) func `deterministic strategies end where they should`(
    end: (name: String, from: SIMD2<Double>, x: Double)
  ) throws {
    let path = try ToyDescent().path(of: end.name, from: end.from)
    #expect(path.outcome == .front)
    #expect(abs(path.end.x - end.x) < 0.05, "\(path.end)")
  }

  @Test func `a fair bargain from the middle ends in the middle, whatever the scale`() throws {
    // The losses are mirror images but for the scale, which this solution does not see.
    for scale in [0.1, 1] {
      let path = try ToyDescent(scale: scale).path(of: "nashMTL", from: .zero)
      #expect(path.outcome == .front && abs(path.end.x) < 0.01)
      // Where the answer is no closed form, it comes with how exactly it was solved.
      #expect(path.records.allSatisfy { $0.residual < 1e-6 })
    }
  }

  @Test func `the sum of the losses is stuck in a valley that balanced strategies leave`() throws {
    #expect(try ToyDescent().path(of: "equal", from: [9, 9]).outcome == .stuck)
    #expect(try ToyDescent().path(of: "nashMTL", from: [9, 9]).outcome == .front)
  }
}
