package import Autodiff
package import NeuralNetworks
import Randomness

/// How a segment of `T` steps of `N` environments is cut into sequences of `L` steps.
///
/// A sequence goes on from the state that the networks had when they acted at its first step
/// (details 35 and 36 of Huang et al., 2022, "The 37 implementation details of proximal policy
/// optimization"); gradients flow from its end to its beginning and no further. Sequence `k·N + n`
/// is the `k`-th of environment `n`.
package struct SequenceCut: Equatable, Sendable {
  /// `L`.
  package let length: Int
  /// `T / L`.
  package let perEnvironment: Int
  /// `N`.
  package let environments: Int

  package init(length: Int, segmentLength: Int, environments: Int) {
    self.length = length
    perEnvironment = segmentLength / length
    self.environments = environments
  }

  /// Sequences in a segment.
  package var count: Int { perEnvironment * environments }

  /// Where step `index` of a sequence stands among the `T·N` steps.
  package func place(step index: Int, of sequence: Int) -> Int {
    let (k, n) = (sequence / environments, sequence % environments)
    return (k * length + index) * environments + n
  }

  /// Rows by time `[T·N, …]` as rows by step of all sequences, `[L·count, …]`.
  func bySequence(_ rows: Tensor) -> Tensor { exchanged(rows, perEnvironment, length) }

  /// Rows by step of all sequences as rows by time.
  func byTime(_ rows: Tensor) -> Tensor { exchanged(rows, length, perEnvironment) }

  private func exchanged(_ rows: Tensor, _ first: Int, _ second: Int) -> Tensor {
    let width = rows.count / (first * second)
    return rows.reshaped(to: [first, second, width]).transposed(by: [1, 0, 2])
      .reshaped(to: rows.shape)
  }

  /// 0 where a step is the first one of an episode, else 1, `[L·b]`.
  ///
  /// The state before a sequence has been reset where it had to be, so its first step keeps it.
  ///
  /// - Parameter endings: Of the same steps, `[L·b]`: 0 where the episode went on.
  package static func keep(endings: Tensor, steps: Int) -> Tensor? {
    guard steps > 1 else { return nil }
    let rows = endings.count / steps
    let earlier = endings.sliced(axis: 0, from: 0, count: (steps - 1) * rows)
    let goesOn = 1 - earlier.greater(than: 0)
    return concatenated(
      [endings.filled(with: 1).sliced(axis: 0, from: 0, count: rows), goesOn], axis: 0)
  }
}

/// Everything that the acting and learning of a recurrent agent change.
package struct RecurrentLearner: SegmentFilling {
  package var networks: RecurrentActorCritic
  package var optimizer: AnyOptimizer
  package var segment: Segment
  /// What the networks remember now of each environment's episode, `[N, S]`.
  package var state: Tensor
  /// What they remembered before the first step of each sequence, `[count, S]`.
  package var firstStates: Tensor
  let cut: SequenceCut

  /// Networks drawn at random, and an empty segment.
  init(
    _ network: ActorCriticSettings, _ recurrence: RecurrenceSettings,
    _ optimizer: OptimizerSettings, _ cut: SequenceCut, in surroundings: Surroundings,
    using random: inout RandomStream
  ) {
    networks = RecurrentActorCritic(network, recurrence, in: surroundings, using: &random)
    self.optimizer = AnyOptimizer(for: networks, optimizer)
    segment = Segment(steps: cut.length * cut.perEnvironment, surroundings)
    state = .zeros([cut.environments, networks.stateSize])
    firstStates = .zeros([cut.count, networks.stateSize])
    self.cut = cut
  }

  package mutating func visitTensors(_ visitor: inout some TensorVisitor) {
    visitor.visit("networks", &networks)
    visitor.visit("optimizer", &optimizer)
    visitor.visit("segment", &segment)
    visitor.visit("state", &state)
    visitor.visit("firstStates", &firstStates)
  }

  static func sampler(
    _ surroundings: Surroundings, _ variables: Variables<Self>
  ) -> ActionSampler {
    ActionSampler(remembering: surroundings, variables, state: variables.numbers("state")) {
      $0.networks
    }
  }

  static func sequences(in variables: Variables<Self>) -> SequenceStates? {
    SequenceStates(in: variables)
  }

  /// The values of observations that go on from the present state, `[N]`.
  func values(of observations: Tensor) -> Tensor {
    networks.heads.values(networks.remembered(observations, from: state).value)
  }

  /// Writes down the values of all observations, and the probabilities of the actions taken, with
  /// the networks that acted.
  mutating func appraise() {
    let count = segment.rewards.count
    func steps(_ rows: Tensor) -> Tensor { rows.sliced(axis: 0, from: 0, count: count) }
    let acted = networks.remembered(
      cut.bySequence(steps(segment.observations)), steps: cut.length, from: firstStates,
      keep: SequenceCut.keep(endings: cut.bySequence(segment.endings), steps: cut.length))
    let newest = segment.observations.sliced(axis: 0, from: count, count: cut.environments)
    segment.values = concatenated(
      [networks.heads.values(cut.byTime(acted.value)), values(of: newest)], axis: 0)
    let policy = networks.heads.policy(cut.byTime(acted.policy), allowed: segment.masks.map(steps))
    segment.logProbabilities = policy.logProbability(of: segment.actions)
  }
}

/// Where the states lie from which the sequences of a segment go on.
struct SequenceStates {
  private let cut: SequenceCut
  /// What is remembered now `[N, S]`, and what was at the first step of each sequence `[count, S]`.
  private let state, firstStates: UnsafeMutablePointer<Float>
  /// `N·S`.
  private let count: Int

  init(in variables: Variables<RecurrentLearner>) {
    let learner = variables.value
    (cut, count) = (learner.cut, learner.state.count)
    (state, firstStates) = (variables.numbers("state"), variables.numbers("firstStates"))
  }

  /// Writes down with which states the sequences begin, if any begin at step `index`.
  func keepState(at index: Int) {
    guard index.isMultiple(of: cut.length) else { return }
    let first = index / cut.length * count
    for place in 0..<count { firstStates[first + place] = state[place] }
  }
}

extension Variables {
  /// Where the numbers of the tensor of this name lie.
  func numbers(_ name: String) -> UnsafeMutablePointer<Float> {
    guard let place = layout.first(where: { $0.name == name }), let base = buffer.baseAddress
    else { preconditionFailure("the variables have no tensor '\(name)'") }
    return base + place.offset
  }
}

/// What an update of whole sequences reads besides the segment.
package struct SequenceInputs: Traceable {
  /// The places `[L·b]` of their steps, step after step, and what a minibatch needs besides.
  package var minibatch: Minibatch.Inputs
  /// `[b]` whole numbers, which sequences.
  package var sequences: Tensor

  package init(sequences: Int, steps: Int) {
    minibatch = Minibatch.Inputs(rows: .zeros([sequences * steps]))
    self.sequences = .zeros([sequences])
  }

  package mutating func visitTensors(_ visitor: inout some TensorVisitor) {
    visitor.visit("minibatch", &minibatch)
    visitor.visit("sequences", &sequences)
  }
}
