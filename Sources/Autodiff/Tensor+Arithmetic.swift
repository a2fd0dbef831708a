// Element by element. Operands have one shape, or one of them is a Swift number.

// MARK: Operators

extension Tensor {
  /// Each element with the other sign.
  public static prefix func - (x: Tensor) -> Tensor { apply(.negate, x) }

  /// Sums of elements; the shapes are equal.
  public static func + (a: Tensor, b: Tensor) -> Tensor { apply(.add, a, b) }
  /// Differences of elements; the shapes are equal.
  public static func - (a: Tensor, b: Tensor) -> Tensor { apply(.subtract, a, b) }
  /// Products of elements; the shapes are equal.
  public static func * (a: Tensor, b: Tensor) -> Tensor { apply(.multiply, a, b) }
  /// Quotients of elements; the shapes are equal.
  public static func / (a: Tensor, b: Tensor) -> Tensor { apply(.divide, a, b) }

  /// Adds elements; the shapes are equal.
  public static func += (a: inout Tensor, b: Tensor) { a = a + b }
  /// Subtracts elements; the shapes are equal.
  public static func -= (a: inout Tensor, b: Tensor) { a = a - b }
  /// Multiplies elements; the shapes are equal.
  public static func *= (a: inout Tensor, b: Tensor) { a = a * b }
  /// Divides elements; the shapes are equal.
  public static func /= (a: inout Tensor, b: Tensor) { a = a / b }
}

// A literal is a `Double` here; the `Float` forms below serve variables.
extension Tensor {
  /// Adds a number to each element.
  public static func + (a: Tensor, b: Double) -> Tensor { a + a.filled(with: b) }
  /// Subtracts a number from each element.
  public static func - (a: Tensor, b: Double) -> Tensor { a - a.filled(with: b) }
  /// Multiplies each element by a number.
  public static func * (a: Tensor, b: Double) -> Tensor { a * a.filled(with: b) }
  /// Divides each element by a number.
  public static func / (a: Tensor, b: Double) -> Tensor { a / a.filled(with: b) }

  /// Adds a number to each element.
  public static func + (a: Double, b: Tensor) -> Tensor { b.filled(with: a) + b }
  /// Subtracts each element from a number.
  public static func - (a: Double, b: Tensor) -> Tensor { b.filled(with: a) - b }
  /// Multiplies each element by a number.
  public static func * (a: Double, b: Tensor) -> Tensor { b.filled(with: a) * b }
  /// Divides a number by each element.
  public static func / (a: Double, b: Tensor) -> Tensor { b.filled(with: a) / b }

  /// Adds a number to each element.
  @_disfavoredOverload
  public static func + (a: Tensor, b: Float) -> Tensor { a + Double(b) }
  /// Subtracts a number from each element.
  @_disfavoredOverload
  public static func - (a: Tensor, b: Float) -> Tensor { a - Double(b) }
  /// Multiplies each element by a number.
  @_disfavoredOverload
  public static func * (a: Tensor, b: Float) -> Tensor { a * Double(b) }
  /// Divides each element by a number.
  @_disfavoredOverload
  public static func / (a: Tensor, b: Float) -> Tensor { a / Double(b) }

  /// Adds a number to each element.
  @_disfavoredOverload
  public static func + (a: Float, b: Tensor) -> Tensor { Double(a) + b }
  /// Subtracts each element from a number.
  @_disfavoredOverload
  public static func - (a: Float, b: Tensor) -> Tensor { Double(a) - b }
  /// Multiplies each element by a number.
  @_disfavoredOverload
  public static func * (a: Float, b: Tensor) -> Tensor { Double(a) * b }
  /// Divides a number by each element.
  @_disfavoredOverload
  public static func / (a: Float, b: Tensor) -> Tensor { Double(a) / b }
}

// MARK: Functions of one operand

