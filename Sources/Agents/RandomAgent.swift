public import Autodiff
public import Environments
public import Randomness
import Replay

/// Acts at random, uniformly among what is allowed, and learns nothing: the floor to compare with.
public final class RandomAgent: Agent {
  public static let metrics: [Metric] = []

  private let surroundings: Surroundings
  private let seeds: Seeds
  private let policy: RandomPolicy
  /// Keeps statistics that nothing here reads, so that an experiment's agents may be exchanged.
  private let normalizer: Normalizer?
  public let observationRows: UnsafeMutablePointer<Float>
  public private(set) var steps = 0
  /// The actions allowed now, `[N, A]`; empty where all are.
  private var allowed: [UInt8]

  /// - Parameters:
  ///   - surroundings: The environments; bounds of continuous actions must be finite.
  ///   - seeds: The stream "exploration" is drawn from.
  /// - Throws: `AgentError` where the bounds are not finite; `SettingsError` where the
  ///   normalization does not fit.
  public init(in surroundings: Surroundings, seeds: Seeds) throws {
    normalizer = try Normalizer(for: surroundings, discountFactor: 0.99)
    policy = try RandomPolicy(in: surroundings, using: seeds["exploration"])
    self.surroundings = surroundings
    self.seeds = seeds
    let size = max(1, surroundings.environments * surroundings.observationSize)
    observationRows = .allocate(capacity: size)
    observationRows.initialize(repeating: 0, count: size)
    allowed = []
    if surroundings.masked {
      let size = surroundings.environments * surroundings.actions.maskSize
      allowed = [UInt8](repeating: 1, count: size)
    }
  }

  deinit { observationRows.deallocate() }

  public func begin(_ environment: any BatchedEnvironment) {
    copyMasks(of: environment)
    normalizer?.note(observations: observationRows)
  }

  public func act() -> ActionRows {
    guard !allowed.isEmpty else { return policy.actions(for: observationRows, masks: nil) }
    return allowed.withUnsafeBufferPointer {
      policy.actions(for: observationRows, masks: $0.baseAddress)
    }
  }

  public func remember(_ environment: any BatchedEnvironment) {
    copyMasks(of: environment)
    normalizer?.note(
      observations: observationRows, rewards: environment.rewards, endings: environment.endings)
    steps += surroundings.environments
  }

  public func learn(record: (_ metric: Int, _ value: Float) -> Void) throws(TrainingError) {}

  /// Random as well, from a stream of its own.
  public func makePolicy(environments count: Int) -> any Policy {
    policy.copy(environments: count, using: seeds["evaluation"])
  }

  public var weights: [(name: String, tensor: Tensor)] { normalizer?.weights ?? [] }

  public func visitCheckpoint(_ visitor: inout some CheckpointVisitor) throws {
    try visitor.visit("steps", &steps)
    try visitor.visit("exploration", &policy.random)
    try visitor.visit("allowed", &allowed)
    if let normalizer { try visitor.visit("normalization", &normalizer.statistics) }
  }

  private func copyMasks(of environment: any BatchedEnvironment) {
    guard let masks = environment.actionMasks else { return }
    for index in allowed.indices { allowed[index] = masks[index] }
  }
}

/// Draws actions uniformly among what is allowed.
public final class RandomPolicy: Policy {
  private let surroundings: Surroundings
  var random: RandomStream
  private let choices: UnsafeMutablePointer<Int32>
  private let numbers: UnsafeMutablePointer<Float>

  /// - Throws: `AgentError` where the bounds of continuous actions are not finite.
  public convenience init(
    in surroundings: Surroundings, using random: RandomStream
  ) throws(AgentError) {
    if case .continuous(let low, let high) = surroundings.actions {
      guard zip(low, high).allSatisfy({ ($1 - $0).isFinite }) else {
        throw .unboundedActions(surroundings.actions)
      }
    }
    self.init(checked: surroundings, using: random)
  }

  private init(checked surroundings: Surroundings, using random: RandomStream) {
    self.surroundings = surroundings
    self.random = random
    let count = surroundings.environments * max(1, surroundings.actions.width)
    choices = .allocate(capacity: count)
    choices.initialize(repeating: 0, count: count)
    numbers = .allocate(capacity: count)
    numbers.initialize(repeating: 0, count: count)
  }

  deinit {
    choices.deallocate()
    numbers.deallocate()
  }

  /// The same for another number of environments.
  func copy(environments: Int, using random: RandomStream) -> RandomPolicy {
    RandomPolicy(checked: surroundings.with(environments: environments), using: random)
  }

  public func actions(
    for observations: UnsafePointer<Float>, masks: UnsafePointer<UInt8>?
  ) -> ActionRows {
    switch surroundings.actions {
    case .discrete(let count):
      for environment in 0..<surroundings.environments {
        choices[environment] = RandomActions.draw(
          of: count, mask: masks.map { $0 + environment * count }, using: &random)
      }
      return .discrete(choices)
    case .multiDiscrete(let counts):
      var (place, first) = (0, 0)
      for _ in 0..<surroundings.environments {
        for count in counts {
          choices[place] = RandomActions.draw(
            of: count, mask: masks.map { $0 + first }, using: &random)
          place += 1
          first += count
        }
      }
      return .discrete(choices)
    case .continuous(let low, let high):
      for environment in 0..<surroundings.environments {
        for index in low.indices {
          numbers[environment * low.count + index] = random.uniform(in: low[index]...high[index])
        }
      }
      return .continuous(numbers)
    }
  }
}
