public import Randomness

/// An environment some of whose settings are drawn anew for each episode: a family of tasks.
///
/// Each of these settings, a context, is uniform over its range, independent of the others
/// (domain randomization; Benjamins et al. 2021, "CARL: a benchmark for contextual and adaptive
/// reinforcement learning"). Contexts come from a stream of their own, which goes on over the
/// episodes like the environment's and does not shift it: with ranges of no width, everything is as
/// with fixed settings, bit for bit.
///
/// The numbers of actions and features are the environment's; their bounds are the widest.
public struct Contextual<Base: Environment>: Environment {
  /// The environment with the settings that do not change.
  public private(set) var base: Base
  /// The names of the contexts, in alphabetical order.
  public var names: [String] { contexts.map(\.setting.name) }
  /// Whether observations end with the contexts, each scaled from its range to `-1...1`.
  public let isVisible: Bool

  public let actions: Base.Actions
  public let observations: Box

  struct Context: Sendable {
    var setting: Setting<Base>
    var range: ClosedRange<Double>
  }
  let contexts: [Context]

  /// An episode and the world that it takes place in.
  public struct State: Codable, Sendable {
    /// The state of the environment itself.
    public var base: Base.State
    /// The value of each context, in the order of `names`.
    public let values: [Double]
    /// Draws the next episode's contexts.
    var stream: PCG64
    /// The environment with these values; made from them where a state was decoded.
    var world: Base?

    private enum CodingKeys: String, CodingKey { case base, values, stream }
  }

  /// Gives ranges to settings of an environment.
  ///
  /// - Throws: `EnvironmentError` for an unknown setting, one that is not a number or whole number
  ///   only, and a range that reaches beyond what the setting allows.
  public init(
    _ base: Base, ranges: [String: ClosedRange<Double>], isVisible: Bool = false,
    name: String? = nil
  ) throws(EnvironmentError) {
    _ = try base.changed(by: ranges.mapValues(SettingValue.range), name: name)
    // Some worlds refuse values together, so all ends of the ranges are tried with one another.
    let corners = try Self.corners(of: ranges, name: name).map {
      (corner) throws(EnvironmentError) in
      try base.changed(by: corner, name: name)
    }
    self.base = base
    self.isVisible = isVisible
    actions = corners[corners.count - 1].actions
    let settings = Base.settings
    contexts = ranges.sorted { $0.key < $1.key }.compactMap { name, range in
      settings.first { $0.name == name }.map { Context(setting: $0, range: range) }
    }
    observations = Self.widest(
      corners.map(\.observations), visibleContexts: isVisible ? contexts.count : 0)
  }

  /// The most ranges that an environment can have at a time.
  private static var mostRanges: Int { 12 }

  /// Every combination of the ends of the ranges, that of all upper ends last.
  private static func corners(
    of ranges: [String: ClosedRange<Double>], name: String?
  ) throws(EnvironmentError) -> [[String: SettingValue]] {
    guard ranges.count <= mostRanges else {
      throw .invalidSettings(
        environment: name ?? "\(Base.self)",
        reason: "\(ranges.count) of its settings are ranges; give at most \(mostRanges)")
    }
    var corners: [[String: SettingValue]] = [[:]]
    for (setting, range) in ranges.sorted(by: { $0.key < $1.key }) {
      corners = corners.flatMap { corner in
        [range.lowerBound, range.upperBound].map { end in
          corner.merging([setting: .number(end)]) { _, new in new }
        }
      }
    }
    return corners
  }

  /// Bounds that hold all of these, followed by those of contexts.
  private static func widest(_ boxes: [Box], visibleContexts: Int) -> Box {
    let categories = boxes.compactMap(\.categories)
    if categories.count == boxes.count, visibleContexts == 0, let first = categories.first {
      return Box(categories: categories.reduce(first) { zip($0, $1).map(max) })
    }
    let first = boxes[0]
    return Box(
      low: boxes.reduce(first.low) { zip($0, $1.low).map(min) }
        + [Float](repeating: -1, count: visibleContexts),
      high: boxes.reduce(first.high) { zip($0, $1.high).map(max) }
        + [Float](repeating: 1, count: visibleContexts))
  }

  public func initialState(using random: inout PCG64) -> State {
    // The copy's first number, drawn from a copy of its stream, seeds the stream of the contexts.
    var first = random
    return begin(with: PCG64(seed: ~first.next()), using: &random)
  }

  public func nextInitialState(after last: State, using random: inout PCG64) -> State {
    begin(with: last.stream, using: &random)
  }

  private func begin(with stream: PCG64, using random: inout PCG64) -> State {
    var stream = stream
    let values = contexts.map { stream.uniform(in: $0.range) }
    let world = world(values)
    return State(
      base: world.initialState(using: &random), values: values, stream: stream, world: world)
  }

  /// The environment with these values of the contexts.
  private func world(_ values: [Double]) -> Base {
    var world = base
    for (context, value) in zip(contexts, values) {
      try? context.setting.write(&world, .number(value))  // only texts can be refused
    }
    return world
  }

  /// The environment that a state's episode takes place in.
  private func world(of state: State) -> Base { state.world ?? world(state.values) }

  public func step(
    from state: State, taking action: Base.Actions.Element, using random: inout PCG64
  ) -> Step<State> {
    let world = world(of: state)
    let step = world.step(from: state.base, taking: action, using: &random)
    return Step(
      state: State(base: step.state, values: state.values, stream: state.stream, world: world),
      reward: step.reward, ending: step.ending)
  }

  public func observe(_ state: State, into features: inout OutputSpan<Float>) {
    world(of: state).observe(state.base, into: &features)
    guard isVisible else { return }
    for (context, value) in zip(contexts, state.values) {
      let width = context.range.upperBound - context.range.lowerBound
      features.append(width > 0 ? Float((value - context.range.lowerBound) / width * 2 - 1) : 0)
    }
  }

  public var ownTimeLimit: Int? {
    get { base.ownTimeLimit }
    set { base.ownTimeLimit = newValue }
  }

  public static var masksActions: Bool { Base.masksActions }

  public func appendMask(of state: State, to mask: inout OutputSpan<UInt8>) {
    world(of: state).appendMask(of: state.base, to: &mask)
  }

  public static var actionNames: [String] { Base.actionNames }
  public static var framesPerSecond: Double { Base.framesPerSecond }

  public func picture(of state: State) -> Picture? { world(of: state).picture(of: state.base) }
}

// States as other programs write them: the environment's own and, beside it, the contexts.
extension Contextual {
  public func describe(_ state: State) -> StateValue {
    let values = zip(names, state.values).map { ($0, StateValue.number($1)) }
    return .record([
      "state": world(of: state).describe(state.base),
      "context": .record(Dictionary(values) { first, _ in first }),
    ])
  }

  public func state(describedBy description: StateValue) throws -> State {
    guard let described = description["state"], let record = description["context"] else {
      throw refusal("it has no context: give {\"state\": …, \"context\": {\"\(names[0])\": …}}")
    }
    let values = try contexts.map { context in
      guard let value = record[context.setting.name]?.number, context.range.contains(value) else {
        throw refusal(
          "its \(context.setting.name) must be from \(context.range.lowerBound) to "
            + "\(context.range.upperBound)")
      }
      return value
    }
    let world = world(values)
    return State(
      base: try world.state(describedBy: described), values: values, stream: PCG64(seed: 0),
      world: world)
  }

  private func refusal(_ reason: String) -> EnvironmentError {
    .invalidState(environment: "\(Base.self)", reason: reason)
  }
}
