import Glibc

/// A kind of number in which a graph can be evaluated: `Float`, or `Double` to check gradients.
protocol RealNumber: BinaryFloatingPoint, Sendable {
  static func exp(_ x: Self) -> Self
  static func log(_ x: Self) -> Self
  static func log(onePlus x: Self) -> Self
  static func tanh(_ x: Self) -> Self
  static func erf(_ x: Self) -> Self
  static func sine(_ x: Self) -> Self
  static func cosine(_ x: Self) -> Self
  static func power(_ x: Self, _ exponent: Self) -> Self
}

extension Float: RealNumber {
  static func exp(_ x: Float) -> Float { expf(x) }
  static func log(_ x: Float) -> Float { logf(x) }
  static func log(onePlus x: Float) -> Float { log1pf(x) }
  static func tanh(_ x: Float) -> Float { tanhf(x) }
  static func erf(_ x: Float) -> Float { erff(x) }
  static func sine(_ x: Float) -> Float { sinf(x) }
  static func cosine(_ x: Float) -> Float { cosf(x) }
  static func power(_ x: Float, _ exponent: Float) -> Float { powf(x, exponent) }
}

extension Double: RealNumber {
  static func exp(_ x: Double) -> Double { Glibc.exp(x) }
  static func log(_ x: Double) -> Double { Glibc.log(x) }
  static func log(onePlus x: Double) -> Double { log1p(x) }
  static func tanh(_ x: Double) -> Double { Glibc.tanh(x) }
  static func erf(_ x: Double) -> Double { Glibc.erf(x) }
  static func sine(_ x: Double) -> Double { sin(x) }
  static func cosine(_ x: Double) -> Double { cos(x) }
  static func power(_ x: Double, _ exponent: Double) -> Double { pow(x, exponent) }
}

extension RealNumber {
  static func sigmoid(_ x: Self) -> Self {
    let small = exp(-abs(x))
    return (x < 0 ? small : 1) / (1 + small)
  }

  static func softplus(_ x: Self) -> Self { relu(x) + log(onePlus: exp(-abs(x))) }

  static func relu(_ x: Self) -> Self { larger(x, 0) }

  static func step(_ x: Self) -> Self { x > 0 ? 1 : 0 }

  static func sign(_ x: Self) -> Self { x > 0 ? 1 : x < 0 ? -1 : 0 }

  /// The larger number, the first of two equal ones; not-a-number if either is.
  static func larger(_ a: Self, _ b: Self) -> Self {
    if a.isNaN || b.isNaN { return .nan }
    return b > a ? b : a
  }

  /// The smaller number, the first of two equal ones; not-a-number if either is.
  static func smaller(_ a: Self, _ b: Self) -> Self {
    if a.isNaN || b.isNaN { return .nan }
    return b < a ? b : a
  }
}
