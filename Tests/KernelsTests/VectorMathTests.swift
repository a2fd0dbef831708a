import CKernels
import Glibc
import Testing

/// The errors of the elementary functions in units in the last place, at every level.
@Suite struct VectorMathTests {
  struct Function: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let kind: fledge_function
    let exact: @Sendable (Double) -> Double
    let bound: Double
  }

  /// The bounds that VectorMath.h states.
  static let functions = [
    Function(testDescription: "exp", kind: FLEDGE_MAP_EXP, exact: { exp($0) }, bound: 1.1),
    Function(testDescription: "log", kind: FLEDGE_MAP_LOG, exact: { log($0) }, bound: 1),
    Function(testDescription: "tanh", kind: FLEDGE_MAP_TANH, exact: { tanh($0) }, bound: 3),
    Function(
      testDescription: "sigmoid", kind: FLEDGE_MAP_SIGMOID, exact: { 1 / (1 + exp(-$0)) },
      bound: 3),
    Function(
      testDescription: "softplus", kind: FLEDGE_MAP_SOFTPLUS,
      exact: { max($0, 0) + log1p(exp(-abs($0))) }, bound: 2),
    Function(testDescription: "erf", kind: FLEDGE_MAP_ERF, exact: { erf($0) }, bound: 1.5),
    Function(testDescription: "sin", kind: FLEDGE_MAP_SIN, exact: { sin($0) }, bound: 2),
    Function(testDescription: "cos", kind: FLEDGE_MAP_COS, exact: { cos($0) }, bound: 2),
  ]

  private func values(of function: Function, at x: [Float], with loops: fledge_loops) -> [Float] {
    var result = [Float](repeating: 0, count: x.count)
    loops.map(Int32(function.kind.rawValue), x, Int64(x.count), &result)
    return result
  }

  /// The distance from the exact value in units in the last place of the nearest `Float`.
  private func error(_ value: Float, _ exact: Double) -> Double {
    if exact.isNaN { return value.isNaN ? 0 : .infinity }
    let nearest = Float(exact)
    if nearest.isInfinite || value.isInfinite { return nearest == value ? 0 : .infinity }
    return abs(Double(value) - exact) / Double(max(nearest.magnitude.ulp, .leastNonzeroMagnitude))
  }

  private func expectAccurate(_ function: Function, at x: [Float]) {
    for (level, loops) in availableLoops {
      let values = values(of: function, at: x, with: loops)
      let errors = zip(x, values).map { error($1, function.exact(Double($0))) }
      guard let worst = errors.indices.max(by: { errors[$0] < errors[$1] }) else { continue }
      #expect(
        errors[worst] <= function.bound,
        "level \(level): \(values[worst]) at \(x[worst]), \(errors[worst]) ulp")
    }
  }

  @Test(arguments: functions)
  func `numbers of all magnitudes are accurate`(function: Function) {
    // Every 200 003rd bit pattern: all exponents, both signs, denormals, infinities, NaNs.
    expectAccurate(
      function, at: stride(from: 0, to: UInt32.max, by: 200_003).map { Float(bitPattern: $0) })
  }

  @Test(arguments: functions)
  func `numbers of everyday size are accurate`(function: Function) {
    expectAccurate(function, at: (-12_000...12_000).map { Float($0) * 0.001_237 })
  }

  @Test(arguments: functions)
  func `the edges are those of the C library`(function: Function) {
    let large = Float.greatestFiniteMagnitude
    let small = Float.leastNonzeroMagnitude
    expectAccurate(
      function,
      at: [
        0, -0.0, .infinity, -.infinity, .nan, large, -large, small, -small, .leastNormalMagnitude,
        88.722, 88.723, 88.73, -87.33, -87.34, -103.97, -103.98, -110, 1, -1, 1.000_000_1,
        0.999_999_94, 0.707_106_7, 1.414_213_5, 9.01, 9.02, 1e6, 1.000_001e6, -1e6, 3.141_592_7,
        1.570_796_4, 710_645.4,
      ])
  }

  @Test(arguments: [FLEDGE_MAP_TANH, FLEDGE_MAP_ERF, FLEDGE_MAP_SIN])
  func `odd functions keep the sign of zero`(kind: fledge_function) {
    for (_, loops) in availableLoops {
      var result: [Float] = [1, 1]
      loops.map(Int32(kind.rawValue), [0, -0.0], 2, &result)
      #expect(result.map(\.sign) == [.plus, .minus])
      #expect(result == [0, 0])
    }
  }

  @Test func `arrays of any length are computed whole and no further`() {
    for (_, loops) in availableLoops {
      for count in 0...35 {
        let x = (0..<count).map { Float($0) }
        var result = [Float](repeating: -1, count: count + 4)
        loops.map(Int32(FLEDGE_MAP_COS.rawValue), x, Int64(count), &result)
        #expect(zip(result, x).allSatisfy { abs($0 - cosf($1)) < 1e-6 })
        #expect(result[count...].allSatisfy { $0 == -1 })
      }
    }
  }
}
