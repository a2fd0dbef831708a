import Foundation
import Randomness
import Sweeps

// Takes trials from the journal in the folder FOLDER until it holds COUNT of them and none is left
// to do, with an objective that takes no time to speak of.
//
//     JournalWorker FOLDER COUNT

/// What is searched: one parameter of each kind.
let space = SearchSpace([
  SearchParameter("x", .real(lowest: 0, highest: 1)),
  SearchParameter("n", .integer(lowest: 1, highest: 100)),
  SearchParameter("kind", .choice([.text("[64, 64]"), .boolean(true), .number(2)])),
])

/// Values that follow from the number of the trial alone.
func values(of number: Int) -> [ParameterValue] {
  var stream = Seeds(root: 7)["trial/\(number)"]
  let kinds: [ParameterValue] = [.text("[64, 64]"), .boolean(true), .number(2)]
  return [
    .number(stream.uniform()), .integer(1 + stream.integer(below: 100)),
    kinds[stream.integer(below: 3)],
  ]
}

let folder = CommandLine.arguments[1]
let count = Int(CommandLine.arguments[2]) ?? 0
let journal = try Journal(in: folder, space: space, goal: .minimize)
while let job = try journal.next(of: count, proposing: { number, _ in values(of: number) }) {
  let number = job.trial.number
  guard case .number(let x) = job.trial.values[0], case .integer(let n) = job.trial.values[1] else {
    break
  }
  for step in 1...2 {
    _ = try journal.report(x / Double(step), at: step, of: number, stoppingBy: nil)
  }
  if number % 10 == 9 {
    try journal.fail(number, reason: "every tenth fails")
  } else {
    try journal.finish(number, score: x + Double(n), seedScores: [1: x, 2: Double(n)])
  }
}
