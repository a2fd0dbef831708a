// # Tasks, a strategy and an architecture of your own
//
// We make three tasks, write a strategy and an architecture for them, train both beside what
// everybody does, and ask whether the differences are more than luck. Run this page with
//
//     swift run -c release own-multitask
import Autodiff
import Datasets
import Experiments
import FledgeCommands
import Foundation
import MultiTask
import NeuralNetworks
import Notebooks
import Randomness

// ## The tasks
//
// The keeper of a mountain hut reads eight instruments in the evening. How cold will the morning be,
// how hard will the wind blow, will it rain? All three depend on a front that no instrument shows by
// itself, so that learning them together may pay; and each on one instrument in the simplest way.

/// Evenings at the hut, each with what the morning brought: 300 to learn from, 2000 to judge by.
func weather(seeds: Seeds) -> Dataset {
  var random = seeds["weather"]
  var (readings, frost, gusts, rain) = ([Float](), [Float](), [Float](), [Float]())
  for _ in 0..<2300 {
    let x = (0..<8).map { _ -> Float in random.normal() }
    let front = sin(2 * x[0] + x[1]) * (x[2] > 0 ? 1 : -1)
    readings += x
    frost.append(x[3] + front + 0.3 * random.normal())
    gusts.append(x[4] - front + random.normal())  // a gust is largely chance
    rain.append(x[5] + 2 * front + 0.5 * random.normal() > 0 ? 1 : 0)
  }
  return Dataset(
    name: "hut", inputShape: [8], inputs: readings,
    tasks: [
      .init(name: "frost", kind: .regression(width: 1), labels: frost),
      .init(name: "gusts", kind: .regression(width: 1), labels: gusts),
      .init(name: "rain", kind: .binary, labels: rain),
    ], givenSplit: DatasetSplit(training: Array(0..<300), test: Array(300..<2300)))
}

// ## A strategy
//
// A strategy turns what is known of a step into one weight for each task. Ours asks for the inner
// products of the tasks' gradients, whose diagonal holds the squared lengths, and lets every task
// pull equally hard at what is shared. What it remembers is part of the value.

/// The gradient of each task counts by its direction alone.
struct EqualPull: Strategy, Equatable {
  /// The usual length of each task's gradient.
  var lengths: [Double] = []
  var needs: StrategyNeeds { StrategyNeeds(.gram) }

  mutating func combine(
    _ signals: TaskSignals, using random: inout RandomStream
  ) throws(StrategyError) -> Combination {
    guard let gram = signals.gram else { throw StrategyError("equalPull needs gradients") }
    let now = (0..<gram.count).map { gram[$0, $0].squareRoot() }
    lengths = lengths.isEmpty ? now : zip(lengths, now).map { 0.9 * $0 + 0.1 * $1 }
    return Combination(weights: lengths.map { 1 / max($0, 1e-9) })
  }
}

// ## An architecture
//
// A network says which parameters are shared and which are a task's own, how rows become a
// representation, and how that becomes an answer. Ours lets every answer look at the instruments
// too, so that the trunk need not carry what is simple.

/// A trunk for all tasks, and heads that see the rows beside it.
struct Shortcuts: MultiTaskNetwork {
  var shared: MLP
  var own: [Dense]

  func representation(of rows: Tensor, for task: Int) -> Tensor { shared(rows) }
  func output(of task: Int, from representation: Tensor, rows: Tensor) -> Tensor {
    own[task](concatenated([representation, rows], axis: 1))
  }
}

// ## Training
//
// The learner compiles the whole step: losses, gradients, the strategy's decision, the update. We
// fill its batch and call it. `OwnRun` scores the answers for evenings that nobody learned from and
// writes them as a run, as `fledge run` does.
func train<Network: MultiTaskNetwork>(
  _ network: Network, by strategy: any Strategy, as cell: (strategy: String, architecture: String),
  on data: Dataset, _ seed: UInt64, to output: String
) throws {
  let seeds = Seeds(root: seed)
  let split = try data.split(SplitSettings(validation: 0), seeds: seeds)
  let learner = try MultiTaskLearner(
    network,
    tasks: data.tasks.map { .init($0.kind == .binary ? .binaryCrossEntropy : .squaredError) },
    rows: .common(50), inputs: 8, strategy: strategy, optimizer: .adam(learningRate: 3e-3),
    random: seeds["strategy"])
  var sampler = BatchSampler(rows: split.training, stream: seeds["batches"])
  var batch = [Int](repeating: 0, count: 50)
  for _ in 0..<600 {
    batch.withUnsafeMutableBufferPointer { sampler.next(into: $0) }
    data.gatherInputs(of: batch, into: learner.batch.rows[0])
    for (task, labels) in zip(data.tasks, learner.batch.labels) {
      task.gatherLabels(of: batch, into: labels)
    }
    try learner.step(learningRate: 3e-3)
  }
  let answers = learner.answers(rows: split.test.count)
  data.gatherInputs(of: split.test, into: answers.input(0))
  answers.run()
  try OwnRun(
    experiment: "hut", strategy: cell.strategy, architecture: cell.architecture, seed: seed,
    dataset: data, split: split, parameterCount: network.tensors.reduce(0) { $0 + $1.count },
    gradients: learner.mode, learningRate: 3e-3
  ).write(answers: data.tasks.indices.map { Array(answers.output($0)) }, steps: 600, to: output)
}

