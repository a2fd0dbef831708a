import Randomness

/// One environment stepped by hand: what `fledge rollout` shows and tests compare.
///
/// Everything that a user may have typed is checked here, so nothing below traps on it.
public protocol Rollout {
  /// Begins an episode with a seed's first state.
  mutating func reset(seed: UInt64) -> Frame
  /// Begins an episode in a state, as the environment describes it.
  mutating func reset(state: StateValue, seed: UInt64) throws -> Frame
  /// Takes an action.
  mutating func step(_ action: ActionValue) throws -> Frame
  /// What the present state looks like; `nil` before the first reset and if it looks like nothing.
  var picture: Picture? { get }
}

extension Rollout {
  /// Begins an episode in a state; chance, if any, comes from seed 0.
  public mutating func reset(state: StateValue) throws -> Frame {
    try reset(state: state, seed: 0)
  }

  /// Begins an episode in the state with these numbers, in the environment's order.
  public mutating func reset(state numbers: [Double]) throws -> Frame {
    try reset(state: StateValue(numbers), seed: 0)
  }
}

/// What an environment shows after a reset or a step.
public struct Frame: Hashable, Sendable {
  /// What an agent sees.
  public var observation: [Float]
  /// The reward of the step; 0 after a reset.
  public var reward: Double
  /// Whether the episode ended in an absorbing state.
  public var terminated: Bool
  /// Whether the episode was cut short.
  public var truncated: Bool
  /// The state in full, as the environment describes it; an empty list where it does not.
  public var state: StateValue
  /// 1 for each allowed action and 0 for the others; `nil` if all actions always are.
  public var actionMask: [UInt8]?

  /// Makes a frame, by default that of a reset.
  public init(
    observation: [Float], reward: Double = 0, terminated: Bool = false, truncated: Bool = false,
    state: StateValue = [], actionMask: [UInt8]? = nil
  ) {
    self.observation = observation
    self.reward = reward
    self.terminated = terminated
    self.truncated = truncated
    self.state = state
    self.actionMask = actionMask
  }
}

extension Frame: Encodable {
  private enum CodingKeys: String, CodingKey {
    case observation, reward, terminated, truncated, state, actionMask = "action_mask"
  }

  /// Features are written as doubles, so that a reader gets the single-precision number exactly.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(observation.map(Double.init), forKey: .observation)
    try container.encode(reward, forKey: .reward)
    try container.encode(terminated, forKey: .terminated)
    try container.encode(truncated, forKey: .truncated)
    try container.encode(state, forKey: .state)
    try container.encodeIfPresent(actionMask, forKey: .actionMask)
  }
}

/// An action as a user writes it: a number, or a list of numbers.
public enum ActionValue: Hashable, Sendable {
  /// The number of a choice.
  case number(Double)
  /// One number for each part of an action.
  case numbers([Double])

  /// The numbers of either form.
  public var all: [Double] {
    switch self {
    case .number(let number): [number]
    case .numbers(let numbers): numbers
    }
  }
}

extension ActionValue: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let number = try? container.decode(Double.self) {
      self = .number(number)
    } else if let numbers = try? container.decode([Double].self) {
      self = .numbers(numbers)
    } else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "an action is a number or a list of numbers")
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .number(let number): try container.encode(number)
    case .numbers(let numbers): try container.encode(numbers)
    }
  }
}

extension ActionValue: CustomStringConvertible {
  public var description: String {
    func short(_ number: Double) -> String { Int(exactly: number).map { "\($0)" } ?? "\(number)" }
    return switch self {
    case .number(let number): short(number)
    case .numbers(let numbers): "[\(numbers.map(short).joined(separator: ", "))]"
    }
  }
}

/// The rollout of one environment.
struct EnvironmentRollout<E: Environment>: Rollout {
  let environment: E
  let name: String
  private var state: E.State?
  private var random = PCG64(seed: 0)
  private var steps = 0
  private var ending: Ending?

