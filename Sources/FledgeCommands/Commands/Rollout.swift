import ArgumentParser
import Environments
import Foundation

struct Rollout: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Step an environment by hand and print what it shows.",
    discussion: """
      Prints one JSON object a line: observation, reward, terminated, truncated, state. The first \
      line is the reset. The rollout ends with the actions or with the episode.
      """)

  @Argument(
    help: "An environment that `fledge list environments` shows.", completion: .environment)
  var environment: String

  @Option(help: "The seed of the first state and of all chance.")
  var seed: UInt64 = 0

  @Option(
    help: """
      Begin in this state: a JSON array of numbers in the order of Gymnasium's own state, or, for \
      a grid world, an object with grid, agent_position, agent_direction and max_steps.
      """)
  var state: String?

  @Option(help: "A file with a JSON array of actions, or - for standard input.")
  var actions: String?

  @Option(
    name: .customLong("set"),
    help:
      "A setting of the environment: name=value, or name=from...to for a range. May be repeated.")
  var settings: [String] = []

  func run() throws {
    var rollout = try Extensions.environments[environment].makeRollout(
      settings: environmentSettings(settings))
    let actions = try readActions()
    if let state {
      try JSONOutput.print(rollout.reset(state: readState(state), seed: seed))
    } else {
      try JSONOutput.print(rollout.reset(seed: seed))
    }
    for action in actions {
      let frame = try rollout.step(action)
      try JSONOutput.print(frame)
      if frame.terminated || frame.truncated { break }
    }
  }

  private func readState(_ text: String) throws -> StateValue {
    do { return try JSONDecoder().decode(StateValue.self, from: Data(text.utf8)) } catch {
      throw CommandFailure("--state: expected JSON, such as [0, 0.1] or {\"grid\": …}")
    }
  }

  private func readActions() throws -> [ActionValue] {
    guard let actions else { return [] }
    let data: Data
    if actions == "-" {
      data = FileHandle.standardInput.readDataToEndOfFile()
    } else {
      guard let contents = FileManager.default.contents(atPath: actions) else {
        throw CommandFailure("--actions \(actions): there is no such file that can be read")
      }
      data = contents
    }
    return try decode([ActionValue].self, data, what: "--actions \(actions)")
  }

  private func decode<T: Decodable>(
    _ type: T.Type, _ data: Data, what: String
  ) throws -> T {
    do {
      return try JSONDecoder().decode(type, from: data)
    } catch {
      throw CommandFailure("\(what): expected a JSON array such as [0, 1, 1] or [[0.5], [-1]]")
    }
  }
}
