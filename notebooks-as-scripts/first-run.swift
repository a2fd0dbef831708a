// # The first run
//
// Can a small network learn within a minute to balance a pole, and can we believe it? We ask with
// a file, train five agents, look at what they earned, interrupt one of them, and see that nothing
// was lost. Run this page with
//
//     swift run -c release first-run
//
// or make the page that you may be reading with `fledge notebook first-run`. Every `Fledge.run` here
// is a command of the terminal: `Fledge.run("run", "file.yaml")` is `fledge run file.yaml`.
import Experiments
import FledgeCommands
import Foundation
import Notebooks
import Tracking

// ## A question is a file
//
// An experiment begins with its question, and then says only what differs from the defaults. In
// CartPole a cart pushes left or right so that its pole stays up; each step earns 1, and after 500
// steps the episode ends. PPO, eight copies at a time, is to learn it. One seed would be an
// anecdote, so there are five.
let folder = try Notebook.emptyFolder("first-run")
let file = folder + "/first-run.yaml"
try """
name: first-run
question: Does PPO balance the pole within 50,000 steps, whatever the seed?
seeds: {root: 1, runs: \(Notebook.isQuick ? 2 : 5)}
environment: {id: CartPole-v1, copies: 8}
agent:
  ppo:
    optimizer: {adam: {learningRate: 1e-3}}
    segmentLength: 32
    minibatchSize: 256
    epochs: 20
    discountFactor: 0.98
    traceDecay: 0.8
budget: {steps: \(Notebook.isQuick ? 5120 : 51_200)}     # environment steps
evaluation: {every: \(Notebook.isQuick ? 2560 : 5120), episodes: 10}
""".write(toFile: file, atomically: true, encoding: .utf8)

// Will it run? `check` reads the file, lays it over the defaults and prints all of it; what is
// misspelled would be refused with its line and the nearest key that exists.
try Fledge.run("check", file)

// ## Training
//
// All seeds run side by side, one on each processor. What is printed at the end is the
// *interquartile mean* of the final evaluations (the mean of the middle half) with an interval that
// says how far other seeds might have led elsewhere.
try Fledge.run("run", file, "--quiet", "--output", folder)

// ## Looking
//
// A report is one page to send around; `--figure` draws its main curve alone. The line is the mean
// over seeds of evaluations without exploration, the band its interval.
let figure = folder + "/curve.svg"
try Fledge.run(
  "report", folder + "/first-run", "--output", folder + "/page.html", "--figure", figure)
try Notebook.show(file: figure, caption: "What the agents earn in evaluations while they learn.")

// ## Nothing is lost
//
// Long runs meet power cuts. This hook asks for an end as Ctrl-C does, once, in the middle of a
// run; the command stops with a checkpoint and says how to go on.

/// Presses Ctrl-C when a third of the budget is used.
struct Interruption: TrainingHook {
  var interval = 1000
  var hasHappened = false

  mutating func afterSteps(_ training: inout TrainingView) {
    guard !hasHappened, 3 * training.step > training.budget else { return }
    hasHappened = true
    kill(getpid(), SIGINT)
  }
}

let interruption = HookEntry("interruption", Interruption(), summary: "stops a run in the middle")
let long = "budget.steps=\(Notebook.isQuick ? 102_400 : 512_000)"
do {
  try Fledge.run(
    "run", file, "--quiet", "--output", folder, "--seed", "1", "--set", "variant=interrupted",
    "--set", "hooks=[interruption]", "--set", long, hooks: [interruption])
} catch {
  print("The command ended with: \(error)")
}
let interrupted = RunFolder(path: folder + "/first-run/interrupted/1")
print("Steps so far:", try RunReader(interrupted).stepsDone)

// `resume` goes on. A run that was never interrupted has to end with the same numbers, all of
// them: what was measured, every episode and every weight. A *fingerprint* is one number for all
// of these.
try Fledge.run("resume", interrupted.path, "--quiet", hooks: [interruption])
try Fledge.run(
  "run", file, "--quiet", "--output", folder, "--seed", "1", "--set", "variant=uninterrupted",
  "--set", long)
let whole = try RunReader(RunFolder(path: folder + "/first-run/uninterrupted/1"))
print("Interrupted:  ", String(try RunReader(interrupted).fingerprint, radix: 16))
print("Uninterrupted:", String(whole.fingerprint, radix: 16))

// ## What follows
//
// The answer to the question stands in the result's first sentence, and how far to trust it in the
// interval behind it. The runs stay in `runs/notebooks/first-run`: try `fledge show` on one, or
// `fledge play --best`. Next: [how the file of a run is read](reading-a-run-file.swift), or
// [a world of your own](own-environment.swift).
