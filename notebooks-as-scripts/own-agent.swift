// # An agent of your own
//
// Does learning need gradients? The cross-entropy method (Rubinstein 1999; Szita & Lőrincz 2006)
// draws random policies, keeps the best of them and draws the next ones near by. We write it as an
// agent of Fledge's in one file, train it as any other, and hold it against PPO. Run this page with
//
//     swift run -c release own-agent
//
import Agents
import Autodiff
import Environments
import Experiments
import FledgeCommands
import Foundation
import NeuralNetworks
import Notebooks
import Randomness

// ## A policy
//
// A policy maps rows of observations to rows of actions. Ours is linear: each action has a weight
// for every feature and one for itself, and the action with the largest sum is taken. It asks for the
// weights anew each time, because those of an agent change while it learns.

/// Takes the action with the largest weighted sum of the features.
final class LinearPolicy: Policy {
  let surroundings: Surroundings
  /// For each environment its weights: `[actions, features + 1]`, row by row.
  let weights: (_ environment: Int) -> [Float]
  var chosen: UnsafeMutablePointer<Int32>

  init(_ surroundings: Surroundings, weights: @escaping (Int) -> [Float]) {
    (self.surroundings, self.weights) = (surroundings, weights)
    chosen = .allocate(capacity: surroundings.environments)
  }

  deinit { chosen.deallocate() }

  func actions(
    for observations: UnsafePointer<Float>, masks: UnsafePointer<UInt8>?
  ) -> ActionRows {
    let features = surroundings.observationSize
    for environment in 0..<surroundings.environments {
      let (row, weights) = (observations + environment * features, weights(environment))
      let sums = stride(from: 0, to: weights.count, by: features + 1).map { start in
        (0..<features).reduce(weights[start + features]) { $0 + weights[start + $1] * row[$1] }
      }
      chosen[environment] = Int32(sums.indices.max { sums[$0] < sums[$1] } ?? 0)
    }
    return .discrete(chosen)
  }
}

// ## An agent
//
// An agent acts, takes note of what came of it, and learns. Each environment plays an episode with a
// candidate of its own. Once enough candidates have played, the next ones are drawn around the mean
// of the best. What changes while it learns is one value, so that a checkpoint can hold it.

/// Searches policies by the cross-entropy method.
final class CrossEntropyAgent: Agent {
  static let metrics = [
    Metric("return/elite", meaning: "mean return of the candidates that were kept"),
    Metric("deviation", meaning: "mean standard deviation that candidates are drawn with"),
  ]

  /// Everything that a checkpoint has to hold.
  struct Memory: Codable {
    var steps = 0
    var mean: [Float]
    var deviation: [Float]
    /// What each environment is playing with.
    var candidates: [[Float]]
    var played: [Played] = []
    var random: RandomStream
    /// What the environments show; a run that is resumed begins with acting on it.
    var observations: [Float] = []
  }

  /// A candidate and what it earned.
  struct Played: Codable {
    var weights: [Float]
    var `return`: Double
  }

  let settings: CrossEntropy
  let surroundings: Surroundings
  let observationRows: UnsafeMutablePointer<Float>
  var memory: Memory
  lazy var actor = LinearPolicy(surroundings) { [unowned self] in memory.candidates[$0] }

  init(_ settings: CrossEntropy, in surroundings: Surroundings, seeds: Seeds) throws {
    guard case .discrete(let actions) = surroundings.actions else {
      throw AgentError.needsDiscreteActions(agent: "crossEntropy", found: surroundings.actions)
    }
    (self.settings, self.surroundings) = (settings, surroundings)
    let count = actions * (surroundings.observationSize + 1)
    memory = Memory(
      mean: Array(repeating: 0, count: count),
      deviation: Array(repeating: Float(settings.deviation), count: count), candidates: [],
      random: seeds["exploration"])
    let size = surroundings.environments * surroundings.observationSize
    observationRows = .allocate(capacity: size)
    observationRows.initialize(repeating: 0, count: size)
    memory.candidates = (0..<surroundings.environments).map { _ in candidate() }
  }

  deinit { observationRows.deallocate() }

  /// Weights near the mean.
  func candidate() -> [Float] {
    zip(memory.mean, memory.deviation).map { $0 + $1 * memory.random.normal() }
  }

  var steps: Int { memory.steps }

  func begin(_ environment: any BatchedEnvironment) {}

  func act() -> ActionRows { actor.actions(for: observationRows, masks: nil) }

  func remember(_ environment: any BatchedEnvironment) {
    memory.steps += environment.count
    for episode in environment.finishedEpisodes {
      let weights = memory.candidates[episode.environment]
      memory.played.append(Played(weights: weights, return: episode.return))
      memory.candidates[episode.environment] = candidate()
    }
  }

