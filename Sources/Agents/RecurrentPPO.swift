public import Autodiff
public import Environments
import NeuralNetworks
public import Randomness

/// Proximal policy optimization by networks with a memory, for worlds that do not show everything.
///
/// The objective is that of `PPO`; what the memory adds follows details 32 to 36 of Huang et al.
/// (2022), "The 37 implementation details of proximal policy optimization": episodes begin with the
/// state zero, also in the middle of a segment; minibatches are whole sequences, in their order;
/// states are computed anew from a sequence's first one, which stays what it was when the networks
/// acted; and gradients flow back through the sequence. The value of a truncated episode's last
/// observation is estimated with the state of that episode.
///
/// Shapes: `L` steps of a sequence, `b` sequences of a minibatch, `N` environments, `T` steps of a
/// segment.
public final class RecurrentPPO: Agent {
  /// What it was told.
  public let settings: PPOSettings
  package let variables: Variables<RecurrentLearner>
  private let cut: SequenceCut
  private let collector: SegmentCollector<RecurrentLearner, PPO.Progress>
  private let update: Plan
  /// The order in which the sequences of a segment are gone through.
  private var order: [Int32]

  /// Makes an agent that has seen nothing yet; as that of `PPO`.
  ///
  /// - Throws: `SettingsError`, also where there is no `settings.network.recurrence`.
  public init(
    _ settings: PPOSettings, in surroundings: Surroundings, totalSteps: Int,
    recordingInterval: Int = 100, seeds: Seeds
  ) throws {
    try settings.validate()
    guard let recurrence = settings.network.recurrence else {
      throw SettingsError(path: "network.recurrence", problem: "must be given: gru or lstm")
    }
    let count = try surroundings.segmentSize(
      segmentLength: settings.segmentLength, totalSteps: totalSteps)
    try settings.check(segmentSize: count)
    cut = SequenceCut(
      length: settings.sequenceLength ?? settings.segmentLength,
      segmentLength: settings.segmentLength, environments: surroundings.environments)

    var random = seeds["initialization"]
    variables = Variables(
      RecurrentLearner(
        settings.network, recurrence, settings.optimizer, cut, in: surroundings, using: &random))
    collector = try SegmentCollector(
      variables, PPO.Progress(seeds), segmentLength: settings.segmentLength,
      discountFactor: settings.discountFactor, in: surroundings, totalSteps: totalSteps,
      recordingInterval: recordingInterval)
    let inputs = SequenceInputs(
      sequences: settings.minibatchSize / cut.length, steps: cut.length)
    update = Plan(updating: variables, inputs: inputs) { [cut] learner, inputs in
      Self.update(&learner, inputs, steps: cut.length, settings)
    }
    self.settings = settings
    order = (0..<Int32(cut.count)).map(\.self)
  }

  // MARK: The algorithm

  /// One gradient step on a minibatch of sequences, with what was measured on the way.
  package static func update(
    _ learner: inout RecurrentLearner, _ inputs: SequenceInputs, steps: Int,
    _ settings: PPOSettings
  ) -> Measured {
    let rows = inputs.minibatch.rows
    let batch = Minibatch(of: learner.segment, rows: rows)
    let seen = learner.networks.remembered(
      batch.observations, steps: steps,
      from: learner.firstStates.gathered(rows: inputs.sequences),
      keep: SequenceCut.keep(
        endings: learner.segment.endings.gathered(rows: rows), steps: steps))
    var (loss, measured) = PPO.objective(
      learner.networks.heads.policy(seen.policy, allowed: batch.masks),
      values: learner.networks.heads.values(seen.value), batch, inputs.minibatch, settings)
    var gradients = gradient(of: loss, withRespectTo: learner.networks)
    measured.gradientNorm = clip(&gradients, toGlobalNorm: settings.maximumGradientNorm)
    learner.optimizer.update(
      &learner.networks, along: gradients, learningRate: inputs.minibatch.learningRate)
    return measured
  }

  // MARK: Acting and remembering

  public var steps: Int { collector.counters.steps }
  public var observationRows: UnsafeMutablePointer<Float> { collector.observationRows }
  public func begin(_ environment: any BatchedEnvironment) { collector.begin(environment) }
  public func act() -> ActionRows { collector.act() }
  public func remember(_ environment: any BatchedEnvironment) { collector.remember(environment) }

  // MARK: Learning

  public static let metrics = PPO.metrics

  public func learn(record: (_ metric: Int, _ value: Float) -> Void) throws(TrainingError) {
    try collector.learn(by: update, settings, epoch: learnEpoch, record)
  }

  /// Goes through the segment's sequences once, in a new order.
  private func learnEpoch(_ summary: inout MeasurementSum) throws(TrainingError) {
    collector.counters.minibatches.shuffle(&order)
    let (rows, sequences) = (update.input(0), update.input(3))
    for first in stride(from: 0, to: order.count, by: sequences.count) {
      for place in sequences.indices {
        let sequence = Int(order[first + place])
        sequences[place] = Float(sequence)
        for step in 0..<cut.length {
          rows[step * sequences.count + place] = Float(cut.place(step: step, of: sequence))
        }
      }
      try collector.step(update, &summary)
    }
  }

  // MARK: Keeping

  public func visitCheckpoint(_ visitor: inout some CheckpointVisitor) throws {
    try visitor.visit("learner", variables)
    try collector.visitCheckpoint(&visitor)
    try visitor.visit("order", &order)
  }

  public var weights: [(name: String, tensor: Tensor)] {
    variables.value.networks.namedTensors + (collector.normalizer?.weights ?? [])
  }

  public func makePolicy(environments count: Int) -> any Policy {
    ActionSampler(
      remembering: collector.surroundings.with(environments: count), variables,
      collector.normalizer
    ) { $0.networks }
  }
}

extension PPOSettings {
  /// Refuses sequences and minibatches that do not divide a segment.
  ///
  /// - Parameter segmentSize: The steps of all environments.
  fileprivate func check(segmentSize count: Int) throws(SettingsError) {
    let length = sequenceLength ?? segmentLength
    try require(
      segmentLength.isMultiple(of: length), "sequenceLength",
      "must divide segmentLength, \(segmentLength)", found: length)
    try require(
      minibatchSize.isMultiple(of: length) && count.isMultiple(of: minibatchSize),
      "minibatchSize",
      "must be a multiple of the \(length) steps of a sequence and divide the \(count) steps of a "
        + "segment (segmentLength times environment.copies)", found: minibatchSize)
  }
}
