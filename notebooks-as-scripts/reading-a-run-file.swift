// # Reading a run's file
//
// A run leaves one file behind, `run.h5`. What stands in it, and how do we get it out for a figure
// of our own? We train one agent, then read its file in Swift, and show the same lines in Python.
// Run this page with
//
//     swift run -c release reading-a-run-file
//
import FledgeCommands
import Foundation
import Notebooks
import Tracking

// ## A run to read
//
// Q-learning with a table finds the way across a frozen lake. Nothing is slippery, so it takes a
// second.
let folder = try Notebook.emptyFolder("reading-a-run-file")
let file = folder + "/lake.yaml"
try """
name: lake
question: How soon does Q-learning find the way?
seeds: {root: 1, runs: 1}
environment: {id: FrozenLake-v1, settings: {isSlippery: 0}}
agent: {qLearning: {initialValue: 1, discountFactor: 0.95}}
budget: {steps: \(Notebook.isQuick ? 5000 : 20_000)}
evaluation: {every: 1000, episodes: 1}
logging: {every: 500}
""".write(toFile: file, atomically: true, encoding: .utf8)
try Fledge.run("run", file, "--quiet", "--output", folder)

// ## What there is
//
// `RunReader` opens a run that is finished, was interrupted, or still goes on. It gives the rows up
// to the last commit, checks them against a checksum, and knows what every metric means.
let run = try RunReader(RunFolder(path: folder + "/lake/main/1"))
print("\(try run.status), \(run.stepsDone) steps, written by \(run.provenance?.version ?? "?")")
for metric in run.metrics { print("  \(metric.name): \(metric.meaning)") }

// ## Episodes
//
// Each training episode is a row: when it ended, what it earned, how long it was. The lake pays 1 at
// the goal and 0 elsewhere, so the mean of the last hundred returns is how often the goal was
// reached. Exploration is part of it, which is why it stays below 1.
let episodes = try run.episodes()
let window = 100
let ends = stride(from: window, through: episodes.count, by: 10)
let shares = ends.map { end in
  episodes[(end - window)..<end].map(\.return).reduce(0, +) / Double(window)
}
Notebook.show(
  Chart(
    "Episodes that reach the goal", x: "environment steps", y: "share of the last 100",
    [.init("training", ends.map { Double(episodes[$0 - 1].step) }, shares)],
    caption: "Drawn from `episodes` in `run.h5`, with exploration."))

// ## Metrics and evaluations
//
// What the agent measures about itself is a series of steps and values; of evaluations every episode
// is kept. The shortest way across the lake has six steps.
for metric in run.metrics {
  let series = try run.series(metric.name)
  guard let first = series.values.first, let last = series.values.last else { continue }
  print("\(metric.name): \(series.values.count) values, from \(first) to \(last)")
}
for episode in try run.evaluations().suffix(3) {
  print("after \(episode.step) steps: return \(episode.return) in \(episode.length) steps")
}

// ## The same in Python
//
// The file is plain HDF5, and [its layout is one page](../Sources/Tracking/README.md). With h5py:
//
// ```python
// import h5py
//
// run = h5py.File("runs/notebooks/reading-a-run-file/lake/main/1/run.h5", swmr=True)
// returns = run["episodes/return"][:]
// ends = run["episodes/end_step"][:]
// print(run["config"][()].decode())                 # the experiment with all its defaults
// print(run["metrics/loss/td/step"][:], run["metrics/loss/td/value"][:])
// ```
//
// `swmr=True` reads a run that still goes on; take then as many rows as the shortest column of a
// table has.
//
// ## What follows
//
// The file says everything that the run was: the configuration with all defaults, the program's
// version, the processor, the seed. So a figure can be made years later from the file alone.
// `fledge report` and `fledge compare` read nothing else. Of finished runs, `fledge show` prints the
// most important lines.
