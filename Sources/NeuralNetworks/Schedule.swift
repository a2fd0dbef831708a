import Glibc

/// A number that depends on the global step only: a learning rate, an exploration rate.
///
/// It holds no state, so a resumed run continues it exactly. In settings, a bare number is a
/// constant. Steps are the caller's (mostly environment steps); what comes before step 0 has the
/// value at 0.
public indirect enum Schedule: Equatable, Sendable {
  /// The same value at every step.
  case constant(Double)
  /// A straight line that reaches `to` in `steps`; `to` ever after.
  case linear(from: Double, to: Double, steps: Int)
  /// Half a cosine wave that reaches `to` in `steps`; `to` ever after.
  ///
  /// Loshchilov & Hutter (2017), "SGDR", eq. 5, without restarts.
  case cosine(from: Double, to: Double, steps: Int)
  /// By equal factors, so that `to` is reached in `steps`; `to` ever after.
  case exponential(from: Double, to: Double, steps: Int)
  /// A straight line that reaches the first value of `then` in `steps`, then `then` from its
  /// own step 0.
  case warmUp(from: Double, steps: Int, then: Schedule)

  /// The value at a global step.
  public func callAsFunction(_ step: Int) -> Double {
    switch self {
    case .constant(let value): return value
    case .linear(let start, let end, let steps):
      return Self.between(start, end, step, steps) { start + (end - start) * $0 }
    case .cosine(let start, let end, let steps):
      return Self.between(start, end, step, steps) {
        end + (start - end) * (1 + cos(Double.pi * $0)) / 2
      }
    case .exponential(let start, let end, let steps):
      return Self.between(start, end, step, steps) { start * pow(end / start, $0) }
    case .warmUp(let start, let steps, let next):
      guard step < steps else { return next(step - max(steps, 0)) }
      let end = next(0)
      return Self.between(start, end, step, steps) { start + (end - start) * $0 }
    }
  }

  /// Exact at both ends, `curve` of the fraction between them.
  private static func between(
    _ start: Double, _ end: Double, _ step: Int, _ steps: Int, _ curve: (Double) -> Double
  ) -> Double {
    if step >= steps { return end }
    if step <= 0 { return start }
    return curve(Double(step) / Double(steps))
  }

  /// The smallest and the largest value that it ever has.
  public var range: ClosedRange<Double> {
    switch self {
    case .constant(let value): return value...value
    case .linear(let start, let end, _), .cosine(let start, let end, _),
      .exponential(let start, let end, _):
      return min(start, end)...max(start, end)
    case .warmUp(let start, _, let next):
      let rest = next.range
      return min(start, rest.lowerBound)...max(start, rest.upperBound)
    }
  }
}
