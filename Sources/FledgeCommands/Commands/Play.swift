import Agents
import ArgumentParser
import Environments
import Experiments
import Randomness
import Rendering

struct Play: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Play an environment by hand, watch a trained agent, or record either as a picture.",
    discussion: """
      In a terminal, an environment is played with the keys that are shown, and a finished run's \
      agent is watched: space pauses, + and - change the speed, q quits. With --output, episodes are \
      recorded as an animated GIF or SVG, and no terminal is needed.
      """)

  enum Player: String, ExpressibleByArgument, CaseIterable {
    case random, human
  }

  @Argument(
    help: "An environment that `fledge list environments` shows, or a finished run's folder.",
    completion: .environmentOrRun)
  var subject: String

  @Option(
    name: .shortAndLong, help: "Record to this file, whose name ends in .gif or .svg.",
    completion: .file(extensions: ["gif", "svg"]))
  var output: String?

  @Option(help: "The seed of the environment and of a random policy.")
  var seed: UInt64 = 0

  @Option(help: "Episodes: 1 in a recording, any number in a terminal, unless given.")
  var episodes: Int?

  @Option(help: "How many times as fast as usual.")
  var speed = 1.0

  @Option(help: "Steps a second, instead of the environment's own.")
  var fps: Double?

  @Option(help: "The longer side of a recording, in pixels.")
  var size = 480

  @Option(help: "The most frames in a recording.")
  var frames = 1000

  @Option(help: "Who plays: random or human; of a run, its agent unless given.")
  var policy: Player?

  @Flag(help: "Of a run, take the weights of its best evaluation (evaluation.keepBest).")
  var best = false

  @Option(help: "Of a run with several tasks, the one that is played; the first unless given.")
  var task: String?

  @Option(
    name: .customLong("set"),
    help:
      "A setting of the environment: name=value, or name=from...to for a range. May be repeated.")
  var settings: [String] = []

  @Flag(help: "Print what was recorded as one JSON object.")
  var json = false

  func validate() throws {
    func require(_ isValid: Bool, _ sentence: String) throws {
      guard isValid else { throw ValidationError(sentence) }
    }
    try require(episodes ?? 1 >= 1, "--episodes must be at least 1, not \(episodes ?? 0)")
    try require((0.01...100).contains(speed), "--speed must lie in 0.01...100, not \(speed)")
    if let fps {
      try require((0.1...1000).contains(fps), "--fps must lie in 0.1...1000, not \(fps)")
    }
    try require((16...2000).contains(size), "--size must lie in 16...2000, not \(size)")
    try require(
      (1...100_000).contains(frames), "--frames must lie in 1...100000, not \(frames)")
  }

  func run() throws {
    let settings = try environmentSettings(settings)
    let world: PlayedWorld
    var player: (any Policy)?
    if let entry = try environment() {
      if best { throw CommandFailure("--best means a run's weights, and \(subject) is no run") }
      if task != nil { throw CommandFailure("--task means a run's, and \(subject) is no run") }
      world = PlayedWorld(try entry.makeBatch(count: 1, settings: settings), entry)
      if policy == .random || policy == nil && output != nil { player = try randomPolicy(world) }
    } else {
      let run = try FinishedRun(
        RunLookup.run(at: subject), best: best, catalogue: Extensions.environments)
      world = PlayedWorld(
        try run.makeBatch(count: 1, changing: settings, only: task ?? run.taskNames.first),
        run.environment)
      switch policy {
      case .random: player = try randomPolicy(world)
      case .human: break
      case nil: player = try run.makePolicy(for: world.batch, seed: seed)
      }
    }
    if let output { try record(world, player, to: output) } else { try show(world, player) }
  }

  /// The environment that is meant; `nil` if a run is.
  private func environment() throws -> EnvironmentEntry? {
    do {
      return try Extensions.environments[subject]
    } catch {
      if subject.contains("/") || RunLookup.isFolder(subject) { return nil }
      throw CommandFailure("\(error); nor is there a folder of that name with a run")
    }
  }

  private func randomPolicy(_ world: PlayedWorld) throws -> any Policy {
    try RandomPolicy(in: Surroundings(of: world.batch), using: Seeds(root: seed)["play"])
  }

  private func framesPerSecond(_ world: PlayedWorld) -> Double {
    (fps ?? world.entry.framesPerSecond) * speed
  }

  private func record(_ world: PlayedWorld, _ player: (any Policy)?, to path: String) throws {
    guard let player else {
      throw CommandFailure(
        "--policy human needs a terminal, and --output records without one: leave one of them out")
    }
    let format = try Recording.Format(path: path)
    var recording = Recording(framesPerSecond: framesPerSecond(world), mostFrames: frames)
    try recording.record(world, player, episodes: episodes ?? 1, seed: seed)
    let bytes = format.encoded(recording.animation, size: size)
    try SafeFile.write(bytes, to: path, option: "--output")
    try tell(recording, path: path, bytes: bytes.count)
  }

  private func show(_ world: PlayedWorld, _ player: (any Policy)?) throws {
    guard RawTerminal.isAvailable else {
      throw CommandFailure(
        "there is no terminal to play in; record with --output FILE.gif or --output FILE.svg")
    }
    let control: PlaySession.Control =
      if let player {
        .policy(player)
      } else {
        .keys(try KeyMap(for: world.batch.actionSpace, named: world.entry))
      }
    var session = PlaySession(
      world, control, framesPerSecond: framesPerSecond(world), seed: seed, episodes: episodes)
    try session.run()
    print(session.summary)
  }

  private struct Line: Encodable {
    let path: String
    let frames: Int
    let bytes: Int
    let steps: Int
    let returns: [Double]
    let isCutShort: Bool
  }

  private func tell(_ recording: Recording, path: String, bytes: Int) throws {
    if json {
      try JSONOutput.print(
        Line(
          path: path, frames: recording.frames, bytes: bytes, steps: recording.steps,
          returns: recording.episodes.map(\.return), isCutShort: recording.isCutShort))
      return
    }
    let returns = recording.episodes.map { rounded($0.return) }.joined(separator: ", ")
    var text = "\(path): \(grouped(recording.frames)) frames, \(grouped(bytes)) bytes"
    if !recording.episodes.isEmpty { text += ", return \(returns)" }
    if recording.isCutShort {
      text += "; stopped at \(grouped(frames)) frames (--frames) within an episode"
    }
    print(text)
  }
}
