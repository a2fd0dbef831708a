extension Schedule: Choice {
  /// A value that stays.
  public struct Constant: ValidatedSettings {
    /// The value at every step.
    public var value = 0.001

    public init() {}
    init(_ value: Double) { self.value = value }

    public func validate() throws(SettingsError) {
      try require(value.isFinite, "value", "must be finite", found: value)
    }
  }

  /// A way from one value to another.
  public struct Ramp: ValidatedSettings {
    /// The value at step 0.
    public var from = 0.001
    /// The value at `steps` and after.
    public var to = 0.0001
    /// Global steps that it takes, 1 or more.
    public var steps = 50_000

    public init() {}
    init(_ from: Double, _ to: Double, _ steps: Int) {
      (self.from, self.to, self.steps) = (from, to, steps)
    }

    public func validate() throws(SettingsError) {
      try require(from.isFinite, "from", "must be finite", found: from)
      try require(to.isFinite, "to", "must be finite", found: to)
      try require(steps >= 1, "steps", "must be 1 or more", found: steps)
    }
  }

  /// A way between two values above zero, by equal factors.
  public struct GeometricRamp: ValidatedSettings {
    /// The value at step 0, above 0.
    public var from = 0.001
    /// The value at `steps` and after, above 0.
    public var to = 0.0001
    /// Global steps that it takes, 1 or more.
    public var steps = 50_000

    public init() {}
    init(_ from: Double, _ to: Double, _ steps: Int) {
      (self.from, self.to, self.steps) = (from, to, steps)
    }

    public func validate() throws(SettingsError) {
      try require(from > 0 && from.isFinite, "from", "must be finite and above 0", found: from)
      try require(to > 0 && to.isFinite, "to", "must be finite and above 0", found: to)
      try require(steps >= 1, "steps", "must be 1 or more", found: steps)
    }
  }

  /// A slow start before another schedule.
  public struct WarmUp: ValidatedSettings {
    /// The value at step 0.
    public var from = 0.0
    /// Global steps until the other schedule begins, 1 or more.
    public var steps = 1_000
    /// What follows, counted from its own step 0.
    public var then = Schedule.constant(0.001)

    public init() {}
    init(_ from: Double, _ steps: Int, _ then: Schedule) {
      (self.from, self.steps, self.then) = (from, steps, then)
    }

    public func validate() throws(SettingsError) {
      try require(from.isFinite, "from", "must be finite", found: from)
      try require(steps >= 1, "steps", "must be 1 or more", found: steps)
      try NeuralNetworks.validate("then") { () throws(SettingsError) in try then.validate() }
    }
  }

  public static var alternatives: [Alternative<Schedule>] {
    [
      Alternative("constant", Constant.self) { .constant($0.value) },
      Alternative("linear", Ramp.self) { .linear(from: $0.from, to: $0.to, steps: $0.steps) },
      Alternative("cosine", Ramp.self) { .cosine(from: $0.from, to: $0.to, steps: $0.steps) },
      Alternative("exponential", GeometricRamp.self) {
        .exponential(from: $0.from, to: $0.to, steps: $0.steps)
      },
      Alternative("warmUp", WarmUp.self) {
        .warmUp(from: $0.from, steps: $0.steps, then: $0.then)
      },
    ]
  }

  public var chosen: (name: String, settings: (any ValidatedSettings)?) {
    switch self {
    case .constant(let value): ("constant", Constant(value))
    case .linear(let start, let end, let steps): ("linear", Ramp(start, end, steps))
    case .cosine(let start, let end, let steps): ("cosine", Ramp(start, end, steps))
    case .exponential(let start, let end, let steps):
      ("exponential", GeometricRamp(start, end, steps))
    case .warmUp(let start, let steps, let next): ("warmUp", WarmUp(start, steps, next))
    }
  }

  public static func plain(_ number: Double) -> Schedule? { .constant(number) }

  public var plainNumber: Double? {
    if case .constant(let value) = self { value } else { nil }
  }
}