  init(_ environment: E, name: String) {
    self.environment = environment
    self.name = name
  }

  mutating func reset(seed: UInt64) -> Frame {
    random = PCG64(seed: seed)
    return begin(environment.initialState(using: &random))
  }

  mutating func reset(state description: StateValue, seed: UInt64) throws -> Frame {
    let state: E.State
    do {
      state = try environment.state(describedBy: description)
    } catch EnvironmentError.invalidState(_, let reason) {
      throw EnvironmentError.invalidState(environment: name, reason: reason)
    }
    random = PCG64(seed: seed)
    return begin(state)
  }

  var picture: Picture? { state.flatMap(environment.picture(of:)) }

  private mutating func begin(_ state: E.State) -> Frame {
    self.state = state
    steps = 0
    ending = nil
    return frame(of: state, reward: 0)
  }

  mutating func step(_ action: ActionValue) throws -> Frame {
    guard let state else { throw EnvironmentError.notStarted(environment: name) }
    if let ending {
      throw EnvironmentError.episodeOver(environment: name, steps: steps, ending: ending)
    }
    guard let element = environment.actions.element(action.all) else {
      throw EnvironmentError.invalidAction(
        environment: name, step: steps + 1, action: "\(action)",
        expected: "\(environment.actions.erased)")
    }
    let step = environment.step(from: state, taking: element, using: &random)
    self.state = step.state
    steps += 1
    ending = step.ending
    let frame = frame(of: step.state, reward: step.reward)
    try check(frame)
    return frame
  }

  private func check(_ frame: Frame) throws(EnvironmentError) {
    if let feature = frame.observation.firstIndex(where: { !$0.isFinite }) {
      throw .notFinite(
        environment: name, what: "feature \(feature) of the observation",
        value: Double(frame.observation[feature]), step: steps)
    }
    guard frame.reward.isFinite else {
      throw .notFinite(environment: name, what: "the reward", value: frame.reward, step: steps)
    }
  }

  private func frame(of state: E.State, reward: Double) -> Frame {
    Frame(
      observation: environment.features(of: state), reward: reward,
      terminated: ending == .terminated, truncated: ending == .truncated,
      state: environment.describe(state), actionMask: environment.mask(of: state))
  }
}

extension Space {
  /// The action that these numbers mean, or `nil` if they mean none.
  ///
  /// A choice must exist. Numbers must be finite and as many as the space has; beyond its bounds
  /// they are passed on, as Gymnasium does, for the environment to clip.
  func element(_ numbers: [Double]) -> Element? {
    guard numbers.count == width, numbers.allSatisfy(\.isFinite) else { return nil }
    let row: [Scalar]?
    switch erased {
    case .discrete(let count):
      guard let choice = Int32(exactly: numbers[0]), choice >= 0, choice < count else { return nil }
      row = [choice] as? [Scalar]
    case .multiDiscrete(let counts):
      let chosen = zip(numbers, counts).compactMap { number, count in
        Int32(exactly: number).flatMap { $0 >= 0 && $0 < count ? $0 : nil }
      }
      guard chosen.count == counts.count else { return nil }
      row = chosen as? [Scalar]
    case .continuous:
      row = numbers.map(Float.init) as? [Scalar]
    }
    return row?.withUnsafeBufferPointer { row in row.baseAddress.map(element(in:)) }
  }
}

extension Environment {
  /// What an agent sees of a state, as an array, however many features the environment appends.
  func features(of state: State) -> [Float] {
    [Float](capacity: observations.size + 64) { observe(state, into: &$0) }
  }

  /// The allowed actions, as an array; `nil` if all always are.
  func mask(of state: State) -> [UInt8]? {
    let size = Self.masksActions ? actions.erased.maskSize : 0
    guard size > 0 else { return nil }
    return [UInt8](capacity: size + 64) { appendMask(of: state, to: &$0) }
  }
}
