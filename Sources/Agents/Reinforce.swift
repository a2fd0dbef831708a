public import Autodiff
public import Environments
import Glibc
import NeuralNetworks
public import Randomness
import Replay

/// REINFORCE with a baseline: each action is made likelier by how much more followed than expected.
///
/// Williams (1992), "Simple statistical gradient-following algorithms for connectionist
/// reinforcement learning"; Sutton & Barto (2018), section 13.4. Whole episodes are played, and one
/// gradient step follows from all of them: `Σ_t (G_t - v(s_t))·∇log π(a_t|s_t)`, the mean over
/// episodes. The baseline `v` learns from the same returns, by an optimizer of its own.
///
/// What follows a truncation is estimated by the baseline from the episode's last observation (Pardo
/// et al. 2018), which is the one place where returns are no pure sums of rewards. Which episodes of
/// a batch of environments count, `WholeEpisodes` says.
///
/// Shapes: `C` rows of a chunk, `N` environments, `O` numbers in an observation, `A` actions of all
/// choices, `W` scalars in an action.
public final class Reinforce: Agent {
  /// Rows that are learned from at a time: gradients add up over chunks, as episodes have any length.
  package static let chunkSize = 64

  /// What it was told.
  public let settings: ReinforceSettings
  private let surroundings: Surroundings
  private let recordingInterval: Int

  package let variables: Variables<Learner>
  private let sampler: ActionSampler
  private let appraisal, finalAppraisal, accumulation, update: Plan
  private let chunk: NamedInputs
  private let normalizer: Normalizer?
  public let observationRows: UnsafeMutablePointer<Float>
  /// `[N, A]`, 1 where an action is allowed; of no size where all always are.
  private let allowed: UnsafeMutableBufferPointer<Float>
  /// `[N, W]`, what was drawn.
  private let taken: UnsafeMutableBufferPointer<Float>
  /// `[N]`, as they are learned from.
  private let rewards: UnsafeMutablePointer<Float>
  private var episodes: WholeEpisodes
  /// Half of what was free at the beginning: appending to a row may copy it.
  private let mostBytes: Int
  /// Of the steps of a round.
  private var values: [Float] = []
  private var advantages: [Float] = []
  package private(set) var progress: Progress

  /// Counters and random streams.
  package struct Progress: Codable, Equatable {
    /// Environment steps taken.
    package var steps = 0
    /// The step from which on the next update is recorded.
    package var nextRecord = 0
    package var exploration: RandomStream
  }

  /// Makes an agent that has seen nothing yet.
  ///
  /// - Parameters:
  ///   - settings: What was asked for; refused here where it cannot be.
  ///   - surroundings: The environments.
  ///   - recordingInterval: Environment steps from one recording of the metrics to the next.
  ///   - seeds: The streams "initialization" and "exploration" are drawn from.
  /// - Throws: `SettingsError`.
  public init(
    _ settings: ReinforceSettings, in surroundings: Surroundings, recordingInterval: Int = 100,
    seeds: Seeds
  ) throws {
    try settings.validate()
    normalizer = try Normalizer(for: surroundings, discountFactor: settings.discountFactor)
    var random = seeds["initialization"]
    let networks = ActorCritic(settings.network, in: surroundings, using: &random)
    variables = Variables(Learner(networks, settings))
    sampler = ActionSampler(surroundings, variables) { $0.networks }
    let environments = surroundings.environments
    let example = Chunk(count: Self.chunkSize, surroundings)
    appraisal = Plan(updating: variables, inputs: example.observations) { $0.networks.values($1) }
    let finals = Tensor.zeros([environments, surroundings.observationSize])
    finalAppraisal = Plan(updating: variables, inputs: finals) { $0.networks.values($1) }
    accumulation = Plan(updating: variables, inputs: example) { learner, chunk in
      Self.accumulate(&learner, chunk, settings)
    }
    chunk = NamedInputs(of: accumulation, example)
    update = Plan(updating: variables, inputs: Rates()) { learner, rates in
      Self.update(&learner, rates, settings)
    }
    let size = max(1, environments * surroundings.observationSize)
    observationRows = .allocate(capacity: size)
    observationRows.initialize(repeating: 0, count: size)
    let masks = surroundings.masked ? surroundings.actions.maskSize : 0
    allowed = .allocate(capacity: environments * masks)
    allowed.initialize(repeating: 1)
    taken = .allocate(capacity: environments * surroundings.actions.width)
    taken.initialize(repeating: 0)
    rewards = .allocate(capacity: environments)
    rewards.initialize(repeating: 0, count: environments)
    episodes = WholeEpisodes(wanted: settings.episodes, environments: environments)
    mostBytes = (AvailableMemory.now()?.bytes ?? .max) / 2
    self.settings = settings
    self.surroundings = surroundings
    self.recordingInterval = max(1, recordingInterval)
    progress = Progress(exploration: seeds["exploration"])
  }

