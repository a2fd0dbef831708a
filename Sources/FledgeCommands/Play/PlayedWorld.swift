import Agents
import Environments
import Rendering

/// One environment that is played, and what there is to see of it.
final class PlayedWorld {
  let batch: any BatchedEnvironment
  let entry: EnvironmentEntry
  /// The steps of the present episode.
  private(set) var steps = 0
  /// The reward of the last step.
  private(set) var reward = 0.0
  /// The sum of the rewards that the world itself gave in the present episode.
  private(set) var `return` = 0.0
  /// The last action, in words; empty before the first.
  private(set) var lastAction = ""
  /// The present episode, once it has ended.
  private(set) var ended: FinishedEpisode?

  private let observations: UnsafeMutableBufferPointer<Float>
  private let choice = UnsafeMutablePointer<Int32>.allocate(capacity: 1)
  private let numbers: UnsafeMutableBufferPointer<Float>

  /// Plays the only environment of a batch.
  init(_ batch: any BatchedEnvironment, _ entry: EnvironmentEntry) {
    self.batch = batch
    self.entry = entry
    batch.keepsFinalStates = true
    observations = .allocate(capacity: max(1, batch.observationSize))
    observations.initialize(repeating: 0)
    numbers = .allocate(capacity: batch.actionSpace.width)
    numbers.initialize(repeating: 0)
    choice.initialize(to: 0)
  }

  deinit {
    observations.deallocate()
    choice.deallocate()
    numbers.deallocate()
  }

  private var row: UnsafeMutablePointer<Float> {
    guard let base = observations.baseAddress else { preconditionFailure("an empty buffer") }
    return base
  }

  /// Begins an episode with a seed's first state.
  func reset(seed: UInt64) throws {
    batch.reset(seed: seed, into: row)
    forget()
    if let finding = batch.nonFinite { throw finding }
  }

  /// Goes on to the next episode, which the batch began when the last one ended.
  func goOn() { forget() }

  private func forget() {
    (steps, reward, `return`, lastAction, ended) = (0, 0, 0, "", nil)
  }

  /// Whether an action is allowed now.
  func allows(_ action: PlayedAction) -> Bool {
    guard case .choice(let choice) = action, let mask = batch.actionMasks else { return true }
    return mask[choice] != 0
  }

  func step(_ action: PlayedAction) throws {
    switch action {
    case .choice(let number):
      choice.pointee = Int32(number)
      try step(.discrete(UnsafePointer(choice)))
    case .numbers(let row):
      for index in numbers.indices { numbers[index] = row[index] }
      guard let base = numbers.baseAddress else { return }
      try step(.continuous(UnsafePointer(base)))
    }
  }

  func step(by policy: any Policy) throws {
    if steps == 0 { policy.beginEpisode(in: 0) }
    try step(policy.actions(for: row, masks: batch.actionMasks))
  }

  private func step(_ actions: ActionRows) throws {
    lastAction = words(for: actions)
    batch.step(actions, into: row)
    if let finding = batch.nonFinite { throw finding }
    steps += 1
    reward = Double(batch.rewards[0])
    ended = batch.finishedEpisodes.first
    `return` = ended?.return ?? batch.runningEpisode(of: 0).return
  }

  private func words(for actions: ActionRows) -> String {
    switch actions {
    case .discrete(let row) where batch.actionSpace.width > 1:
      let choices = (0..<batch.actionSpace.width).map { index in
        entry.actionNames.indices.contains(index)
          ? "\(entry.actionNames[index]) \(row[index])" : "\(row[index])"
      }
      return choices.joined(separator: ", ")
    case .discrete(let row):
      let number = Int(row[0])
      return entry.actionNames.indices.contains(number) ? entry.actionNames[number] : "\(number)"
    case .continuous(let row):
      let numbers = (0..<batch.actionSpace.width).map { index in
        let number = "\((Double(row[index]) * 1000).rounded() / 1000)"
        return entry.actionNames.indices.contains(index)
          ? "\(entry.actionNames[index]) \(number)" : number
      }
      return numbers.joined(separator: ", ")
    }
  }

  /// What the present state looks like: after the end of an episode, its last one.
  var picture: Picture {
    let drawn = ended == nil ? batch.picture(of: 0) : batch.finalPicture(of: 0)
    if let drawn { return drawn }
    let features = ended == nil ? UnsafePointer(row) : batch.finalObservations
    return Picture(
      features: Array(UnsafeBufferPointer(start: features, count: batch.observationSize)),
      bounds: batch.observationBounds)
  }
}

extension Ending {
  /// The end of an episode in words.
  var words: String {
    switch self {
    case .terminated: "terminated"
    case .truncated: "cut short by the time limit"
    }
  }
}
