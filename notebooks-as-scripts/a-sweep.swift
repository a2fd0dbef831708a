// # A sweep
//
// PPO in Acrobot depends on its learning rate and on how many passes it makes over each segment. Which
// settings are good, and is the best trial really better, or only the luckiest? We search, look at
// every trial, and ask again with seeds that the search has never seen. Run this page with
//
//     swift run -c release a-sweep
//
import FledgeCommands
import Foundation
import Notebooks

// ## What to vary
//
// The experiment is a file as always. The sweep names it, the settings to vary in the words of
// Weights & Biases, and what counts. Learning rates are tried evenly by ratios, because the step from
// 0.001 to 0.002 matters as much as that from 0.01 to 0.02.
let folder = try Notebook.emptyFolder("a-sweep")
let file = folder + "/acrobot-sweep.yaml"
try """
name: acrobot-sweep
question: Which learning rate and how many epochs suit PPO in Acrobot within 20,000 steps?
experiment:
  name: acrobot
  environment: {id: Acrobot-v1, copies: 8}
  agent: {ppo: {segmentLength: 64}}
  budget: {steps: 20_480}
method: gaussianProcess
metric: {name: finalReturn, goal: maximize}
parameters:
  agent.ppo.optimizer.adam.learningRate:
    {distribution: log_uniform_values, min: 1.0e-4, max: 3.0e-2}
  agent.ppo.epochs: {distribution: int_uniform, min: 1, max: 12}
seedsPerTrial: 3
trials: 24
confirm: {seeds: 10}
""".write(toFile: file, atomically: true, encoding: .utf8)

// ## Searching
//
// Each trial is a point with three seeds. After ten points drawn evenly, the sampler fits a model to
// what came of them and proposes the next where much may be gained. Everything is kept in the
// sweep's folder: the same command goes on after Ctrl-C or a crash, and several terminals may share
// the work.
let quick = Notebook.isQuick ? ["--quick"] : []
try Fledge.run(["sweep", file, "--quiet", "--output", folder] + quick)

// ## Is the best one better?
//
// The best of many trials is partly the luckiest: its score is what chance made of it on three seeds.
// So the sweep has run the best point again with `confirm`'s fresh seeds, beside the experiment as it
// stands in the file. Only this comparison may be quoted.
let sweep = folder + "/acrobot-sweep" + (Notebook.isQuick ? "-quick" : "")
let figure = folder + "/progress.svg"
try Fledge.run("report", sweep, "--output", folder + "/sweep.html", "--figure", figure)
try Notebook.show(file: figure, caption: "Every trial, and the best one so far.")

// ## What follows
//
// Where this was written, the best trial had -97 on its own three seeds and -290 on ten fresh ones:
// better than the file's settings, whose fresh seeds had -381, but far from what the search believed.
// In a world in which seeds learn or fail, three seeds a trial mostly find luck.
//
// * Look at the importance of the settings before trusting the best values: what does not matter may
//   stay at its default.
// * A best value at the edge of its range asks for a wider range.
// * Give with a result how many trials there were. Whoever compares with a baseline gives the baseline
//   as many: a file with `arms` searches for each of several methods with the same budget, and compares
//   their best points on the same fresh seeds (`experiments/sweeps/ppo-against-a2c.yaml`).
//
// The page with its pictures lies in `runs/notebooks/a-sweep/sweep.html`. Next:
// [an honest comparison](an-honest-comparison.swift).