  deinit {
    observationRows.deallocate()
    allowed.deallocate()
    taken.deallocate()
    rewards.deallocate()
  }

  // MARK: The algorithm

  /// `-Σ w·(A·log π(a|s) + β·H)`, whose gradient is REINFORCE's: Sutton & Barto (2018), section 13.4.
  ///
  /// - Parameters:
  ///   - logProbabilities, advantages, entropies, weights: `[C]`.
  ///   - entropyCoefficient: β.
  package static func policyLoss(
    logProbabilities: Tensor, advantages: Tensor, entropies: Tensor, weights: Tensor,
    entropyCoefficient: Double
  ) -> Tensor {
    -(weights * (advantages * logProbabilities + entropyCoefficient * entropies)).sum()
  }

  /// Adds the gradients of a chunk to those so far, and tells its part of what is measured.
  package static func accumulate(
    _ learner: inout Learner, _ chunk: Chunk, _ settings: ReinforceSettings
  ) -> Measured {
    let policy = learner.networks.policy(chunk.observations, allowed: chunk.masks)
    let entropies = policy.entropy
    let policyLoss = policyLoss(
      logProbabilities: policy.logProbability(of: chunk.actions), advantages: chunk.advantages,
      entropies: entropies, weights: chunk.policyWeights,
      entropyCoefficient: settings.entropyCoefficient)
    let errors = learner.networks.values(chunk.observations) - chunk.returns
    let baselineLoss = 0.5 * (chunk.baselineWeights * errors.squared()).sum()
    // No weight is in both losses, so that one gradient serves both.
    let slopes = gradient(of: policyLoss + baselineLoss, withRespectTo: learner.networks)
    var sums = learner.gradients.tensors[...]
    learner.gradients = slopes.mapTensors { _, slope in sums.removeFirst() + slope }
    return Measured(
      policyLoss: policyLoss, baselineLoss: baselineLoss,
      entropy: (chunk.baselineWeights * entropies).sum())
  }

  /// One step of policy and baseline along the gradients added up, which then begin anew.
  package static func update(
    _ learner: inout Learner, _ rates: Rates, _ settings: ReinforceSettings
  ) -> Tensor {
    var slopes = learner.gradients.policyParameters
    let norm = clip(&slopes, toGlobalNorm: settings.maximumGradientNorm)
    var parameters = learner.networks.policyParameters
    learner.policyOptimizer.update(&parameters, along: slopes, learningRate: rates.policy)
    learner.networks.policyParameters = parameters

    var baselineSlopes = learner.gradients.critic
    _ = clip(&baselineSlopes, toGlobalNorm: settings.maximumGradientNorm)
    learner.baselineOptimizer.update(
      &learner.networks.critic, along: baselineSlopes, learningRate: rates.baseline)
    learner.gradients = learner.gradients.mapTensors { .zeros($1.shape) }
    return norm
  }

  // MARK: Acting and remembering

  public var steps: Int { progress.steps }

  public func begin(_ environment: any BatchedEnvironment) {
    copyMasks(of: environment)
    normalizer?.note(observations: observationRows)
    normalizer?.normalize(observations: observationRows, count: surroundings.environments)
  }

