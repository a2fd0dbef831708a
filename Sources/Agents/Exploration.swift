import Environments
public import NeuralNetworks
package import Randomness

/// The probability ε of a random action, as a function of the environment steps taken so far.
public enum ExplorationSchedule: Equatable, Sendable {
  /// The same at every step.
  case constant(Double)
  /// A straight line that reaches `to` within a number of environment steps; `to` ever after.
  case linear(from: Double, to: Double, steps: Int)
  /// The same within a share of the run.
  case linearFraction(from: Double, to: Double, fraction: Double)

  /// ε for the action taken after `step` environment steps in a run of `totalSteps`.
  public func epsilon(at step: Int, of totalSteps: Int) -> Double {
    switch self {
    case .constant(let value): value
    case .linear(let start, let end, let steps): Self.line(start, end, step, Double(steps))
    case .linearFraction(let start, let end, let fraction):
      Self.line(start, end, step, fraction * Double(totalSteps))
    }
  }

  private static func line(_ start: Double, _ end: Double, _ step: Int, _ steps: Double) -> Double {
    Double(step) < steps ? start + (end - start) * (Double(step) / steps) : end
  }
}

extension ExplorationSchedule: Choice {
  /// A probability that stays.
  public struct Constant: ValidatedSettings {
    /// ε, in `0...1`.
    public var epsilon = 0.1

    public init() {}
    init(_ epsilon: Double) { self.epsilon = epsilon }

    public func validate() throws(SettingsError) { try requireProbability(epsilon, "epsilon") }
  }

  /// A way from one probability to another.
  public struct Line: ValidatedSettings {
    /// ε at step 0, in `0...1`.
    public var from = 1.0
    /// ε at the end of the way and ever after, in `0...1`.
    public var to = 0.05
    /// Environment steps that it takes, 1 or more.
    public var steps = 25_000

    public init() {}
    init(_ from: Double, _ to: Double, _ steps: Int) {
      (self.from, self.to, self.steps) = (from, to, steps)
    }

    public func validate() throws(SettingsError) {
      try requireProbability(from, "from")
      try requireProbability(to, "to")
      try require(steps >= 1, "steps", "must be 1 or more", found: steps)
    }
  }

  /// A way from one probability to another that takes a share of the run.
  public struct LineFraction: ValidatedSettings {
    /// ε at step 0, in `0...1`.
    public var from = 1.0
    /// ε at the end of the way and ever after, in `0...1`.
    public var to = 0.05
    /// The share of the run's environment steps that it takes, above 0 and at most 1.
    public var fraction = 0.5

    public init() {}
    init(_ from: Double, _ to: Double, _ fraction: Double) {
      (self.from, self.to, self.fraction) = (from, to, fraction)
    }

    public func validate() throws(SettingsError) {
      try requireProbability(from, "from")
      try requireProbability(to, "to")
      try require(
        fraction > 0 && fraction <= 1, "fraction", "must be above 0 and at most 1",
        found: fraction)
    }
  }

  public static var alternatives: [Alternative<ExplorationSchedule>] {
    [
      Alternative("constant", Constant.self) { .constant($0.epsilon) },
      Alternative("linear", Line.self) { .linear(from: $0.from, to: $0.to, steps: $0.steps) },
      Alternative("linearFraction", LineFraction.self) {
        .linearFraction(from: $0.from, to: $0.to, fraction: $0.fraction)
      },
    ]
  }

  public var chosen: (name: String, settings: (any ValidatedSettings)?) {
    switch self {
    case .constant(let value): ("constant", Constant(value))
    case .linear(let start, let end, let steps): ("linear", Line(start, end, steps))
    case .linearFraction(let start, let end, let fraction):
      ("linearFraction", LineFraction(start, end, fraction))
    }
  }

  public static func plain(_ number: Double) -> ExplorationSchedule? { .constant(number) }

  public var plainNumber: Double? {
    if case .constant(let value) = self { value } else { nil }
  }
}

private func requireProbability(_ value: Double, _ key: String) throws(SettingsError) {
  try require(value >= 0 && value <= 1, key, "must be in 0...1", found: value)
}

/// Draws random actions for some environments and leaves the others to the policy.
///
/// Each environment has its own coin: heads with probability ε, then a uniform draw among the
/// allowed actions.
package enum RandomActions {
  /// Marks an environment whose action is the policy's.
  package static var undecided: Int32 { -1 }

  /// Writes a random action or `undecided` for each environment.
  ///
  /// - Parameters:
  ///   - actions: `[count]`, one for each environment.
  ///   - count: Environments.
  ///   - choices: Actions to choose from.
  ///   - masks: `[count, choices]`; `nil` allows everything.
  ///   - epsilon: The probability of a random action.
  ///   - random: One draw for each environment, and one for each random action.
  /// - Returns: Whether any environment is left to the policy.
  package static func explore(
    _ actions: UnsafeMutablePointer<Int32>, count: Int, choices: Int,
    masks: UnsafePointer<UInt8>?, epsilon: Double, using random: inout RandomStream
  ) -> Bool {
    let threshold = Float(epsilon)
    var isAnyLeft = false
    for environment in 0..<count {
      if random.uniform() < threshold {
        let mask = masks.map { $0 + environment * choices }
        actions[environment] = draw(of: choices, mask: mask, using: &random)
      } else {
        actions[environment] = undecided
        isAnyLeft = true
      }
    }
    return isAnyLeft
  }

  /// One of the allowed actions, each with the same probability; any if none is allowed.
  package static func draw(
    of choices: Int, mask: UnsafePointer<UInt8>?, using random: inout RandomStream
  ) -> Int32 {
    guard let mask else { return Int32(random.integer(below: choices)) }
    var allowed = 0
    for action in 0..<choices where mask[action] != 0 { allowed += 1 }
    guard allowed > 0 else { return Int32(random.integer(below: choices)) }
    var remaining = random.integer(below: allowed)
    for action in 0..<choices where mask[action] != 0 {
      if remaining == 0 { return Int32(action) }
      remaining -= 1
    }
    preconditionFailure("fewer actions are allowed than were counted")
  }
}
