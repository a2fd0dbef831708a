// # An honest comparison
//
// How many seeds does it take to say that one algorithm is better than another? We train two on one
// world, thirty times each, and then pretend that we had fewer seeds, to see how often we would have
// fooled ourselves. Run this page with
//
//     swift run -c release an-honest-comparison
//
import FledgeCommands
import Foundation
import Notebooks
import Randomness
import Tracking

// ## Thirty seeds of two algorithms
//
// In Acrobot two joints swing up; each step costs 1 until the tip is high, at most 500. PPO and A2C
// have the same budget and the library's standard settings, except for PPO's learning rate.
let folder = try Notebook.emptyFolder("an-honest-comparison")
let file = folder + "/acrobot.yaml"
let seedCount = Notebook.isQuick ? 6 : 30
try """
name: acrobot
question: Does PPO earn more than A2C in Acrobot after 50,000 steps?
seeds: {root: 1, runs: \(seedCount)}
environment: {id: Acrobot-v1, copies: 8}
agent: {ppo: {optimizer: {adam: {learningRate: 1e-3}}}}
budget: {steps: \(Notebook.isQuick ? 2048 : 51_200)}
evaluation: {finalEpisodes: 20}
""".write(toFile: file, atomically: true, encoding: .utf8)
try Fledge.run("run", file, "--quiet", "--output", folder, "--set", "variant=ppo")
try Fledge.run(
  "run", file, "--quiet", "--output", folder, "--set", "variant=a2c", "--set", "agent=a2c")

// One number a seed is what counts from here on: the mean return of its final evaluation.

/// What each seed of a variant reached.
func scores(of variant: String) throws -> [Double] {
  try (1...seedCount).map { seed in
    let run = try RunReader(RunFolder(path: "\(folder)/acrobot/\(variant)/\(seed)"))
    let returns = try run.evaluations().map(\.return)
    return returns.reduce(0, +) / Double(returns.count)
  }
}

let ppo = try scores(of: "ppo")
let a2c = try scores(of: "a2c")
Notebook.show(
  Chart(
    "Every seed, from worst to best", x: "rank", y: "final return",
    [("ppo", ppo), ("a2c", a2c)].map { name, scores in
      .init(name, (1...seedCount).map(Double.init), scores.sorted(), marksPoints: true)
    },
    caption: "Most seeds learn, some never leave -500: no bell curve, and a mean says little."))

// ## The same algorithm against itself
//
// Now the trap. Take two groups of seeds of *one* algorithm: there is nothing to find, and any
// difference is luck. How large is it usually? We draw two disjoint groups many times over, for
// groups of three, five, ten and fifteen.
var random = Seeds(root: 1)["groups"]
let draws = Notebook.isQuick ? 200 : 4000

/// The mean of numbers.
func mean(_ values: some Collection<Double>) -> Double {
  values.reduce(0, +) / Double(values.count)
}

/// The differences of the means of two groups of one algorithm's seeds, in ascending order.
func differences(ofGroupsOf size: Int, using random: inout RandomStream) -> [Double] {
  (0..<draws).map { _ in
    let order = random.permutation(of: seedCount)
    let first = mean(order[..<size].map { ppo[$0] })
    return abs(first - mean(order[size..<(2 * size)].map { ppo[$0] }))
  }.sorted()
}

let sizes = Notebook.isQuick ? [1, 2, 3] : [3, 5, 10, 15]
let largest = sizes.map { differences(ofGroupsOf: $0, using: &random)[draws * 19 / 20] }
for (size, value) in zip(sizes, largest) {
  print("groups of \(size): one pair in twenty differs by more than \(value.rounded())")
}
print("ppo and a2c, all \(seedCount) seeds: \((mean(ppo) - mean(a2c)).rounded())")
Notebook.show(
  Chart(
    "What luck alone brings about", x: "seeds in a group", y: "difference of means",
    [.init("one pair in twenty is above", sizes.map(Double.init), largest, marksPoints: true)],
    caption: "Two groups of seeds of the same algorithm. Below the line is no news."))

// ## With an interval
//
// `fledge compare` gives every mean an interval and every pair of variants a test, so that nobody has
// to draw groups. It tells the interquartile mean too, which a few failed seeds do not drag along, and
// the chance that a run of one is better than a run of the other. First with three seeds:
let few = (1...3).flatMap { ["\(folder)/acrobot/ppo/\($0)", "\(folder)/acrobot/a2c/\($0)"] }
try Fledge.run(["compare"] + few)

// And with all of them:
try Fledge.run("compare", folder + "/acrobot")

// ## What follows
//
// Where this was written, three seeds showed PPO 122 ahead, and the same command refused to test so
// few; thirty showed it 34 ahead, "indistinguishable", and seeds of both that never learn. Luck alone
// brings about more than 122 between groups of ten.
//
// * Decide on the number of seeds before looking, and give it with every number.
// * Show all seeds. An algorithm that sometimes fails is another one than an algorithm that is always
//   mediocre, though their means agree.
// * "Not significant" with three seeds says nothing. With thirty it says how small a difference must
//   be to have been missed.
//
// The definitions behind the intervals are those of Agarwal et al. (2021), *Deep Reinforcement
// Learning at the Edge of the Statistical Precipice*.
