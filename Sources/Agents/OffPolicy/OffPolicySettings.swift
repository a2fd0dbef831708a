public import NeuralNetworks

/// What the networks of an agent with separate actor and critics look like.
public struct OffPolicyNetworkSettings: ValidatedSettings {
  /// Units in each hidden layer, of the actor and of each critic.
  public var hidden = [256, 256]
  /// What follows each hidden layer.
  public var activation = Activation.relu
  /// What the weights begin with.
  public var initializer = Initializer.torchDefault

  public init() {}
  init(hidden: [Int]) { self.hidden = hidden }

  public func validate() throws(SettingsError) {
    try requireLayers(hidden)
  }
}

/// Refuses hidden layers that no network has.
///
/// To make the plan of an update takes time that grows with the square of their number.
func requireLayers(_ hidden: [Int]) throws(SettingsError) {
  try require(
    hidden.allSatisfy { $0 > 0 }, "hidden", "must be numbers of 1 or more", found: hidden)
  try require(
    hidden.count <= 100, "hidden", "must have 100 layers at most", found: hidden.count)
}

/// What an agent keeps of the past, and how it learns from that.
public struct OffPolicyReplaySettings: ValidatedSettings {
  /// Transitions kept, at least one for each environment; what does not divide by the number of
  /// environments is left unused.
  public var capacity = 1_000_000
  /// Transitions in an update, 1 or more.
  public var batchSize = 256
  /// Environment steps after which learning begins, 0 or more.
  public var learningStarts = 100

  public init() {}

  public func validate() throws(SettingsError) {
    try require(capacity >= 1, "capacity", "must be 1 or more", found: capacity)
    try require(batchSize >= 1, "batchSize", "must be 1 or more", found: batchSize)
    try require(
      learningStarts >= 0, "learningStarts", "must be 0 or more", found: learningStarts)
  }
}

/// When an agent learns, as a function of environment steps.
struct LearningTiming {
  /// Steps after which learning begins.
  var learningStarts: Int
  /// Steps from one time of learning to the next.
  var trainFrequency: Int
  var gradientSteps: GradientSteps

  /// How many updates belong to the step just taken.
  ///
  /// - Parameters:
  ///   - steps: Taken so far, of all environments together.
  ///   - stepSize: Those just taken: one for each environment.
  func updatesDue(after steps: Int, stepSize: Int) -> Int {
    guard steps > learningStarts else { return 0 }
    let times = Self.multiples(of: trainFrequency, after: steps, stepSize: stepSize)
    return switch gradientSteps {
    case .fixed(let count): times * count
    case .collected: times * trainFrequency
    }
  }

  /// How many multiples of a number of environment steps lie within the step just taken.
  static func multiples(of period: Int, after steps: Int, stepSize: Int) -> Int {
    steps / period - (steps - stepSize) / period
  }
}

/// How many updates are made each time.
public typealias GradientSteps = DQNSettings.GradientSteps

/// How much of the past an agent keeps, and how much of it an update draws.
package protocol ReplaySize {
  var capacity: Int { get set }
  var batchSize: Int { get set }
  var learningStarts: Int { get set }
}

extension OffPolicyReplaySettings: ReplaySize {}

/// The settings that all agents which learn from a replay have in common.
package protocol ReplayLearning {
  associatedtype Replay: ReplaySize
  var replay: Replay { get set }
  var discountFactor: Double { get }
  var trainFrequency: Int { get set }
  var gradientSteps: GradientSteps { get set }
  var randomSteps: Int { get set }
}

/// The settings that agents with actor, critics and a replay have in common.
package protocol OffPolicySettings: ReplayLearning where Replay == OffPolicyReplaySettings {
  var network: OffPolicyNetworkSettings { get }
  var actorOptimizer: OptimizerSettings { get }
  var criticOptimizer: OptimizerSettings { get }
  var targetRate: Double { get }
}

extension OffPolicySettings {
  /// Refuses what cannot be, of the settings in common.
  func validateOffPolicy() throws(SettingsError) {
    try NeuralNetworks.validate("network", network.validate)
    try NeuralNetworks.validate("actorOptimizer", actorOptimizer.validate)
    try NeuralNetworks.validate("criticOptimizer", criticOptimizer.validate)
    try require(
      (0...1).contains(discountFactor), "discountFactor", "must be in 0...1",
      found: discountFactor)
    try require(
      targetRate > 0 && targetRate <= 1, "targetRate", "must be above 0 and at most 1",
      found: targetRate)
    try NeuralNetworks.validate("replay", replay.validate)
    try require(trainFrequency >= 1, "trainFrequency", "must be 1 or more", found: trainFrequency)
    try NeuralNetworks.validate("gradientSteps", gradientSteps.validate)
    try require(randomSteps >= 0, "randomSteps", "must be 0 or more", found: randomSteps)
  }
}