  public func act() -> ActionRows {
    guard let drawn = taken.baseAddress else { preconditionFailure("actions without numbers") }
    let rows = sampler.sample(
      for: observationRows, allowed: allowed.baseAddress ?? drawn, into: drawn,
      using: &progress.exploration)
    let (size, width) = (surroundings.observationSize, surroundings.actions.width)
    let masks = allowed.count / surroundings.environments
    for index in 0..<surroundings.environments {
      episodes.append(
        of: index,
        observation: UnsafeBufferPointer(start: observationRows + index * size, count: size),
        action: UnsafeBufferPointer(rebasing: taken[index * width..<(index + 1) * width]),
        mask: UnsafeBufferPointer(rebasing: allowed[index * masks..<(index + 1) * masks]))
    }
    return rows
  }

  public func remember(_ environment: any BatchedEnvironment) {
    copyMasks(of: environment)
    normalizer?.note(
      observations: observationRows, rewards: environment.rewards, endings: environment.endings)
    normalizer?.normalize(observations: observationRows, count: surroundings.environments)
    for index in 0..<surroundings.environments { rewards[index] = environment.rewards[index] }
    normalizer?.normalize(rewards: rewards, count: surroundings.environments)
    let isCutShort = environment.finishedEpisodes.contains { $0.ending == .truncated }
    if isCutShort { appraiseFinals(of: environment) }
    for index in 0..<surroundings.environments {
      episodes.append(of: index, reward: rewards[index])
      guard environment.endings[index] != 0 else { continue }
      let isTruncated = environment.endings[index] == Ending.truncated.rawValue
      episodes.end(
        of: index, bootstrap: isTruncated ? finalAppraisal.output(0)[index] : 0,
        discountFactor: Float(settings.discountFactor))
    }
    progress.steps += surroundings.environments
  }

  private func appraiseFinals(of environment: any BatchedEnvironment) {
    let finals = finalAppraisal.input(0)
    for place in finals.indices { finals[place] = environment.finalObservations[place] }
    if let base = finals.baseAddress {
      normalizer?.normalize(observations: base, count: surroundings.environments)
    }
    finalAppraisal.run()
  }

  private func copyMasks(of environment: any BatchedEnvironment) {
    guard let masks = environment.actionMasks else { return }
    for index in allowed.indices { allowed[index] = Float(masks[index]) }
  }

  // MARK: Learning

  public func learn(record: (_ metric: Int, _ value: Float) -> Void) throws(TrainingError) {
    try checkMemory()
    guard episodes.isComplete else { return }
    estimateAdvantages()
    var measured: [Float] = [0, 0, 0]
    for first in stride(from: 0, to: episodes.count, by: Self.chunkSize) {
      fillChunk(from: first)
      accumulation.run()
      for index in measured.indices { measured[index] += accumulation.output(index)[0] }
    }
    update.input(0)[0] = Float(settings.optimizer.learningRate(progress.steps))
    update.input(1)[0] = Float(settings.baselineOptimizer.learningRate(progress.steps))
    update.run()
    measured.append(update.output(0)[0])
    for (metric, value) in measured.enumerated() where !value.isFinite {
      throw .nonFinite(metric: Self.metrics[metric].name, step: progress.steps)
    }
    if progress.steps >= progress.nextRecord { recordMetrics(measured, record) }
    episodes.beginRound()
  }

  /// Ends the training before the episodes kept take what the machine has.
  ///
  /// Nobody knows how long they will be. It is looked at every thousand steps.
  private func checkMemory() throws(TrainingError) {
    guard progress.steps % 1000 < surroundings.environments else { return }
    let bytes = episodes.byteCount
    guard bytes <= mostBytes else { throw .episodesTooLong(bytes: bytes, step: progress.steps) }
  }

  /// `G_t - v(s_t)` of all steps of the round.
  private func estimateAdvantages() {
    let (round, size) = (episodes.round, surroundings.observationSize)
    values.removeAll(keepingCapacity: true)
    let rows = appraisal.input(0)
    for first in stride(from: 0, to: episodes.count, by: Self.chunkSize) {
      let count = min(Self.chunkSize, episodes.count - first)
      for place in 0..<count * size { rows[place] = round.observations[first * size + place] }
      appraisal.run()
      values.append(contentsOf: appraisal.output(0)[..<count])
    }
    advantages.removeAll(keepingCapacity: true)
    for step in values.indices { advantages.append(round.returns[step] - values[step]) }
    if settings.normalizeAdvantages { standardize(&advantages) }
  }