// ## Eight winters
//
// Each seed is a winter. All contestants of a winter begin with the same trunk and meet the same
// evenings in the same order, so that their differences are paired. Each task is also learned
// alone: without that nobody could say whether sharing pays.
let folder = try Notebook.emptyFolder("own-multitask")
for seed in UInt64(1)...(Notebook.isQuick ? 2 : 8) {
  let data = weather(seeds: Seeds(root: seed))
  var random = Seeds(root: seed)["network"]
  let trunk = MLP(sizes: [8, 32, 32], outputActivation: .relu, using: &random)
  let heads = data.tasks.map { _ in MLP(sizes: [32, 1], using: &random) }
  let hard = HardSharing(shared: .mlp(trunk), own: heads)
  let short = Shortcuts(shared: trunk, own: heads.map { _ in Dense(32 + 8, 1, using: &random) })
  try train(hard, by: EqualWeights(), as: ("equal", "hardSharing"), on: data, seed, to: folder)
  try train(hard, by: EqualPull(), as: ("equalPull", "hardSharing"), on: data, seed, to: folder)
  try train(short, by: EqualWeights(), as: ("equal", "shortcuts"), on: data, seed, to: folder)
  try train(short, by: EqualPull(), as: ("equalPull", "shortcuts"), on: data, seed, to: folder)
  for (task, head) in zip(data.tasks, heads) {
    var alone = data
    alone.tasks = [task]
    let own = HardSharing(shared: .mlp(trunk), own: [head])
    try train(own, by: EqualWeights(), as: ("equal", "hardSharing"), on: alone, seed, to: folder)
  }
}

// ## What may be concluded
//
// Read the verdicts. Equal pull is better than equal weights by more than luck explains; of the
// shortcuts nothing of the kind can be said, and the line tells how large a gain eight winters would
// have shown. All this holds for one learning rate: `fledge run` tries several for every contestant.
let figures = folder + "/figures"
try Fledge.run(
  "compare", folder + "/hut", "--baseline", "equal-hardSharing", "--figures", figures)
try Notebook.show(file: figures + "/tradeoff-frost-gusts.svg", caption: "Frost against gusts.")

// ## In experiment files
//
// With a name, both stand in experiment files beside all that comes along: in comparisons, where
// every contestant gets the same trials of learning rates and the controls come by themselves, and
// in agents of several tasks. A strategy's properties are its settings; an architecture says what
// can be set and how a network is made of it.

/// How large the trunk is.
struct ShortcutSettings: ArchitectureDefinition {
  var hidden = [32, 32]

  func make(
    inputShape: [Int], outputs: [Int], using random: inout RandomStream
  ) -> Shortcuts {
    let trunk = MLP(sizes: inputShape + hidden, outputActivation: .relu, using: &random)
    let seen = trunk.outputs + inputShape[0]
    return Shortcuts(shared: trunk, own: outputs.map { Dense(seen, $0, using: &random) })
  }
}

try DatasetFile.write(weather(seeds: Seeds(root: 1)), to: folder + "/winter.h5")
try """
name: winter
seeds: {root: 1, runs: 2}
dataset: {file: {path: winter.h5}}        # beside this file
strategies: [equal, equalPull]
architectures: [hardSharing, {shortcuts: {hidden: [32]}}]
controls: {staticWeights: 0}
batchSize: 50
budget: {steps: 300}
""".write(toFile: folder + "/winter.yaml", atomically: true, encoding: .utf8)
try Fledge.run(
  "run", folder + "/winter.yaml", "--output", folder, "--quiet",
  strategies: [StrategyEntry("equalPull", EqualPull(), summary: "every task pulls equally hard")],
  architectures: [
    ArchitectureEntry("shortcuts", ShortcutSettings(), summary: "heads that see the rows too")
  ])
try FileManager.default.removeItem(atPath: folder)
