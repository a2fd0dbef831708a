// # Comparing configurations
//
// One network is to learn two tasks: which digit is drawn, and whether the drawing has a loop. Is a
// strategy for weighting the tasks worth its cost, or does a plain sum of the losses do as well? We
// ask with one file, run every cell of the comparison on the same seeds, and read the verdicts. Run
// this page with
//
//     swift run -c release comparing-configurations
//
import FledgeCommands
import Foundation
import Notebooks

// ## One file asks
//
// A *cell* is an architecture with a strategy. Equal weights, each task alone and a sweep of fixed
// weights are always among the cells: without them nobody could say what a strategy has to beat.
// The 1,797 images come along with Fledge. For all cells of a seed the split, the order of the
// examples and the first weights are the same, so that differences are paired.
let folder = try Notebook.emptyFolder("comparing-configurations")
let file = folder + "/digits.yaml"
try """
name: digits
question: Does a strategy beat equal weights where one network tells digits apart and sees loops?
seeds: {root: 1, runs: \(Notebook.isQuick ? 2 : 10)}
dataset: {imported: {kind: digits, path: experiments/data/optical-digits.csv.gz}}
architectures: [{hardSharing: {trunk: {mlp: {hidden: [32]}}}}]
strategies: [equal, uncertainty, {caGrad: {convergence: 0.4}}]
tuning: {learningRates: \(Notebook.isQuick ? "[1e-2]" : "[3e-3, 1e-2, 3e-2]"), seeds: 2}
budget: {epochs: \(Notebook.isQuick ? 1 : 10)}
""".write(toFile: file, atomically: true, encoding: .utf8)

// ## Every cell, every seed
//
// Each cell may try the same learning rates on seeds that are used for nothing else, so that none is
// handicapped by a rate that suits another. Given again, the command does what is missing.
try Fledge.run("run", file, "--quiet", "--output", folder)

// ## What may be concluded
//
// `compare` reads the runs' own files. The difference from equal weights has an interval that
// resamples seeds, and a p-value that is corrected for the number of comparisons.
let figures = folder + "/figures"
try Fledge.run("compare", folder + "/digits", "--figures", figures)

// One picture says most of it: points towards the upper left are better at both tasks, and the dashed
// line is what fixed weights reach. A strategy earns its cost by lying beyond that line.
try Notebook.show(
  file: figures + "/tradeoff-digit-loop.svg",
  caption: "Digit error against the detection of loops, with intervals over seeds.")

// And this is what it costs:
try Notebook.show(file: figures + "/cost.svg", caption: "Time of a step, by strategy.")

// ## What follows
//
// Read the verdicts first, then the column *Difference*. "Indistinguishable" is no proof that two
// are equal: the sentence says how large a difference so many seeds would have shown. The next
// question is often whether another network would change the answer: add it to `architectures` and
// run the file again. With tasks, strategies or networks of your own, go on with
// [own-multitask](own-multitask.swift).
