// # A new environment, from nothing
//
// A hiker walks along a ridge to a hut, while the wind blows her back. We define this world, check
// that it keeps the promises of an environment, see how fast it is, and let an agent learn it. Run
// this page with
//
//     swift run -c release own-environment
//
import Environments
import Experiments
import FledgeCommands
import Foundation
import Notebooks
import Randomness

// ## The world
//
// An environment is a value: its properties are the parameters of the world, its `State` holds what
// changes during an episode. Three functions say the rest: how an episode begins, what an action
// does, and what the agent sees.

/// A walk along a ridge to the hut at its end, against the wind.
struct Ridge: Environment {
  /// The length of the way, in steps.
  var length = 12
  /// How likely a gust is, in each step, to blow the hiker two places back.
  var wind = 0.1

  struct State: Codable, Sendable {
    var place = 0
    var isTired = false
  }

  /// 0 rests, 1 walks, 2 runs.
  var actions: Discrete { Discrete(3) }
  static var actionNames: [String] { ["rest", "walk", "run"] }

  /// The place, from 0 to 1, and whether the hiker is tired.
  var observations: Box { Box(low: [0, 0], high: [1, 1]) }

  func initialState(using random: inout PCG64) -> State { State() }

  func step(from state: State, taking action: Int, using random: inout PCG64) -> Step<State> {
    let gust = random.uniform() < wind ? 2 : 0  // all chance comes from `random`
    let pace = state.isTired ? 0 : action  // whoever ran has to rest for a step
    let place = min(max(state.place + pace - gust, 0), length)
    let next = State(place: place, isTired: action == 2 && !state.isTired)
    return place == length
      ? .termination(at: next, reward: 10) : .transition(to: next, reward: -1)
  }

  func observe(_ state: State, into features: inout OutputSpan<Float>) {
    features.append(Float(state.place) / Float(length))
    features.append(state.isTired ? 1 : 0)
  }

  static var settings: [Setting<Self>] {
    [Setting("length", \.length, 2...1000), Setting("wind", \.wind, .within(0...1))]
  }
}

// That is all of it. One more line gives it a name and a limit of time:
let ridge = EnvironmentEntry(
  "Ridge-v0", Ridge(), summary: "walk to the hut, against the wind", maximumSteps: 100)

// ## Does it keep its promises?
//
// The same seed must give the same episode, a state must survive being saved, observations must stay
// inside their bounds, and so on: ten laws, without which results could not be repeated. `check`
// looks at them in episodes with random actions, and measures how many steps a second the world
// makes on one core. Nothing has to be done for its speed.
try Fledge.run("check", "Ridge-v0", with: [ridge])
try Fledge.run("check", "CartPole-v1")

// ## An episode by hand
//
// Each line is what the world shows after an action: here walk, run, rest, and walk again.
let folder = try Notebook.emptyFolder("own-environment")
let actions = folder + "/actions.json"
try "[1, 2, 0, 1]".write(toFile: actions, atomically: true, encoding: .utf8)
try Fledge.run("rollout", "Ridge-v0", "--seed", "1", "--actions", actions, with: [ridge])

// ## An agent learns it
//
// An experiment is a YAML file that begins with its question. Is running worth it, if one has to
// rest afterwards? The answer is a mean return on three seeds, with an interval.
let experiment = folder + "/ridge.yaml"
try """
name: ridge
question: Does DQN find the hut, and how fast?
seeds: {root: 1, runs: 3}
environment: {id: Ridge-v0, settings: {wind: 0.2}}
agent:
  dqn:
    network: {hidden: [64]}
    optimizer: {adam: {learningRate: 1e-3}}
    replay: {capacity: 10_000, batchSize: 64, learningStarts: 500}
    trainFrequency: 1
    targetUpdate: {hard: {every: 100}}
budget: {steps: \(Notebook.isQuick ? 1000 : 10_000)}
evaluation: {every: 500, episodes: 10}
""".write(toFile: experiment, atomically: true, encoding: .utf8)
try Fledge.run("run", experiment, "--quiet", "--output", folder, with: [ridge])

let curve = folder + "/curve.svg"
try Fledge.run(
  "report", folder + "/ridge", "--output", folder + "/page.html", "--figure", curve, with: [ridge])
try Notebook.show(file: curve, caption: "What the hiker earns while she learns, over three seeds.")

// ## Watching it learn
//
// A hook is called after episodes, after evaluations or every so many steps. It may measure, and it
// may end the run. Its properties are its settings and its memory at once: an experiment file may
// change them, and checkpoints keep them, so that a run that is interrupted goes on exactly.

/// Ends a run when evaluations have stopped getting better.
struct Plateau: TrainingHook {
  /// How many evaluations in a row may be no better than the best before.
  var patience = 3
  var best = -1e9
  var misses = 0

  static var metrics: [HookMetric] {
    [HookMetric("misses", meaning: "evaluations since the best one")]
  }

  mutating func afterEvaluation(_ episodes: [FinishedEpisode], _ training: inout TrainingView) {
    let mean = episodes.map(\.return).reduce(0, +) / Double(episodes.count)
    misses = mean > best ? 0 : misses + 1
    best = max(best, mean)
    training.record("misses", Float(misses))
    if misses >= patience { training.stop("no evaluation was better for \(misses) in a row") }
  }
}

// It is made known as an environment is, and the experiment file names it. `keepBest` keeps the
// weights of the best evaluation beside the final ones.
let plateau = HookEntry("plateau", Plateau(), summary: "ends a run that no longer gets better")
try Fledge.run(
  "run", experiment, "--quiet", "--output", folder, "--seeds", "1",
  "--set", "variant=plateau", "--set", "hooks=[{plateau: {patience: 2}}]",
  "--set", "evaluation.keepBest=true",
  with: [ridge], hooks: [plateau])
try Fledge.run(
  "evaluate", folder + "/ridge/plateau/1", "--best", with: [ridge], hooks: [plateau])

// ## What next
//
// `fledge new environment NAME` writes a package like this one to keep; `fledge play` shows a world
// once it has a `picture(of:)`; `wrappers` in the experiment file change what an agent sees.