  func learn(record: (_ metric: Int, _ value: Float) -> Void) throws(TrainingError) {
    guard memory.played.count >= settings.population else { return }
    let best = memory.played.sorted { $0.return > $1.return }.prefix(settings.elite)
    let count = Float(best.count)
    for index in memory.mean.indices {
      let values = best.map { $0.weights[index] }
      let mean = values.reduce(0, +) / count
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
      memory.mean[index] = mean
      // A little noise keeps the search from ending too early.
      memory.deviation[index] = variance.squareRoot() + Float(settings.noise)
    }
    memory.played = []
    record(0, Float(best.reduce(0) { $0 + $1.return }) / count)
    record(1, memory.deviation.reduce(0, +) / Float(memory.deviation.count))
  }

  func makePolicy(environments count: Int) -> any Policy {
    LinearPolicy(surroundings.with(environments: count)) { [self] _ in memory.mean }
  }

  var weights: [(name: String, tensor: Tensor)] {
    [("mean", Tensor(shape: [memory.mean.count], scalars: memory.mean))]
  }

  func visitCheckpoint(_ visitor: inout some CheckpointVisitor) throws {
    let size = surroundings.environments * surroundings.observationSize
    memory.observations = Array(UnsafeBufferPointer(start: observationRows, count: size))
    try visitor.visit("memory", &memory)
    for (index, value) in memory.observations.enumerated() { observationRows[index] = value }
  }
}

// ## Settings, and a name
//
// What can be set is a struct: its properties are the keys of an experiment file, their values the
// defaults, and what is out of range is refused with its place.

/// What the cross-entropy method can be told.
struct CrossEntropy: AgentDefinition {
  /// Episodes from one update to the next.
  var population = 32
  /// How many of them are kept.
  var elite = 6
  /// Of the first candidates' weights.
  var deviation = 1.0
  /// Added to the deviation after each update.
  var noise = 0.05

  func validate() throws(SettingsError) {
    guard (1..<population).contains(elite) else {
      throw SettingsError(path: "elite", problem: "must lie between 1 and population - 1")
    }
  }

  var metrics: [Metric] { CrossEntropyAgent.metrics }

  func makeAgent(in surroundings: Surroundings, for run: AgentRun) throws -> any Agent {
    try CrossEntropyAgent(self, in: surroundings, seeds: run.seeds)
  }

  func makePolicy(
    in surroundings: Surroundings, weights: [(name: String, tensor: Tensor)], seeds: Seeds
  ) throws -> any Policy {
    let mean = weights[0].tensor.scalars
    return LinearPolicy(surroundings) { _ in mean }
  }
}

let crossEntropy = AgentEntry(
  "crossEntropy", CrossEntropy(), summary: "draws policies near the best ones so far",
  actions: "discrete", source: "Szita & Lőrincz (2006)")

// ## Training
//
// From here on it is an agent like any other: seeds side by side, evaluations, checkpoints.
let folder = try Notebook.emptyFolder("own-agent")
let file = folder + "/pole.yaml"
try """
name: pole
question: Does the cross-entropy method balance the pole as well as PPO, from as many steps?
seeds: {root: 1, runs: \(Notebook.isQuick ? 2 : 10)}
environment: {id: CartPole-v1, copies: 8}
agent: {crossEntropy: {population: 32}}
budget: {steps: \(Notebook.isQuick ? 8000 : 51_200)}
evaluation: {every: \(Notebook.isQuick ? 4000 : 3200), episodes: 10}
""".write(toFile: file, atomically: true, encoding: .utf8)
try Fledge.run(
  "run", file, "--quiet", "--output", folder, "--set", "variant=crossEntropy",
  agents: [crossEntropy])

// A setting that it does not have is refused as those of built-in agents are:
do {
  try Fledge.run("check", file, "--set", "agent.crossEntropy.elit=3", agents: [crossEntropy])
} catch {
  print(error)
}

// ## Against PPO
//
// The same file with another agent, and then the comparison.
try Fledge.run(
  "run", file, "--quiet", "--output", folder, "--set", "variant=ppo",
  "--set", "agent={ppo: {optimizer: {adam: {learningRate: 1e-3}}}}", agents: [crossEntropy])
try Fledge.run("compare", folder + "/pole", "--baseline", "ppo")
let figure = folder + "/curves.svg"
try Fledge.run(
  "report", folder + "/pole", "--output", folder + "/page.html", "--figure", figure)
try Notebook.show(file: figure, caption: "Both agents in evaluation, with intervals over seeds.")

// A finished run of one's own agent can be evaluated and played as well:
try Fledge.run(
  "evaluate", folder + "/pole/crossEntropy/1", "--episodes", "50", agents: [crossEntropy])

// ## What follows
//
// Ten numbers suffice for the pole, and searching them at random is no disgrace. That PPO falls behind
// is no news of PPO: these are its standard settings, and `experiments/cartpole-ppo.yaml` has ones that
// suit the pole. Where a policy needs thousands of numbers, gradients win: try another world in the
// file above. `Fledge.main(with: [], agents: [crossEntropy])` in a package of your own gives all
// commands with this agent; `fledge new environment` writes such a package.