extension Tensor {
  /// One divided by each element.
  public func reciprocal() -> Tensor { .apply(.reciprocal, self) }
  /// e to the power of each element.
  public func exp() -> Tensor { .apply(.exp, self) }
  /// The natural logarithm.
  public func log() -> Tensor { .apply(.log, self) }
  /// Its derivative at 0 is infinite.
  public func squareRoot() -> Tensor { .apply(.squareRoot, self) }
  /// Each element times itself.
  public func squared() -> Tensor { .apply(.square, self) }
  /// The hyperbolic tangent of each element.
  public func tanh() -> Tensor { .apply(.tanh, self) }
  /// `1 / (1 + exp(-x))`, exact to rounding at both ends.
  public func sigmoid() -> Tensor { .apply(.sigmoid, self) }
  /// `log(1 + exp(x))`, without overflow.
  public func softplus() -> Tensor { .apply(.softplus, self) }
  /// The error function, `2/√π ∫₀ˣ exp(-t²) dt`.
  public func erf() -> Tensor { .apply(.erf, self) }
  /// Of an angle in radians.
  public func sine() -> Tensor { .apply(.sine, self) }
  /// Of an angle in radians.
  public func cosine() -> Tensor { .apply(.cosine, self) }
  /// Its derivative at 0 is 0.
  public func absolute() -> Tensor { .apply(.absolute, self) }
  /// 1, 0 or -1; no gradient flows through it.
  public func sign() -> Tensor { .apply(.sign, self) }
  /// `max(x, 0)`; its derivative at 0 is 0.
  public func relu() -> Tensor { .apply(.relu, self) }
  /// 1 where `x > 0`, else 0; no gradient flows through it.
  public func step() -> Tensor { .apply(.step, self) }
  /// The same numbers, which differentiation takes for constants.
  public func withoutGradient() -> Tensor { .apply(.stopGradient, self) }
}

// MARK: Functions of two operands

extension Tensor {
  /// This number to the power of an exponent.
  ///
  /// The derivative with respect to the exponent is taken as 0 where `x` is 0.
  public func power(_ exponent: Tensor) -> Tensor { .apply(.power, self, exponent) }
  /// Each element to the power of a number.
  public func power(_ exponent: Double) -> Tensor { power(filled(with: exponent)) }

  /// 1 where this is larger, else 0; no gradient flows through it.
  public func greater(than other: Tensor) -> Tensor { .apply(.greater, self, other) }
  /// 1 where an element is above a number, else 0.
  public func greater(than other: Double) -> Tensor { greater(than: filled(with: other)) }

  /// 1 where this is smaller, else 0; no gradient flows through it.
  public func less(than other: Tensor) -> Tensor { other.greater(than: self) }
  /// 1 where an element is below a number, else 0.
  public func less(than other: Double) -> Tensor { less(than: filled(with: other)) }

  /// 1 where the two are equal, else 0; no gradient flows through it.
  public func equal(to other: Tensor) -> Tensor { .apply(.equal, self, other) }
  /// 1 where an element is equal to a number, else 0.
  public func equal(to other: Double) -> Tensor { equal(to: filled(with: other)) }
}

/// The larger of two, element by element.
///
/// Where they are equal, the gradient goes to `a` alone.
public func maximum(_ a: Tensor, _ b: Tensor) -> Tensor { .apply(.maximum, a, b) }
/// Each element, or a number where that is larger.
public func maximum(_ a: Tensor, _ b: Double) -> Tensor { .apply(.maximum, a, a.filled(with: b)) }

/// The smaller of two, element by element.
///
/// Where they are equal, the gradient goes to `a` alone.
public func minimum(_ a: Tensor, _ b: Tensor) -> Tensor { .apply(.minimum, a, b) }
/// Each element, or a number where that is smaller.
public func minimum(_ a: Tensor, _ b: Double) -> Tensor { .apply(.minimum, a, a.filled(with: b)) }

/// `a` where the condition is not 0, else `b`.
///
/// No gradient flows to the condition.
public func select(_ condition: Tensor, _ a: Tensor, _ b: Tensor) -> Tensor {
  .apply(.select, condition, a, b)
}

/// The matrix product, `[m, k], [k, n]` → `[m, n]`.
public func matmul(_ a: Tensor, _ b: Tensor) -> Tensor { .apply(.matmul, a, b) }