  /// Moves and scales numbers to the mean 0 and the (unbiased) deviation 1; a single one, which
  /// would always become 0, stays.
  private func standardize(_ numbers: inout [Float]) {
    guard numbers.count > 1 else { return }
    let mean = numbers.reduce(0, +) / Float(numbers.count)
    let squares = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let deviation = (squares / Float(numbers.count - 1)).squareRoot()
    for index in numbers.indices { numbers[index] = (numbers[index] - mean) / (deviation + 1e-8) }
  }

  /// Writes the round's steps from `first` on into the plan's inputs.
  private func fillChunk(from first: Int) {
    let round = episodes.round
    let count = min(Self.chunkSize, episodes.count - first)
    func fill(_ name: String, _ numbers: [Float]) {
      let rows = chunk[name]
      let width = rows.count / Self.chunkSize
      for place in 0..<count * width { rows[place] = numbers[first * width + place] }
    }
    fill("observations", round.observations)
    fill("actions", round.actions)
    fill("advantages", advantages)
    fill("returns", round.returns)
    if !allowed.isEmpty { fill("masks", round.masks) }
    let share = 1 / Float(settings.episodes * surroundings.environments)
    let (policyWeights, baselineWeights) = (chunk["policyWeights"], chunk["baselineWeights"])
    for row in 0..<Self.chunkSize {
      let counts: Float = row < count ? 1 : 0
      let discount =
        settings.discountsSteps && row < count
        ? powf(Float(settings.discountFactor), Float(round.ages[first + row])) : 1
      policyWeights[row] = counts * share * discount
      baselineWeights[row] = counts / Float(episodes.count)
    }
  }

  // MARK: Measuring

  public static let metrics = [
    Metric("loss/policy", meaning: "-log p of the actions times their advantages, per episode."),
    Metric("loss/critic", unit: "reward²", meaning: "Half the squared error of the baseline."),
    Metric("policy/entropy", unit: "nat", meaning: "The mean entropy of the policy."),
    Metric(
      "gradient/norm", meaning: "The length of the policy's gradient, before it is shortened."),
    Metric(
      "critic/explainedVariance",
      meaning: "1 - Var(returns - values) / Var(returns), before learning from them."),
    Metric("optimizer/learningRate", meaning: "The learning rate of the policy's optimizer."),
  ]

  private func recordMetrics(
    _ measured: [Float], _ record: (_ metric: Int, _ value: Float) -> Void
  ) {
    for (metric, value) in measured.enumerated() { record(metric, value) }
    func variance(_ numbers: some Collection<Float>) -> Float {
      let mean = numbers.reduce(0, +) / Float(max(1, numbers.count))
      return numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Float(max(1, numbers.count))
    }
    let returns = episodes.round.returns
    let whole = variance(returns)
    let rest = variance(zip(returns, values).map { $0 - $1 })
    record(4, whole > 0 ? 1 - rest / whole : 0)
    record(5, update.input(0)[0])
    progress.nextRecord = nextMultiple(of: recordingInterval, after: progress.steps)
  }

  // MARK: Keeping

  public func visitCheckpoint(_ visitor: inout some CheckpointVisitor) throws {
    try visitor.visit("learner", variables)
    try visitor.visit("episodes", &episodes)
    try visitor.visit("progress", &progress)
    var shown = Shown(
      observations: Array(
        UnsafeBufferPointer(
          start: observationRows,
          count: surroundings.environments * surroundings.observationSize)),
      allowed: Array(allowed))
    try visitor.visit("shown", &shown)
    for (place, number) in shown.observations.enumerated() { observationRows[place] = number }
    for (place, number) in shown.allowed.enumerated() { allowed[place] = number }
    if let normalizer { try visitor.visit("normalization", &normalizer.statistics) }
  }

  /// What the environments showed last.
  private struct Shown: Codable {
    /// `[N, O]`.
    var observations: [Float]
    /// `[N, A]`.
    var allowed: [Float]
  }

  public var weights: [(name: String, tensor: Tensor)] {
    variables.value.networks.namedTensors + (normalizer?.weights ?? [])
  }

  public func makePolicy(environments count: Int) -> any Policy {
    ActionSampler(surroundings.with(environments: count), variables, normalizer) { $0.networks }
  }
}
