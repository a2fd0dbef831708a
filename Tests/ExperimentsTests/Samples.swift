import Environments
import Experiments
import Foundation
import HDF5Store
import Randomness
import Simulators
import Synchronization
import Testing
import Tracking

/// Small experiments that take milliseconds and still do everything a large one does.
enum Samples {
  static let catalogue = Simulators.catalogue

  static let dqn = """
    name: small
    seeds: {root: 7, runs: 1}
    environment: {id: CartPole-v1}
    agent:
      dqn:
        network: {hidden: [16]}
        replay: {capacity: 300, batchSize: 8, learningStarts: 60}
        trainFrequency: 4
        targetUpdate: {hard: {every: 40}}
        maximumGradientNorm: 10
    budget: {steps: 900}
    evaluation: {every: 210, episodes: 2, finalEpisodes: 3}
    logging: {every: 20}
    checkpoint: {seconds: 0}
    """

  static func config(
    _ overrides: [String] = [], catalogue: Catalogue = Samples.catalogue
  ) throws -> ExperimentConfig {
    try ExperimentConfig.parse(dqn, name: "small.yaml", overrides: overrides, catalogue: catalogue)
  }

  static func read(_ yaml: String, _ overrides: [String] = []) throws -> ExperimentConfig {
    try ExperimentConfig.parse(yaml, name: "x.yaml", overrides: overrides, catalogue: catalogue)
  }

  /// The sentence with which a configuration is refused.
  static func refusal(_ yaml: String, _ overrides: [String] = []) -> String? {
    do {
      _ = try read(yaml, overrides)
      return nil
    } catch {
      return error is ConfigError ? "\(error)" : "not a ConfigError: \(error)"
    }
  }

  static func begin(
    _ config: ExperimentConfig, in output: URL, catalogue: Catalogue = Samples.catalogue
  ) throws -> TrainingRun {
    try TrainingRun(
      starting: config, seed: config.seeds.root, output: output.path, command: ["test"],
      catalogue: catalogue)
  }

  static func resume(
    _ folder: RunFolder, expecting config: ExperimentConfig? = nil,
    catalogue: Catalogue = Samples.catalogue
  ) throws -> TrainingRun {
    try TrainingRun(
      resuming: folder, expecting: config, command: ["test"], catalogue: catalogue)
  }

  /// Goes on from the last checkpoint, or begins again where there was none yet.
  static func goOn(
    _ folder: RunFolder, catalogue: Catalogue = Samples.catalogue
  ) throws -> TrainingRun {
    try TrainingRun.hasNotBegun(folder)
      ? TrainingRun(restarting: folder, command: ["test"], catalogue: catalogue)
      : resume(folder, catalogue: catalogue)
  }
}

extension TrainingRun {
  /// Goes on to the end, or to the first look at the signal if a stop is asked for at once.
  @discardableResult
  func go(stoppingAtOnce: Bool = false) throws -> RunResult {
    let stop = StopSignal()
    return try run(until: stop) { _ in if stoppingAtOnce { stop.request() } }
  }
}

/// All that a finished run says, number by number.
struct Outcome: Equatable {
  var fingerprint: UInt64
  var series: [Series<Float>]
  var episodes: [EpisodeRow]
  var evaluations: [EvaluationRow]
  /// Bit patterns, for which even two not-a-numbers are equal.
  var weights: [[UInt32]]

  init(_ folder: RunFolder) throws {
    let reader = try RunReader(folder)
    fingerprint = reader.fingerprint
    series = try reader.metrics.map { try reader.series($0.name) }
    episodes = try reader.episodes()
    evaluations = try reader.evaluations()
    weights = try #require(try reader.finalWeights()).map { $0.scalars.map(\.bitPattern) }
  }
}

/// Expects two finished runs to be equal in everything but time.
func expectSame(
  _ folder: RunFolder, _ other: RunFolder, _ comment: String = "",
  sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let (one, two) = (try Outcome(folder), try Outcome(other))
  #expect(one.fingerprint == two.fingerprint, "\(comment)", sourceLocation: sourceLocation)
  #expect(one == two, "\(comment)", sourceLocation: sourceLocation)
}

/// Burns through after a number of environment steps, wherever they are taken.
final class Fuse: Sendable {
  private let left = Atomic<Int>(.max)

  func light(steps: Int) { left.store(steps, ordering: .relaxed) }

  func step() -> Bool { left.wrappingSubtract(1, ordering: .relaxed).newValue < 0 }
}

/// CartPole whose reward is not a number once its fuse has burnt through: a run that dies at any
/// step one likes, with whatever it has written by then.
struct FragileCartPole: Environment {
  var base = CartPole()
  let fuse: Fuse

  var actions: Discrete { base.actions }
  var observations: Box { base.observations }

  func initialState(using random: inout PCG64) -> CartPole.State {
    base.initialState(using: &random)
  }

  func step(
    from state: CartPole.State, taking action: Int, using random: inout PCG64
  ) -> Step<CartPole.State> {
    var step = base.step(from: state, taking: action, using: &random)
    if fuse.step() { step.reward = .nan }
    return step
  }

  func observe(_ state: CartPole.State, into features: inout OutputSpan<Float>) {
    base.observe(state, into: &features)
  }

  static func catalogue(_ fuse: Fuse) -> Catalogue {
    Catalogue([
      EnvironmentEntry(
        "CartPole-v1", FragileCartPole(fuse: fuse), summary: "breaks", maximumSteps: 500)
    ])
  }
}
